"""The entry point: every error becomes one sentence and an exit code."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sunotui.cli import launch
from sunotui.cli.commands.library import tasks
from sunotui.cli.main import main
from sunotui.cli.registry import HANDLERS
from sunotui.core.core import Core
from sunotui.domain.errors import Charge, GatewayFailed, InsufficientBalance

CANARY = "sk-CANARY-9f8e7d"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment with its own folders."""
    return {"SUNOTUI_DATA_DIR": str(tmp_path / "data"), "SUNOTUI_CONFIG_DIR": str(tmp_path / "config")}


def behave(monkeypatch: pytest.MonkeyPatch, act: Callable[[], int]) -> None:
    """Replace the command `tasks` by `act`."""

    def command(args: Namespace, environ: Mapping[str, str]) -> int:
        return act()

    monkeypatch.setattr(tasks, "tasks", command)


def failing(error: BaseException) -> Callable[[], int]:
    """A command that raises."""

    def act() -> int:
        secret = CANARY
        raise error if secret else AssertionError

    return act


def test_an_error_is_one_sentence_on_stderr(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    behave(monkeypatch, failing(InsufficientBalance(request_id="req-7")))
    assert main(["tasks", "--json"], environ) == 4
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "The account has not enough money left for this. Top up on your gateway's page, then send it again.",
        "Request id for the gateway's support: req-7",
    ]


def test_an_error_that_may_have_cost_money_is_code_6(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    behave(monkeypatch, failing(GatewayFailed(charge=Charge.MAYBE, detail="\x1b[2J" + "x" * 9_000)))
    assert main(["tasks"], environ) == 6
    messages = capsys.readouterr().err
    assert "\x1b" not in messages
    assert len(messages) < 2_100


def test_an_interrupt_is_130(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    behave(monkeypatch, failing(KeyboardInterrupt()))
    assert main(["tasks"], environ) == 130


def test_an_unexpected_error_leaves_a_private_report_without_secrets(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    behave(monkeypatch, failing(ValueError(f"Illegal header value b'Bearer {CANARY}'")))
    assert main(["tasks"], environ) == 70
    messages = capsys.readouterr().err
    assert messages.startswith("sunotui had to stop (ValueError)")
    assert "Traceback" not in messages
    reports = list(Path(environ["SUNOTUI_DATA_DIR"]).glob("crash-*.txt"))
    assert len(reports) == 1
    assert str(reports[0]) in messages
    assert stat.S_IMODE(reports[0].stat().st_mode) == 0o600
    text = reports[0].read_text()
    assert "sunotui/cli/command_run.py:" in text
    assert CANARY not in messages + text


def test_a_report_that_cannot_be_written_causes_no_second_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    environ = {"SUNOTUI_DATA_DIR": str(tmp_path / "file"), "SUNOTUI_CONFIG_DIR": str(tmp_path)}
    behave(monkeypatch, failing(ZeroDivisionError()))
    assert main(["tasks"], environ) == 70
    assert "it happened in" in capsys.readouterr().err


def test_a_closed_pipe_is_not_an_error(environ: dict[str, str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "sunotui", "tasks", "--json"],
            stdout=closed,
            stderr=subprocess.PIPE,
            env={**os.environ, **environ},
            check=False,
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_ascii_terminal_gets_question_marks(environ: dict[str, str]) -> None:
    code = "from sunotui.cli.main import main; import sys; main(['show', '雨の東京です'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={**os.environ, **environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=True,
    )
    assert b"There is no song or take ??????" in done.stderr


def test_the_library_of_a_newer_version_is_reported_not_changed(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    assert main(["tasks"], environ) == 0
    path = Path(environ["SUNOTUI_DATA_DIR"]) / "library.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert main(["tasks"], environ) == 9
    assert "newer sunotui" in capsys.readouterr().err


# --- the screens -----------------------------------------------------------------------------------------------------


def test_without_a_terminal_the_screens_do_not_open(
    environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], environ) == 2
    assert "need a terminal" in capsys.readouterr().err


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Replaces the screens and records their arguments."""
    calls: list[dict[str, object]] = []

    def run_app(core: Core, prepare: object = None) -> int:
        calls.append({"data": str(core.paths.data), "profile": core.active_profiles._wanted, "prepare": prepare})
        return 3

    monkeypatch.setattr(launch, "run_app", run_app)
    monkeypatch.setattr(launch, "_need_terminal", lambda _environ: None)
    return calls


def test_the_screens_get_folders_and_profile(environ: dict[str, str], stage: list[dict[str, object]]) -> None:
    assert main(["--profile", "home"], environ) == 3
    assert stage == [{"data": environ["SUNOTUI_DATA_DIR"], "profile": "home", "prepare": None}]
    assert HANDLERS[""] == "sunotui.cli.launch:launch_screens"

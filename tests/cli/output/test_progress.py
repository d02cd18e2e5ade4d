"""The progress line of a file upload."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sunotui.cli.output.progress import upload_line
from sunotui.demo.server import DemoServer
from tests.cli.conftest import CommandLine


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    """A file with an audio extension."""
    path = tmp_path / "hum.mp3"
    path.write_bytes(b"\xff\xfb\x90\x00" * 2**17)
    return path


@pytest.mark.parametrize(
    ("sent", "size", "line"),
    [
        (0, 2**20, "─" * 30 + " 0 % of 1.0 MiB"),
        (2**19, 2**20, "━" * 15 + "─" * 15 + " 50 % of 1.0 MiB"),
        (2**20 - 1, 2**20, "━" * 29 + "─ 99 % of 1.0 MiB"),
        (2**20, 2**20, "━" * 30 + " sent; the gateway is processing it"),
        (2**21, 2**20, "━" * 30 + " sent; the gateway is processing it"),
        (0, 0, "─" * 30 + " 0 % of 0.0 MiB"),
    ],
)
def test_the_bar_is_full_only_when_everything_is_sent(sent: int, size: int, line: str) -> None:
    assert upload_line(sent, size) == line


def test_a_file_is_uploaded_in_steps_without_a_bar(paid_cli: CommandLine, hum: Path) -> None:
    task = paid_cli.json("upload", str(hum), "--wait")
    assert (task["action"], task["status"], len(task["clips"])) == ("upload", "success", 1)
    assert paid_cli.json("submissions")[0]["request"] == {"kind": "upload_file", "path": str(hum)}
    assert "\x1b" not in paid_cli.err


def test_at_a_terminal_a_progress_bar_is_shown(
    paid_cli: CommandLine, hum: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.chdir(hum.parent)
    paid_cli.run("upload", hum.name)
    bars = [part for part in paid_cli.err.split("\r\x1b[K") if part[:1] in "━─" and part]
    assert bars
    assert all(" of 0.5 MiB" in bar or "sent;" in bar for bar in bars)
    assert paid_cli.json("submissions")[0]["request"]["path"] == str(hum)


@pytest.mark.parametrize("dialect", ["reference", "new-api", "one-hub"])
def test_without_file_uploads_there_is_a_warning_and_an_error(
    cli: CommandLine, swift: None, demos: Callable[[str], DemoServer], hum: Path, dialect: str
) -> None:
    cli.use(demos(dialect))
    assert cli.run("upload", str(hum), code=5) == ""
    assert "File upload" in cli.err
    assert cli.json("submissions")[0]["trouble_kind"] == "not_offered"

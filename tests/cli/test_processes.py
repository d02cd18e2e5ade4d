"""The program as a separate process: the demo gateway, a script with it, and signals."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sunotui.demo.server import DemoServer
from tests.cli.conftest import CommandLine, StartDemo
from tests.support.processes import is_alive
from tests.support.pseudo_terminal import PseudoTerminal, sunotui
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway
from tests.support.waiting import HANG_S, until


def start(cli: CommandLine, *argv: str) -> subprocess.Popen[str]:
    """Start the program with these arguments and piped outputs; the output and child processes are watched for the
    token (K1)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sunotui", *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **cli.environ},
    )
    cli.watch.follow(process.pid, "sunotui")
    return process


def end(cli: CommandLine, process: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait for a program's exit; returns both outputs as far as they were not read."""
    out, err = process.communicate(timeout=HANG_S)
    cli.watch.take(f"output of {process.args!r}", (out + err).encode())
    return out, err


def run(cli: CommandLine, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its exit."""
    process = start(cli, *argv)
    out, err = end(cli, process)
    return subprocess.CompletedProcess(argv, process.returncode, out, err)


@pytest.fixture
def gateway(cli: CommandLine) -> Iterator[subprocess.Popen[str]]:
    """`demo-gateway` as a process; its address and token are in the command line's environment."""
    process = start(cli, "demo-gateway", "--speed", "20000", "--seed", "3")
    assert process.stdout is not None
    for _ in range(2):
        name, _, value = process.stdout.readline().strip().partition("=")
        cli.environ[name] = value
    cli.watch.know(cli.environ["SUNOTUI_TOKEN"])
    yield process
    if process.poll() is None:
        process.kill()
    end(cli, process)


def test_a_script_makes_a_song_on_the_demo_gateway(cli: CommandLine, gateway: subprocess.Popen[str]) -> None:
    made = run(cli, "music", "--describe", "rain", "--wait", "--json")
    assert made.returncode == 0, made.stderr
    task = json.loads(made.stdout)
    assert task["status"] == "success"
    link = run(cli, "url", task["id"], "--take", "2")
    assert link.stdout.strip() == task["clips"][1]["audio_url"]
    gateway.send_signal(signal.SIGTERM)
    assert gateway.wait(HANG_S) == 0


@pytest.mark.guarantee("W8", ordinary="three programs that save the same takes into the same folder")
@pytest.mark.parametrize("is_one_library", [True, False])
def test_programs_that_save_the_same_takes_save_each_once(
    cli: CommandLine, gateway: subprocess.Popen[str], tmp_path: Path, is_one_library: bool
) -> None:
    made = json.loads(run(cli, "music", "--describe", "rain", "--wait", "--json").stdout)
    data = Path(cli.environ["SUNOTUI_DATA_DIR"])
    libraries = [data] if is_one_library else [data, data.with_name("other")]
    if not is_one_library:
        shutil.copytree(data, libraries[1])
    folder = tmp_path / "music"
    running = []
    for number in range(3):
        cli.environ["SUNOTUI_DATA_DIR"] = str(libraries[number % len(libraries)])
        running.append(start(cli, "download", made["id"], "--to", str(folder), "--json"))
    for process in running:
        out, err = end(cli, process)
        assert process.returncode == 0, err
        rows = json.loads(out)
        assert [(row["state"], Path(row["file"]).parent) for row in rows] == [("saved", folder)] * 2
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2, "no part is left, and no second file of a take"
    for clip in made["clips"]:
        assert sum(f"[{clip['id'][:8]}]" in name for name in names) == 1


def test_the_demo_gateway_prints_its_data_as_json(cli: CommandLine) -> None:
    process = start(cli, "demo-gateway", "--json", "--dialect", "paid")
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
        document = json.loads("".join(lines))
        assert list(document) == ["base_url", "token", "dialect", "request_dialect"]
        assert (document["dialect"], document["request_dialect"]) == ("paid", "flat")
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", document["base_url"])
    finally:
        process.send_signal(signal.SIGINT)
        out, err = end(cli, process)
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err


@pytest.mark.parametrize(("dialect", "messages"), [("claude360", "sunoapi"), ("key4u", "nested")])
def test_a_demo_gateway_with_another_dialect_names_it(cli: CommandLine, dialect: str, messages: str) -> None:
    process = start(cli, "demo-gateway", "--dialect", dialect)
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        assert lines[2] == f"SUNOTUI_DIALECT={messages}\n"
    finally:
        process.send_signal(signal.SIGINT)
        end(cli, process)


@pytest.mark.parametrize(
    "argv", [["--fault", "nonsense"], ["--fault", "quota@nowhere"], ["--dialect", "klingon"]], ids=lambda argv: argv[1]
)
def test_an_invalid_demo_option_is_a_usage_error(
    cli: CommandLine, argv: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.run("demo-gateway", *argv, code=2)
    (sentence,) = cli.err.splitlines()
    opened: list[object] = []
    monkeypatch.setattr("sunotui.cli.launch._need_terminal", lambda *_: None)
    monkeypatch.setattr("sunotui.tui.run.run_app", lambda *given: opened.append(given))
    cli.run("--demo", *argv, code=2)
    assert cli.err.splitlines() == [sentence]
    assert opened == []


def test_a_port_in_use_is_reported(cli: CommandLine, demo: DemoServer) -> None:
    port = demo.base_url.rpartition(":")[2]
    cli.run("demo-gateway", "--port", port, code=2)
    assert port in cli.err


def test_ctrl_c_in_a_wait_is_130_and_the_song_continues(cli: CommandLine, start_demo: StartDemo) -> None:
    cli.use(start_demo("rate-limit@fetch"))
    task = cli.json("music", "--describe", "rain")
    process = start(cli, "wait", task["id"])
    assert process.stderr is not None
    assert "is full" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = end(cli, process)
    assert process.returncode == 130, err
    assert out == ""
    assert f"sunotui wait {task['id']}" in err
    assert "Traceback" not in err


class Holding:
    """A gateway that holds the response to a submission until it is released."""

    def __init__(self) -> None:
        self.is_asked, self.may_respond = threading.Event(), threading.Event()

    def respond(self, asked: RecordedRequest) -> tuple[int, object]:
        if "/submit/" not in asked.path:
            return 200, {"code": "success", "message": "", "data": []}
        self.is_asked.set()
        self.may_respond.wait(HANG_S)
        return 200, {"code": "success", "message": "", "data": "task-1"}


@pytest.fixture
def holding(cli: CommandLine) -> Iterator[Holding]:
    """A holding gateway, in the command line's environment."""
    holding = Holding()
    with scripted_gateway(holding.respond) as gateway:
        cli.environ |= {"SUNOTUI_BASE_URL": gateway.base_url, "SUNOTUI_TOKEN": "sk-of-a-signal-123456"}
        yield holding
        holding.may_respond.set()


def interrupted_while_sending(cli: CommandLine, holding: Holding, ending: signal.Signals) -> subprocess.Popen[str]:
    """The program after a signal between its request and the response, when it has printed what it waits for."""
    process = start(cli, "music", "--describe", "rain")
    # A row is "sending" before a connection is open, and a request that was never sent is rejected, not unknown.
    until(holding.is_asked.is_set, "the submission")
    assert [row["state"] for row in cli.json("submissions")] == ["sending"]
    process.send_signal(ending)
    assert process.stderr is not None
    assert "Ctrl+C again" in process.stderr.readline()
    return process


@pytest.mark.guarantee("S7", ordinary="signals while sending, once and twice, in a separate process")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_while_sending_waits_for_the_paid_response(
    cli: CommandLine, holding: Holding, ending: signal.Signals
) -> None:
    process = interrupted_while_sending(cli, holding, ending)
    holding.may_respond.set()
    _, err = end(cli, process)
    assert process.returncode == 128 + ending, err
    (row,) = cli.json("submissions")
    assert row["state"] == "accepted"
    assert "sunotui wait task-1" in err


@pytest.mark.guarantee("S7")
@pytest.mark.parametrize("first", [signal.SIGHUP, signal.SIGTERM])
def test_a_second_hangup_is_ignored(cli: CommandLine, holding: Holding, first: signal.Signals) -> None:
    """A terminal that closes often sends two. Regression: the second one made the outcome of a paid request unknown."""
    process = interrupted_while_sending(cli, holding, first)
    for _ in range(3):
        process.send_signal(signal.SIGHUP)
        # Delivered before the response: the program has caught it once it is no longer pending.
        until(lambda: not is_pending(process.pid, signal.SIGHUP), "the hangup")
    holding.may_respond.set()
    _, err = end(cli, process)
    assert process.returncode == 128 + first, err
    (row,) = cli.json("submissions")
    assert row["state"] == "accepted"


def is_pending(pid: int, number: signal.Signals) -> bool:
    """Whether a signal is still pending for a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return any(int(status[name], 16) >> (number - 1) & 1 for name in ("SigPnd", "ShdPnd"))


@pytest.mark.guarantee("S7")
def test_a_closed_terminal_does_not_lose_the_paid_response(cli: CommandLine, holding: Holding) -> None:
    terminal = PseudoTerminal(sunotui("music", "--describe", "rain"), cli.environ)
    try:
        until(holding.is_asked.is_set, "the submission")
        terminal.hang_up()
        terminal.process.send_signal(signal.SIGHUP)
        until(lambda: not is_pending(terminal.process.pid, signal.SIGHUP), "the hangup")
        holding.may_respond.set()
        assert terminal.process.wait(HANG_S) == 128 + signal.SIGHUP
    finally:
        terminal.close()
    (row,) = cli.json("submissions")
    assert row["state"] == "accepted"


@pytest.mark.guarantee("S7")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_a_second_signal_leaves_the_outcome_unknown(cli: CommandLine, holding: Holding, ending: signal.Signals) -> None:
    process = interrupted_while_sending(cli, holding, ending)
    process.send_signal(ending)
    _, err = end(cli, process)
    assert process.returncode == 128 + ending
    assert "Traceback" not in err
    (row,) = cli.json("submissions")
    assert row["state"] == "unknown", row
    assert row["id"] in cli.err


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_terminated_export_leaves_no_partial_file(cli: CommandLine, tmp_path: Path, ending: signal.Signals) -> None:
    """While a server delays a cover. Verified to fail with default signal handling: a file remained."""
    is_asked, is_over = threading.Event(), threading.Event()

    def respond(asked: RecordedRequest) -> tuple[int, object]:
        if asked.path.endswith(".png"):
            is_asked.set()
            is_over.wait(HANG_S)
            return 404, {}
        clip = {"id": "clip-1", "title": "x", "status": "complete", "image_url": f"{scripted.base_url}/cover.png"}
        task = {"task_id": "task-1", "status": "SUCCESS", "action": "MUSIC", "data": [clip]}
        return 200, {"code": "success", "message": "", "data": [task]}

    folder = tmp_path / "pages"
    folder.mkdir()
    with scripted_gateway(respond) as scripted:
        cli.environ |= {"SUNOTUI_BASE_URL": scripted.base_url, "SUNOTUI_TOKEN": "sk-of-an-export-123456"}
        cli.run("fetch", "task-1")
        process = start(cli, "export", "--html", "--ids", "task-1", "-o", str(folder / "page.html"))
        until(is_asked.is_set, "the cover")
        assert len(list(folder.iterdir())) == 1, "it is written under a temporary name"
        process.send_signal(ending)
        end(cli, process)
        is_over.set()
    assert process.returncode == 128 + ending
    assert list(folder.iterdir()) == []


@pytest.mark.guarantee(
    "E8",
    ordinary=(
        "a token_command, also one that ignores SIGTERM, ends with a command that gets SIGTERM, SIGHUP, "
        "SIGINT or SIGQUIT: 8"
    ),
)
@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
@pytest.mark.parametrize("trap", ["", "trap '' TERM HUP INT QUIT; "], ids=["obedient", "stubborn"])
def test_a_token_command_ends_with_the_program(
    cli: CommandLine, tmp_path: Path, ending: signal.Signals, trap: str
) -> None:
    """Regression: with default signal handling, the command and its children survived; with SIGTERM only, those that
    ignore it."""
    started = tmp_path / "started"
    script = f"{trap}sleep 1000 & echo $$ $! > {started}.new; mv {started}.new {started}; sleep 1000"
    folder = Path(cli.environ["SUNOTUI_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(
        f'[profiles.vault]\nbase_url = "https://x.example"\ntoken_command = ["sh", "-c", "{script}"]\n'
    )
    process = start(cli, "--profile", "vault", "music", "--describe", "rain")
    until(started.exists, "the start of the token command")
    process.send_signal(ending)
    end(cli, process)
    assert process.returncode == 128 + ending
    pids = [int(pid) for pid in started.read_text().split()]
    until(lambda: not any(map(is_alive, pids)), "the end of the token command")


@pytest.mark.parametrize(("key", "code"), [("\x1c", 131), ("\x03", 130)], ids=["ctrl+backslash", "ctrl+c"])
def test_after_an_aborted_token_prompt_the_terminal_echoes(cli: CommandLine, key: str, code: int) -> None:
    """Regression: after SIGQUIT with default handling, the shell did not echo input."""
    terminal = PseudoTerminal(sunotui("login", "--base-url", "https://x.example", "--profile", "home"), cli.environ)
    try:
        terminal.wait_for("Token (not shown)")
        assert not terminal.is_restored
        terminal.type(key)
        assert terminal.ended() == code
        assert terminal.is_restored
        assert "Traceback" not in terminal.screen
    finally:
        terminal.close()


# --- a large import ---------------------------------------------------------------------------------------------------


def start_import(cli: CommandLine, file: Path) -> tuple[subprocess.Popen[str], int]:
    """Start the import of 9,000 songs; returns when its second process runs, with the id of that."""
    songs = [
        {"record": "task", "id": f"t{n}", "profile": "home", "kind": "music", "status": "success"} for n in range(9_000)
    ]
    file.write_text("".join(json.dumps(song) + "\n" for song in songs))
    process = start(cli, "import", str(file))
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(lambda: children.read_text() != "", "the second process runs")
    return process, int(children.read_text())


@pytest.mark.guarantee("E8", ordinary="the second process of an import ends with a command that gets SIGINT or SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_import_leaves_no_process_and_is_continued(
    cli: CommandLine, tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "export"
    process, second = start_import(cli, file)
    process.send_signal(number)
    out, err = end(cli, process)
    assert (process.returncode, out) == (128 + number, "")
    assert ("continues from there" in err) == (number == signal.SIGINT)
    assert "Traceback" not in err
    until(lambda: not is_alive(second), "the second process has ended")
    assert cli.json("import", str(file))["broken"] == 0
    assert cli.json("import", str(file))["there"] == 9_000


def test_an_import_finishes_without_its_second_process(cli: CommandLine, tmp_path: Path) -> None:
    process, second = start_import(cli, tmp_path / "export")
    os.kill(second, signal.SIGKILL)
    out, err = end(cli, process)
    assert (process.returncode, out) == (0, "")
    assert err == "Imported: 9,000 added, 0 completed, 0 already there\n"

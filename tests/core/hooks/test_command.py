"""One command: its input, its output, its time limit, and what it leaves running (A4)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from sunotui.core.hooks.command import OUTPUT_LIMIT, CommandResult, run_command
from tests.support.paths import ROOT
from tests.support.processes import is_alive
from tests.support.waiting import HANG_S, until

SHORT_S = 0.3


def run_shell(script: str, data: bytes = b"", limit_s: float = HANG_S, stop: Event | None = None) -> CommandResult:
    return run_command(["sh", "-c", script], data, {"PATH": os.environ["PATH"]}, limit_s, stop or Event())


def pid_in(file: Path) -> int:
    """The process id that a script wrote."""
    until(lambda: file.exists() and file.read_text().endswith("\n"), f"a process id in {file}")
    return int(file.read_text())


def until_ended(file: Path) -> None:
    """Wait until the process of which a script wrote the id has ended."""
    pid = pid_in(file)
    until(lambda: not is_alive(pid), f"the end of process {pid}")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_it_reads_the_data_and_its_output_is_kept() -> None:
    result = run_shell("cat; echo problem >&2; exit 3", b"song\n" * 2)
    assert result == CommandResult(3, b"song\nsong\nproblem\n")


def test_data_that_is_not_read_blocks_nothing() -> None:
    assert run_shell("exit 0", b"x" * 4_000_000).exit_code == 0


def test_only_the_end_of_a_long_output_is_kept() -> None:
    result = run_shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end")
    assert result.exit_code == 0
    assert len(result.output) == OUTPUT_LIMIT
    assert result.output.endswith(b"xend\n")


def test_it_has_no_terminal_and_its_own_group() -> None:
    """Fails without `start_new_session`."""
    result = run_shell("ps -o sid= -p $$ | tr -d ' '; echo $$; tty; exec 3</dev/tty")
    session, pid, terminal = result.output.decode().splitlines()[:3]
    assert session == pid
    assert terminal == "not a tty"
    assert result.exit_code not in {0, None}, "there is no controlling terminal"


@pytest.mark.parametrize("script", ["sleep 1000", "trap '' TERM; while :; do sleep 0.1; done", "yes"])
def test_one_that_never_ends_is_ended_with_its_children(script: str, tmp_path: Path) -> None:
    """Fails without the kill of the group: its child lives on."""
    file = tmp_path / "pid"
    result = run_shell(f"sleep 1000 & echo $! >{file}; {script}", limit_s=SHORT_S)
    assert result.exit_code is None
    until_ended(file)


def test_what_it_leaves_running_is_ended_too(tmp_path: Path) -> None:
    """The child keeps the output open, and ignores the first signal."""
    file = tmp_path / "pid"
    result = run_shell(f"(trap '' TERM; echo started; exec sleep 1000) & echo $! >{file}; sleep 0.1")
    assert result.exit_code == 0
    until_ended(file)


def test_a_child_in_another_session_that_keeps_printing_does_not_hold_it() -> None:
    """Fails with a loop that reads to the end of the output."""
    result = run_shell("setsid timeout 5 yes & sleep 0.1")
    assert result.exit_code == 0


def test_it_can_be_stopped(tmp_path: Path) -> None:
    file, stop, results = tmp_path / "pid", Event(), list[CommandResult]()
    running = Thread(target=lambda: results.append(run_shell(f"echo $$ >{file}; sleep 1000", stop=stop)))
    running.start()
    pid_in(file)
    stop.set()
    running.join(HANG_S)
    assert results == [CommandResult(None, b"")]
    until_ended(file)


PROGRAM = """
import os, sys, threading
from sunotui.core.hooks.command import run_command
run_command(["sh", "-c", sys.argv[1]], b"", {"PATH": os.environ["PATH"]}, 1000.0, threading.Event())
"""


@pytest.mark.guarantee(
    "A4", ordinary="commands that wait, ignore signals and are stopped, while their program is killed"
)
@pytest.mark.parametrize("script", ["sleep 1000", "trap '' TERM; while :; do sleep 0.1; done", "kill -STOP $$"])
def test_it_ends_with_a_killed_program(script: str, tmp_path: Path) -> None:
    """With its children. Fails without the process in its group that sees the end of the pipe."""
    files = tmp_path / "child", tmp_path / "command"
    begin = f"(trap '' TERM; exec sleep 1000) & echo $! >{files[0]}; echo $$ >{files[1]}; {script}"
    with subprocess.Popen([sys.executable, "-c", PROGRAM, begin], cwd=ROOT) as program:
        pids = [pid_in(file) for file in files]
        assert all(is_alive(pid) for pid in pids)
        program.kill()
    for pid in pids:
        until(lambda pid=pid: not is_alive(pid), f"the end of process {pid}")  # type: ignore[misc]


def test_the_shell_that_starts_it_becomes_the_command() -> None:
    """Without any other open file."""
    script = "import os; print(os.getpid() == os.getpgrp(), os.listdir('/proc/self/fd'))"
    result = run_command([sys.executable, "-c", script], b"", {"PATH": os.environ["PATH"]}, HANG_S, Event())
    # The fourth is that of the list.
    assert result == CommandResult(0, b"True ['0', '1', '2', '3']\n")


@pytest.mark.parametrize("command", [["/no/such/command"], ["/etc/passwd"], ["nul\0"], ["/tmp"]])
def test_one_that_cannot_be_started_raises_and_leaves_nothing_open(command: list[str]) -> None:
    before = open_files()
    with pytest.raises((OSError, ValueError)):
        run_command(command, b"", {}, HANG_S, Event())
    assert open_files() == before

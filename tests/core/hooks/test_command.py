"""One command: its input, its output, its time limit, and what it leaves running (A4)."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from sunotui.core.hooks.command import OUTPUT_LIMIT, CommandResult, run_command
from tests.support.processes import is_alive
from tests.support.waiting import HANG_S, until, until_async

SHORT_S = 0.3


async def run_shell(script: str, data: bytes = b"", limit_s: float = HANG_S) -> CommandResult:
    return await run_command(["sh", "-c", script], data, {"PATH": os.environ["PATH"]}, limit_s)


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


async def test_it_reads_the_data_and_its_output_is_kept() -> None:
    result = await run_shell("cat; echo problem >&2; exit 3", b"song\n" * 2)
    assert result == CommandResult(3, b"song\nsong\nproblem\n")


async def test_data_that_is_not_read_blocks_nothing() -> None:
    assert (await run_shell("exit 0", b"x" * 4_000_000)).exit_code == 0


async def test_only_the_end_of_a_long_output_is_kept() -> None:
    result = await run_shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end")
    assert result.exit_code == 0
    assert len(result.output) == OUTPUT_LIMIT
    assert result.output.endswith(b"xend\n")


async def test_it_has_no_terminal_and_a_group_of_its_own() -> None:
    """Fails without `start_new_session`."""
    result = await run_shell("ps -o sid= -p $$ | tr -d ' '; echo $$; tty; exec 3</dev/tty")
    session, pid, terminal = result.output.decode().splitlines()[:3]
    assert session == pid
    assert terminal == "not a tty"
    assert result.exit_code not in {0, None}, "there is no controlling terminal"


@pytest.mark.parametrize("script", ["sleep 1000", "trap '' TERM; while :; do sleep 0.1; done", "yes"])
async def test_one_that_never_ends_is_ended_with_its_children(script: str, tmp_path: Path) -> None:
    """Fails without the kill of the group: its child lives on."""
    file = tmp_path / "pid"
    result = await run_shell(f"sleep 1000 & echo $! >{file}; {script}", limit_s=SHORT_S)
    assert result.exit_code is None
    until_ended(file)


async def test_what_it_leaves_running_is_ended_too(tmp_path: Path) -> None:
    """The child keeps the output open, and ignores the first signal."""
    file = tmp_path / "pid"
    result = await run_shell(f"(trap '' TERM; echo started; exec sleep 1000) & echo $! >{file}; sleep 0.1")
    assert result.exit_code == 0
    until_ended(file)


async def test_a_child_in_another_session_that_keeps_printing_does_not_hold_it() -> None:
    """Fails with a loop in `_Output.close` that reads to the end."""
    result = await run_shell("setsid timeout 5 yes & sleep 0.1")
    assert result.exit_code == 0


async def test_a_cancellation_ends_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    running = asyncio.create_task(run_shell(f"echo $$ >{file}; sleep 1000"))
    await until_async(lambda: file.exists() and file.read_text().endswith("\n"), "the start")
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    until_ended(file)


@pytest.mark.parametrize("command", [["/no/such/command"], ["/etc/passwd"], ["nul\0"], ["/tmp"]])
async def test_one_that_cannot_be_started_raises_and_leaves_nothing_open(command: list[str]) -> None:
    before = open_files()
    with pytest.raises((OSError, ValueError)):
        await run_command(command, b"", {}, HANG_S)
    assert open_files() == before

"""Runs one command with a time limit, without a terminal, and leaves none of its processes running (A4)."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

OUTPUT_LIMIT = 8 * 1024
"""How much of the end of a command's output is kept, in bytes, including standard error."""
_READ_SIZE = 64 * 1024
_PARTS_LEFT = 16
_TERM_S = 0.5
"""Seconds from the termination signal to the kill of the group."""
_CHECKS = 20
"""How often it is checked in that time whether anything is left of the group."""


class CommandResult(NamedTuple):
    """How a command ended."""

    exit_code: int | None
    """Negative for a signal; None if it ran too long."""
    output: bytes
    """The last OUTPUT_LIMIT bytes that it printed."""


async def run_command(command: Sequence[str], data: bytes, environ: Mapping[str, str], limit_s: float) -> CommandResult:
    """Run a command with `data` as its standard input, in a session and process group of its own. When it has exited,
    when `limit_s` seconds have passed and when this is cancelled, all processes of the group are ended. Raises OSError
    and ValueError if it cannot be started.
    """
    output = _Output()
    # A file, so that a command that does not read it blocks nothing.
    with tempfile.TemporaryFile() as stdin:
        stdin.write(data)
        stdin.seek(0)
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=stdin,
                stdout=output.writer,
                stderr=output.writer,
                env=dict(environ),
                start_new_session=True,
            )
        except BaseException:  # also a cancellation: the pipe would stay open
            output.close()
            raise
    output.follow()
    exit_code: int | None = None
    try:
        async with asyncio.timeout(limit_s):
            exit_code = await process.wait()
    except TimeoutError:
        pass
    finally:
        await asyncio.shield(_end_group(process))
        output.close()
    return CommandResult(exit_code, output.tail)


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """End every process of the group, first with SIGTERM, then with SIGKILL."""
    number: int = signal.SIGTERM
    for _ in range(_CHECKS):
        if not _signal_group(process.pid, number):
            break
        number = 0
        await asyncio.sleep(_TERM_S / _CHECKS)
    else:
        _signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a group; returns whether any process was left to receive it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


class _Output:
    """A pipe whose end is kept. It is read until `close`, and not until its end: what the command has started may keep
    it open."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._kept = bytearray()

    @property
    def tail(self) -> bytes:
        """The last OUTPUT_LIMIT bytes."""
        return bytes(self._kept)

    def follow(self) -> None:
        """Read what is printed from now on."""
        os.close(self.writer)
        self.writer = -1
        asyncio.get_running_loop().add_reader(self._reader, self._read)

    def _read(self) -> bool:
        """Read one part; returns whether there may be more."""
        try:
            part = os.read(self._reader, _READ_SIZE)
        except BlockingIOError:
            return False
        if not part:
            asyncio.get_running_loop().remove_reader(self._reader)
        self._kept = (self._kept + part)[-OUTPUT_LIMIT:]
        return bool(part)

    def close(self) -> None:
        """Read what is left and close both ends."""
        if self.writer >= 0:
            os.close(self.writer)
        else:
            # A pipe holds no more than that; a process that left the group may write without end.
            for _ in range(_PARTS_LEFT):
                if not self._read():
                    break
            asyncio.get_running_loop().remove_reader(self._reader)
        os.close(self._reader)

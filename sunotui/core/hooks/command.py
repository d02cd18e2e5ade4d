"""Runs one command with a time limit, without a terminal, and leaves none of its processes running, also if this
program is killed (A4)."""

from __future__ import annotations

import errno
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sunotui.core.system.helper_process import start_process, terminate_group
from sunotui.named_tuple import NamedTuple

OUTPUT_LIMIT = 8 * 1024
"""How much of the end of a command's output is kept, in bytes, including standard error."""
_READ_SIZE = 64 * 1024
_PARTS_LEFT = 16
"""How many parts are read after the command's end. A pipe holds no more, and a process that left the group may write
forever."""
_CHECK_S = 0.05
"""The interval of the checks whether the command has exited, in seconds: its children may keep its output open."""

_SHELL = "/bin/sh"
_GUARDED = """exec 3<&0 <&2 2>&1
( (read -r end; trap '' TERM; kill -TERM 0; sleep 1; kill -KILL 0) <&3 3<&- >/dev/null 2>&1 & )
exec "$@" 3<&-"""
"""Becomes the command, and leaves a process in its group that ends the group when the pipe on standard input is closed:
when this program ends, for whatever reason. The command's own standard input is expected as standard error."""


class CommandResult(NamedTuple):
    """The result of a command."""

    exit_code: int | None
    """Negative for a signal; None if it ran too long or was stopped."""
    output: bytes
    """The last OUTPUT_LIMIT bytes that it printed."""


def run_command(
    command: Sequence[str], data: bytes, environ: Mapping[str, str], limit_s: float, stop: threading.Event
) -> CommandResult:
    """Run a command with `data` as its standard input, in a session and process group of its own. When it has exited,
    when `limit_s` seconds have passed, when `stop` is set and when this program ends, all processes of the group are
    ended. Blocks until then. Raises OSError and ValueError if it cannot be started.
    """
    _check_program(command[0], environ)
    reader, writer = os.pipe()
    # The only copy of its second end is here: no child inherits it.
    theirs, lifeline = os.pipe()
    try:
        try:
            # A file, so that a command that does not read it blocks nothing.
            with tempfile.TemporaryFile() as stdin:
                stdin.write(data)
                stdin.seek(0)
                guarded = (_SHELL, "-c", _GUARDED, "on_done", *command)
                process = start_process(guarded, environ, stdin=theirs, stdout=writer, stderr=stdin.fileno())
        finally:
            os.close(writer)
            os.close(theirs)
        os.set_blocking(reader, False)
        try:
            return _followed(process, reader, time.monotonic() + limit_s, stop)
        finally:
            terminate_group(process)
    finally:
        os.close(lifeline)
        os.close(reader)


def _check_program(name: str, environ: Mapping[str, str]) -> None:
    """Raise the OSError with which a program cannot be started: the shell only prints it."""
    if shutil.which(name, path=environ.get("PATH", os.defpath)) is None:
        number = errno.EACCES if os.path.sep in name and Path(name).exists() else errno.ENOENT
        raise OSError(number, os.strerror(number), name)


def _followed(process: subprocess.Popen[bytes], reader: int, end: float, stop: threading.Event) -> CommandResult:
    """Read the output until the command exits or must be ended."""
    poll = select.poll()
    poll.register(reader, select.POLLIN)
    kept = b""
    while process.poll() is None and time.monotonic() < end and not stop.is_set():
        if not poll.poll(1000 * _CHECK_S):
            continue
        part = _read(reader)
        kept = (kept + part)[-OUTPUT_LIMIT:]
        if not part:
            # It has closed its output, but may still run.
            poll.unregister(reader)
    exit_code = process.returncode
    for _ in range(_PARTS_LEFT):
        if not (part := _read(reader)):
            break
        kept = (kept + part)[-OUTPUT_LIMIT:]
    return CommandResult(exit_code, kept)


def _read(reader: int) -> bytes:
    """What can be read without waiting; may be empty."""
    try:
        return os.read(reader, _READ_SIZE)
    except BlockingIOError:
        return b""

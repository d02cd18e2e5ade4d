"""Waits for the end of a test run, however it ends, and removes its files and processes: `cleanup.py PID DIRECTORY...`.

Every process of a run has the run's first directory in its environment, as TMPDIR. That finds servers which detached
themselves and children of a killed process alike. It reads /proc; elsewhere only the directories are removed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

_PROC = Path("/proc")
_LIMIT_S = 20.0


def processes_of(directory: str, *, besides: Sequence[int] = ()) -> dict[int, str]:
    """The other processes with this directory in their environment: process id and command line."""
    found: dict[int, str] = {}
    for process in _PROC.iterdir() if _PROC.is_dir() else ():
        if not process.name.isdigit() or int(process.name) in {os.getpid(), *besides}:
            continue
        try:
            if directory.encode() in (process / "environ").read_bytes():
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(process.name)] = command.decode(errors="replace").strip()
        except OSError:  # it has ended by now, or it is another user's
            continue
    return found


def _kill_all(directory: str, run: int) -> None:
    until = time.monotonic() + _LIMIT_S
    while (left := processes_of(directory, besides=[run])) and time.monotonic() < until:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def _unmount_below(directory: str) -> None:
    mounts = _PROC / "self/mounts"
    if mounts.is_file():
        for line in reversed(mounts.read_text().splitlines()):
            place = line.split()[1]
            if place.startswith(directory + "/"):
                subprocess.run(["umount", "-l", place], check=False, capture_output=True)


def main(run: int, directories: Sequence[str]) -> None:
    """Wait until standard input is closed by the exit of the parent, then remove everything."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(ignored, signal.SIG_IGN)
    sys.stdin.read()
    _kill_all(directories[0], run)
    for directory in directories:
        _unmount_below(directory)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

"""Marks a terminal as in use, so that the next start on it knows that this process was killed and could not restore the
terminal (T5)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sunotui.storage.paths import FILE_MODE, make_private


class TerminalLock:
    """A locked file for one terminal. It exists while the screens are shown, and remains if the program is killed."""

    def __init__(self, folder: Path, terminal: str) -> None:
        """`terminal` is the path of the device, such as /dev/pts/3."""
        self._path = folder / "terminals" / terminal.strip("/").replace("/", "-")
        self._descriptor = -1

    def acquire(self) -> bool:
        """Lock the terminal; returns whether the previous holder was killed. A process suspended with ctrl+z keeps the
        lock. In a folder that cannot be written, nothing is locked and the result is False.
        """
        try:
            make_private(self._path.parent)
            was_there = self._path.exists()
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return was_there

    def release(self) -> None:
        """Remove the file: the terminal is restored."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1

"""Notes that a terminal is in our hands, so that the next start on it knows when we were killed and could not give it
back (T5)."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from sunotui.storage.paths import FILE_MODE, make_private


class TerminalLock:
    """A locked file for one terminal: there for as long as the screens are, or for longer when they are killed."""

    def __init__(self, folder: Path, terminal: str) -> None:
        """`terminal` is the system's name of it, such as /dev/pts/3."""
        self._path = folder / "terminals" / terminal.strip("/").replace("/", "-")
        self._descriptor = -1

    def acquire(self) -> bool:
        """Take the terminal; whether the last who had it was killed. One who still lives, stopped by ctrl+z, keeps it.

        A folder that cannot be written to means no mark and no cure, and stops nobody.
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
        """The terminal is as it was."""
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1

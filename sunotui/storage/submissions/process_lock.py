"""Who is sending: each process holds a locked file of its own, and a lock that can be taken is a process that is dead.

Process numbers are used again by the system and can belong to another machine; a lock cannot lie like that (S5).
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from sunotui.storage.paths import FILE_MODE, make_private

_ID = r"[0-9a-f]{32}"


class ProcessLock:
    """This process as the owner of submissions, from the first one until the library is closed or the process ends."""

    def __init__(self, folder: Path) -> None:
        """Make and lock a file in `folder`. Raises OSError."""
        make_private(folder)
        self.id = os.urandom(16).hex()
        self._path = _lock_file(folder, self.id)
        # Locked before it has its name: nobody can find the file unlocked and take its owner for dead.
        hidden = self._path.with_suffix(".new")
        # Kept as a bare number: it must stay open for as long as the process lives, whatever is thrown away.
        self._descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            hidden.rename(self._path)
        except BaseException:
            os.close(self._descriptor)
            hidden.unlink(missing_ok=True)
            raise

    def release(self) -> None:
        """Let go: whoever asks from now on is told that this owner is dead."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def is_dead(folder: Path, owner_id: str) -> bool:
    """Whether the owner has ended: its file is gone, or its lock can be taken. Raises OSError."""
    if re.fullmatch(_ID, owner_id) is None:
        return True
    try:
        descriptor = os.open(_lock_file(folder, owner_id), os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def remove_stale_locks(folder: Path) -> None:
    """Remove the files of dead owners. Raises OSError."""
    for path in folder.glob("*.lock"):
        if is_dead(folder, path.stem):
            path.unlink(missing_ok=True)


def _lock_file(folder: Path, owner_id: str) -> Path:
    return folder / f"{owner_id}.lock"

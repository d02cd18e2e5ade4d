"""Identifies the process that sends a submission: each process holds the lock of its own file, and a lock that is free
means that the process has ended.

A process id would not suffice: the system reuses it, and it may be from another machine (S5).
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

from sunotui.storage.paths import FILE_MODE, make_private

_ID = r"[0-9a-f]{32}"


class ProcessLock:
    """Marks this process as the owner of its submissions, until the library is closed or the process ends."""

    def __init__(self, folder: Path) -> None:
        """Create and lock a file in `folder`. Raises OSError."""
        make_private(folder)
        self.id = os.urandom(16).hex()
        self._path = _lock_file(folder, self.id)
        # Locked before it is renamed: no process can find it unlocked and consider its owner dead.
        new = self._path.with_suffix(".new")
        # A plain file descriptor, which stays open until the process ends, even if this object is garbage-collected.
        self._descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            new.rename(self._path)
        except OSError:
            os.close(self._descriptor)
            new.unlink(missing_ok=True)
            raise

    def release(self) -> None:
        """Release the lock and delete the file: the owner counts as dead from then on."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def is_dead(folder: Path, owner_id: str) -> bool:
    """Whether the owner has ended: its file is missing or unlocked. Raises OSError."""
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
    """Delete the files of owners that have ended; those in a folder that cannot be read stay. Raises OSError."""
    try:
        # Not by a pattern, which the first use compiles: every start comes here.
        paths = list(folder.iterdir())
    except OSError:
        return
    for path in paths:
        if path.suffix == ".lock" and is_dead(folder, path.stem):
            path.unlink(missing_ok=True)


def _lock_file(folder: Path, owner_id: str) -> Path:
    return folder / f"{owner_id}.lock"

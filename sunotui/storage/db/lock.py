"""The lock of an open library: processes that open it share the lock, and a repair, which replaces the file, holds it
exclusively.

SQLite's own locks are not enough: they need an intact file, and on a network disk SQLite holds none between writes.
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

from sunotui.domain.errors import LibraryError
from sunotui.storage.paths import FILE_MODE

_NO_LOCKS = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.ENOLCK})


class LibraryLock:
    """The library's lock, held until it is released or the process ends."""

    def __init__(self, descriptor: int | None) -> None:
        """Use `shared` or `exclusive`. `descriptor` is None on a disk without locks, where no repair can run either."""
        self._descriptor = descriptor

    @classmethod
    def shared(cls, library: Path) -> LibraryLock:
        """Lock the library together with other processes that have it open. Raises LibraryError while it is being
        repaired, and OSError."""
        try:
            descriptor = _open(library)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return cls(None)
            raise
        if not _try_lock(descriptor, fcntl.LOCK_SH):
            os.close(descriptor)
            raise LibraryError(f"The library {library} is being repaired", advice="Wait until that has ended")
        return cls(descriptor)

    @classmethod
    def exclusive(cls, library: Path) -> LibraryLock:
        """Lock the library for this process only. Raises LibraryError while another process has it open, and
        OSError."""
        descriptor = _open(library)
        if not _try_lock(descriptor, fcntl.LOCK_EX):
            os.close(descriptor)
            raise LibraryError(
                "Another sunotui has this library open or is repairing it",
                advice="End it first, then repair the library",
            )
        return cls(descriptor)

    def release(self) -> None:
        """Release the lock. Calling it again does nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _open(library: Path) -> int:
    # The lock file is never deleted: a lock on a deleted file would not exclude a process that creates the file again.
    return os.open(library.with_name(f"{library.stem}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)


def _try_lock(descriptor: int, operation: int) -> bool:
    """Whether the lock was free, and is held now."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

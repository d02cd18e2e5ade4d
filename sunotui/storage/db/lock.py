"""Who has the library open: every opener shares one lock, and a repair, which swaps the file, wants it for itself.

SQLite's own locks will not do: they need a file that it can read, and on a network disk it holds none between writes.
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
    """A hold on the library's lock, until it is released or the process ends, however that comes."""

    def __init__(self, descriptor: int | None) -> None:
        """Use `share` or `alone`; None where the disk takes no lock, and nothing can be repaired either."""
        self._descriptor = descriptor

    @classmethod
    def share(cls, library: Path) -> LibraryLock:
        """Beside all others who have it open. Raises LibraryError while it is being repaired, and OSError."""
        try:
            descriptor = _open(library)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return cls(None)
            raise
        if not _is_taken(descriptor, fcntl.LOCK_SH):
            os.close(descriptor)
            raise LibraryError(f"The library {library} is being repaired", advice="Wait until that has ended")
        return cls(descriptor)

    @classmethod
    def alone(cls, library: Path) -> LibraryLock:
        """Without any other. Raises LibraryError while another process has it open, and OSError."""
        descriptor = _open(library)
        if not _is_taken(descriptor, fcntl.LOCK_EX):
            os.close(descriptor)
            raise LibraryError(
                "Another sunotui has this library open or repairs it", advice="End it first, then repair the library"
            )
        return cls(descriptor)

    def release(self) -> None:
        """Let go. Twice is once."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _open(library: Path) -> int:
    # Never removed: a lock on a file that lost its name would keep nobody out.
    return os.open(library.with_name(f"{library.stem}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)


def _is_taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

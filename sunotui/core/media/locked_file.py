"""Files that this process holds a lock on, so that no other one deletes them while they are in use."""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path

from sunotui.named_tuple import NamedTuple
from sunotui.storage.paths import FILE_MODE


class Usage(NamedTuple):
    """The contents of a folder of media."""

    files: int
    size: int
    """Bytes."""


class LockedFile:
    """An open regular file with a lock that ends with the process at the latest; usable from any thread."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, marks_use: bool = True) -> LockedFile | None:
        """Open an existing file for reading, and mark it as just used by setting its modification time; None if it is
        missing, empty, not a regular file or being written. Symbolic links are not followed. Raises OSError."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        if lock(descriptor, fcntl.LOCK_SH) and _is_at(descriptor, path):
            if marks_use:
                with suppress(OSError):  # a read-only folder: its order of use does not change
                    os.utime(descriptor)
            return cls(path, descriptor)
        os.close(descriptor)
        return None

    @classmethod
    def create(cls, path: Path) -> LockedFile:
        """Create a file that only its owner can read, for writing. Raises OSError, also if it exists."""
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(path, flags, FILE_MODE)
        lock(descriptor, fcntl.LOCK_EX)
        return cls(path, descriptor)

    def write(self, data: bytes) -> None:
        """Append data. Raises OSError, also when the file is closed."""
        with self._lock:
            self._check()
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def sync(self) -> None:
        """Wait until the data is on disk, and share the lock with readers. Raises OSError."""
        with self._lock:
            self._check()
            os.fsync(self._descriptor)
            lock(self._descriptor, fcntl.LOCK_SH)

    @property
    def size(self) -> int:
        """The size in bytes; 0 when it is closed."""
        with self._lock:
            return os.fstat(self._descriptor).st_size if self._descriptor >= 0 else 0

    def close(self) -> None:
        """Release the lock, after a write that is in progress."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, -1
            if descriptor >= 0:
                os.close(descriptor)

    def _check(self) -> None:
        if self._descriptor < 0:
            raise OSError(9, "The file is closed")


def lock(descriptor: int, kind: int) -> bool:
    """Take a lock without waiting; False if another process has it. On a file system without locks, every lock is
    free."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def delete_unused(path: Path) -> bool:
    """Delete a file unless a process has a lock on it. Returns whether it was deleted. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not lock(descriptor, fcntl.LOCK_EX):
            return False
        path.unlink(missing_ok=True)
        return True
    finally:
        os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is a regular one with content that has not been deleted or replaced in the meantime."""
    here = os.fstat(descriptor)
    try:
        there = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(here.st_mode) and here.st_size > 0 and os.path.samestat(here, there)

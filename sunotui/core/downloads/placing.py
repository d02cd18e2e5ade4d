"""Gives a complete file its name in its folder, and never overwrites another one (W2).

All functions block on the disk: call them in threads.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sunotui.named_tuple import NamedTuple
from sunotui.storage.paths import sync_folder

_CHUNK = 1_048_576
FILE_MODE = 0o666
"""The usual permissions of a user's file, less those that the umask takes away."""
_MOST_NAMES = 10_000
_SHORT_NAME_BYTES = 120
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EACCES})
"""What file systems without hard links report, such as exFAT and some network drives."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

NameOf = Callable[[int, int | None], str]
"""Makes the name of a file from its number, which is 1 for the first file with this name, and the maximum length in
bytes, which is None for the default."""


class Placed(NamedTuple):
    """A file that has its name."""

    path: Path
    size: int
    """Bytes."""
    sha256: str
    mtime_ns: int


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in lower case. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described(path: Path) -> Placed:
    """A file that has its name already; the program may have been killed before that was on disk. Raises OSError."""
    sync_folder(path.parent)
    state = path.stat()
    return Placed(path, state.st_size, sha256_of(path), state.st_mtime_ns)


def place(complete: Path, name_of: NameOf) -> Placed:
    """Sync a complete file and give it the first free name in its folder; a file with the same content that has this
    name already is taken instead. The name `complete` stays, for the caller to delete. Raises OSError."""
    with complete.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        state = os.fstat(file.fileno())
    limit: int | None = None
    number = 1
    while number <= _MOST_NAMES:
        path = complete.parent / name_of(number, limit)
        try:
            link_new(complete, path)
        except FileExistsError:
            if _is_same(path, state, sha256):
                break
            number += 1
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG or limit is not None:
                raise
            limit = _SHORT_NAME_BYTES
        else:
            break
    else:
        raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))
    sync_folder(complete.parent)
    return Placed(path, state.st_size, sha256, path.stat().st_mtime_ns)


def copy_new(source: Path, target: Path, *, mode: int) -> None:
    """Copy a file to a new one. Raises OSError, also if the target exists."""
    with new_file(target, mode=mode) as copy, source.open("rb") as file:
        copy_part(file, copy, 0, os.fstat(file.fileno()).st_size)


@contextmanager
def new_file(path: Path, *, mode: int) -> Iterator[BinaryIO]:
    """Create a file and write it without a buffer; it is deleted if the body raises. Raises OSError, also if it
    exists."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            yield file
    except BaseException:  # the body is the caller's: whatever ends it leaves no file
        path.unlink(missing_ok=True)
        raise


def write_all(file: BinaryIO, data: bytes) -> None:
    """Write data to a file without a buffer, which may take only a part of it at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def copy_part(source: BinaryIO, target: BinaryIO, start: int, size: int) -> None:
    """Append a part of a file to another one, which has no buffer. Raises OSError, also if the source ends before
    it."""
    done = _copied_by_system(source, target, start, size)
    source.seek(start + done)
    while done < size:
        chunk = source.read(min(_CHUNK, size - done))
        if not chunk:
            raise OSError(errno.EIO, "The file became shorter while it was read")
        write_all(target, chunk)
        done += len(chunk)


def _copied_by_system(source: BinaryIO, target: BinaryIO, start: int, size: int) -> int:
    """Let the system copy, as far as it can between these files, and return how much that was. It takes one long call:
    each return to Python may wait for the other threads. Raises OSError."""
    done = 0
    # Elsewhere it writes to sockets only.
    while sys.platform == "linux" and done < size:
        try:
            sent = os.sendfile(target.fileno(), source.fileno(), start + done, size - done)
        except OSError as error:
            if error.errno in _FULL:
                raise
            break
        if not sent:
            break
        done += sent
    return done


def link_new(complete: Path, path: Path) -> None:
    """Give a file a second name. Raises OSError, and FileExistsError if a file with this name exists."""
    try:
        path.hardlink_to(complete)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        # The file moves in one step; only if another program creates a file with this name at this instant is that file
        # lost.
        complete.rename(path)


def _is_same(path: Path, state: os.stat_result, sha256: str) -> bool:
    """Whether a regular file has the content of the complete one."""
    with suppress(OSError):
        there = path.lstat()
        is_file = path.is_file() and not path.is_symlink()
        return is_file and there.st_size == state.st_size and sha256_of(path) == sha256
    return False

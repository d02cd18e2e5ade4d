"""Gives a complete file its name in its folder, and never overwrites another one (W2).

All functions block on the disk: call them in threads.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sunotui.storage.paths import sync_folder

_CHUNK = 1_048_576
_MOST_NAMES = 10_000
_SHORT_NAME_BYTES = 120
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL, errno.EACCES})
"""What file systems without hard links report, such as exFAT and some network drives."""

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
    """A file that has its name already. Raises OSError."""
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
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(target, flags | getattr(os, "O_BINARY", 0), mode)
    try:
        with os.fdopen(descriptor, "wb") as copy, source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


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

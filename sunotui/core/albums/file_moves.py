"""Moves and hashes files without ever overwriting one."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

_CHUNK = 2**20
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
"""Errors of `link` on file systems without hard links, such as that of a memory stick."""


def move_to_free_name(source: Path, target: Path) -> None:
    """Rename a file to an unused name. Raises FileExistsError if the name is used, and OSError."""
    try:
        # A rename would overwrite a file that another program has created there.
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # No other program can create an empty file of this name at the same time.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW))
        source.replace(target)
    else:
        source.unlink()


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in lower case. Symbolic links are not followed. Raises OSError."""
    found = hashlib.sha256()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def regular_file(path: Path) -> os.stat_result | None:
    """The state of a regular file; None if it is something else or does not exist. Raises OSError only if that cannot
    be determined."""
    with suppress(FileNotFoundError, NotADirectoryError):
        found = path.lstat()
        return found if stat.S_ISREG(found.st_mode) else None
    return None

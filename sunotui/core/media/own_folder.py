"""Checks that a cache folder is safe: not a symbolic link to something else, and not another user's."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def check_own(folder: Path) -> None:
    """Raise OSError if a folder is a symbolic link, or belongs to another user; a missing one is accepted."""
    try:
        state = folder.lstat()
    except FileNotFoundError:
        return
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "It is a symbolic link")
    if state.st_uid != os.getuid():
        raise OSError(errno.EPERM, "It belongs to another user")


def is_own(folder: Path) -> bool:
    """Whether files in a folder may be read and deleted; see `check_own`."""
    try:
        check_own(folder)
    except OSError:
        return False
    return True

"""The temporary folder of a demo, which the next demo deletes if this one is killed."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sunotui.core.system.crash_report import NAMED_FILES

PREFIX = "sunotui-demo-"
LOCK_NAME = "demo.lock"
"""The file in the folder that a running demo holds a lock on."""
_PRIVATE = 0o700
_FILE_MODE = 0o600


@contextmanager
def demo_folder() -> Iterator[Path]:
    """A private folder that is deleted at the end, unless a message named a file in it. Those of killed demos are
    deleted first. Raises OSError if it cannot be created."""
    parent = Path(tempfile.gettempdir())
    delete_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    try:
        with _locked(folder):
            yield folder
    finally:
        if not _has_named_files(folder):
            shutil.rmtree(folder, ignore_errors=True)


def delete_abandoned(parent: Path) -> None:
    """Delete the folders of demos that were killed. What is not certainly such a folder stays: another user's, one that
    a running demo uses or prepares, and one with a file that a message named."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if _is_own(folder) and not _has_named_files(folder):
                _delete_unused(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. Its file gets its name when it is locked, so that no other demo takes the folder for
    an abandoned one in between. Raises OSError."""
    new = folder / f"{LOCK_NAME}.new"
    descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
    try:
        # Where there are no locks, the file does not get its name, and no demo deletes the folder.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            new.rename(folder / LOCK_NAME)
        yield
    finally:
        os.close(descriptor)


def _is_own(folder: Path) -> bool:
    state = folder.lstat()
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and stat.S_IMODE(state.st_mode) == _PRIVATE


def _has_named_files(folder: Path) -> bool:
    return any(path for name in NAMED_FILES for path in folder.glob(name))


def _delete_unused(folder: Path) -> None:
    """Delete a folder whose lock is free. Raises OSError, also if it is not free or does not exist."""
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(folder / LOCK_NAME, flags)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)

"""The creation of files and folders that only their owner can read (D8)."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private(path: Path) -> None:
    """Create the folder `path` and missing folders above it for their owner only, whatever the umask.

    An existing folder is made private too, unless it belongs to another user, is sticky as /tmp is, or is the home
    folder. Raises OSError.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(FOLDER_MODE, exist_ok=True)
        folder.chmod(FOLDER_MODE)
    state = path.stat()
    if not stat.S_ISDIR(state.st_mode):
        raise NotADirectoryError(20, "Not a directory", str(path))
    is_ours = state.st_uid == os.getuid() and not state.st_mode & stat.S_ISVTX and path != Path.home()
    if is_ours and state.st_mode & 0o077:
        path.chmod(FOLDER_MODE)


def make_file_private(path: Path) -> None:
    """Remove other users' permissions from a file, if it exists and belongs to this user. Raises OSError."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return
    if state.st_uid == os.getuid() and state.st_mode & 0o077:
        path.chmod(FILE_MODE)


def write_private(path: Path, text: str) -> None:
    """Replace the content of a file by `text`, completely or not at all; only its owner can read it. The folder becomes
    private, too, but not that of the target of a symbolic link. Raises OSError."""
    make_private(path.parent)
    with private_binary_file(path) as file:
        file.write(text.encode())


def write_new_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read. Raises OSError, also when the file exists."""
    make_private(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)


@contextmanager
def private_binary_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing that only its owner can read. It replaces `path` after the block; if the block raises,
    `path` does not change. The folder must exist. Raises OSError, also for a device or a pipe."""
    path = path.resolve()
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "It is a device or a pipe")
    # Without the file's own name, which may have the maximum length.
    new = path.with_name(f".sunotui-{os.urandom(6).hex()}.part")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:  # the block is the caller's: a cancelled write leaves nothing behind either
        new.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def chosen_binary_file(path: Path, *, waits_for_reader: bool = True) -> Iterator[BinaryIO]:
    """Open a file for writing at a path that the user gave: a pipe or a device is written directly; any other file is
    replaced as by `private_binary_file`. For a named pipe without a reader it waits or, without `waits_for_reader`,
    raises OSError. Raises OSError, also for a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(21, "It is a folder")
    if path.exists() and not path.is_file():
        with os.fdopen(_open_special(path, waits_for_reader=waits_for_reader), "wb") as file:
            yield file
    else:
        with private_binary_file(path) as file:
            yield file


def _open_special(path: Path, *, waits_for_reader: bool) -> int:
    if waits_for_reader:
        return os.open(path, os.O_WRONLY)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        raise OSError(errno.ENXIO, "No program reads from it") from None
    os.set_blocking(descriptor, True)
    return descriptor


def sync_folder(folder: Path) -> None:
    """Sync a folder, so that files that were created or renamed in it survive a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

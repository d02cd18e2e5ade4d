"""Where things are kept, and folders and files that only their owner may read (D8)."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class AppPaths(NamedTuple):
    """The two folders of the program and the files in them. Naming a place makes nothing."""

    data: Path
    """What the program writes: the library and its own log."""
    config: Path
    """What belongs to the user: the config file, and the profiles made by a login."""

    @property
    def library(self) -> Path:
        """The database of tasks, clips, submissions and drafts; the file itself where a symbolic link stands for it.

        SQLite keeps its log beside the file and not beside the link, and so must all that stands in for it.
        """
        path = self.data / "library.db"
        return path.resolve() if path.is_symlink() else path

    @property
    def event_log(self) -> Path:
        """What happened, for a person who looks for a fault."""
        return self.data / "events.log"

    @property
    def config_file(self) -> Path:
        """The user's own TOML; never rewritten."""
        return self.config / "config.toml"

    @property
    def profiles_file(self) -> Path:
        """The profiles that logins made."""
        return self.config / "profiles.json"


def find_paths(environ: Mapping[str, str]) -> AppPaths:
    """The folders named by SUNOTUI_DATA_DIR and SUNOTUI_CONFIG_DIR, else those usual on this system."""
    data, config = environ.get("SUNOTUI_DATA_DIR", ""), environ.get("SUNOTUI_CONFIG_DIR", "")
    if not (data and config):
        import platformdirs

        data = data or platformdirs.user_data_dir("sunotui", appauthor=False)
        config = config or platformdirs.user_config_dir("sunotui", appauthor=False)
    return AppPaths(Path(data).expanduser().absolute(), Path(config).expanduser().absolute())


def make_private(path: Path) -> None:
    """Make the folder `path`, and those above it that are missing, for their owner only, whatever the umask.

    A folder that is there already is closed to others too, unless it is not ours, is one like /tmp that everybody
    writes to (sticky), or is the home folder itself. Raises OSError.
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


def close_to_others(path: Path) -> None:
    """Take the rights of everybody else off a file, if it is there and ours. Raises OSError."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return
    if state.st_uid == os.getuid() and state.st_mode & 0o077:
        path.chmod(FILE_MODE)


def write_private(path: Path, text: str) -> None:
    """Put `text` in place of a file's content, whole or not at all, readable by its owner only. Raises OSError."""
    path = path.resolve()
    make_private(path.parent)
    with private_binary_file(path) as binary, as_text(binary) as file:
        file.write(text)


def write_new_private(path: Path, text: str) -> None:
    """Write a file that is not there yet, readable by its owner only. Raises OSError, also when it is there."""
    make_private(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        file.write(text)


@contextmanager
def as_text(binary: BinaryIO) -> Iterator[TextIO]:
    """The binary file to write text to, in UTF-8 with the newlines as they are; it stays open at the end of the block.
    Raises OSError."""
    file = io.TextIOWrapper(binary, encoding="utf-8", newline="")
    try:
        yield file
        file.flush()
    finally:
        # Whoever opened it closes it.
        file.detach()


@contextmanager
def private_binary_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, readable by its owner only, that is put in the place of `path` when the body has ended: whole
    or, when it raises, not at all. The folder stays as it is. Raises OSError."""
    path = path.resolve()
    # Not made of the file's own name, which may be as long as a name can be.
    fresh = path.with_name(f".sunotui-{os.urandom(6).hex()}.part")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def chosen_binary_file(path: Path, *, waits_for_reader: bool = True) -> Iterator[BinaryIO]:
    """A file to write to that the user named: a pipe or a device gets what is written, since nothing may be put in its
    place; any other is replaced as by `private_binary_file`.

    A named pipe that no program reads is waited for, or raises OSError. Raises OSError, also for a folder.
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
    """Make sure that names made or changed in a folder survive a power cut. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

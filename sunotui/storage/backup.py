"""Backs up the library: one copy a day, for the last three days on which it was used (D6)."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sunotui.storage.db.integrity import DATABASE_ERRORS, fault_of, library_error
from sunotui.storage.db.temp_files import ABANDONED_S, remove_temp_files
from sunotui.storage.paths import FILE_MODE, make_private, sync_folder

KEPT = 3
"""The number of backups to keep."""
_PAGES_A_STEP = 256
"""Pages copied at a time, one mebibyte: on a disk without a write-ahead log, writers wait for each copy step."""
_PAUSE_S = 0.002
_NAME = re.compile(r"library-(\d{4}-\d\d-\d\d)\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """A complete copy of the library, made on one day."""

    path: Path
    day: date
    made_at: float
    """Unix seconds."""
    size: int
    """Bytes."""


def folder_of(library: Path) -> Path:
    """The folder of the backups of a library."""
    return library.parent / "backups"


def backups_of(library: Path) -> list[Backup]:
    """The backups of a library, newest first. Raises OSError."""
    folder = folder_of(library)
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        named = _NAME.fullmatch(path.name)
        if named is not None and path.is_file():
            state = path.stat()
            found.append(Backup(path, date.fromisoformat(named[1]), state.st_mtime, state.st_size))
    return sorted(found, key=lambda backup: backup.day, reverse=True)


def is_due(library: Path, now: float) -> bool:
    """Whether there is no backup of the day of `now`, in Unix seconds. Raises OSError."""
    return not _path_of(library, now).exists()


def back_up(library: Path, now: float, stop: threading.Event | None = None) -> Path | None:
    """Make the backup of the day of `now` (Unix seconds) and delete all but the newest three. Returns its path; None if
    there is one already, if another process is making it, or if `stop` is set before it is complete. Opens its own
    connection. Raises LibraryDamaged for a damaged library and LibraryError when the disk fails; the earlier backups
    are kept then.
    """
    stop = stop or threading.Event()
    folder, target = folder_of(library), _path_of(library, now)
    try:
        make_private(folder)
        with _backup_lock(folder) as is_locked:
            if not is_locked or target.exists():
                return None
            remove_temp_files(folder, library, older_than=None)
            remove_temp_files(library.parent, library, older_than=now - ABANDONED_S)
            if not _make(library, target, stop):
                return None
            _delete_old(library, target)
            return target
    except (*DATABASE_ERRORS, OSError) as error:
        raise library_error("No copy of the library could be made", error, library.parent) from error


def _make(library: Path, target: Path, stop: threading.Event) -> bool:
    fresh = target.with_name(f"{target.name}.new-{os.urandom(6).hex()}")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    try:
        if not _copy(library, fresh, stop):
            return False
        fault = fault_of(fresh, stop)
        if stop.is_set():
            return False
        if fault:
            raise sqlite3.DatabaseError(fault)
        descriptor = os.open(fresh, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fresh.rename(target)
    finally:
        for suffix in ("", "-journal"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    sync_folder(target.parent)
    return True


def _copy(library: Path, fresh: Path, stop: threading.Event) -> bool:
    with (
        closing(sqlite3.connect(f"{library.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as source,
        closing(sqlite3.connect(fresh, isolation_level=None)) as copy,
    ):
        # An incomplete copy is deleted, and a complete one is synced before it is renamed.
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        if source.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            # Read from one snapshot: otherwise each write of another process would restart the copy.
            source.execute("BEGIN DEFERRED")
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()

        def check_stop(_status: int, _remaining: int, _total: int) -> None:
            if stop.is_set():
                raise _Stopped

        try:
            source.backup(copy, pages=_PAGES_A_STEP, progress=check_stop, sleep=_PAUSE_S)
        except _Stopped:
            return False
    return True


class _Stopped(Exception):
    """Raised when the program ends before the backup is complete."""


def _path_of(library: Path, now: float) -> Path:
    return folder_of(library) / f"library-{datetime.fromtimestamp(now).astimezone().date().isoformat()}.db"


def _delete_old(library: Path, newest: Path) -> None:
    # The new backup is kept even when the clock was set back and it looks like the oldest.
    others = [backup.path for backup in backups_of(library) if backup.path != newest]
    for path in others[KEPT - 1 :]:
        path.unlink(missing_ok=True)


@contextmanager
def _backup_lock(folder: Path) -> Iterator[bool]:
    """Holds the lock for making a backup; False when another process holds it."""
    descriptor = os.open(folder / "making.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, FILE_MODE)
    try:
        yield _try_lock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

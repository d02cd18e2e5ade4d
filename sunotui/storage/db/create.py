"""A new library: made under another name and put in its place whole, so that half of one is never found there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sunotui.domain.errors import LibraryError
from sunotui.storage.db.schema import migrate
from sunotui.storage.network_fs import journal_mode
from sunotui.storage.paths import FILE_MODE, sync_folder


def create_library(path: Path, scripts: Sequence[str]) -> None:
    """Make an empty library at `path`. When another process does the same at once, the first one's stays.

    Raises sqlite3.Error and OSError, and LibraryError when the file is gone but its write-ahead log is not: a new
    file beside an old log would be damaged by it.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and not path.exists() and log.stat().st_size:
        raise LibraryError(
            f"The library {path} is missing, but a part of it is still there ({log.name})",
            advice=f"Bring {path.name} back from a backup, or move {log.name} away to begin a new library",
        )
    fresh = path.with_name(f"{path.name}.new-{os.urandom(6).hex()}")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    try:
        connection = sqlite3.connect(fresh, isolation_level=None)
        try:
            connection.execute(f"PRAGMA journal_mode = {journal_mode(path.parent)}")
            connection.execute("PRAGMA synchronous = FULL")
            migrate(connection, scripts)
        finally:
            connection.close()
        _put_in_place(fresh, path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    sync_folder(path.parent)


def _put_in_place(fresh: Path, path: Path) -> None:
    try:
        # A link, not a rename: it refuses to replace what another process has put there in the meantime.
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    except OSError:
        # A file system without links, such as exFAT.
        if not path.exists():
            fresh.rename(path)

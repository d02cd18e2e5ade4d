"""Creates a library under a temporary name and renames it, so that no process finds an incomplete one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sunotui.domain.errors import LibraryError
from sunotui.storage.db.schema import migrate, migration_scripts
from sunotui.storage.network_fs import journal_mode
from sunotui.storage.paths import FILE_MODE, sync_folder


def create_library(path: Path, scripts: Sequence[str] | None = None) -> None:
    """Create an empty library at `path`, with the migrations of the package unless others are given. When another
    process does so at the same time, the first one's is kept.

    Raises sqlite3.Error and OSError, and LibraryError when the file is missing but its write-ahead log is not: the old
    log would damage a new file.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and not path.exists() and log.stat().st_size:
        raise LibraryError(
            f"The library {path} is missing, but a part of it is still there ({log.name})",
            advice=f"Restore {path.name} from a backup, or move {log.name} away to start a new library",
        )
    new = path.with_name(f"{path.name}.new-{os.urandom(6).hex()}")
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE))
    try:
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            connection.execute(f"PRAGMA journal_mode = {journal_mode(path.parent)}")
            connection.execute("PRAGMA synchronous = FULL")
            migrate(connection, scripts or migration_scripts())
            # Not left to `close`, which hides a full disk, and would leave a part of the library in the log.
            (is_busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if is_busy:
                raise sqlite3.OperationalError("the write-ahead log of a new library could not be written back")
        finally:
            connection.close()
        _publish(new, path)
    finally:
        for suffix in ("", "-wal", "-shm"):
            new.with_name(new.name + suffix).unlink(missing_ok=True)
    sync_folder(path.parent)


def _publish(new: Path, path: Path) -> None:
    try:
        # A link, not a rename: it does not replace a file that another process has created in the meantime.
        path.hardlink_to(new)
    except FileExistsError:
        return
    except OSError:
        # A file system without links, such as exFAT.
        if not path.exists():
            new.rename(path)

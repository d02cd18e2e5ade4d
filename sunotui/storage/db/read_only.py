"""A library that can be read but not written: its disk is full or may only be read (D5)."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from sunotui.storage.db.integrity import reason_of

_NUMBERS = frozenset({errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM})
_WORDS = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")


def is_read_only(path: Path) -> str:
    """Why the file or its folder may not be written, as far as can be told without trying; empty where it may be."""
    if not path.exists():
        return ""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return "its disk may only be read"
    return "" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "permission was denied"


def read_only_reason(error: Exception, path: Path) -> str:
    """Why a library that could not be opened for writing may still be read; empty for what ails readers too."""
    if not path.exists():
        return ""
    if isinstance(error, OSError):
        return reason_of(error) if error.errno in _NUMBERS else ""
    name = getattr(error, "sqlite_errorname", "") or ""
    return reason_of(error, path.parent) if name.startswith(_WORDS) else ""


def connect_read_only(path: Path, busy_limit_s: float) -> sqlite3.Connection:
    """A connection that writes nothing, not even beside the file. Raises sqlite3.Error and OSError.

    A write-ahead log needs shared memory, for which a full disk has no room and a read-only one no place: the other
    ways do without. They take no locks; nobody can be writing where there is no shared memory.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _tried(uri, busy_limit_s, is_alone=False)
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            return _tried(f"{uri}&vfs=unix-none", busy_limit_s, is_alone=True)
        return _tried(f"{uri}&immutable=1", busy_limit_s, is_alone=False)


def _tried(uri: str, busy_limit_s: float, *, is_alone: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=busy_limit_s, isolation_level=None, check_same_thread=False)
    try:
        if is_alone:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection

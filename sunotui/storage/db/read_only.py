"""Opens a library that can be read but not written, because its disk is full or read-only (D5)."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from sunotui.storage.db.integrity import reason_of

_NUMBERS = frozenset({errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM})
_WORDS = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")


def why_not_writable(path: Path) -> str:
    """Why the file or its folder is not writable, as far as can be determined without a write; empty if it is
    writable."""
    if not path.exists():
        return ""
    if os.statvfs(path).f_flag & os.ST_RDONLY:
        return "its disk is read-only"
    return "" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "permission was denied"


def read_only_reason(error: Exception, path: Path) -> str:
    """Why a library that could not be opened for writing can still be read; empty for an error that also prevents
    reading."""
    if not path.exists():
        return ""
    if isinstance(error, OSError):
        return reason_of(error) if error.errno in _NUMBERS else ""
    name = getattr(error, "sqlite_errorname", "") or ""
    return reason_of(error, path.parent) if name.startswith(_WORDS) else ""


def connect_read_only(path: Path, busy_limit_s: float) -> sqlite3.Connection:
    """A connection that writes nothing, not even a file beside the library. Raises sqlite3.Error and OSError.

    A write-ahead log needs a file for shared memory, which cannot be created on a full or read-only disk. The other two
    modes do not need this file; they take no locks, but without shared memory no process can be writing.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _connect(uri, busy_limit_s, is_exclusive=False)
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            return _connect(f"{uri}&vfs=unix-none", busy_limit_s, is_exclusive=True)
        return _connect(f"{uri}&immutable=1", busy_limit_s, is_exclusive=False)


def _connect(uri: str, busy_limit_s: float, *, is_exclusive: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=busy_limit_s, isolation_level=None, check_same_thread=False)
    try:
        if is_exclusive:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection

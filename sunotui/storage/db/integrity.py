"""Whether a file is a whole library, told from its header before the database engine may touch it; and why not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged, LibraryError, LibraryNewer
from sunotui.domain.text import clean
from sunotui.storage.db.schema import APPLICATION_ID

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_STEPS_BETWEEN_LOOKS = 100_000
_SHARED_MEMORY = 64 * 1024
"""Bytes that an open library needs beside its file."""
_SAVE_IT = "It was left as it is: move it away, or set SUNOTUI_DATA_DIR to another folder"

DATABASE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What the database engine raises; the second where its own message quotes a damaged schema and cannot be read."""

_REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another sunotui is writing to it and does not finish",
    "SQLITE_READONLY": "it may only be read",
    "SQLITE_PERM": "permission was denied",
    "SQLITE_CANTOPEN": "its file or folder cannot be opened",
    "SQLITE_IOERR": "the disk reports an error",
    "SQLITE_CORRUPT": "it is damaged",
    "SQLITE_NOTADB": "it is damaged or not a library",
}


BUSY_ADVICE = "Let the other one finish, or end it, then try again"
"""What helps where another process keeps the library locked: no disk space does."""


def check_integrity(path: Path, version: int) -> None:
    """Read the header of the file (offsets of the SQLite file format) and raise when it is no library to open.

    Raises LibraryDamaged, LibraryError, LibraryNewer and OSError; writes nothing.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER)
        size = os.fstat(file.fileno()).st_size
    if not header:
        raise LibraryDamaged(f"The library {path} is damaged: it is empty")
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise LibraryDamaged(f"The library {path} is damaged: its beginning is not that of a library")
    if _number(header, 68) != APPLICATION_ID:
        raise LibraryError(f"The file {path} is another program's database", advice=_SAVE_IT)
    if _number(header, 60) > version:
        raise LibraryNewer
    page = _number(header, 16, 2)
    is_short = _number(header, 28) * (65_536 if page == 1 else page) > size
    log = path.with_name(path.name + "-wal")
    # With a write-ahead log that is not yet folded in, the missing pages may be there.
    if is_short and not (log.exists() and log.stat().st_size):
        raise LibraryDamaged(f"The library {path} is damaged: its end is missing")


def reason_of(error: Exception, folder: Path | None = None) -> str:
    """Why the disk or the database said no, in words without the folder's name.

    SQLite calls a full disk an I/O error when there is no room for its shared memory; a look at `folder` tells.
    """
    if isinstance(error, OSError):
        return clean(error.strerror or type(error).__name__).lower()
    if _is_corrupt_text(error):
        return _REASONS["SQLITE_CORRUPT"]
    name = getattr(error, "sqlite_errorname", "") or ""
    if folder is not None and name.startswith("SQLITE_IOERR") and _is_full(folder):
        return _REASONS["SQLITE_FULL"]
    for known, reason in _REASONS.items():
        if name.startswith(known):
            return reason
    if isinstance(error, sqlite3.OperationalError) or not isinstance(error, sqlite3.DatabaseError):
        return clean(str(error))
    return f"it is damaged ({clean(str(error)).removeprefix('*** in database main *** ')})"


def is_damage(error: Exception) -> bool:
    """Whether the error tells of a file that is broken, and not of a disk or a neighbour that says no."""
    if _is_corrupt_text(error):
        return True
    if isinstance(error, sqlite3.OperationalError) or not isinstance(error, sqlite3.DatabaseError):
        return False
    name = getattr(error, "sqlite_errorname", None)
    # Without a name it is what a check of the pages told.
    return name is None or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _is_corrupt_text(error: Exception) -> bool:
    # Python's own module says it of a value that is no UTF-8, and quotes it.
    return isinstance(error, UnicodeDecodeError) or str(error).startswith("Could not decode to UTF-8")


def text_fault_of(connection: sqlite3.Connection) -> str:
    """What is wrong where a text is none, which no check of the pages finds; empty when all can be read. Slow on a
    large library. Raises sqlite3.Error."""
    cursor = connection.cursor()
    cursor.row_factory = None
    tables = cursor.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").fetchall()
    for (name,) in tables:
        try:
            for _ in cursor.execute(f'SELECT * FROM "{name}" NOT INDEXED'):
                pass
        except DATABASE_ERRORS as error:
            if not _is_corrupt_text(error):
                raise
            return f"a text in the table {name} is spoilt"
    return ""


def index_fault_of(connection: sqlite3.Connection) -> str:
    """What is wrong with a full-text index, which no check of the pages looks into; empty when all agree with their
    texts. Raises sqlite3.Error."""
    found = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    for (name,) in connection.execute(found).fetchall():
        try:
            connection.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'integrity-check\')')
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return f"the index {name} is spoilt"
    return ""


def error_of(what: str, error: Exception, folder: Path) -> LibraryError:
    """What happened and why, as a trouble: of damage where it is one. `folder` is the library's."""
    words = f"{what}: {reason_of(error, folder)}"
    if is_damage(error):
        return LibraryDamaged(words)
    return LibraryError(words, advice=BUSY_ADVICE) if is_busy(error) else LibraryError(words)


def is_busy(error: BaseException) -> bool:
    """Whether another process keeps the library locked."""
    return (getattr(error, "sqlite_errorname", "") or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def fault_of(path: Path, stop: threading.Event | None = None) -> str:
    """The first fault that a look at every page and every index of a closed file finds; empty when it is sound.

    Writes nothing, also not beside the file. When `stop` is set it ends with a word about that.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            if stop is not None:
                connection.set_progress_handler(stop.is_set, _STEPS_BETWEEN_LOOKS)
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return "it is not a library of sunotui"
            found: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            return "" if found == "ok" else found
    except DATABASE_ERRORS as error:
        return reason_of(error)


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _SHARED_MEMORY
    except OSError:
        return False


def _number(header: bytes, at: int, length: int = 4) -> int:
    return int.from_bytes(header[at : at + length], "big")

"""Checks whether a file is an intact library, first by its header before SQLite opens it, and describes errors."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from sunotui.domain.errors import LibraryDamaged, LibraryError, LibraryNewer
from sunotui.domain.text import clean
from sunotui.storage.db.sql_values import unpacked_text
from sunotui.storage.db.version import APPLICATION_ID

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_STEPS_BETWEEN_CHECKS = 100_000
_SHARED_MEMORY = 64 * 1024
"""The free space, in bytes, that an open library needs beside its file."""
_LEFT_ALONE = "It was left as it is: move it away, or set SUNOTUI_DATA_DIR to another folder"

DATABASE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises; UnicodeDecodeError when its message quotes a damaged schema that is not UTF-8."""

_REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another sunotui is writing to it and does not finish",
    "SQLITE_READONLY": "it is read-only",
    "SQLITE_PERM": "permission was denied",
    "SQLITE_CANTOPEN": "its file or folder cannot be opened",
    "SQLITE_IOERR": "the disk reports an error",
    "SQLITE_CORRUPT": "it is damaged",
    "SQLITE_NOTADB": "it is damaged or not a library",
}


BUSY_ADVICE = "Let the other one finish, or end it, then try again"
"""What to do while another process keeps the library locked."""


def check_integrity(path: Path, version: int) -> None:
    """Check the header of the file (at the offsets of the SQLite file format); writes nothing.

    Raises LibraryDamaged, LibraryError for a database of another program, LibraryNewer for a schema version above
    `version`, and OSError.
    """
    with path.open("rb") as file:
        header = file.read(_HEADER)
        size = os.fstat(file.fileno()).st_size
    if not header:
        raise LibraryDamaged(f"The library {path} is damaged: it is empty")
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise LibraryDamaged(f"The library {path} is damaged: its beginning is not that of a library")
    if _number(header, 68) != APPLICATION_ID:
        raise LibraryError(f"The file {path} is another program's database", advice=_LEFT_ALONE)
    if _number(header, 60) > version:
        raise LibraryNewer
    page = _number(header, 16, 2)
    is_short = _number(header, 28) * (65_536 if page == 1 else page) > size
    log = path.with_name(path.name + "-wal")
    # The missing pages may be in a write-ahead log that was not checkpointed.
    if is_short and not (log.exists() and log.stat().st_size):
        raise LibraryDamaged(f"The library {path} is damaged: its end is missing")


def reason_of(error: Exception, folder: Path | None = None) -> str:
    """The reason for an error of the disk or the database, as the end of a sentence without the folder's name. SQLite
    reports a full disk as an I/O error if there is no space for its shared memory, so the free space of `folder` is
    checked.
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
    """Whether an error means that the file is damaged, not that the disk fails or another process locks it."""
    if _is_corrupt_text(error):
        return True
    if isinstance(error, sqlite3.OperationalError) or not isinstance(error, sqlite3.DatabaseError):
        return False
    name = getattr(error, "sqlite_errorname", None)
    # An error without a name was raised for an error that a page check reported.
    return name is None or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def _is_corrupt_text(error: Exception) -> bool:
    # The message of the sqlite3 module for a value that is not UTF-8; it quotes the value.
    return isinstance(error, UnicodeDecodeError) or str(error).startswith("Could not decode to UTF-8")


def text_fault_of(connection: sqlite3.Connection) -> str:
    """The first table with a text that is not UTF-8 or cannot be decompressed, as a sentence; empty if all are sound.
    The page checks of SQLite do not detect this. Slow on a large library. Raises sqlite3.Error."""
    cursor = connection.cursor()
    cursor.row_factory = None
    tables = cursor.execute("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").fetchall()
    for (name,) in tables:
        try:
            for row in cursor.execute(f'SELECT * FROM "{name}" NOT INDEXED'):
                for value in row:
                    if isinstance(value, bytes):
                        unpacked_text(value)
        except (*DATABASE_ERRORS, ValueError) as error:
            if isinstance(error, DATABASE_ERRORS) and not _is_corrupt_text(error):
                raise
            return f"a text in the table {name} is corrupt"
    return ""


def index_fault_of(connection: sqlite3.Connection) -> str:
    """The first full-text index that does not match its texts, as a sentence; empty if all match. The page checks of
    SQLite do not detect this. Raises sqlite3.Error."""
    found = "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%fts5%'"
    for (name,) in connection.execute(found).fetchall():
        try:
            connection.execute(f'INSERT INTO "{name}" ("{name}") VALUES (\'integrity-check\')')
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return f"the index {name} is corrupt"
    return ""


def library_error(what: str, error: Exception, folder: Path) -> LibraryError:
    """The LibraryError for a database error: LibraryDamaged for damage. `what` is the sentence's beginning, `folder`
    the library's folder."""
    sentence = f"{what}: {reason_of(error, folder)}"
    if is_damage(error):
        return LibraryDamaged(sentence)
    return LibraryError(sentence, advice=BUSY_ADVICE) if is_busy(error) else LibraryError(sentence)


def is_busy(error: BaseException) -> bool:
    """Whether another process keeps the library locked."""
    return (getattr(error, "sqlite_errorname", "") or "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def fault_of(path: Path, stop: threading.Event | None = None) -> str:
    """The first error in the pages and indexes of a closed library file, as a sentence; empty if it is intact. Writes
    nothing, not even beside the file. Returns a sentence soon after `stop` is set.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            if stop is not None:
                connection.set_progress_handler(stop.is_set, _STEPS_BETWEEN_CHECKS)
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

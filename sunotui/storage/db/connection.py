"""Opens the library file, runs transactions and queries on it, and never replaces it silently."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sunotui.domain.errors import LibraryError, LibraryNewer
from sunotui.storage.db.integrity import DATABASE_ERRORS, check_integrity, index_fault_of, library_error, text_fault_of
from sunotui.storage.db.lock import LibraryLock
from sunotui.storage.db.read_only import connect_read_only, read_only_reason, why_not_writable
from sunotui.storage.db.sql_values import Value
from sunotui.storage.db.version import APPLICATION_ID, SCHEMA_VERSION
from sunotui.storage.network_fs import journal_mode
from sunotui.storage.paths import make_file_private, make_private
from sunotui.storage.repair.replace_file import require_complete_swap

if TYPE_CHECKING:
    from sunotui.domain.upkeep import ReportUpgrade

BUSY_LIMIT_S = 5.0
"""How long to wait for another process that is writing, in seconds (D7)."""
_CHECK_WHOLE_BELOW = 4 * 2**20
"""The maximum size, in bytes, of a library whose pages are all checked at start-up; for a larger one that would be
slow."""
_LARGE_CACHE_KIB = 48 * 1024
_LARGE_LOG_PAGES = 16_000
"""How many pages, of 4 KiB, the write-ahead log has during bulk writes before they are copied to the file."""
_READING_CACHE_KIB = 512
"""The pages that a connection for reading keeps in memory, in KiB. The system caches the file anyway: searches in
100,000 tasks take as long with 256 KiB as with 8 MiB."""
_STEPS_BETWEEN_CHECKS = 1_000
"""How many instructions of SQLite's virtual machine run between two checks of the time; they take about 0.1 ms."""


class Database:
    """A connection to the library. Use it from one thread at a time, such as the StorageThread."""

    def __init__(
        self, connection: sqlite3.Connection, path: Path, lock: LibraryLock | None = None, read_only: str = ""
    ) -> None:
        """Use `open`; this takes a connection that is set up."""
        self.path = path
        self.read_only = read_only
        """Why it is read-only; empty if it is writable (D5)."""
        self._connection = connection
        self._lock = lock
        self._identity = _identity(path)
        self._at_close: list[Callable[[], None]] = []
        self._is_writing = False

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        scripts: Sequence[str] | None = None,
        busy_limit_s: float = BUSY_LIMIT_S,
        report_upgrade: ReportUpgrade | None = None,
    ) -> Self:
        """Open the library at `path`. Create it if it does not exist; copy and migrate an older one.

        A library that cannot be written is opened read-only. `scripts` replaces the migrations of the package,
        `busy_limit_s` is how many seconds a write waits for another process. `report_upgrade` gets the progress of a
        migration; with it, an interrupted one is finished, too. Raises LibraryNewer for a library of a
        newer version, LibraryDamaged, and LibraryError for a file that is not a library or cannot be used; the file is
        not changed then.
        """
        version = SCHEMA_VERSION if scripts is None else len(scripts)
        try:
            why = why_not_writable(path)
            try:
                return (
                    cls._open_to_read(path, version, why, busy_limit_s)
                    if why
                    else cls._open(path, scripts, version, busy_limit_s, report_upgrade)
                )
            except (*DATABASE_ERRORS, OSError) as error:
                why = "" if why else read_only_reason(error, path)
                if not why:
                    raise
                return cls._open_to_read(path, version, why, busy_limit_s)
        except (*DATABASE_ERRORS, OSError) as error:
            raise library_error(f"The library {path} could not be opened", error, path.parent) from error

    @classmethod
    def _open(
        cls,
        path: Path,
        scripts: Sequence[str] | None,
        version: int,
        busy_limit_s: float,
        report_upgrade: ReportUpgrade | None,
    ) -> Self:
        make_private(path.parent)
        if path.exists():
            check_integrity(path, version)
        lock = LibraryLock.shared(path)
        try:
            require_complete_swap(path)
            if not path.exists():
                from sunotui.storage.db.create import create_library

                create_library(path, scripts)
            check_integrity(path, version)
            for suffix in ("", "-wal", "-shm"):
                make_file_private(path.with_name(path.name + suffix))
            connection = _connect(path, busy_limit_s)
            try:
                _check(connection, path, version)
                _prepare(connection, path, version, scripts, report_upgrade)
                return cls(connection, path, lock)
            except BaseException:  # also an interrupt: an open connection keeps the file
                connection.close()
                raise
        except BaseException:  # also an interrupt: other processes wait for the lock
            lock.release()
            raise

    @classmethod
    def _open_to_read(cls, path: Path, version: int, why: str, busy_limit_s: float) -> Self:
        check_integrity(path, version)
        require_complete_swap(path)
        connection = connect_read_only(path, busy_limit_s)
        try:
            if _check(connection, path, version) < version:
                raise LibraryError(f"The library {path} is of an older version and cannot be brought up to date: {why}")
            return cls(connection, path, None, why)
        except BaseException:  # also an interrupt: an open connection keeps the file
            connection.close()
            raise

    def open_reading(self) -> Self:
        """Another connection to the same library, for another thread, that only reads. Raises LibraryError."""
        try:
            self._check_in_place()
            connection = connect_read_only(self.path, BUSY_LIMIT_S)
            connection.execute(f"PRAGMA cache_size = -{_READING_CACHE_KIB}")
            return type(self)(connection, self.path, None, "this connection only reads")
        except (*DATABASE_ERRORS, OSError) as error:
            raise library_error("The library could not be read", error, self.path.parent) from error

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Run the body in a transaction; within another transaction, as a part of that one. It is rolled back if the
        body raises. Raises LibraryError if the library cannot be written, from the error of the disk or the database.
        """
        if self._is_writing:
            yield self._connection
            return
        try:
            if self.read_only:
                raise PermissionError(errno.EROFS, self.read_only)
            self._check_in_place()
            # A transaction that could not be rolled back must not include this one, which would not be committed.
            self._roll_back()
            self._connection.execute("BEGIN IMMEDIATE")
            self._is_writing = True
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:  # the block is the caller's: whatever ends it ends the transaction
                self._roll_back()
                raise
            finally:
                self._is_writing = False
        except (*DATABASE_ERRORS, OSError) as error:
            raise library_error("The library could not be written", error, self.path.parent) from error

    @contextmanager
    def bulk_writes(self) -> Iterator[None]:
        """Keep more in memory while the body writes many rows: in a large library their pages are all over the indexes.
        Raises LibraryError."""
        names = ("cache_size", "temp_store", "wal_autocheckpoint")
        usual = {name: self.query(f"PRAGMA {name}")[0][0] for name in names}
        self.query(f"PRAGMA cache_size = -{_LARGE_CACHE_KIB}")
        # Many transactions change the same pages of the indexes, which are copied to the file at each checkpoint.
        self.query(f"PRAGMA wal_autocheckpoint = {_LARGE_LOG_PAGES}")
        # Triggers make each row a statement that could be undone alone, and its pages would go to a temporary file.
        self.query("PRAGMA temp_store = MEMORY")
        try:
            yield
        finally:
            for name, value in usual.items():
                self.query(f"PRAGMA {name} = {value}")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Run the body's queries on one snapshot of the library, whatever other connections write in the meantime. The
        body must not write. Without a write-ahead log, as on a network disk, a reader would block the writers: there,
        each query sees the current state. Raises LibraryError.
        """
        if self.query("PRAGMA journal_mode")[0][0] != "wal":
            yield
            return
        self.query("BEGIN DEFERRED")
        try:
            yield
        finally:
            self._roll_back()

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        """All rows of a query. Raises LibraryError."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except DATABASE_ERRORS as error:
            raise library_error("The library could not be read", error, self.path.parent) from error

    def column(self, sql: str, values: Sequence[Value] = ()) -> list[str]:
        """The only column of a query, of texts; faster than `query` for many rows. Raises LibraryError."""
        try:
            cursor = self._connection.cursor()
            cursor.row_factory = None
            return [value for (value,) in cursor.execute(sql, values)]
        except DATABASE_ERRORS as error:
            raise library_error("The library could not be read", error, self.path.parent) from error

    def numbers(self, sql: str, values: Sequence[Value] = ()) -> list[int]:
        """The only column of a query, of integers, in the order of the query. Raises LibraryError.

        SQLite returns them as one value: at each row, sqlite3 lets other threads run Python code, and while the screen
        is being drawn it would wait for up to the interpreter's switch interval to get the next row.
        """
        (found,) = self.column(f"WITH found(n) AS ({sql}) SELECT json_group_array(n) FROM found", values)
        numbers: list[int] = json.loads(found)
        return numbers

    def numbers_unless(
        self, is_over: Callable[[], bool], steps: int, sql: str, values: Sequence[Value] = ()
    ) -> list[int] | None:
        """The only column of a query, of integers; None if `is_over` returns True, which is called each time SQLite has
        run so many instructions. Raises LibraryError."""
        self._connection.set_progress_handler(is_over, steps)
        try:
            return self.numbers(sql, values)
        except LibraryError as error:
            if getattr(error.__cause__, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                return None
            raise
        finally:
            self._connection.set_progress_handler(None, 0)

    def number_within(self, limit_s: float, sql: str, values: Sequence[Value] = ()) -> int | None:
        """The only number of a query; None if it takes longer than `limit_s` seconds. Raises LibraryError."""
        end = time.monotonic() + limit_s
        found = self.numbers_unless(lambda: time.monotonic() >= end, _STEPS_BETWEEN_CHECKS, sql, values)
        return found[0] if found is not None else None

    def version(self) -> tuple[int, int]:
        """A value that changes whenever this or another connection writes. Raises LibraryError."""
        return self._connection.total_changes, self.data_version()

    def data_version(self) -> int:
        """A number that changes when another connection, in this or another process, writes. Raises LibraryError."""
        version: int = self.query("PRAGMA data_version")[0][0]
        return version

    def damage(self) -> str:
        """The first error in the pages, texts and indexes, as a sentence; empty if the library is intact. Slow for a
        large library. Raises LibraryError."""
        found: str = self.query("PRAGMA quick_check(1)")[0][0]
        if found != "ok":
            return found
        try:
            return text_fault_of(self._connection) or ("" if self.read_only else index_fault_of(self._connection))
        except DATABASE_ERRORS as error:
            raise library_error("The library could not be read", error, self.path.parent) from error

    def at_close(self, action: Callable[[], None]) -> None:
        """Call `action` before the library is closed."""
        self._at_close.append(action)

    def close(self) -> None:
        """Checkpoint the write-ahead log, unless another process uses the library, and close. Calling it again does
        nothing."""
        actions, self._at_close = self._at_close, []
        for action in actions:
            action()
        if not self.read_only:
            try:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error:
                # A full disk or a busy process: the log stays beside the file and is read at the next start.
                pass
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    def is_in_place(self) -> bool:
        """Whether the file is still the one that was opened: not deleted, moved or replaced (D10). Thread-safe."""
        try:
            return _identity(self.path) == self._identity
        except OSError:
            return False

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _check_in_place(self) -> None:
        # A write to a file that was deleted or replaced would succeed and be lost at the next start (D10).
        if not self.is_in_place():
            raise FileNotFoundError(2, "its file was deleted or replaced while it was open", str(self.path))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = os.stat(path)  # noqa: PTH116 - runs before every write, and takes a third of the time of Path.stat
    except FileNotFoundError:
        return None
    return state.st_dev, state.st_ino


def _connect(path: Path, busy_limit_s: float) -> sqlite3.Connection:
    # mode=rw: never create an empty file where a library was expected.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=busy_limit_s,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _check(connection: sqlite3.Connection, path: Path, version: int) -> int:
    """The schema version of the library, after a quick check for damage."""
    # The header is checked again, since the newest one may be in the write-ahead log.
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise LibraryError(f"The file {path} is not a library of sunotui")
    if found > version:
        raise LibraryNewer
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if path.stat().st_size <= _CHECK_WHOLE_BELOW:
        fault: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if fault != "ok":
            raise sqlite3.DatabaseError(fault)
    return found


def _prepare(
    connection: sqlite3.Connection,
    path: Path,
    version: int,
    scripts: Sequence[str] | None,
    report: ReportUpgrade | None,
) -> None:
    connection.execute(f"PRAGMA journal_mode = {journal_mode(path.parent)}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_size_limit = 4194304")
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if found < version or report is not None:
        from sunotui.storage.db.upgrade import upgrade

        upgrade(connection, path, scripts, report or (lambda _: None))

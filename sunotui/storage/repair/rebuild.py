"""Builds a new library from the readable rows of a damaged one and its backups (D6)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sunotui.domain.requests.request import from_json
from sunotui.domain.upkeep import TableReport
from sunotui.storage.db.create import create_library
from sunotui.storage.db.schema import migrate
from sunotui.storage.db.sql_values import placeholders, unpacked_text
from sunotui.storage.repair.damaged_copy import open_repaired_copy
from sunotui.storage.repair.page_scan import scan_rows, sql_of
from sunotui.storage.repair.relink import drop_corrupt
from sunotui.storage.repair.table_reader import (
    Key,
    RepairedText,
    Row,
    Table,
    TableReader,
    filled_by_triggers,
    quoted,
    tables_of,
)

_FIRST = ("submission", "price")
"""The tables of paid requests and those that triggers read come first; the others follow by name."""
_TYPES: dict[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "REAL": (float, int), "BLOB": (bytes,)}


class Rebuilder:
    """Fills one new library. Every method raises sqlite3.Error and OSError."""

    def __init__(self, path: Path, scripts: Sequence[str]) -> None:
        """Create an empty library at `path` with these migration scripts."""
        create_library(path, scripts)
        self._scripts = scripts
        self._new = sqlite3.connect(path, isolation_level=None)
        # Deleted when the repair is interrupted, and synced before it replaces the library.
        self._new.execute("PRAGMA synchronous = OFF")
        self._new.execute("PRAGMA foreign_keys = OFF")
        tables = tables_of(self._new)
        filled = filled_by_triggers(self._new, list(tables))
        order = [name for name in _FIRST if name in tables] + sorted(set(tables) - set(_FIRST))
        self._tables = _parents_first(self._new, [tables[name] for name in order if name not in filled])
        self._types = {table.name: _types_of(self._new, table.name) for table in self._tables}
        self.dropped = 0
        """Rows deleted again; triggers may have changed other tables because of them."""
        self._repaired: list[tuple[Table, Sequence[str], list[Row]]] = []
        self.reports = {table.name: TableReport(table.name) for table in self._tables}

    @property
    def is_incomplete(self) -> bool:
        """Whether a row may be missing or corrupt."""
        return any(one.corrupt or one.repaired or not one.is_whole for one in self.reports.values())

    def copy_from(self, damaged: Path) -> None:
        """Copy all rows that can be read from the copy of a damaged library."""
        with closing(open_repaired_copy(damaged)) as source:
            for table in self._tables:
                report = self.reports[table.name]
                reader = TableReader(source, table, lambda table=table: self._parent_keys(table))  # type: ignore[misc]
                for batch in reader.batches():
                    valid = [row for row in batch if self._is_valid(table.name, reader.columns, row)]
                    report.corrupt += len(batch) - len(valid)
                    repaired = [row for row in valid if any(isinstance(value, RepairedText) for value in row)]
                    if repaired:
                        self._repaired.append((table, reader.columns, repaired))
                        valid = [row for row in valid if row not in repaired]
                        report.repaired += len(repaired)
                    inserted = self._insert(table, reader.columns, valid)
                    report.rows += inserted
                    if reader.is_whole:
                        # There are no duplicate rows here, so a row that is not inserted violates a constraint.
                        report.corrupt += len(valid) - inserted
                report.is_whole = reader.is_whole
                if not report.is_whole and table.name in _MARKS:
                    report.rows += self._copy_scanned_rows(damaged, table)

    def _copy_scanned_rows(self, damaged: Path, table: Table) -> int:
        """Copy the rows that are unreachable through damaged inner pages of a table. Of two states of a row, the one
        with more values is the later one."""
        work = damaged.with_name(f"pages-{table.name}")
        found = [
            (columns, row)
            for columns, row in scan_rows(damaged, work, table, sql_of(self._new, table), _MARKS[table.name])
            if self._is_valid(table.name, columns, row)
        ]
        found.sort(key=lambda pair: pair[1].count(None))
        return sum(self._insert(table, columns, [tuple(map(_plain, row))]) for columns, row in found)

    def copy_repaired(self) -> None:
        """Copy the rows with a partly corrupt text that no backup has intact."""
        for table, columns, rows in self._repaired:
            inserted = self._insert(table, columns, [tuple(map(_plain, row)) for row in rows])
            self.reports[table.name].rows += inserted
        # The corrupt text may be a status.
        self.drop_corrupt()

    def mark_missing(self) -> None:
        """Report that there is no damaged file to copy rows from."""
        for report in self.reports.values():
            report.is_whole = False

    def add_backup(self, backup: Path, work: Path) -> bool:
        """Add the rows of a backup that are missing; False for a backup of a version that cannot be migrated.

        `work` is the path for a copy of the backup, which is migrated first when it is older.
        """
        shutil.copyfile(backup, work)
        with closing(sqlite3.connect(work, isolation_level=None)) as source:
            if source.execute("PRAGMA user_version").fetchone()[0] > len(self._scripts):
                return False
            migrate(source, self._scripts)
            for table in self._tables:
                reader = TableReader(source, table, lambda: ())
                for batch in reader.batches():
                    self.reports[table.name].from_backup += self._insert(table, reader.columns, batch)
        return True

    def drop_corrupt(self) -> None:
        """Delete rows that no version could have written; call it after `migrate`."""
        for name, count in drop_corrupt(self._new).items():
            self.dropped += count
            self.reports[name].corrupt += count
            self.reports[name].rows -= count

    def migrate(self, scripts: Sequence[str]) -> None:
        """Migrate the new library to the version of these scripts."""
        migrate(self._new, scripts)
        self._scripts = scripts

    def close(self) -> None:
        """Close the new library. Calling it again does nothing."""
        self._new.close()

    def _insert(self, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Insert the missing rows that violate no constraint; returns their number."""
        names = ", ".join(map(quoted, columns))
        sql = f"INSERT OR IGNORE INTO {quoted(table.name)} ({names}) VALUES ({placeholders(columns)})"
        inserted = 0
        self._new.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                try:
                    inserted += max(0, self._new.execute(sql, row).rowcount)
                except sqlite3.OperationalError as error:
                    if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_ERROR"):
                        raise
                    # A trigger failed because of a value in the row.
                    continue
        finally:
            self._new.execute("COMMIT")
        return inserted

    def _parent_keys(self, table: Table) -> list[Key]:
        """Keys at which rows of the table may begin: those of their parent rows, which were recovered before."""
        keys: set[Key] = set()
        for _, _, parent, column, target, *_ in self._new.execute(f"PRAGMA foreign_key_list({quoted(table.name)})"):
            if quoted(column) == table.key and target is not None:
                rows = self._new.execute(f"SELECT {quoted(target)} FROM {quoted(parent)}").fetchall()
                keys.update(key for (key,) in rows)
        numbers = sorted(key for key in keys if isinstance(key, int | float))
        texts = sorted((key for key in keys if isinstance(key, str)), key=str.encode)
        return [*numbers, *texts]

    def _is_valid(self, name: str, columns: Sequence[str], row: Row) -> bool:
        """Whether each value has the type of its column, and a request can be parsed: random bytes have any type."""
        types = self._types[name]
        for column, value in zip(columns, row, strict=True):
            if value is not None and not isinstance(value, types.get(column, (object,))):
                return False
        return all(
            _passes(check, row[columns.index(column)]) for column, check in _CHECKS.get(name, ()) if column in columns
        )


_CHECKS: dict[str, tuple[tuple[str, Callable[[Any], object]], ...]] = {
    "submission": (("request", from_json),),
    "answer": (("raw", unpacked_text),),
}


def _types_of(connection: sqlite3.Connection, name: str) -> dict[str, tuple[type, ...]]:
    about = connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
    return {column: _TYPES.get(type_name, (object,)) for _, column, type_name, *_ in about}


_MARKS = {"submission": b'"kind"'}
"""The tables that are searched page by page, which have the paid requests, and the bytes that each of their rows
contains."""


def _plain(value: Key) -> Key:
    return str(value) if isinstance(value, RepairedText) else value


def _passes(check: Callable[[Any], object], value: Key | bytes) -> bool:
    try:
        check(value if isinstance(value, bytes) else str(value))
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def _parents_first(connection: sqlite3.Connection, tables: Sequence[Table]) -> list[Table]:
    """The tables, each after the parents of its rows, so that their keys are known by then."""
    by_name = {table.name: table for table in tables}
    done: dict[str, Table] = {}

    def add(name: str) -> None:
        if name in done or name not in by_name:
            return
        parents = [row[2] for row in connection.execute(f"PRAGMA foreign_key_list({quoted(name)})")]
        for parent in parents:
            if parent != name:
                add(parent)
        done[name] = by_name[name]

    for table in tables:
        add(table.name)
    return list(done.values())

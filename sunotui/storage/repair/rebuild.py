"""A fresh library out of what a damaged one and its backups still give (D6)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sunotui.domain.requests.request import from_json
from sunotui.storage.db.create import create_library
from sunotui.storage.db.schema import migrate
from sunotui.storage.repair.damaged_copy import open_repaired_copy
from sunotui.storage.repair.page_scan import scan_rows, sql_of
from sunotui.storage.repair.relink import drop_corrupt
from sunotui.storage.repair.table_reader import (
    Key,
    RepairedText,
    Row,
    Table,
    TableReader,
    made_by_triggers,
    quoted,
    tables_of,
)

_FIRST = ("submission", "price")
"""What was paid for comes first, and what tables made by triggers look at; all others in the order of their names."""
_KINDS: dict[str, tuple[type, ...]] = {"TEXT": (str,), "INTEGER": (int,), "REAL": (float, int)}


@dataclass(slots=True)
class TableReport:
    """What became of one table's rows."""

    table: str
    rows: int = 0
    """Rows read from the damaged file."""
    corrupt: int = 0
    """Rows that could be read but hold what nobody can have written."""
    repaired: int = 0
    """Rows with a text that is partly spoilt; taken as they are where no backup has them whole."""
    from_backup: int = 0
    """Rows that only a backup still had."""
    is_whole: bool = True
    """Whether nothing was in the way of reading the table to its end."""


class Rebuilder:
    """Fills one fresh library. Every method raises sqlite3.Error and OSError."""

    def __init__(self, path: Path, scripts: Sequence[str]) -> None:
        """Make an empty library at `path` as these migrations make it."""
        create_library(path, scripts)
        self._scripts = scripts
        self._fresh = sqlite3.connect(path, isolation_level=None)
        # Thrown away when it is cut off, and synced as a whole before it takes the library's place.
        self._fresh.execute("PRAGMA synchronous = OFF")
        self._fresh.execute("PRAGMA foreign_keys = OFF")
        tables = tables_of(self._fresh)
        made = made_by_triggers(self._fresh, list(tables))
        order = [name for name in _FIRST if name in tables] + sorted(set(tables) - set(_FIRST))
        self._tables = _parents_first(self._fresh, [tables[name] for name in order if name not in made])
        self._kinds = {table.name: _kinds_of(self._fresh, table.name) for table in self._tables}
        self.dropped = 0
        """Rows taken out again: triggers may have made something of them."""
        self._mended: list[tuple[Table, Sequence[str], list[Row]]] = []
        self.rescued = {table.name: TableReport(table.name) for table in self._tables}

    @property
    def lost_anything(self) -> bool:
        """Whether some row may not have been read."""
        return any(found.corrupt or found.repaired or not found.is_whole for found in self.rescued.values())

    def copy_from(self, damaged: Path) -> None:
        """All that the mended copy of a damaged library gives."""
        with closing(open_repaired_copy(damaged)) as source:
            for table in self._tables:
                found = self.rescued[table.name]
                salvage = TableReader(source, table, lambda table=table: self._keys_for(table))  # type: ignore[misc]
                for piece in salvage.pieces():
                    sensible = [row for row in piece if self._is_sensible(table.name, salvage.columns, row)]
                    found.corrupt += len(piece) - len(sensible)
                    mended = [row for row in sensible if any(isinstance(value, RepairedText) for value in row)]
                    if mended:
                        self._mended.append((table, salvage.columns, mended))
                        sensible = [row for row in sensible if row not in mended]
                        found.repaired += len(mended)
                    put = self._put(table, salvage.columns, sensible)
                    found.rows += put
                    if salvage.is_whole:
                        # Where nothing comes twice, what the library would not have breaks its rules.
                        found.corrupt += len(sensible) - put
                found.is_whole = salvage.is_whole
                if not found.is_whole and table.name in _MARKS:
                    found.rows += self._copy_scanned_rows(damaged, table)

    def _copy_scanned_rows(self, damaged: Path, table: Table) -> int:
        """What a table's broken upper pages hide. Of two states of a row the one that tells more is the later."""
        work = damaged.with_name(f"leaves-{table.name}")
        hidden = [
            (columns, row)
            for columns, row in scan_rows(damaged, work, table, sql_of(self._fresh, table), _MARKS[table.name])
            if self._is_sensible(table.name, columns, row)
        ]
        hidden.sort(key=lambda pair: pair[1].count(None))
        return sum(self._put(table, columns, [tuple(map(_plain, row))]) for columns, row in hidden)

    def copy_repaired(self) -> None:
        """The rows with a text that is partly spoilt, where no backup has them whole."""
        for table, columns, rows in self._mended:
            put = self._put(table, columns, [tuple(map(_plain, row)) for row in rows])
            self.rescued[table.name].rows += put
        # It may be the status that is spoilt.
        self.drop_corrupt()

    def nothing_was_there(self) -> None:
        """There is no file to take anything from."""
        for found in self.rescued.values():
            found.is_whole = False

    def add_from(self, backup: Path, work: Path) -> bool:
        """The rows of a backup that are not there yet; False when it is of a version that cannot be brought up.

        `work` is where its copy is made, which is migrated first when it is older.
        """
        shutil.copyfile(backup, work)
        with closing(sqlite3.connect(work, isolation_level=None)) as source:
            if source.execute("PRAGMA user_version").fetchone()[0] > len(self._scripts):
                return False
            migrate(source, self._scripts)
            for table in self._tables:
                salvage = TableReader(source, table, lambda: ())
                for piece in salvage.pieces():
                    self.rescued[table.name].from_backup += self._put(table, salvage.columns, piece)
        return True

    def drop_corrupt(self) -> None:
        """Take out again what was read but can mean nothing; only once it is of this version."""
        for name, count in drop_corrupt(self._fresh).items():
            self.dropped += count
            self.rescued[name].corrupt += count
            self.rescued[name].rows -= count

    def migrate(self, scripts: Sequence[str]) -> None:
        """Migrate what was rescued to the version of these scripts."""
        migrate(self._fresh, scripts)
        self._scripts = scripts

    def close(self) -> None:
        """Let go of the fresh library. Twice is once."""
        self._fresh.close()

    def _put(self, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> int:
        """Write rows that are not there yet; how many. One that the library will not have is left out."""
        marks = ", ".join("?" * len(columns))
        names = ", ".join(map(quoted, columns))
        sql = f"INSERT OR IGNORE INTO {quoted(table.name)} ({names}) VALUES ({marks})"
        put = 0
        self._fresh.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                try:
                    put += max(0, self._fresh.execute(sql, row).rowcount)
                except sqlite3.OperationalError as error:
                    if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_ERROR"):
                        raise
                    # A trigger choked on what is in the row.
                    continue
        finally:
            self._fresh.execute("COMMIT")
        return put

    def _keys_for(self, table: Table) -> list[Key]:
        """Where rows of the table may begin: at the rows, rescued before, that they belong to."""
        keys: set[Key] = set()
        for _, _, parent, column, target, *_ in self._fresh.execute(f"PRAGMA foreign_key_list({quoted(table.name)})"):
            if quoted(column) == table.key and target is not None:
                rows = self._fresh.execute(f"SELECT {quoted(target)} FROM {quoted(parent)}").fetchall()
                keys.update(key for (key,) in rows)
        numbers = sorted(key for key in keys if isinstance(key, int | float))
        texts = sorted((key for key in keys if isinstance(key, str)), key=str.encode)
        return [*numbers, *texts]

    def _is_sensible(self, name: str, columns: Sequence[str], row: Row) -> bool:
        """Whether each value is of its column's kind, and a wish can be read: bytes at random are of any kind."""
        kinds = self._kinds[name]
        for column, value in zip(columns, row, strict=True):
            if value is not None and not isinstance(value, kinds.get(column, (object,))):
                return False
        return all(_reads(check, row[columns.index(at)]) for at, check in _CHECKS.get(name, ()) if at in columns)


_CHECKS: dict[str, tuple[tuple[str, Callable[[str], object]], ...]] = {"submission": (("request", from_json),)}


def _kinds_of(connection: sqlite3.Connection, name: str) -> dict[str, tuple[type, ...]]:
    about = connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
    return {column: _KINDS.get(kind, (object,)) for _, column, kind, *_ in about}


_MARKS = {"submission": b'"kind"'}
"""Tables that are searched for page by page, and what stands in each of their rows: what was paid for."""


def _plain(value: Key) -> Key:
    return str(value) if isinstance(value, RepairedText) else value


def _reads(check: Callable[[str], object], value: Key) -> bool:
    try:
        check(str(value))
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def _parents_first(connection: sqlite3.Connection, tables: Sequence[Table]) -> list[Table]:
    """The same tables, each after those that its rows belong to, so that their keys are known by then."""
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

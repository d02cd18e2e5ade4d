"""Reads all readable rows of a damaged database, table by table and without knowledge of the schema (D6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_BATCH = 200
_LAST_ROWID = 2**63 - 1
Key = int | str | bytes | float | None
Row = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The description of a table that is needed to copy its rows to another database."""

    name: str
    columns: tuple[str, ...]
    key: str
    """The sort key of its rows: "rowid", or the first column of the primary key of a WITHOUT ROWID table."""

    @property
    def has_rowid(self) -> bool:
        """Whether its rows have a rowid."""
        return self.key == "rowid"


def tables_of(connection: sqlite3.Connection) -> dict[str, Table]:
    """The ordinary tables of an intact database by name, without virtual tables and their shadow tables. Raises
    sqlite3.Error."""
    found = {}
    for _, name, kind, _, without_rowid, _ in connection.execute("PRAGMA main.table_list").fetchall():
        if kind == "table" and not name.startswith("sqlite_"):
            about = connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
            in_key = sorted((place, column) for _, column, _, _, _, place in about if place)
            columns = tuple(column for _, column, *_ in about)
            if not in_key:
                # Nothing else identifies a row that is in two files.
                columns = ("rowid", *columns)
            found[name] = Table(name, columns, quoted(in_key[0][1]) if without_rowid else "rowid")
    return found


def filled_by_triggers(connection: sqlite3.Connection, names: Sequence[str]) -> set[str]:
    """The tables into which triggers insert rows when rows are inserted into these ones.

    Raises sqlite3.Error.
    """
    filled: set[str] = set()

    def record_insert(action: int, table: str | None, _: str | None, _database: str | None, trigger: str | None) -> int:
        if action == sqlite3.SQLITE_INSERT and trigger is not None and table is not None:
            filled.add(table)
        return sqlite3.SQLITE_OK

    connection.set_authorizer(record_insert)
    try:
        for name in names:
            connection.execute(f"EXPLAIN INSERT INTO {quoted(name)} DEFAULT VALUES")
    finally:
        connection.set_authorizer(None)
    return filled


class TableReader:
    """Reads one table of a database that may be damaged; `is_whole` says afterwards whether all of it could be read."""

    def __init__(self, connection: sqlite3.Connection, table: Table, parent_keys: Callable[[], Sequence[Key]]) -> None:
        """`parent_keys` gives keys at which reading may continue in a WITHOUT ROWID table after a damaged page."""
        self._connection = connection
        self._connection.text_factory = _decode
        self._table = table
        self._parent_keys = parent_keys
        self._last_key: Key = None
        self._is_at_end = False
        self.columns = self._columns()
        self.is_whole = bool(self.columns)

    def batches(self) -> Iterator[list[Row]]:
        """All readable rows, at most 200 at a time; rows near damage may be repeated."""
        if not self.columns:
            return
        yield from self._walk(f"ORDER BY {self._table.key}", [])
        while not self._is_at_end:
            self.is_whole = False
            # Each start is beyond all keys that were read, since wrong keys in damaged pages must not cause a loop.
            start = self._key_after(self._last_key)
            if start is None:
                break
            self._record_key(start)
            yield from self._walk(f"WHERE {self._table.key} >= ? ORDER BY {self._table.key}", [start])
        if not self.is_whole:
            yield from self._walk(f"ORDER BY {self._table.key} DESC", [])

    def _columns(self) -> tuple[str, ...]:
        try:
            about = self._connection.execute(f"PRAGMA table_info({quoted(self._table.name)})").fetchall()
        except DAMAGE:
            return ()
        existing = {column for _, column, *_ in about}
        existing |= {"rowid"} if existing else set()
        return tuple(column for column in self._table.columns if column in existing)

    def _walk(self, rest: str, values: Sequence[Key]) -> Iterator[list[Row]]:
        """Rows until the end, which sets `_is_at_end`, or until the first damaged page."""
        names = ", ".join(map(quoted, self.columns))
        batch: list[Row] = []
        self._is_at_end = False
        try:
            # NOT INDEXED, since an index has another order and may be damaged itself.
            rows = self._connection.execute(
                f"SELECT {self._table.key}, {names} FROM {quoted(self._table.name)} NOT INDEXED {rest}", values
            )
            for key, *row in rows:
                self._record_key(key)
                batch.append(tuple(row))
                if len(batch) == _BATCH:
                    yield batch
                    batch = []
            self._is_at_end = True
        except DAMAGE:
            pass
        if batch:
            yield batch

    def _record_key(self, key: Key) -> None:
        if self._last_key is None or _comes_after(key, self._last_key):
            self._last_key = key

    def _key_after(self, last: Key) -> Key:
        """The first readable key after the damaged part that begins after `last`; None if there is no such key."""
        if self._table.has_rowid:
            return self._rowid_after(last if isinstance(last, int) else -1)
        for key in self._parent_keys():
            if key is not None and (last is None or _comes_after(key, last)) and self._is_readable(key):
                return key
        return None

    def _rowid_after(self, last: int) -> int | None:
        unreadable, step = last, 1
        while not self._is_readable(min(last + step, _LAST_ROWID)):
            unreadable = last + step
            step *= 2
            if last + step > _LAST_ROWID:
                return None
        readable = last + step
        while readable - unreadable > 1:
            middle = (readable + unreadable) // 2
            if self._is_readable(middle):
                readable = middle
            else:
                unreadable = middle
        return readable

    def _is_readable(self, start: Key) -> bool:
        """Whether the first row from this key on can be read completely, or there is no such row."""
        names = ", ".join(map(quoted, self.columns))
        try:
            self._connection.execute(
                f"SELECT {names} FROM {quoted(self._table.name)} NOT INDEXED WHERE {self._table.key} >= ? "
                f"ORDER BY {self._table.key} LIMIT 1",
                [start],
            ).fetchall()
        except DAMAGE:
            return False
        return True


DAMAGE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError, MemoryError)
"""The exceptions from reading a damaged database; the last two are raised for an impossible text length."""


def quoted(name: str) -> str:
    """The name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


class RepairedText(str):
    """A text in which bytes that were not UTF-8 were replaced."""


def _decode(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return RepairedText(text.decode("utf-8", "replace").replace("\0", "\ufffd"))


def _comes_after(key: Key, last: Key) -> bool:
    """Whether `key` is greater than `last` in the order of SQLite."""
    if isinstance(key, str) and isinstance(last, str):
        return key.encode("utf-8", "surrogatepass") > last.encode("utf-8", "surrogatepass")
    if isinstance(key, int | float) and isinstance(last, int | float):
        return key > last
    return isinstance(key, str) and isinstance(last, int | float)

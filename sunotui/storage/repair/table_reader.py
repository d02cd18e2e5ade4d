"""Every row that a damaged database still gives, table by table, without knowing the tables (D6)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_AT_ONCE = 200
_FARTHEST = 2**63 - 1
Key = int | str | bytes | float | None
Row = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What must be known of a table to read its rows from one database and write them to another."""

    name: str
    columns: tuple[str, ...]
    key: str
    """What its rows are ordered by: "rowid", or the first column of the key of a table without one."""

    @property
    def has_rowid(self) -> bool:
        """Whether its rows are numbered."""
        return self.key == "rowid"


def tables_of(connection: sqlite3.Connection) -> dict[str, Table]:
    """The ordinary tables of a sound database: neither virtual ones nor those that serve them. Raises sqlite3.Error."""
    found = {}
    for _, name, kind, _, without_rowid, _ in connection.execute("PRAGMA main.table_list").fetchall():
        if kind == "table" and not name.startswith("sqlite_"):
            about = connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
            in_key = sorted((place, column) for _, column, _, _, _, place in about if place)
            columns = tuple(column for _, column, *_ in about)
            if not in_key:
                # Nothing else tells one row from another where they come from two files.
                columns = ("rowid", *columns)
            found[name] = Table(name, columns, quoted(in_key[0][1]) if without_rowid else "rowid")
    return found


def made_by_triggers(connection: sqlite3.Connection, names: Sequence[str]) -> set[str]:
    """The tables that triggers fill when rows come into these ones: their rows follow from the others'.

    Raises sqlite3.Error.
    """
    made: set[str] = set()

    def listen(action: int, table: str | None, _: str | None, _database: str | None, trigger: str | None) -> int:
        if action == sqlite3.SQLITE_INSERT and trigger is not None and table is not None:
            made.add(table)
        return sqlite3.SQLITE_OK

    connection.set_authorizer(listen)
    try:
        for name in names:
            connection.execute(f"EXPLAIN INSERT INTO {quoted(name)} DEFAULT VALUES")
    finally:
        connection.set_authorizer(None)
    return made


class TableReader:
    """Reads one table of a database that may be damaged; `is_whole` tells afterwards whether nothing was in the way."""

    def __init__(self, connection: sqlite3.Connection, table: Table, parents: Callable[[], Sequence[Key]]) -> None:
        """`parents` gives the keys under which rows may be looked for where the table's own order is broken."""
        self._connection = connection
        self._connection.text_factory = _lenient
        self._table = table
        self._parents = parents
        self._farthest: Key = None
        self._is_at_end = False
        self.columns = self._columns()
        self.is_whole = bool(self.columns)

    def pieces(self) -> Iterator[list[Row]]:
        """All rows that can be read, some at a time; near a damage some may come twice."""
        if not self.columns:
            return
        yield from self._walk(f"ORDER BY {self._table.key}", [])
        while not self._is_at_end:
            self.is_whole = False
            # Each start lies beyond all that was seen: keys that a damage made up must not lead in a circle.
            start = self._beyond(self._farthest)
            if start is None:
                break
            self._see(start)
            yield from self._walk(f"WHERE {self._table.key} >= ? ORDER BY {self._table.key}", [start])
        if not self.is_whole:
            yield from self._walk(f"ORDER BY {self._table.key} DESC", [])

    def _columns(self) -> tuple[str, ...]:
        try:
            about = self._connection.execute(f"PRAGMA table_info({quoted(self._table.name)})").fetchall()
        except DAMAGE:
            return ()
        there = {column for _, column, *_ in about}
        there |= {"rowid"} if there else set()
        return tuple(column for column in self._table.columns if column in there)

    def _walk(self, rest: str, values: Sequence[Key]) -> Iterator[list[Row]]:
        """Rows until the end, which `_is_at_end` then tells, or until a damage."""
        names = ", ".join(map(quoted, self.columns))
        piece: list[Row] = []
        self._is_at_end = False
        try:
            # NOT INDEXED: an index has an order and damages of its own.
            rows = self._connection.execute(
                f"SELECT {self._table.key}, {names} FROM {quoted(self._table.name)} NOT INDEXED {rest}", values
            )
            for key, *row in rows:
                self._see(key)
                piece.append(tuple(row))
                if len(piece) == _AT_ONCE:
                    yield piece
                    piece = []
            self._is_at_end = True
        except DAMAGE:
            pass
        if piece:
            yield piece

    def _see(self, key: Key) -> None:
        if self._farthest is None or _comes_after(key, self._farthest):
            self._farthest = key

    def _beyond(self, last: Key) -> Key:
        """The next key after the damage that begins after `last`; None when there is none."""
        if self._table.has_rowid:
            return self._rowid_beyond(last if isinstance(last, int) else -1)
        for key in self._parents():
            if key is not None and (last is None or _comes_after(key, last)) and self._is_readable(key):
                return key
        return None

    def _rowid_beyond(self, last: int) -> int | None:
        broken, step = last, 1
        while not self._is_readable(min(last + step, _FARTHEST)):
            broken = last + step
            step *= 2
            if last + step > _FARTHEST:
                return None
        sound = last + step
        while sound - broken > 1:
            middle = (sound + broken) // 2
            if self._is_readable(middle):
                sound = middle
            else:
                broken = middle
        return sound

    def _is_readable(self, start: Key) -> bool:
        """Whether the first row from this key on can be read as a whole; also where there is no row any more."""
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
"""What reading a damaged database raises, an odd length of a text included."""


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


class RepairedText(str):
    """A text some bytes of which were no text."""


def _lenient(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return RepairedText(text.decode("utf-8", "replace").replace("\0", "\ufffd"))


def _comes_after(key: Key, last: Key) -> bool:
    """In the order of SQLite's own comparison, for two of a kind."""
    if isinstance(key, str) and isinstance(last, str):
        return key.encode("utf-8", "surrogatepass") > last.encode("utf-8", "surrogatepass")
    if isinstance(key, int | float) and isinstance(last, int | float):
        return key > last
    return isinstance(key, str) and isinstance(last, int | float)

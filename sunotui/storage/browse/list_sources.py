"""The three ways to keep a list: as numbers, as a place in an index, and as the hits of a search.

Each knows how many tasks it has, which stand at given indexes, and at which index a task stands. Tasks are named by
their seq. All of them raise LibraryError.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sunotui.storage.browse.query_sql import WEIGHTS
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value


class RowSource(Protocol):
    """A list that gives pieces of itself."""

    @property
    def total(self) -> int:
        """How many tasks it has."""
        ...

    def index_of(self, seq: int) -> int | None:
        """Where a task stands, from 0; None where it is not in the list."""
        ...

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """The tasks from `start`, at least 0, to below `stop`; `near` is the index and the seq of one among them."""
        ...


class SortOrder(NamedTuple):
    """A column, and whether larger values come first; of equal ones those of larger seq then do as well."""

    column: str
    is_falling: bool

    @property
    def sql(self) -> str:
        """For ORDER BY."""
        way = "DESC" if self.is_falling else "ASC"
        return f"task.{self.column} {way}, task.seq {way}"

    @property
    def sorted_sql(self) -> str:
        """The same where the rows are to be found first, by whichever index finds them, and sorted then."""
        return self.sql.replace("task.", "+task.", 1)

    @property
    def reversed(self) -> SortOrder:
        """The other way round."""
        return SortOrder(self.column, not self.is_falling)

    def behind(self, key: Value, seq: int) -> tuple[tuple[str, tuple[Value, ...]], ...]:
        """What comes behind a row, as two conditions, of which all of the first comes before the second.

        Two, since one question for both would look at every row of an equal key, and most ratings are equal.
        """
        sign = "<" if self.is_falling else ">"
        return (
            (f"task.{self.column} = ? AND task.seq {sign} ?", (key, seq)),
            (f"task.{self.column} {sign} ?", (key,)),
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list's tasks come from."""

    table: str
    """For FROM, with the index that is to be walked where it matters."""
    sql: str
    values: tuple[Value, ...] = ()


class MaterializedRows:
    """Few tasks, or an order without an index: found once, eight bytes a task."""

    def __init__(self, found: Sequence[int]) -> None:
        self._found = array("q", found)

    @property
    def total(self) -> int:
        """How many."""
        return len(self._found)

    def index_of(self, seq: int) -> int | None:
        """By a look at each."""
        try:
            return self._found.index(seq)
        except ValueError:
            return None

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """A slice."""
        return self._found[start:stop]


class KeysetRows:
    """A great part of the library, in an order that has an index: from a row's key to its neighbours, and from the
    nearer end to a place in the middle."""

    def __init__(self, db: Database, source: Source, order: SortOrder, total: int) -> None:
        self._db = db
        self._source = source
        self._order = order
        self.total = total

    def index_of(self, seq: int) -> int | None:
        """By counting what is ahead of it, along the index."""
        key = self._key_of(seq)
        if key is None:
            return None
        return sum(
            _number(self._db, f"SELECT count(*) FROM {self._where} AND {ahead}", (*self._source.values, *values))
            for ahead, values in self._order.reversed.behind(key[0], seq)
        )

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """From the neighbour, or by a jump."""
        if near is not None and start <= near[0] < stop:
            index, seq = near
            key = self._key_of(seq)
            if key is not None:
                ahead = self._beside(self._order.reversed, key[0], seq, index - start)
                return [*reversed(ahead), seq, *self._beside(self._order, key[0], seq, stop - index - 1)]
        stop = min(stop, self.total)
        if start >= stop:
            return []
        if start <= self.total - stop:
            return self._first(self._order, stop - start, start)
        return self._first(self._order.reversed, stop - start, self.total - stop)[::-1]

    @property
    def _where(self) -> str:
        return f"{self._source.table} WHERE {self._source.sql}"

    def _key_of(self, seq: int) -> tuple[Value] | None:
        rows = self._db.query(
            f"SELECT task.{self._order.column} FROM task WHERE {self._source.sql} AND seq = ?",
            (*self._source.values, seq),
        )
        return (rows[0][0],) if rows else None

    def _first(self, order: SortOrder, count: int, skipped: int) -> list[int]:
        return self._db.numbers(
            f"SELECT seq FROM {self._where} ORDER BY {order.sql} LIMIT ? OFFSET ?",
            (*self._source.values, count, skipped),
        )

    def _beside(self, order: SortOrder, key: Value, seq: int, count: int) -> list[int]:
        found: list[int] = []
        for behind, values in order.behind(key, seq):
            if len(found) < count:
                found += self._db.numbers(
                    f"SELECT seq FROM {self._where} AND {behind} ORDER BY {order.sql} LIMIT ?",
                    (*self._source.values, *values, count - len(found)),
                )
        return found


class RankedRows:
    """The hits of a search: the newest by their worth, since worth costs a look at each, then the older ones by seq.

    The full-text index itself is in the order of seq, so that the older ones need not be kept.
    """

    def __init__(self, db: Database, source: Source, ranked: int, *, is_reversed: bool) -> None:
        """`source` has the full-text index in it; its first value is for MATCH."""
        self._db = db
        self._source = source
        self._is_reversed = is_reversed
        self.total = _number(db, f"SELECT count(*) FROM {self._where}", source.values)
        # In one question, since the words of each would be looked up anew.
        self._head = db.numbers(
            f"SELECT seq FROM (SELECT words.rowid AS seq, bm25(words, {WEIGHTS}) AS worth FROM {self._where} "
            "ORDER BY words.rowid DESC LIMIT ?) ORDER BY worth, seq DESC",
            (*source.values, ranked),
        )
        self._oldest_ranked = min(self._head, default=0)

    def index_of(self, seq: int) -> int | None:
        """Among the ranked ones, or by counting the newer ones."""
        if seq >= self._oldest_ranked:
            index = self._head.index(seq) if seq in self._head else None
        elif self._hits("AND words.rowid = ?", (seq,), 1, 0):
            index = _number(
                self._db, f"SELECT count(*) FROM {self._where} AND words.rowid > ?", (*self._source.values, seq)
            )
        else:
            index = None
        return self.total - 1 - index if index is not None and self._is_reversed else index

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """A slice of the ranked ones, and as many of the older ones as are missing."""
        stop = min(stop, self.total)
        if start >= stop:
            return []
        if self._is_reversed:
            return self._forwards(self.total - stop, self.total - start)[::-1]
        return self._forwards(start, stop)

    def _forwards(self, start: int, stop: int) -> list[int]:
        ranked = len(self._head)
        found = self._head[start:stop]
        if stop > ranked:
            found += self._hits("", (), stop - max(start, ranked), max(start, ranked))
        return found

    @property
    def _where(self) -> str:
        return f"{self._source.table} WHERE {self._source.sql}"

    def _hits(self, more: str, values: tuple[Value, ...], count: int, skipped: int) -> list[int]:
        return self._db.numbers(
            f"SELECT words.rowid FROM {self._where} {more} ORDER BY words.rowid DESC LIMIT ? OFFSET ?",
            (*self._source.values, *values, count, skipped),
        )


def _number(db: Database, sql: str, values: Sequence[Value]) -> int:
    return db.numbers(sql, values)[0]

"""The sources of the rows of a list: cached row numbers, an index scan, and the results of a search.

Each has a total, the tasks in a range of positions, and the position of a task. Tasks are identified by `seq`, the row
number of the table. All methods raise LibraryError.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Protocol

from sunotui.named_tuple import NamedTuple
from sunotui.storage.browse.query_sql import WEIGHTS
from sunotui.storage.browse.sort_orders import SortOrder
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value


class RowCount(NamedTuple):
    """How many rows a list has."""

    rows: int
    is_exact: bool
    """False if the list has at least so many rows, and these are read without counting all."""


IsSuperseded = Callable[[], bool]
"""Returns whether a result is no longer needed."""
STEPS_BETWEEN_CHECKS = 100_000
"""After how many instructions of SQLite that is asked, about 3 ms: the answer waits for the main thread."""


def never() -> bool:
    """The result is needed."""
    return False


class RowSource(Protocol):
    """The rows of a list by position."""

    @property
    def known_count(self) -> RowCount:
        """The number of tasks, as far as it is known without counting all."""
        ...

    def count(self, is_superseded: IsSuperseded = never) -> RowCount:
        """The number of tasks; not exact if `is_superseded` returned True while they were counted."""
        ...

    def index_of(self, seq: int) -> int | None:
        """The position of a task, from 0; None for a task that is not in the list."""
        ...

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """The tasks from position `start`, at least 0, up to `stop` (exclusive). `near` is the position and the seq
        of one of them, from which the others are found faster."""
        ...


class SqlSource(NamedTuple):
    """The FROM and WHERE clauses of a query for tasks."""

    table: str
    """For FROM, with INDEXED BY where the choice of the index matters."""
    sql: str
    values: tuple[Value, ...] = ()


class MaterializedRows:
    """Row numbers in memory, eight bytes per task; for short lists and sort orders without an index."""

    def __init__(self, seqs: Sequence[int]) -> None:
        self._seqs = array("q", seqs)

    @property
    def known_count(self) -> RowCount:
        """The number of tasks."""
        return RowCount(len(self._seqs), is_exact=True)

    def count(self, is_superseded: IsSuperseded = never) -> RowCount:
        """The number of tasks."""
        return self.known_count

    def index_of(self, seq: int) -> int | None:
        """The position of a task, found by comparing each; None for a task that is not in the list."""
        try:
            return self._seqs.index(seq)
        except ValueError:
            return None

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """The tasks from position `start` up to `stop` (exclusive)."""
        return self._seqs[start:stop]


class SearchedRows:
    """The results of a search in a sort order. The first ones are found along the index of the order, if they are
    dense; all of them are found and sorted when others or their number are needed."""

    def __init__(
        self,
        first: Sequence[int],
        most: int,
        *,
        is_result: Callable[[int], bool],
        find_all: Callable[[IsSuperseded], Sequence[int] | None],
    ) -> None:
        """`first` are the first results: all, if they are fewer than `most`. `is_result` returns whether a task is a
        result; `find_all` returns all results, or None if they are no longer needed."""
        self._first = first
        self._is_result = is_result
        self._find_all = find_all
        self._all: MaterializedRows | None = MaterializedRows(first) if len(first) < most else None

    @property
    def known_count(self) -> RowCount:
        """The number of tasks, or that of the first ones."""
        return self._all.known_count if self._all is not None else RowCount(len(self._first), is_exact=False)

    def count(self, is_superseded: IsSuperseded = never) -> RowCount:
        """The number of tasks; the first time all are found."""
        if self._all is None and (found := self._find_all(is_superseded)) is not None:
            self._all = MaterializedRows(found)
        return self.known_count

    def index_of(self, seq: int) -> int | None:
        """The position of a task; None for a task that is not a result."""
        if seq in self._first:
            return self._first.index(seq)
        if self._all is None and not self._is_result(seq):
            return None
        return self._rows().index_of(seq)

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """The tasks from position `start` up to `stop` (exclusive)."""
        return self._first[start:stop] if stop <= len(self._first) else self._rows().seqs(start, stop)

    def _rows(self) -> MaterializedRows:
        if self._all is None:
            self._all = MaterializedRows(self._find_all(never) or ())
        return self._all


class KeysetRows:
    """A large part of the library in a sort order with an index: reads from the key of a row to the adjacent rows, or
    from the nearer end to a position (keyset pagination)."""

    def __init__(self, db: Database, source: SqlSource, order: SortOrder, total: int) -> None:
        self._db = db
        self._source = source
        self._order = order
        self.known_count = RowCount(total, is_exact=True)

    def count(self, is_superseded: IsSuperseded = never) -> RowCount:
        """The number of tasks."""
        return self.known_count

    def index_of(self, seq: int) -> int | None:
        """The position of a task, found by counting the rows before it along the index; None for a task that is not in
        the list."""
        key = self._key_of(seq)
        if key is None:
            return None
        return sum(
            _number(self._db, f"SELECT count(*) FROM {self._where} AND {before}", (*self._source.values, *values))
            for before, values in self._order.reversed.after(key)
        )

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """The tasks from position `start` up to `stop` (exclusive); read from `near` if it is given."""
        if near is not None and start <= near[0] < stop:
            index, seq = near
            key = self._key_of(seq)
            if key is not None:
                before = self._beside(self._order.reversed, key, index - start)
                return [*reversed(before), seq, *self._beside(self._order, key, stop - index - 1)]
        stop = min(stop, self.known_count.rows)
        if start >= stop:
            return []
        if start <= self.known_count.rows - stop:
            return self._first(self._order, stop - start, start)
        return self._first(self._order.reversed, stop - start, self.known_count.rows - stop)[::-1]

    @property
    def _where(self) -> str:
        return f"{self._source.table} WHERE {self._source.sql}"

    def _key_of(self, seq: int) -> tuple[Value, ...] | None:
        rows = self._db.query(
            f"SELECT {self._order.columns} FROM task WHERE {self._source.sql} AND seq = ?",
            (*self._source.values, seq),
        )
        return tuple(rows[0]) if rows else None

    def _first(self, order: SortOrder, count: int, skipped: int) -> list[int]:
        return self._db.numbers(
            f"SELECT seq FROM {self._where} ORDER BY {order.sql} LIMIT ? OFFSET ?",
            (*self._source.values, count, skipped),
        )

    def _beside(self, order: SortOrder, key: Sequence[Value], count: int) -> list[int]:
        found: list[int] = []
        for after, values in order.after(key):
            if len(found) < count:
                found += self._db.numbers(
                    f"SELECT seq FROM {self._where} AND {after} ORDER BY {order.sql} LIMIT ?",
                    (*self._source.values, *values, count - len(found)),
                )
        return found


class RankedRows:
    """The results of a search: the newest ones by relevance, which is computed for each, then the older ones by seq.

    The full-text index is in the order of seq, so that the older ones need no memory.
    """

    def __init__(self, db: Database, source: SqlSource, ranked: int, *, is_reversed: bool) -> None:
        """`source` must include the full-text index, and its first value must be the one for MATCH. `ranked` is how
        many results are ordered by relevance."""
        self._db = db
        self._source = source
        self._is_reversed = is_reversed
        # One query, since another one would look up the words of each result again.
        self._head = db.numbers(
            f"SELECT seq FROM (SELECT words.rowid AS seq, bm25(words, {WEIGHTS}) AS relevance FROM {self._where} "
            "ORDER BY words.rowid DESC LIMIT ?) ORDER BY relevance, seq DESC",
            (*source.values, ranked),
        )
        self._oldest_ranked = min(self._head, default=0)
        self._count = RowCount(len(self._head), is_exact=len(self._head) < ranked)

    @property
    def known_count(self) -> RowCount:
        """The number of results, or that of the ranked ones. The first rows of a reversed list need the exact one."""
        return self.count() if self._is_reversed else self._count

    def count(self, is_superseded: IsSuperseded = never) -> RowCount:
        """The number of results; the first time, those of a common word are counted."""
        if not self._count.is_exact:
            sql = f"SELECT count(*) FROM {self._where}"
            found = self._db.numbers_unless(is_superseded, STEPS_BETWEEN_CHECKS, sql, self._source.values)
            self._count = RowCount(found[0], is_exact=True) if found is not None else self._count
        return self._count

    def index_of(self, seq: int) -> int | None:
        """The position of a task, found among the ranked results or by counting the newer ones; None for a task that is
        not a result."""
        if seq >= self._oldest_ranked:
            index = self._head.index(seq) if seq in self._head else None
        elif self._older("AND words.rowid = ?", (seq,), 1, 0):
            index = _number(
                self._db, f"SELECT count(*) FROM {self._where} AND words.rowid > ?", (*self._source.values, seq)
            )
        else:
            index = None
        return self.count().rows - 1 - index if index is not None and self._is_reversed else index

    def seqs(self, start: int, stop: int, near: tuple[int, int] | None = None) -> Sequence[int]:
        """The tasks from position `start` up to `stop` (exclusive): ranked results, then older ones."""
        if stop <= len(self._head) and not self._is_reversed:
            return self._head[start:stop]
        stop = min(stop, self.count().rows)
        if start >= stop:
            return []
        if self._is_reversed:
            return self._forwards(self.count().rows - stop, self.count().rows - start)[::-1]
        return self._forwards(start, stop)

    def _forwards(self, start: int, stop: int) -> list[int]:
        ranked = len(self._head)
        found = self._head[start:stop]
        if stop > ranked:
            found += self._older("", (), stop - max(start, ranked), max(start, ranked))
        return found

    @property
    def _where(self) -> str:
        return f"{self._source.table} WHERE {self._source.sql}"

    def _older(self, condition: str, values: tuple[Value, ...], count: int, skipped: int) -> list[int]:
        return self._db.numbers(
            f"SELECT words.rowid FROM {self._where} {condition} ORDER BY words.rowid DESC LIMIT ? OFFSET ?",
            (*self._source.values, *values, count, skipped),
        )


def _number(db: Database, sql: str, values: Sequence[Value]) -> int:
    return db.numbers(sql, values)[0]

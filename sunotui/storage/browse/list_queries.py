"""Pages of lists, by position and by task, without holding a whole list of a large library in memory.

A large view is read along an index in its order (keyset pagination). The row numbers of a short view and the best
results of a search are cached until the library changes (see list_sources.py).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import Query
from sunotui.domain.tasks.summary import Branch, TaskSummary, View
from sunotui.named_tuple import NamedTuple
from sunotui.storage.browse.collection_counts import collection_counts, tallied_counts
from sunotui.storage.browse.list_sources import (
    STEPS_BETWEEN_CHECKS,
    IsSuperseded,
    KeysetRows,
    MaterializedRows,
    RankedRows,
    RowCount,
    RowSource,
    SearchedRows,
    SqlSource,
)
from sunotui.storage.browse.query_sql import NOT_TRASHED, VIEWS, Clause, clause_of, match_of, narrowing_of, view_clause
from sunotui.storage.browse.search_counts import saved_search
from sunotui.storage.browse.sort_orders import ORDERS, SortOrder
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, id_chunks, placeholders, storable_text
from sunotui.storage.tasks.columns import SUMMARY_COLUMNS
from sunotui.storage.tasks.summaries import corrupt_row_errors, summary_of
from sunotui.storage.tasks.take_titles import with_take_titles

FEW = 5_000
"""The maximum number of tasks of a view that is cached as row numbers in any order."""
RANKED = 2_000
"""How many of the newest results of a search are ranked by relevance: ranking all results of a common word is slow."""
FIRST = 250
"""How many results of a search are found along the index of the sort order, before all are found: more than a screen
and its margins show."""
_FIRST_STEPS, _FIRST_STEPS_WITH_WORDS = 100_000, 2_000_000
"""How many instructions of SQLite this may take: 3 ms, or 30 ms with words, of which each task that contains them takes
about ten. Where results are rare, it would read the whole index."""
_CACHED_LISTS = 8
COUNTS_LAST_S = 3_600
"""The maximum age of the counts in seconds: songs become at risk as time passes."""

Version = tuple[int, int]
_NEVER: Version = (-1, -1)


_LINEAGES = SortOrder((("family_at", True), ("family_seq", True), ("family_place", True)))
"""By the age of lineages; in each, the song is followed by what was made from it, the oldest first."""
_REVERSED_LINEAGES = SortOrder((("family_at", False), ("family_seq", False), ("family_place", True)))
_INDEXES = {
    "family_at": "task_by_family",
    "added_at": "task_by_age",
    "title_key": "task_by_title",
    "length_key": "task_by_length",
    "rating": "task_by_rating",
    "model_key": "task_by_model",
}
_VIEW_INDEXES: dict[View | None, str] = {
    View.FAVOURITES: "task_starred",
    View.UNPLAYED: "task_unheard",
    View.TRASH: "task_in_trash",
}


class TaskLists:
    """The lists of one library. Every method raises LibraryError when the library cannot be read."""

    def __init__(
        self,
        db: Database,
        now: Callable[[], float],
        *,
        few: int = FEW,
        ranked: int = RANKED,
        first: int = FIRST,
    ) -> None:
        """`now` returns the Unix time at which a search such as since:7d runs; `few`, `ranked` and `first` are FEW,
        RANKED and FIRST."""
        self._db = db
        self._now = now
        self._few = few
        self._ranked = ranked
        self._first = first
        self._lists: OrderedDict[ListQuery, tuple[object, RowSource]] = OrderedDict()
        self._counts: tuple[tuple[int, ...], dict[Collection, int]] = (_NEVER, {})

    def total(self, listing: ListQuery) -> int:
        """The number of rows of a list."""
        return self._list(listing).count().rows

    def known_count(self, listing: ListQuery) -> RowCount:
        """The number of rows of a list, or of its first ones if counting all would take long."""
        return self._list(listing).known_count

    def count(self, listing: ListQuery, is_superseded: IsSuperseded) -> RowCount:
        """The number of rows of a list; not exact if `is_superseded` returned True while they were counted."""
        return self._list(listing).count(is_superseded)

    def counts(self) -> dict[Collection, int]:
        """The number of tasks of each collection, in the order of the sidebar; -1 for saved searches, which
        SearchCounts counts."""
        version = (*self._db.version(), int(self._now() // COUNTS_LAST_S))
        if self._counts[0] != version:
            self._counts = version, collection_counts(self._db, self._now())
        return dict(self._counts[1])

    def saved_orders(self) -> dict[Collection, tuple[Sort, bool]]:
        """The sort order of each saved search, and whether it is reversed."""
        rows = self._db.query("SELECT name, sort, is_reversed FROM saved_search")
        with corrupt_row_errors():
            return {
                Collection(CollectionKind.SEARCH, name): (Sort(sort), bool(is_reversed))
                for name, sort, is_reversed in rows
            }

    def index_of(self, listing: ListQuery, task_id: str) -> int | None:
        """The position of a task in a list, from 0; None for a task that is not in it."""
        seq = self._seq_of(task_id)
        return self._list(listing).index_of(seq) if seq is not None else None

    def rows(
        self, listing: ListQuery, start: int, stop: int, known: tuple[int, str] | None = None
    ) -> list[TaskSummary]:
        """The rows from position `start` up to `stop` (exclusive). `known` is the position and the id of a task: if it
        is in that range, the rows are found without counting from an end."""
        if not groups_lineages(self._resolved(listing)):
            return self._with_take_titles(
                [row.summary for row in self._by_seq(self._seqs(listing, start, stop, known))]
            )
        start = max(0, start)
        # The row after the last one shows whether its lineage continues.
        found = self._by_seq(self._seqs(listing, start, stop + 1, known))
        shown = list(self._with_branches(self._list(listing), found, is_start=start == 0))
        return self._with_take_titles(shown[: max(0, stop - start)])

    def _with_take_titles(self, rows: list[TaskSummary]) -> list[TaskSummary]:
        """The rows with the ids of takes replaced by their titles."""
        titles = with_take_titles(self._db, [row.title for row in rows])
        return [
            row if row.title == title else row._replace(title=title) for row, title in zip(rows, titles, strict=True)
        ]

    def ids(self, listing: ListQuery, start: int, stop: int) -> list[str]:
        """The ids of the tasks from position `start` up to `stop` (exclusive)."""
        found: dict[int, str] = {}
        seqs = self._seqs(listing, start, stop)
        for chunk in chunks(seqs):
            rows = self._db.query(f"SELECT seq, id FROM task WHERE seq IN ({placeholders(chunk)})", chunk)
            found.update((row[0], row[1]) for row in rows)
        return [found[seq] for seq in seqs if seq in found]

    def listed(self, listing: ListQuery, task_ids: Sequence[str]) -> list[str]:
        """The given ids that are in a list."""
        seqs = set(self._seqs(listing, 0, self.total(listing)))
        found: list[str] = []
        for chunk in id_chunks(task_ids):
            rows = self._db.query(f"SELECT seq, id FROM task WHERE id IN ({placeholders(chunk)})", chunk)
            found += [row[1] for row in rows if row[0] in seqs]
        return found

    def _seqs(self, listing: ListQuery, start: int, stop: int, known: tuple[int, str] | None = None) -> Sequence[int]:
        start = max(0, start)
        if stop <= start:
            return []
        seq = self._seq_of(known[1]) if known is not None and start <= known[0] < stop else None
        return self._list(listing).seqs(start, stop, (known[0], seq) if known is not None and seq is not None else None)

    def _seq_of(self, task_id: str) -> int | None:
        return next(iter(self._db.numbers("SELECT seq FROM task WHERE id = ?", [storable_text(task_id)])), None)

    # --- sources -----------------------------------------------------------------------------------------------------

    def _list(self, listing: ListQuery) -> RowSource:
        """The source of a list, cached until the library changes; that of a search by age for at most a minute."""
        is_search = listing.query.filters or listing.collection.kind is CollectionKind.SEARCH
        is_search = is_search or listing.collection.view is View.AT_RISK
        state = (self._db.version(), self._now() // 60 if is_search else 0)
        cached = self._lists.get(listing)
        if cached is None or cached[0] != state:
            cached = self._lists[listing] = state, self._source(listing)
        self._lists.move_to_end(listing)
        while len(self._lists) > _CACHED_LISTS:
            self._lists.popitem(last=False)
        return cached[1]

    def _source(self, listing: ListQuery) -> RowSource:
        listing = self._resolved(listing)
        query = listing.query
        if listing.sort is Sort.RELEVANCE and listing.collection.kind is CollectionKind.ALBUM:
            album = self._album(listing.collection, query)
            return MaterializedRows(album[::-1] if listing.is_reversed else album)
        if listing.sort is Sort.RELEVANCE and match_of(query):
            results = self._results(listing.collection, query)
            return RankedRows(self._db, results, self._ranked, is_reversed=listing.is_reversed)
        if query.is_empty and listing.collection.kind in {CollectionKind.VIEW, CollectionKind.GATEWAY}:
            return self._unfiltered(listing)
        place = self._place(listing.collection)
        is_trash = listing.collection.view is View.TRASH
        clause = clause_of(query, self._now(), leaves_out_trash=not is_trash)
        condition = Clause(f"{place.sql} AND {clause.sql}", (*place.values, *clause.values))
        if is_trash or query.wants_trash or query.finds_nothing:
            # The indexes of the orders are of what is not in the trash.
            return self._materialized("task", condition, listing)
        return self._searched(condition, listing)

    def _unfiltered(self, listing: ListQuery) -> RowSource:
        """The source of a view or a gateway without a search, read along an index if it is large. The query names the
        index, since SQLite has no statistics of the tables and would use another index and sort."""
        if listing.collection.view is View.AT_RISK:
            return self._materialized("task", view_clause(View.AT_RISK, self._now()), listing)
        condition, order = self._condition(listing), _order(listing)
        total = self._unfiltered_total(listing.collection)
        own = _VIEW_INDEXES.get(listing.collection.view)
        if total <= self._few or listing.collection.view is View.TRASH:
            return self._materialized(f"task INDEXED BY {own or 'task_by_age'}", condition, listing)
        column = order.terms[0][0]
        index = own if own and column == "added_at" else _INDEXES[column]
        return KeysetRows(
            self._db, SqlSource(f"task INDEXED BY {index}", condition.sql, condition.values), order, total
        )

    def _unfiltered_total(self, place: Collection) -> int:
        views, gateways = tallied_counts(self._db)
        return views[place.view] if place.view is not None else gateways.get(storable_text(place.name), 0)

    def _materialized(self, table: str, condition: Clause, listing: ListQuery) -> MaterializedRows:
        return MaterializedRows(self._db.numbers(_sorted(table, condition, _order(listing)), condition.values))

    def _searched(self, condition: Clause, listing: ListQuery) -> RowSource:
        """The source of a search without relevance and outside of the trash."""
        order, query = _order(listing), listing.query
        in_order = (
            f"SELECT task.seq FROM task INDEXED BY {_INDEXES[order.terms[0][0]]} WHERE {condition.sql} "
            f"ORDER BY {order.sql}"
        )
        # If words are only excluded, most tasks are results: sorting them takes longer than reading all in order.
        whole = in_order if query.only_excludes_words else _sorted("task", condition, order)
        first = None
        if not self._has_rare_words(query):
            steps = _FIRST_STEPS_WITH_WORDS if query.terms else _FIRST_STEPS
            first = self._db.numbers_unless(lambda: True, steps, f"{in_order} LIMIT {self._first}", condition.values)
        if first is None:
            return MaterializedRows(self._db.numbers(whole, condition.values))
        one = f"SELECT task.seq FROM task WHERE {condition.sql} AND task.seq = ?"
        return SearchedRows(
            first,
            self._first,
            is_result=lambda seq: bool(self._db.numbers(one, (*condition.values, seq))),
            find_all=lambda is_superseded: self._db.numbers_unless(
                is_superseded, STEPS_BETWEEN_CHECKS, whole, condition.values
            ),
        )

    def _has_rare_words(self, query: Query) -> bool:
        """Whether a search has words that only a few tasks contain."""
        match = match_of(query)
        if not match:
            return False
        sql = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
        return self._db.numbers(sql, (match, self._few))[0] < self._few

    def _results(self, place: Collection, query: Query) -> SqlSource:
        """The results of a search in a collection. If only the trash is excluded, the table of tasks is not read."""
        match, narrowing, within = match_of(query), narrowing_of(query, self._now()), self._place(place)
        leaves_out_trash = not query.wants_trash and place.view is not View.TRASH
        if not narrowing.sql and place.view is View.ALL and leaves_out_trash:
            trash = tallied_counts(self._db)[0][View.TRASH]
            not_trashed = f" AND words.rowid NOT IN (SELECT seq FROM task WHERE {VIEWS[View.TRASH]})" if trash else ""
            return SqlSource("words", f"words MATCH ?{not_trashed}", (match,))
        sql = " AND ".join(
            filter(None, ["words MATCH ?", within.sql, narrowing.sql, NOT_TRASHED if leaves_out_trash else ""])
        )
        return SqlSource(
            "words CROSS JOIN task ON task.seq = words.rowid", sql, (match, *within.values, *narrowing.values)
        )

    def _album(self, place: Collection, query: Query) -> Sequence[int]:
        clause = clause_of(query, self._now())
        return self._db.numbers(
            "SELECT task.seq FROM task JOIN album_take ON task_id = task.id JOIN album ON album.id = album_id "
            f"WHERE album.name = ? AND {clause.sql} GROUP BY task.seq ORDER BY min(place), task.seq",
            [storable_text(place.name), *clause.values],
        )

    def _resolved(self, listing: ListQuery) -> ListQuery:
        """The list of a saved search: its query, narrowed by that of the list, in its own order unless the user chooses
        another."""
        if listing.collection.kind is not CollectionKind.SEARCH:
            return listing
        saved = saved_search(self._db, listing.collection.name)
        if saved is None:
            return listing
        listing = listing._replace(query=saved.query.narrowed_by(listing.query))
        if listing.sort is not Sort.RELEVANCE:
            return listing
        return listing._replace(sort=saved.sort, is_reversed=saved.is_reversed is not listing.is_reversed)

    def _condition(self, listing: ListQuery) -> Clause:
        """The condition of a list without a search."""
        if listing.collection.view is not None:
            return view_clause(listing.collection.view, self._now())
        clause = self._place(listing.collection)
        return Clause(f"{clause.sql} AND {NOT_TRASHED}", clause.values)

    def _place(self, place: Collection) -> Clause:
        """The condition of a collection within a search."""
        if place.view is View.ALL:
            # A search of everything may include the trash, so the query decides.
            return Clause("1", ())
        if place.view is not None:
            return view_clause(place.view, self._now())
        name = storable_text(place.name)
        match place.kind:
            case CollectionKind.GATEWAY:
                return Clause("task.profile = ?", (name,))
            case CollectionKind.LABEL:
                sql = "SELECT task_id FROM task_label JOIN label ON label.id = label_id WHERE label.name = ?"
                return Clause(f"task.id IN ({sql})", (name,))
            case CollectionKind.ALBUM:
                sql = "SELECT task_id FROM album_take JOIN album ON album.id = album_id WHERE album.name = ?"
                return Clause(f"task.id IN ({sql})", (name,))
            case _:
                return Clause("1", ())

    # --- rows --------------------------------------------------------------------------------------------------------

    def _by_seq(self, seqs: Sequence[int]) -> list[_Row]:
        found: dict[int, _Row] = {}
        for chunk in chunks(seqs):
            rows = self._db.query(
                f"SELECT {SUMMARY_COLUMNS}, seq, family_seq FROM task WHERE seq IN ({placeholders(chunk)})", chunk
            )
            with corrupt_row_errors():
                found.update((row["seq"], _Row(summary_of(row), row["seq"], row["family_seq"])) for row in rows)
        return [found[seq] for seq in seqs if seq in found]

    def _with_branches(self, source: RowSource, rows: Sequence[_Row], *, is_start: bool) -> Iterator[TaskSummary]:
        """Adjacent rows in the order of lineages, each with whether it is listed under the song that its lineage starts
        with. It is if that song is in the list. With `is_start` they are the first of the list, and no song is before
        them."""
        song: _Row | None = None
        for index, row in enumerate(rows):
            if index == 0 and not is_start and not row.is_root and source.index_of(row.root_seq) is not None:
                song = next(iter(self._by_seq([row.root_seq])), None)
            elif row.is_root:
                song = row
            if row.is_root or song is None or song.seq != row.root_seq:
                yield row.summary
                continue
            is_last = index + 1 == len(rows) or rows[index + 1].root_seq != row.root_seq
            yield row.summary._replace(branch=Branch.LAST if is_last else Branch.MIDDLE, root_title=song.summary.title)


class _Row(NamedTuple):
    """A row with its position in its lineage."""

    summary: TaskSummary
    seq: int
    root_seq: int
    """The seq of the song that its lineage starts with."""

    @property
    def is_root(self) -> bool:
        """Whether its lineage starts with it."""
        return self.seq == self.root_seq


def groups_lineages(listing: ListQuery) -> bool:
    """Whether a list is in the order of lineages. A saved search has its own order, see `TaskLists._resolved`."""
    if not listing.is_grouped or listing.sort not in {Sort.AGE, Sort.RELEVANCE}:
        return False
    has_own = listing.collection.kind is CollectionKind.ALBUM or bool(match_of(listing.query))
    return listing.sort is Sort.AGE or not has_own


def _sorted(table: str, condition: Clause, order: SortOrder) -> str:
    """The query for all row numbers, sorted after they were found."""
    return f"SELECT task.seq FROM {table} WHERE {condition.sql} ORDER BY {order.sorted_sql}"


def _order(listing: ListQuery) -> SortOrder:
    if groups_lineages(listing):
        return _REVERSED_LINEAGES if listing.is_reversed else _LINEAGES
    order = ORDERS[listing.sort]
    return order.reversed if listing.is_reversed else order

"""Pieces of a listing, by index and by task, without ever holding the whole of it where the library is large.

A large view is walked along an index of its sort (keyset), a small one is kept as row numbers, and of a search the best
hits are kept (see slices.py), until something changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace

from sunotui.domain.browse import Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import Query
from sunotui.domain.tasks.summary import TaskSummary, View
from sunotui.storage.annotations.saved_searches import SavedSearchStore
from sunotui.storage.browse.collection_counts import collection_counts
from sunotui.storage.browse.list_sources import KeysetRows, MaterializedRows, RankedRows, RowSource, SortOrder, Source
from sunotui.storage.browse.query_sql import KEPT, VIEWS, Clause, clause_of, match_of, narrowing_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text
from sunotui.storage.tasks.columns import SUMMARY_COLUMNS
from sunotui.storage.tasks.summaries import corrupt_row_errors, summary_of

FEW = 5_000
"""Tasks up to which a view is kept as numbers, whatever its order."""
RANKED = 2_000
"""Hits of a search that are put in order of relevance, the newest ones: to rank all of a common word is slow."""
_LISTS = 8
"""Listings that are remembered."""

Version = tuple[int, int]
_NEVER: Version = (-1, -1)


ORDERS = {
    Sort.AGE: SortOrder("added_at", True),
    Sort.TITLE: SortOrder("title_key", False),
    Sort.LENGTH: SortOrder("length_key", True),
    Sort.RATING: SortOrder("rating", True),
    Sort.MODEL: SortOrder("model_key", True),
    Sort.RELEVANCE: SortOrder("added_at", True),
}
"""What each order is in the table of tasks; best match needs a search, and an album its own table."""


_INDEXES = {
    "added_at": "task_by_age",
    "title_key": "task_by_title",
    "length_key": "task_by_length",
    "rating": "task_by_rating",
    "model_key": "task_by_model",
}
_VIEW_INDEXES: dict[View | None, str] = {
    View.STARRED: "task_starred",
    View.UNHEARD: "task_unheard",
    View.TRASH: "task_in_trash",
}


class TaskLists:
    """Answers for one library. Every method raises LibraryError when the file cannot be read."""

    def __init__(self, db: Database, now: Callable[[], float], *, few: int = FEW, ranked: int = RANKED) -> None:
        """`now` is what a search such as since:7d counts back from."""
        self._db = db
        self._now = now
        self._few = few
        self._ranked = ranked
        self._lists: OrderedDict[ListQuery, tuple[object, RowSource]] = OrderedDict()
        self._places: tuple[Version, dict[Collection, int]] = (_NEVER, {})

    def total(self, listing: ListQuery) -> int:
        """How many rows a listing has."""
        return self._list(listing).total

    def places(self) -> dict[Collection, int]:
        """Every place and how many tasks it has, in the order of the side pane."""
        version = self._db.version()
        if self._places[0] != version:
            self._places = version, collection_counts(self._db)
        return dict(self._places[1])

    def kept_orders(self) -> dict[Collection, tuple[Sort, bool]]:
        """The order that each saved search was kept with, and whether it is turned round."""
        rows = self._db.query("SELECT name, sort, is_reversed FROM saved_search")
        with corrupt_row_errors():
            return {Collection(CollectionKind.SEARCH, name): (Sort(sort), bool(turned)) for name, sort, turned in rows}

    def index_of(self, listing: ListQuery, task_id: str) -> int | None:
        """Where a task stands in a listing, from 0; None where it does not."""
        seq = self._seq_of(task_id)
        return self._list(listing).index_of(seq) if seq is not None else None

    def rows(
        self, listing: ListQuery, start: int, stop: int, known: tuple[int, str] | None = None
    ) -> list[TaskSummary]:
        """The rows from index `start` on, before `stop`. `known` is the index of a task: where it is among them, they
        are found without counting from an end."""
        return self._by_seq(self._seqs(listing, start, stop, known))

    def ids(self, listing: ListQuery, start: int, stop: int) -> list[str]:
        """The ids from index `start` on, before `stop`."""
        found: dict[int, str] = {}
        seqs = self._seqs(listing, start, stop)
        for chunk in chunks(seqs):
            rows = self._db.query(f"SELECT seq, id FROM task WHERE seq IN ({placeholders(chunk)})", chunk)
            found.update((row[0], row[1]) for row in rows)
        return [found[seq] for seq in seqs if seq in found]

    def listed(self, listing: ListQuery, task_ids: Sequence[str]) -> list[str]:
        """Those of these ids that a listing has."""
        seqs = set(self._seqs(listing, 0, self.total(listing)))
        found: list[str] = []
        for chunk in chunks([storable_text(task_id) for task_id in task_ids]):
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

    # --- how a listing is found --------------------------------------------------------------------------------------

    def _list(self, listing: ListQuery) -> RowSource:
        """What was found before, until anything is written; what is counted back from now, for a minute."""
        is_search = listing.query.filters or listing.place.kind is CollectionKind.SEARCH
        state = (self._db.version(), self._now() // 60 if is_search else 0)
        known = self._lists.get(listing)
        if known is None or known[0] != state:
            known = self._lists[listing] = state, self._found(listing)
        self._lists.move_to_end(listing)
        while len(self._lists) > _LISTS:
            self._lists.popitem(last=False)
        return known[1]

    def _found(self, listing: ListQuery) -> RowSource:
        if listing.place.kind is CollectionKind.SEARCH:
            listing = self._as_saved(listing)
        query = listing.query
        if listing.sort is Sort.RELEVANCE and listing.place.kind is CollectionKind.ALBUM:
            album = self._album(listing.place, query)
            return MaterializedRows(album[::-1] if listing.is_reversed else album)
        if listing.sort is Sort.RELEVANCE and match_of(query):
            hits = self._hits(listing.place, query)
            return RankedRows(self._db, hits, self._ranked, is_reversed=listing.is_reversed)
        if query.is_empty and listing.place.kind in {CollectionKind.VIEW, CollectionKind.GATEWAY}:
            return self._plain(listing)
        place = _collection_clause(listing.place)
        clause = clause_of(query, self._now(), is_kept=listing.place.view is not View.TRASH)
        return self._whole("task", Clause(f"{place.sql} AND {clause.sql}", (*place.values, *clause.values)), listing)

    def _plain(self, listing: ListQuery) -> RowSource:
        """A view or a gateway: walked where it is large. The index is named, since SQLite, which keeps no figures
        about the tables here, would rather walk another one and sort."""
        condition, order = _condition(listing), _order(listing)
        total = self._plain_total(listing.place)
        own = _VIEW_INDEXES.get(listing.place.view)
        if total <= self._few or listing.place.view is View.TRASH:
            return self._whole(f"task INDEXED BY {own or 'task_by_age'}", condition, listing)
        index = own if own and order.column == "added_at" else _INDEXES[order.column]
        return KeysetRows(self._db, Source(f"task INDEXED BY {index}", condition.sql, condition.values), order, total)

    def _plain_total(self, place: Collection) -> int:
        if place.view is not None:
            return self.places()[place]
        name = storable_text(place.name)
        return int(self._db.numbers("SELECT total(n) FROM tally WHERE profile = ? AND NOT is_trashed", [name])[0])

    def _whole(self, table: str, condition: Clause, listing: ListQuery) -> MaterializedRows:
        return MaterializedRows(
            self._db.numbers(
                f"SELECT task.seq FROM {table} WHERE {condition.sql} ORDER BY {_order(listing).sorted_sql}",
                condition.values,
            )
        )

    def _hits(self, place: Collection, query: Query) -> Source:
        """Where hits come from. Where only the trash is left out, the tasks themselves need not be looked at."""
        match, narrowing, within = match_of(query), narrowing_of(query, self._now()), _collection_clause(place)
        is_kept = not query.wants_trash and place.view is not View.TRASH
        if not narrowing.sql and place.view is View.ALL and is_kept:
            trash = self.places()[Collection.of_view(View.TRASH)]
            kept = f" AND words.rowid NOT IN (SELECT seq FROM task WHERE {VIEWS[View.TRASH]})" if trash else ""
            return Source("words", f"words MATCH ?{kept}", (match,))
        sql = " AND ".join(filter(None, ["words MATCH ?", within.sql, narrowing.sql, KEPT if is_kept else ""]))
        return Source(
            "words CROSS JOIN task ON task.seq = words.rowid", sql, (match, *within.values, *narrowing.values)
        )

    def _album(self, place: Collection, query: Query) -> Sequence[int]:
        clause = clause_of(query, self._now())
        return self._db.numbers(
            "SELECT task.seq FROM task JOIN album_take ON task_id = task.id JOIN album ON album.id = album_id "
            f"WHERE album.name = ? AND {clause.sql} GROUP BY task.seq ORDER BY min(place), task.seq",
            [storable_text(place.name), *clause.values],
        )

    def _as_saved(self, listing: ListQuery) -> ListQuery:
        """What a saved search lists: in its own order, as an album is, until a person chooses another."""
        saved = SavedSearchStore(self._db).get(listing.place.name)
        if saved is None:
            return listing
        listing = replace(listing, query=saved.query.narrowed_by(listing.query))
        if listing.sort is not Sort.RELEVANCE:
            return listing
        return replace(listing, sort=saved.sort, is_reversed=saved.is_reversed is not listing.is_reversed)

    # --- rows --------------------------------------------------------------------------------------------------------

    def _by_seq(self, seqs: Sequence[int]) -> list[TaskSummary]:
        found: dict[int, TaskSummary] = {}
        for chunk in chunks(seqs):
            rows = self._db.query(
                f"SELECT {SUMMARY_COLUMNS}, seq FROM task WHERE seq IN ({placeholders(chunk)})", chunk
            )
            with corrupt_row_errors():
                found.update((row["seq"], summary_of(row)) for row in rows)
        return [found[seq] for seq in seqs if seq in found]


def _order(listing: ListQuery) -> SortOrder:
    order = ORDERS[listing.sort]
    return order.reversed if listing.is_reversed else order


def _condition(listing: ListQuery) -> Clause:
    """That of a walked listing."""
    if listing.place.view is not None:
        return Clause(VIEWS[listing.place.view], ())
    clause = _collection_clause(listing.place)
    return Clause(f"{clause.sql} AND {KEPT}", clause.values)


def _collection_clause(place: Collection) -> Clause:
    if place.view is View.ALL:
        # Who searches everything may ask for the trash; the search says.
        return Clause("1", ())
    if place.view is not None:
        return Clause(VIEWS[place.view], ())
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

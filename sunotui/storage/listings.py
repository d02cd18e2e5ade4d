"""Pieces of a listing, by index and by task, without ever holding the whole of it where the library is large.

A plain view is walked along an index of its sort (keyset). What no index has in order, such as what a search found, is
held as an array of row numbers, eight bytes each, until something changes.
"""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sunotui.domain.listing import Listing, Place, PlaceKind, Sort
from sunotui.domain.search import Query, parse
from sunotui.domain.summary import TaskSummary, View
from sunotui.storage.database import Database
from sunotui.storage.place_counts import place_counts
from sunotui.storage.rows import SUMMARY_COLUMNS, reading_rows, summary_of
from sunotui.storage.search import KEPT, VIEWS, WEIGHTS, Clause, clause_of, match_of, narrowing_of
from sunotui.storage.storable import Value, storable_text

_RANKED = 2_000
"""Hits of a search that are put in order of relevance, the newest ones: to rank all of a common word is slow."""
_ARRAYS = 6
"""Listings whose order is remembered."""
_CHUNK = 500
_NEAR = 1_000
"""Rows from a known one up to which walking there beats counting from an end."""

Version = tuple[int, int]
_NEVER: Version = (-1, -1)


class _Order(NamedTuple):
    """A column, and whether larger values come first."""

    column: str
    is_falling: bool

    @property
    def sql(self) -> str:
        """For ORDER BY."""
        way = "DESC" if self.is_falling else "ASC"
        return f"task.{self.column} {way}, task.seq {way}"

    @property
    def turned(self) -> "_Order":
        """The other way round."""
        return _Order(self.column, not self.is_falling)


_ORDERS = {
    Sort.AGE: _Order("added_at", True),
    Sort.TITLE: _Order("title_key", False),
    Sort.LENGTH: _Order("length_key", True),
    Sort.RATING: _Order("rating", True),
    Sort.MODEL: _Order("model_key", True),
    Sort.RELEVANCE: _Order("added_at", True),
}


class Listings:
    """Answers for one library. Every method raises LibraryTrouble when the file cannot be read."""

    def __init__(self, db: Database, now: Callable[[], float]) -> None:
        """`now` is what a search such as since:7d counts back from."""
        self._db = db
        self._now = now
        self._arrays: OrderedDict[Listing, tuple[Version, array[int]]] = OrderedDict()
        self._places: tuple[Version, dict[Place, int]] = (_NEVER, {})

    def total(self, listing: Listing) -> int:
        """How many rows a listing has."""
        if not _is_walked(listing):
            return len(self._array(listing))
        if listing.place.kind is PlaceKind.GATEWAY:
            name = storable_text(listing.place.name)
            counted = self._db.numbers("SELECT total(n) FROM tally WHERE profile = ? AND NOT is_trashed", [name])
            return int(counted[0])
        return self.places()[listing.place]

    def places(self) -> dict[Place, int]:
        """Every place and how many tasks it has, in the order of the side pane."""
        version = self._db.version()
        if self._places[0] != version:
            self._places = version, place_counts(self._db)
        return dict(self._places[1])

    def index_of(self, listing: Listing, task_id: str) -> int | None:
        """Where a task stands in a listing, from 0; None where it does not."""
        if not _is_walked(listing):
            seqs = self._db.query("SELECT seq FROM task WHERE id = ?", [storable_text(task_id)])
            try:
                return self._array(listing).index(seqs[0][0]) if seqs else None
            except ValueError:
                return None
        order, (condition, values) = _order(listing), _condition(listing)
        keys = self._db.query(
            f"SELECT task.{order.column}, task.seq FROM task WHERE id = ? AND {condition}",
            [storable_text(task_id), *values],
        )
        if not keys:
            return None
        ahead = f"(task.{order.column}, task.seq) {'>' if order.is_falling else '<'} (?, ?)"
        return int(
            self._db.query(f"SELECT count(*) FROM task WHERE {condition} AND {ahead}", [*values, *keys[0]])[0][0]
        )

    def rows(self, listing: Listing, start: int, stop: int, known: tuple[int, str] | None = None) -> list[TaskSummary]:
        """The rows from index `start` on, before `stop`. `known` is the index of a task, for a listing that is
        walked: rows near it are found without counting from an end."""
        start = max(0, start)
        if stop <= start:
            return []
        if not _is_walked(listing):
            return self._by_seq(self._array(listing)[start:stop])
        index, task_id = known or (0, "")
        key = self._key_of(listing, task_id) if task_id and abs(start - index) <= _NEAR else None
        if key is None:
            return self._from_an_end(listing, start, stop)
        ahead = self._walk(listing, key, index - start, is_back=True) if start < index else []
        behind = self._walk(listing, key, stop - index, is_back=False) if stop > index else []
        rows = [*reversed(ahead), *behind]
        first = max(0, index - len(ahead)) if start < index else index
        return rows[max(0, start - first) : stop - first]

    def ids(self, listing: Listing, start: int, stop: int) -> list[str]:
        """The ids from index `start` on, before `stop`."""
        start = max(0, start)
        if not _is_walked(listing):
            return [row.id for row in self._by_seq(self._array(listing)[start:stop])]
        condition, values = _condition(listing)
        return self._db.column(
            f"SELECT task.id FROM task WHERE {condition} ORDER BY {_order(listing).sql} LIMIT ? OFFSET ?",
            [*values, max(0, stop - start), start],
        )

    # --- walking along an index --------------------------------------------------------------------------------------

    def _key_of(self, listing: Listing, task_id: str) -> Sequence[Value] | None:
        order = _order(listing)
        keys = self._db.query(f"SELECT task.{order.column}, task.seq FROM task WHERE id = ?", [storable_text(task_id)])
        return tuple(keys[0]) if keys else None

    def _walk(self, listing: Listing, key: Sequence[Value], limit: int, *, is_back: bool) -> list[TaskSummary]:
        """Rows from a key on, itself included; backwards, those before it, the nearest first."""
        condition, values = _condition(listing)
        order = _order(listing).turned if is_back else _order(listing)
        sign = ("<" if order.is_falling else ">") + ("" if is_back else "=")
        return self._summaries(
            f"WHERE {condition} AND (task.{order.column}, task.seq) {sign} (?, ?) ORDER BY {order.sql} LIMIT ?",
            [*values, *key, limit],
        )

    def _from_an_end(self, listing: Listing, start: int, stop: int) -> list[TaskSummary]:
        condition, values = _condition(listing)
        total = self.total(listing)
        stop = min(stop, total)
        is_far = start > total // 2
        order = _order(listing).turned if is_far else _order(listing)
        skipped = max(0, total - stop) if is_far else start
        found = self._summaries(
            f"WHERE {condition} ORDER BY {order.sql} LIMIT ? OFFSET ?", [*values, max(0, stop - start), skipped]
        )
        return found[::-1] if is_far else found

    # --- what no index has in order ----------------------------------------------------------------------------------

    def _array(self, listing: Listing) -> "array[int]":
        version = self._db.version()
        known_at, seqs = self._arrays.get(listing, (_NEVER, array("q")))
        if known_at != version:
            seqs = self._found(listing)
            self._arrays[listing] = version, seqs
        self._arrays.move_to_end(listing)
        while len(self._arrays) > _ARRAYS:
            self._arrays.popitem(last=False)
        return seqs

    def _found(self, listing: Listing) -> "array[int]":
        query = self._query(listing)
        is_by_relevance = listing.sort is Sort.RELEVANCE and not listing.is_reversed
        if is_by_relevance and listing.place.kind is PlaceKind.ALBUM:
            return self._album(listing.place, query)
        if is_by_relevance and query.has_words:
            return self._by_relevance(listing, query)
        place = _place_clause(listing.place)
        clause = clause_of(query, is_kept=listing.place.view is not View.TRASH)
        condition = f"{place.sql} AND {clause.sql}"
        return array(
            "q",
            self._db.numbers(
                f"SELECT task.seq FROM task WHERE {condition} ORDER BY {_order(listing).sql}",
                [*place.values, *clause.values],
            ),
        )

    def _by_relevance(self, listing: Listing, query: Query) -> "array[int]":
        """The newest hits by how well they fit, then the others, newest first."""
        match = match_of(query)
        hits = self._hits(listing.place, query, match)
        if len(hits) < 2:
            return hits
        oldest = min(hits[:_RANKED])
        ranked = self._db.numbers(
            f"SELECT rowid FROM words WHERE words MATCH ? AND rowid >= ? ORDER BY bm25(words, {WEIGHTS}), rowid DESC",
            [match, oldest],
        )
        wanted = set(hits[:_RANKED])
        return array("q", [seq for seq in ranked if seq in wanted]) + hits[_RANKED:]

    def _hits(self, place: Place, query: Query, match: str) -> "array[int]":
        """Row numbers in order of arrival, newest first, which is the order the index gives for nothing."""
        narrowing, within = narrowing_of(query), _place_clause(place)
        if not narrowing.sql and place.view is View.ALL:
            found = self._db.numbers("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC", [match])
            thrown = set(self._db.numbers(f"SELECT seq FROM task WHERE {VIEWS[View.TRASH]}"))
            return array("q", [seq for seq in found if seq not in thrown] if thrown else found)
        kept = "" if query.wants_trash or place.view is View.TRASH else KEPT
        sql = " AND ".join(filter(None, [within.sql, narrowing.sql, kept]))
        return array(
            "q",
            self._db.numbers(
                "SELECT words.rowid FROM words JOIN task ON task.seq = words.rowid WHERE words MATCH ? "
                f"{'AND ' + sql if sql else ''} ORDER BY words.rowid DESC",
                [match, *within.values, *narrowing.values],
            ),
        )

    def _album(self, place: Place, query: Query) -> "array[int]":
        clause = clause_of(query)
        return array(
            "q",
            self._db.numbers(
                "SELECT task.seq FROM task JOIN album_take ON task_id = task.id JOIN album ON album.id = album_id "
                f"WHERE album.name = ? AND {clause.sql} GROUP BY task.seq ORDER BY min(place)",
                [storable_text(place.name), *clause.values],
            ),
        )

    def _query(self, listing: Listing) -> Query:
        text = listing.search
        if listing.place.kind is PlaceKind.SEARCH:
            saved = self._db.column(
                "SELECT query FROM saved_search WHERE name = ?", [storable_text(listing.place.name)]
            )
            text = f"{next(iter(saved), '')} {text}"
        return parse(text, self._now())

    # --- rows --------------------------------------------------------------------------------------------------------

    def _by_seq(self, seqs: Sequence[int]) -> list[TaskSummary]:
        found: dict[int, TaskSummary] = {}
        for at in range(0, len(seqs), _CHUNK):
            chunk = list(seqs[at : at + _CHUNK])
            rows = self._db.query(
                f"SELECT {SUMMARY_COLUMNS}, seq FROM task WHERE seq IN ({', '.join('?' * len(chunk))})", chunk
            )
            with reading_rows():
                found.update((row["seq"], summary_of(row)) for row in rows)
        return [found[seq] for seq in seqs if seq in found]

    def _summaries(self, rest: str, values: Sequence[Value]) -> list[TaskSummary]:
        rows = self._db.query(f"SELECT {SUMMARY_COLUMNS} FROM task {rest}", values)
        with reading_rows():
            return [summary_of(row) for row in rows]


def _is_walked(listing: Listing) -> bool:
    """Whether an index has the listing in order, so that it is never held as a whole."""
    if listing.search.strip():
        return False
    is_plain = listing.place.kind in {PlaceKind.VIEW, PlaceKind.GATEWAY} and listing.place.view is not View.TRASH
    return is_plain and (listing.place.view is View.ALL or _order(listing).column == "added_at")


def _order(listing: Listing) -> _Order:
    order = _ORDERS[listing.sort]
    return order.turned if listing.is_reversed else order


def _condition(listing: Listing) -> Clause:
    """That of a walked listing."""
    if listing.place.view is not None:
        return Clause(VIEWS[listing.place.view], ())
    clause = _place_clause(listing.place)
    return Clause(f"{clause.sql} AND {KEPT}", clause.values)


def _place_clause(place: Place) -> Clause:
    if place.view is View.ALL:
        # Who searches everything may ask for the trash; the search says.
        return Clause("1", ())
    if place.view is not None:
        return Clause(VIEWS[place.view], ())
    name = storable_text(place.name)
    match place.kind:
        case PlaceKind.GATEWAY:
            return Clause("task.profile = ?", (name,))
        case PlaceKind.LABEL:
            sql = "SELECT task_id FROM task_label JOIN label ON label.id = label_id WHERE label.name = ?"
            return Clause(f"task.id IN ({sql})", (name,))
        case PlaceKind.ALBUM:
            sql = "SELECT task_id FROM album_take JOIN album ON album.id = album_id WHERE album.name = ?"
            return Clause(f"task.id IN ({sql})", (name,))
        case _:
            return Clause("1", ())

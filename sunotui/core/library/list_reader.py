"""Reads lists with one connection: pages of rows, ranges of ids, and the number of rows of each collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sunotui.core.submissions import pending_rows
from sunotui.domain.browse import Collection, CollectionCounts, CollectionKind, ListQuery, Page
from sunotui.domain.search.query import Query
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.durations import estimate_duration
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.storage.browse.list_sources import IsSuperseded, never
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.reader import SubmissionReader
from sunotui.storage.tasks.task_store import TaskStore


class ListReader:
    """The lists of the library, with pending submissions first. Every method raises LibraryError; use it on the thread
    of its connection."""

    def __init__(self, db: Database, now: Callable[[], float]) -> None:
        """`now` returns the Unix time to which a search such as since:7d is relative."""
        self._listings = TaskLists(db, now)
        self._submissions = SubmissionReader(db)
        self._tasks = TaskStore(db)
        self._now = now

    def page(
        self, listing: ListQuery, around: str | None, at: int | None, before: int, after: int, *, is_counted: bool
    ) -> Page:
        """A part of a list: `before` rows before a row, that row, and `after` rows after it. The row is that of the
        task `around`; if the list does not have it, that at index `at`, or else the first. Unless `is_counted`, the
        first rows of a long list come without the number of all."""
        waiting = self._waiting(listing)
        anchor = self._index_of(listing, waiting, around) if around is not None else None
        count = self._listings.known_count(listing)
        if not count.is_exact and (is_counted or max(anchor or 0, at or 0) >= len(waiting) + count.rows):
            count = self._listings.count(listing, never)
        total = len(waiting) + count.rows
        middle = anchor if anchor is not None else max(0, min(at or 0, total - 1))
        start, stop = max(0, middle - before), min(total, middle + after + 1)
        known = (anchor - len(waiting), around) if anchor is not None and around is not None else None
        rows = self._listings.rows(listing, start - len(waiting), stop - len(waiting), known)
        shown = (*map(pending_rows.summary_of, waiting[start:stop]), *self._with_usual_times(rows))
        return Page(start, shown, total, anchor, count.is_exact)

    def count(self, listing: ListQuery, is_superseded: IsSuperseded) -> int | None:
        """The number of rows of a list; None if `is_superseded` returned True while they were counted."""
        count = self._listings.count(listing, is_superseded)
        return len(self._waiting(listing)) + count.rows if count.is_exact else None

    def between(self, listing: ListQuery, first: str, last: str) -> list[str]:
        """The ids from one row to another, both inclusive and in either order; empty if one of them is not in the
        list."""
        waiting = self._waiting(listing)
        one, other = (self._index_of(listing, waiting, row) for row in (first, last))
        if one is None or other is None:
            return []
        start, stop = min(one, other), max(one, other) + 1
        ids = self._listings.ids(listing, start - len(waiting), stop - len(waiting))
        return [*map(pending_rows.row_id, waiting[start:stop]), *ids]

    def first_ids(self, listing: ListQuery, most: int) -> list[str]:
        """The ids of the first tasks of a list, at most `most`; pending submissions are left out."""
        return self._listings.ids(listing, 0, min(most, self._listings.total(listing)))

    def listed(self, listing: ListQuery, row_ids: Sequence[str]) -> list[str]:
        """Those of the rows that are in a list."""
        listed = {*map(pending_rows.row_id, self._waiting(listing))}
        listed.update(self._listings.listed(listing, [row for row in row_ids if row not in listed]))
        return [row for row in row_ids if row in listed]

    def collections(self) -> CollectionCounts:
        """The collections with their numbers of rows; -1 for saved searches."""
        waiting = self._submissions.list(pending_rows.PENDING_STATES)
        counts = self._listings.counts()
        for row in waiting:
            for view in pending_rows.views_of(row):
                counts[Collection.of_view(view)] += 1
        unknown = sum(row.state is SubmissionState.UNKNOWN for row in waiting)
        return CollectionCounts(counts, unknown, len(waiting) - unknown, self._listings.saved_orders())

    def _with_usual_times(self, rows: Sequence[TaskSummary]) -> list[TaskSummary]:
        """The rows, with how long the unfinished ones usually take."""
        usual: dict[tuple[str, TaskKind], float | None] = {}
        for row in rows:
            if not row.status.is_final and (row.profile, row.kind) not in usual:
                estimate = estimate_duration(self._tasks.durations(row.profile, row.kind))
                usual[row.profile, row.kind] = estimate.median_s if estimate is not None else None
        if not usual:
            return list(rows)
        return [row if row.status.is_final else row._replace(usual_s=usual[row.profile, row.kind]) for row in rows]

    def _waiting(self, listing: ListQuery) -> list[Submission]:
        """The pending submissions that belong on top of a list, newest first."""
        place = listing.collection
        if place.kind not in {CollectionKind.VIEW, CollectionKind.GATEWAY}:
            return []
        rows = _matching(self._submissions.list(pending_rows.PENDING_STATES), listing.query, self._now())
        if place.view is None:
            return [row for row in rows if row.profile == place.name]
        return [row for row in rows if place.view in pending_rows.views_of(row)]

    def _index_of(self, listing: ListQuery, waiting: Sequence[Submission], row: str) -> int | None:
        if pending_rows.submission_id_of(row) is not None:
            return next((at for at, one in enumerate(waiting) if pending_rows.row_id(one) == row), None)
        index = self._listings.index_of(listing, row)
        return None if index is None else index + len(waiting)


def _matching(submissions: list[Submission], query: Query, now: float) -> list[Submission]:
    """The submissions that a search finds."""
    if not submissions or query.is_empty:
        return submissions
    # Few starts have a pending submission and a search.
    from sunotui.core.submissions.pending_search import matches_query

    return [row for row in submissions if matches_query(row, query, now)]

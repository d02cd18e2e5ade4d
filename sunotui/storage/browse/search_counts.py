"""The numbers of tasks that saved searches find, which take long to count in a large library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sunotui.domain.browse import Collection
from sunotui.domain.search.query import MATCH_ALL, Query
from sunotui.storage.browse.query_sql import clause_of
from sunotui.storage.db.connection import Database

if TYPE_CHECKING:
    from sunotui.domain.annotations import SavedSearch

COUNT_LIMIT_S = 0.05
"""How long counting a saved search may take, in seconds."""
_NEVER = (-1, -1)


class SearchCounts:
    """Counts saved searches, each once after a change. Every method raises LibraryError."""

    def __init__(self, db: Database, now: Callable[[], float], limit_s: float = COUNT_LIMIT_S) -> None:
        """`now` returns the Unix time at which a search such as since:7d runs; `limit_s` is COUNT_LIMIT_S."""
        self._db = db
        self._now = now
        self._limit_s = limit_s
        self._counts: dict[Collection, tuple[tuple[int, int], Query, int]] = {}
        """When each was counted, what it searches for, and its count."""

    def get(self, search: Collection) -> int:
        """The last count; -1 before it is counted, and for a search that takes too long."""
        return self._counts[search][2] if search in self._counts else -1

    def count(self, search: Collection) -> bool:
        """Count the tasks that a saved search finds, unless the library has not changed since the last time; True if
        the count has changed. A search that takes too long has no count, and is not counted again."""
        version = self._db.version()
        counted_at, counted_query, before = self._counts.get(search, (_NEVER, None, -1))
        if counted_at == version:
            return False
        saved = saved_search(self._db, search.name)
        query = MATCH_ALL if saved is None else saved.query
        if counted_query == query and before < 0:
            return False
        clause = clause_of(query, self._now())
        count = self._db.number_within(self._limit_s, f"SELECT count(*) FROM task WHERE {clause.sql}", clause.values)
        self._counts[search] = version, query, -1 if count is None else count
        return count != before and (count is not None or before >= 0)


def saved_search(db: Database, name: str) -> SavedSearch | None:
    """The saved search with this name; None if it does not exist. Raises LibraryError."""
    # Few runs start with a saved search.
    from sunotui.storage.annotations.saved_searches import SavedSearchStore

    return SavedSearchStore(db).get(name)

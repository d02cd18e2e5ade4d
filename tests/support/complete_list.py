"""Reads a complete list at once; screens load pages."""

from __future__ import annotations

from sunotui.domain.browse import Collection, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import View
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.storage.db.connection import Database

NOW = 1_700_000_000.0


def all_ids(db: Database, view: View = View.ALL, search: str = "") -> list[str]:
    """The ids of all tasks in a view that match a search, newest first."""
    listings = TaskLists(db, lambda: NOW)
    listing = ListQuery(Collection.of_view(view), parse(search), Sort.AGE)
    return listings.ids(listing, 0, listings.total(listing))


def counts(db: Database) -> dict[View, int]:
    """The number of tasks in each view."""
    found = TaskLists(db, lambda: NOW).counts()
    return {place.view: count for place, count in found.items() if place.view is not None}

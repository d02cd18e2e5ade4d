"""List queries of the library: a collection, a search and a sort order; and the page of results around the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sunotui.domain.search.query import MATCH_ALL, Query
from sunotui.domain.tasks.summary import TaskSummary, View
from sunotui.named_tuple import NamedTuple


class Sort(StrEnum):
    """The sort orders of a list, each in its default direction; ties are sorted by age, newest first."""

    AGE = "age"
    """Newest first, by the local time at which the task was added."""
    TITLE = "title"
    """A to Z, ignoring case and accents; tasks without a title last."""
    LENGTH = "length"
    """Longest first; unknown lengths last."""
    RATING = "rating"
    """Best first."""
    MODEL = "model"
    """By the model's name, Z to A, so that newer versions come first; unknown models last."""
    RELEVANCE = "relevance"
    """Best match first; AGE if the search has no words. Albums and saved searches keep their own order instead."""


class CollectionKind(StrEnum):
    """The kinds of collections in the sidebar."""

    VIEW = "view"
    LABEL = "label"
    ALBUM = "album"
    GATEWAY = "gateway"
    SEARCH = "search"
    """A saved search."""


class Collection(NamedTuple):
    """One entry of the sidebar: a built-in view, a label, an album, a gateway's profile or a saved search."""

    kind: CollectionKind
    name: str
    """The view's value, or the name as displayed."""

    @classmethod
    def of_view(cls, view: View) -> Collection:
        """The collection of a built-in view."""
        return cls(CollectionKind.VIEW, view.value)

    @property
    def view(self) -> View | None:
        """The built-in view; None for another kind of collection."""
        return View(self.name) if self.kind is CollectionKind.VIEW else None


EVERYTHING = Collection(CollectionKind.VIEW, View.ALL.value)


class ListQuery(NamedTuple):
    """A list request: the tasks of a collection that match a query, sorted. Equal list queries give the same list."""

    collection: Collection = EVERYTHING
    query: Query = MATCH_ALL
    sort: Sort = Sort.RELEVANCE
    is_reversed: bool = False
    is_grouped: bool = False
    """Whether songs that were made from another one are listed under it, in the order of age."""


class Page(NamedTuple):
    """A contiguous part of a list's rows."""

    start: int
    """The index of the first row in the whole list, from 0."""
    rows: tuple[TaskSummary, ...]
    total: int
    """The number of rows of the whole list; fewer than that if they are not counted yet."""
    anchor: int | None
    """The index of the requested task; None if it is not in the list."""
    is_counted: bool = True
    """Whether `total` is exact."""


class CollectionCounts(NamedTuple):
    """The counts in the sidebar."""

    counts: Mapping[Collection, int]
    """The number of rows of each collection, in the sidebar's order; -1 for a saved search that is not
    counted."""
    unknown: int
    """Submissions with an unknown outcome, in all collections."""
    sending: int
    """Submissions that are being sent; the rows of unfinished tasks include them."""
    orders: Mapping[Collection, tuple[Sort, bool]]
    """The sort order of each saved search, and whether it is reversed."""

"""What a list of the library shows: which tasks, in which order; and the page of it around the cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sunotui.domain.search.query import MATCH_ALL, Query
from sunotui.domain.tasks.summary import TaskSummary, View


class Sort(StrEnum):
    """The orders of a list, each with the direction that users expect first; ties go by age, newest first."""

    AGE = "age"
    """Newest first, by our own time of adding."""
    TITLE = "title"
    """A to Z, without case and accents; those without a title last."""
    LENGTH = "length"
    """Longest first; unknown lengths last."""
    RATING = "rating"
    """Best first."""
    MODEL = "model"
    """By the model's name, Z to A, so that newer versions come first; unknown models last."""
    RELEVANCE = "relevance"
    """Best match first; without words to search for it is AGE. An album and a saved search are in their own
    order instead."""


class CollectionKind(StrEnum):
    """What a place of the side pane is."""

    VIEW = "view"
    LABEL = "label"
    ALBUM = "album"
    GATEWAY = "gateway"
    SEARCH = "search"
    """A saved search."""


class Collection(NamedTuple):
    """One line of the side pane: a built-in view, a label, an album, a gateway's profile or a saved search."""

    kind: CollectionKind
    name: str
    """The view's word, or the name as it is shown."""

    @classmethod
    def of_view(cls, view: View) -> Collection:
        """A built-in view as a place."""
        return cls(CollectionKind.VIEW, view.value)

    @property
    def view(self) -> View | None:
        """The built-in view; None for another kind of place."""
        return View(self.name) if self.kind is CollectionKind.VIEW else None


EVERYTHING = Collection(CollectionKind.VIEW, View.ALL.value)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A request for a list: the tasks of a collection that a query finds, in an order. Equal ones list the same."""

    collection: Collection = EVERYTHING
    query: Query = MATCH_ALL
    sort: Sort = Sort.RELEVANCE
    is_reversed: bool = False


class Page(NamedTuple):
    """A piece of a listing, as the list draws it."""

    start: int
    """The index in the whole listing of the first row here, from 0."""
    rows: tuple[TaskSummary, ...]
    total: int
    """Rows of the whole listing."""
    anchor: int | None
    """The index of the task that was asked for; None where it is not in the listing."""


class CollectionCounts(NamedTuple):
    """The side pane."""

    counts: Mapping[Collection, int]
    """How many rows each place has, in the pane's order; -1 for a saved search, which is counted on request only."""
    unknown: int
    """Submissions with an unknown outcome, in all collections."""
    orders: Mapping[Collection, tuple[Sort, bool]]
    """The order that each saved search was saved with, and whether it is reversed."""

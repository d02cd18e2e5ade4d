"""The columns of the song list: how wide each is for a width of the list, their heads, and the order of each."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from sunotui.domain.browse import Sort
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.theming import glyphs

GUTTER = 4
"""The cells before the title: the mark and the kind, each with a blank."""


class Column(StrEnum):
    """What a line shows, from left to right; the values are the heads."""

    TITLE = "Title"
    STYLE = "Style"
    MODEL = "Model"
    LABELS = "Labels"
    GATEWAY = "Gateway"
    RATING = glyphs.STAR
    """The user's favourite and rating. Its head is shown only while the list is sorted by it."""
    TIME = "Time"
    AGE = "Age"
    SAFETY = ""
    """Whether it is saved as a file."""


_SORTS = {
    Column.TITLE: Sort.TITLE,
    Column.MODEL: Sort.MODEL,
    Column.RATING: Sort.RATING,
    Column.TIME: Sort.LENGTH,
    Column.AGE: Sort.AGE,
}
_RIGHT = frozenset({Column.RATING, Column.TIME, Column.AGE})
_MIN_STYLE, _MAX_STYLE = 18, 40


class Columns(NamedTuple):
    """The cells of each column for one width of the list; 0 for columns that do not fit."""

    title: int
    style: int
    model: int
    labels: int
    gateway: int
    rating: int
    time: int
    age: int
    safety: int

    def cells(self) -> Iterator[tuple[Column, int]]:
        """The columns that are shown, from left to right, with their cells."""
        return ((column, cells) for column, cells in zip(Column, self, strict=True) if cells)

    @property
    def has_stars(self) -> bool:
        """Whether a rating is written as stars and not as a number."""
        return self.rating >= 8


@lru_cache(maxsize=64)
def columns(width: int, *, with_gateway: bool) -> Columns:
    """The columns of a list of `width` cells. The least useful are left out first."""
    time, age = 6, 5
    rating = 8 if width >= 75 else 5 if width >= 41 else 0
    model = 6 if width >= 97 else 0
    labels = 14 if width >= 105 else 0
    gateway = 8 if with_gateway and width >= 111 else 0
    safety = 2 if width >= 45 else 0
    room = max(0, width - GUTTER - time - age - safety - rating - model - labels - gateway)
    style = max(_MIN_STYLE, min(_MAX_STYLE, room * 2 // 5)) if width >= 72 else 0
    return Columns(room - style, style, model, labels, gateway, rating, time, age, safety)


class Order(NamedTuple):
    """The order of a list, shown in the column heads or in the bottom border."""

    sort: Sort
    """RELEVANCE for every order without a column."""
    is_reversed: bool = False
    name: str = ""
    """What the border shows for an order that no visible column has, such as "by model"."""

    @property
    def arrow(self) -> str:
        """The sign of its direction: up for A to Z, down for the newest, longest and best first."""
        rises = (self.sort is Sort.TITLE) is not self.is_reversed
        return glyphs.UP if rises else glyphs.DOWN


def shows_order(shown: Columns, order: Order) -> bool:
    """Whether the order is that of a column that is shown."""
    return any(_SORTS.get(column) is order.sort for column, _ in shown.cells())


def heads(shown: Columns, order: Order) -> Iterator[tuple[str, bool]]:
    """The head of each column that is shown, as wide as the column, and whether the list is sorted by it."""
    for column, cells in shown.cells():
        is_sorted = _SORTS.get(column) is order.sort
        name = "" if column is Column.RATING and not is_sorted else column.value
        if column is Column.TITLE and not shown.style:
            name = "Title, style"
        if is_sorted:
            name += order.arrow
        text = formatting.fit(name, cells)
        yield (name.rjust(cells) if column in _RIGHT and len(name) <= cells else text), is_sorted


def sort_at(shown: Columns, x: int) -> Sort | None:
    """The order of the column whose head is at cell `x` of a line; None for columns without one."""
    end = GUTTER
    for column, cells in shown.cells():
        end += cells
        if x < end:
            return _SORTS.get(column)
    return None

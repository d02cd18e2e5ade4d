"""Which panes the library screen shows, where, and how large: the user's choices, limited by the room in the window."""

from __future__ import annotations

from enum import StrEnum

from sunotui.named_tuple import NamedTuple

_RIGHT_FROM, _SIDEBAR_FROM, _HUGE_FROM = 100, 110, 176
"""The minimum widths of the window for the detail beside the list, for the sidebar too, and for larger ones."""
_BELOW_FROM = 24
"""The minimum height of the window for the detail below the list."""
_LIST_WIDTH, _LIST_HEIGHT = 40, 8
"""What a larger detail must leave to the list."""
_SIDEBAR_WIDTHS = range(12, 41)
_DETAIL_WIDTHS = range(30, 161)
_DETAIL_HEIGHTS = range(8, 101)
_FRAME = 2
"""Rows of the header and the footer."""


class DetailPlace(StrEnum):
    """Where the detail is; the values are in the state file."""

    RIGHT = "right"
    BELOW = "below"
    HIDDEN = "hidden"
    """Shown instead of the list, when it is opened."""


class Pane(StrEnum):
    """The panes of the library screen."""

    SIDEBAR = "sidebar"
    LIST = "list"
    DETAIL = "detail"


class Layout(NamedTuple):
    """What the user chose; sizes in cells with the border, 0 for the usual size."""

    has_sidebar: bool = True
    detail: DetailPlace = DetailPlace.RIGHT
    sidebar_width: int = 0
    detail_width: int = 0
    detail_height: int = 0

    def detail_place(self, width: int, height: int) -> DetailPlace:
        """Where the detail is in a window of this size."""
        if self.detail is DetailPlace.BELOW and height >= _BELOW_FROM:
            return DetailPlace.BELOW
        return (
            DetailPlace.RIGHT if self.detail is not DetailPlace.HIDDEN and width >= _RIGHT_FROM else DetailPlace.HIDDEN
        )

    def shows_sidebar(self, width: int) -> bool:
        """Whether the sidebar is beside the list in a window of this width."""
        return self.has_sidebar and width >= _SIDEBAR_FROM

    def sizes(self, width: int, height: int) -> tuple[int, int, int]:
        """The width of the sidebar, and width and height of the detail, in a window of this size; 0 where the style
        sheet decides."""
        place = self.detail_place(width, height)
        columns = min(self.detail_width, _room(self, width)) if place is DetailPlace.RIGHT else 0
        rows = min(self.detail_height, height - _FRAME - _LIST_HEIGHT) if place is DetailPlace.BELOW else 0
        return self.sidebar_width, columns, rows


def has_sidebar_room(width: int) -> bool:
    """Whether a window of this width has room for the sidebar beside the list."""
    return width >= _SIDEBAR_FROM


def next_place(layout: Layout, width: int, height: int) -> Layout:
    """The layout with the detail at the next place: right, below, hidden. A place that looks the same in a window of
    this size is skipped; the same layout if the window has room for one pane only."""
    places, now = list(DetailPlace), layout.detail_place(width, height)
    start = places.index(layout.detail)
    for step in range(1, len(places)):
        other = layout._replace(detail=places[(start + step) % len(places)])
        if other.detail_place(width, height) is not now:
            return other
    return layout


def resized(layout: Layout, pane: Pane, step: int, width: int, height: int) -> Layout:
    """The layout with a pane one step larger (1) or smaller (-1); the list gives and takes from the detail. Returns the
    same layout if nothing can change."""
    if pane is Pane.SIDEBAR:
        cells = (layout.sidebar_width or usual_sidebar_width(width)) + 2 * step
        return layout._replace(sidebar_width=_within(_SIDEBAR_WIDTHS, cells))
    if pane is Pane.LIST:
        step = -step
    match layout.detail_place(width, height):
        case DetailPlace.BELOW:
            rows = (layout.detail_height or _usual_detail_height(height)) + 2 * step
            most = height - _FRAME - _LIST_HEIGHT
            return layout._replace(detail_height=_within(_DETAIL_HEIGHTS, min(rows, most)))
        case DetailPlace.RIGHT:
            cells = (layout.detail_width or _usual_detail_width(width)) + 4 * step
            return layout._replace(detail_width=_within(_DETAIL_WIDTHS, min(cells, _room(layout, width))))
    return layout


def usual_sidebar_width(width: int) -> int:
    """The width of a sidebar that the user has not changed, in a window of this width."""
    return 22 if width >= _HUGE_FROM else 18


def _usual_detail_width(width: int) -> int:
    return 64 if width >= _HUGE_FROM else 48


def _usual_detail_height(height: int) -> int:
    return (height - _FRAME) * 45 // 100


def _room(layout: Layout, width: int) -> int:
    """The maximum number of columns of the detail beside the list."""
    sidebar = (layout.sidebar_width or usual_sidebar_width(width)) if layout.shows_sidebar(width) else 0
    return width - sidebar - _LIST_WIDTH


def _within(limits: range, cells: int) -> int:
    return max(limits.start, min(cells, limits.stop - 1))

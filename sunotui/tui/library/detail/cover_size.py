"""How large the cover in the detail pane is."""

from __future__ import annotations

from textual.geometry import Size

from sunotui.named_tuple import NamedTuple

GAP = 2
"""Columns between the cover and the facts beside it."""


class CoverSize(NamedTuple):
    """A possible size of covers, and the room that it needs, in cells."""

    columns: int
    rows: int
    window: Size
    """The smallest window that shows it."""
    beside: int
    """The minimum number of columns for the facts."""
    below: int
    """The minimum number of rows for the tabs and the text."""


_SIZES = (
    CoverSize(30, 15, Size(176, 30), beside=24, below=11),
    CoverSize(18, 9, Size(0, 30), beside=20, below=7),
    CoverSize(14, 7, Size(0, 20), beside=16, below=6),
)


def cover_size(window: Size, pane: Size) -> CoverSize | None:
    """The largest size that fits into a pane in a window; None if no size fits."""
    for size in _SIZES:
        has_room = pane.width >= size.columns + GAP + size.beside and pane.height >= size.rows + size.below
        if has_room and window.width >= size.window.width and window.height >= size.window.height:
            return size
    return None

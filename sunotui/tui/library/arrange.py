"""Arranges the panes of the library screen as the layout says."""

from __future__ import annotations

from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.layout import DetailPlace


def apply_layout(ctx: LibraryContext) -> None:
    """Give the panes their places and sizes in the current window. Sizes that the user has not changed are those of
    the style sheet."""
    layout, (width, height) = ctx.state.layout, ctx.app.size
    place, has_sidebar = layout.detail_place(width, height), layout.shows_sidebar(width)
    ctx.screen.set_class(has_sidebar, "-sidebar")
    ctx.screen.set_class(place is DetailPlace.BELOW, "-below")
    ctx.screen.set_class(place is DetailPlace.HIDDEN, "-single")
    ctx.header.has_menu = not has_sidebar
    sidebar, columns, rows = layout.sizes(width, height)
    ctx.sidebar.styles.width = sidebar or None
    ctx.detail.styles.width = columns or None
    ctx.detail.styles.height = rows or None

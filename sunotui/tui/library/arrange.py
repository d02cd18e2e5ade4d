"""Arranges the panes of the library screen as the layout says."""

from __future__ import annotations

from textual.widget import Widget

from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.layout import DetailPlace
from sunotui.tui.widgets.text_view import TextView

_WITH_SIDEBAR, _DETAIL_BELOW, _SINGLE = _CLASSES = ("-sidebar", "-below", "-single")


def layout_classes(ctx: LibraryContext) -> frozenset[str]:
    """The classes that the screen has in the current window."""
    layout, (width, height) = ctx.state.layout, ctx.app.size
    place = layout.detail_place(width, height)
    found = {_WITH_SIDEBAR} if layout.shows_sidebar(width) else set()
    if place is DetailPlace.BELOW:
        found.add(_DETAIL_BELOW)
    elif place is DetailPlace.HIDDEN:
        found.add(_SINGLE)
    return frozenset(found)


def apply_layout(ctx: LibraryContext) -> None:
    """Set the positions and sizes of the panes in the current window. Sizes that the user has not changed are those of
    the style sheet."""
    layout, (width, height) = ctx.state.layout, ctx.app.size
    shown = layout_classes(ctx)
    for name in _CLASSES:
        ctx.screen.set_class(name in shown, name)
    ctx.header.has_menu = _WITH_SIDEBAR not in shown
    sidebar, columns, rows = layout.sizes(width, height)
    sizes = sidebar, columns, rows
    if sizes != ctx.state.applied_sizes:
        # Setting a size lays out the screen, even if it is the same.
        ctx.state.applied_sizes = sizes
        ctx.sidebar.styles.width = sidebar or None
        ctx.detail.styles.width = columns or None
        ctx.detail.styles.height = rows or None


def focus_pane(ctx: LibraryContext, pane: Widget) -> None:
    """Move the focus to a pane, and show the pane if there is room for only one."""
    uncover_pane(ctx, pane)
    pane.focus()


def uncover_pane(ctx: LibraryContext, pane: Widget) -> None:
    """Show a pane if there is room for only one; the focus stays."""
    ctx.screen.set_class(isinstance(pane, TextView), "-detail-open")

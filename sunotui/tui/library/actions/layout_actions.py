"""Commands that show, hide, move and resize the panes of the library screen."""

from __future__ import annotations

from sunotui.domain.browse import Collection
from sunotui.tui.library.actions.collection_actions import delete_named, rename_named
from sunotui.tui.library.actions.navigation_actions import open_line
from sunotui.tui.library.arrange import apply_layout, focus_pane
from sunotui.tui.library.context import LibraryContext, run_as_dialog
from sunotui.tui.library.layout import DetailPlace, Layout, Pane, has_sidebar_room, next_place, resized
from sunotui.tui.library.saved_view import remember
from sunotui.tui.library.sidebar import RENAME
from sunotui.tui.library.sidebar_popup import SidebarPopup
from sunotui.tui.widgets.footer import Footer
from sunotui.tui.widgets.text_view import TextView

_PLACE_TEXTS = {
    DetailPlace.RIGHT: "Detail on the right",
    DetailPlace.BELOW: "Detail below the list",
    DetailPlace.HIDDEN: "Detail hidden; enter opens it",
}


def toggle_sidebar(ctx: LibraryContext) -> None:
    """Show or hide the sidebar; in a narrow window, open it as a popup."""
    layout = ctx.state.layout
    if not has_sidebar_room(ctx.app.size.width):
        _open_popup(ctx)
        return
    if ctx.screen.focused is ctx.sidebar:
        focus_pane(ctx, ctx.tasks)
    _use(ctx, layout._replace(has_sidebar=not layout.has_sidebar))


@run_as_dialog
async def _open_popup(ctx: LibraryContext) -> None:
    """Open the sidebar as a popup, and do what the user chose in it."""
    choice = await ctx.app.push_screen_wait(SidebarPopup(ctx.sidebar))
    if choice is None:
        return
    line = choice.line
    if not choice.command or not isinstance(line, Collection):
        open_line(ctx, line)
    elif choice.command == RENAME:
        await rename_named(ctx, line)
    else:
        await delete_named(ctx, line)


def move_detail(ctx: LibraryContext) -> None:
    """Show the detail on the right, below the list, or not at all."""
    if ctx.tasks.placeholder is not None:
        ctx.say("There are no details to show yet", "warning")
        return
    size = ctx.app.size
    layout = next_place(ctx.state.layout, size.width, size.height)
    if layout == ctx.state.layout:
        ctx.say("This window has room for one pane; enter opens the detail", "warning")
        return
    if isinstance(ctx.screen.focused, TextView):
        focus_pane(ctx, ctx.tasks)
    _use(ctx, layout)
    ctx.say(_PLACE_TEXTS[layout.detail_place(size.width, size.height)])


def widen_pane(ctx: LibraryContext) -> None:
    """Make the focused pane one step larger."""
    _resize(ctx, 1)


def narrow_pane(ctx: LibraryContext) -> None:
    """Make the focused pane one step smaller."""
    _resize(ctx, -1)


def _resize(ctx: LibraryContext, step: int) -> None:
    focused, size = ctx.screen.focused, ctx.app.size
    pane = Pane.SIDEBAR if focused is ctx.sidebar else Pane.DETAIL if isinstance(focused, TextView) else Pane.LIST
    layout = resized(ctx.state.layout, pane, step, size.width, size.height)
    if layout == ctx.state.layout:
        ctx.say("There is no more room to give or take", "warning")
    else:
        _use(ctx, layout)


def _use(ctx: LibraryContext, layout: Layout) -> None:
    ctx.state.layout = layout
    apply_layout(ctx)
    remember(ctx)
    ctx.screen.query_one(Footer).update_keys()

"""Commands that move between panes, takes and tabs, open other screens, or leave."""

from __future__ import annotations

from textual.widget import Widget

from sunotui.domain.browse import Collection
from sunotui.tui.library.arrange import focus_pane
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.current_list import describe_list
from sunotui.tui.library.saved_view import remember
from sunotui.tui.library.sidebar import JournalLine, Line


def next_pane(ctx: LibraryContext) -> None:
    """Go to the pane on the right, or from the last one to the first."""
    _cycle_pane(ctx, 1)


def previous_pane(ctx: LibraryContext) -> None:
    """Go to the pane on the left, or from the first one to the last."""
    _cycle_pane(ctx, -1)


def go_in(ctx: LibraryContext) -> None:
    """Go from the list to the detail, or from the sidebar to the list or the journal."""
    if ctx.screen.focused is ctx.tasks:
        if ctx.tasks.placeholder is None:
            focus_pane(ctx, ctx.detail.body)
    elif ctx.screen.focused is ctx.sidebar:
        open_line(ctx, ctx.sidebar.current)
    elif ctx.screen.focused is not ctx.detail.body:
        focus_pane(ctx, ctx.tasks)


def go_back(ctx: LibraryContext) -> None:
    """Go back to the list; in the list, end the ordering of an album, unmark everything, or else end the search."""
    if ctx.screen.focused is ctx.tasks and ctx.state.is_ordering:
        ctx.state.is_ordering = False
        describe_list(ctx)
    elif ctx.screen.focused is ctx.tasks and not ctx.tasks.clear_selection() and ctx.state.list_query.query.text:
        ctx.search_bar.clear()
    focus_pane(ctx, ctx.tasks)


def _cycle_pane(ctx: LibraryContext, step: int) -> None:
    panes = _visible_panes(ctx)
    focused = ctx.screen.focused
    index = panes.index(focused) if focused in panes else 0
    focus_pane(ctx, panes[(index + step) % len(panes)])


def _visible_panes(ctx: LibraryContext) -> list[Widget]:
    panes: list[Widget] = [ctx.sidebar, ctx.tasks]
    if ctx.tasks.placeholder is None:
        panes.append(ctx.detail.body)
    # If there is room for one of list and detail only, the focus decides which is shown.
    return panes if ctx.sidebar.display else panes[1:]


def open_line(ctx: LibraryContext, line: Line) -> None:
    """Go to what a line of the sidebar represents: the journal, or the list, which shows its collection."""
    if isinstance(line, JournalLine):
        open_submissions(ctx)
        return
    if isinstance(line, Collection):
        ctx.sidebar.chosen = line
    focus_pane(ctx, ctx.tasks)


async def show_take(ctx: LibraryContext, number: int) -> None:
    """Show a take. In the list, the digit may also begin the count of a move."""
    if ctx.screen.focused is ctx.tasks:
        ctx.tasks.add_to_count(number)
    (await ctx.loaded_detail()).choose_take(number)


async def next_take(ctx: LibraryContext) -> None:
    """Show the next take."""
    detail = await ctx.loaded_detail()
    detail.choose_take(detail.take + 1)


async def previous_take(ctx: LibraryContext) -> None:
    """Show the previous take."""
    detail = await ctx.loaded_detail()
    detail.choose_take(detail.take - 1)


def next_tab(ctx: LibraryContext) -> None:
    """Show the next tab of the detail."""
    ctx.detail.cycle_tab(1)
    remember(ctx)


def previous_tab(ctx: LibraryContext) -> None:
    """Show the previous tab of the detail."""
    ctx.detail.cycle_tab(-1)
    remember(ctx)


def open_submissions(ctx: LibraryContext) -> None:
    """Open the journal; for a request without a song, with the cursor on it."""
    shown = ctx.detail.shown
    is_request = shown is not None and shown.is_pending and shown.task.id == ctx.tasks.current
    submission = shown.submission if shown is not None and is_request else None
    ctx.app.navigator.open_submissions(submission.id if submission is not None else "")


def leave(ctx: LibraryContext) -> None:
    """Quit the program."""
    ctx.app.exit()

"""Commands that change what is listed, mark tasks, or ask the gateway about them."""

from __future__ import annotations

from sunotui.domain.browse import Sort
from sunotui.domain.errors import SunotuiError
from sunotui.tui import formatting
from sunotui.tui.dialogs.select import choose, choose_filtered
from sunotui.tui.library.arrange import focus_pane, uncover_pane
from sunotui.tui.library.context import LibraryContext, run_as_dialog, run_in_worker
from sunotui.tui.library.current_list import show_list
from sunotui.tui.library.list_choices import (
    filter_choices,
    needs_completion,
    order_of,
    sort_choices,
    with_filter_toggled,
    with_sort,
)


def search(ctx: LibraryContext) -> None:
    """Open the search bar, beside the list that it changes."""
    uncover_pane(ctx, ctx.tasks)
    ctx.search_bar.open()


@run_as_dialog
async def choose_filter(ctx: LibraryContext) -> None:
    """Choose a filter; it is added to the search, or removed if the search has it."""
    bar = ctx.search_bar
    chosen = await choose_filtered(ctx.app, "Filter", filter_choices(bar.text, ctx.sidebar.counts))
    if chosen is None:
        return
    bar.show_text(with_filter_toggled(bar.text, chosen))
    if needs_completion(chosen):
        search(ctx)
    else:
        focus_pane(ctx, ctx.tasks)


@run_as_dialog
async def choose_sort(ctx: LibraryContext) -> None:
    """Choose the order of the list; choosing the current one reverses it."""
    await ask_sort(ctx)


async def ask_sort(ctx: LibraryContext) -> None:
    """Let the user choose the order of the list, also from a dialog. Call it in a worker of the screen on top."""
    chosen = await choose(ctx.app, "Sort by", sort_choices(ctx.state.list_query))
    if chosen is not None:
        ctx.state.list_query = with_sort(ctx.state.list_query, Sort(chosen))
        show_list(ctx)


def toggle_groups(ctx: LibraryContext) -> None:
    """List derived songs under their sources, or every song by its own age."""
    query = ctx.state.list_query
    ctx.state.list_query = query._replace(is_grouped=not query.is_grouped)
    show_list(ctx)
    text = "The list is grouped by song" if ctx.state.list_query.is_grouped else "The list is not grouped"
    if order_of(query).sort is not Sort.AGE:
        text += ", seen when sorted by age"
    ctx.say(text)


async def mark(ctx: LibraryContext) -> None:
    """Mark the task under the cursor, or unmark it."""
    await ctx.tasks.mark()


async def mark_range(ctx: LibraryContext) -> None:
    """Mark everything from the last marked task to the cursor. The next key waits, and works on all of it."""
    try:
        await ctx.tasks.mark_range()
    except SunotuiError as error:
        ctx.notify_error(error)


@run_in_worker("ask-now", exclusive=True)
async def poll_now(ctx: LibraryContext) -> None:
    """Poll the gateway for this task and all unfinished ones."""
    ctx.core.services.pollers.resume()
    detail = await ctx.loaded_detail()
    if detail.shown is None or detail.shown.is_pending:
        ctx.say("There is no song to update", "warning")
        return
    try:
        tasks = await ctx.core.refresh([detail.shown.task.id])
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if tasks:
        ctx.say(f"{formatting.title(tasks[0].title)}: {formatting.look(tasks[0])[1]}")
    else:
        ctx.say("The gateway does not know this song now", "warning")

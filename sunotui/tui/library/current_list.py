"""The list of the library screen: what it shows, its text when it is empty, and how header and border describe it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, Sort
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.search.query import MATCH_ALL, shown_issues
from sunotui.domain.song_reference import find_reference, is_link, parse_reference
from sunotui.domain.tasks.durations import length_text
from sunotui.domain.tasks.summary import View
from sunotui.domain.text import printable
from sunotui.tui.library import saved_view
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.first_steps import is_library_empty, show_first_steps
from sunotui.tui.library.list_choices import OWN_ORDERS, order_of
from sunotui.tui.library.sidebar import collection_group, collection_label
from sunotui.tui.widgets.footer import Footer

_EMPTY_TEXTS: dict[View | None, tuple[str, ...]] = {
    View.ALL: ("No songs yet.", "Press n to make the first one."),
    View.ACTIVE: ("Nothing is generating.", "Press n to make a song."),
    View.SONGS: ("No songs yet.", "Press n to make the first one."),
    View.LYRICS: ("No lyrics yet.", "Press n, then F4."),
    View.FAVOURITES: ("No favourites yet.", "Press s on a song you like."),
    View.UNPLAYED: ("You have played everything.",),
    View.FAILED: ("Nothing failed.",),
    View.TRASH: ("The trash is empty.",),
    None: ("This is empty.",),
}

_AUTO_SAVE_TEXTS = {
    "favourites": "Favourites are saved automatically; d saves other songs.",
    "all": "All songs are saved automatically.",
    "off": "d saves a song.",
}
"""What is saved, by the setting save.auto_save."""


def show_list(ctx: LibraryContext) -> None:
    """List what the query asks for. While the library is still opening, the list follows when it is open."""
    if not ctx.state.is_open:
        return
    query = ctx.state.list_query.query
    ctx.state.is_ordering = False
    saved_view.remember(ctx)
    ctx.tasks.show_query(empty_text(ctx), query)
    ctx.search_bar.show_issues(query.issues)
    ctx.detail.body.highlight(query)
    describe_list(ctx)
    show_first_steps(ctx, is_empty=is_library_empty(ctx))
    if ctx.tasks.selection:
        count_hidden_in_background(ctx)


def show_collection(ctx: LibraryContext, collection: Collection) -> None:
    """List another collection."""
    if collection == ctx.state.list_query.collection:
        return
    _set_collection(ctx, collection)
    show_list(ctx)
    if collection.view is View.AT_RISK and ctx.core.has_services:
        # Files may have been moved or deleted since the start.
        ctx.run_worker(partial(_check_files, ctx), name="check saved files", group="check-files", exclusive=True)
    if collection.kind is CollectionKind.SEARCH:
        work = partial(_report_saved_search_issues, ctx, collection.name)
        ctx.run_worker(work, name="check saved search", group="saved-search", exclusive=True)


async def _check_files(ctx: LibraryContext) -> None:
    try:
        await ctx.core.services.downloads.check_files()
    except SunotuiError as error:
        ctx.notify_error(error)


async def go_to_task(ctx: LibraryContext, task_id: str) -> None:
    """Move the cursor to a task; if it is not listed, list everything first."""
    ctx.tasks.select(task_id)
    await ctx.tasks.catch_up()
    if ctx.tasks.current == task_id:
        return
    ctx.search_bar.clear()
    ctx.sidebar.chosen = EVERYTHING
    _set_collection(ctx, EVERYTHING)
    ctx.state.list_query = ctx.state.list_query._replace(query=MATCH_ALL)
    show_list(ctx)
    ctx.tasks.select(task_id)
    await ctx.tasks.catch_up()


def _set_collection(ctx: LibraryContext, collection: Collection) -> None:
    """Albums and saved searches have their own order; when the user leaves them, the previous order is restored."""
    state, before = ctx.state, ctx.state.list_query
    if before.collection.kind not in OWN_ORDERS:
        state.order_elsewhere = before.sort, before.is_reversed
    sort, is_reversed = state.saved_orders.get(collection, state.order_elsewhere)
    if collection.kind is CollectionKind.ALBUM:
        sort, is_reversed = Sort.RELEVANCE, False
    state.list_query = before._replace(collection=collection, sort=sort, is_reversed=is_reversed)


async def _report_saved_search_issues(ctx: LibraryContext, name: str) -> None:
    """Show which part of a saved search is invalid, as the search bar does while the user types."""
    try:
        saved = await ctx.core.services.annotations.search(name)
    except SunotuiError as error:
        ctx.notify_error(error)
        return
    if saved.query.issues:
        ctx.say(f"In the search “{saved.name}”: {shown_issues(saved.query.issues)}", "warning")


def count_hidden_in_background(ctx: LibraryContext) -> None:
    """Count the marked tasks that are not listed, and show the number at the border of the list."""
    work = partial(_update_hidden_count, ctx)
    ctx.run_worker(work, name="count hidden songs", group="hidden-marks", exclusive=True)


async def _update_hidden_count(ctx: LibraryContext) -> None:
    try:
        marked = ctx.tasks.selected
        ctx.state.hidden_selection = len(marked) - len(await listed_marks(ctx))
    except SunotuiError as error:
        ctx.notify_error(error)
    describe_list(ctx)


async def listed_marks(ctx: LibraryContext) -> Sequence[str]:
    """The ids of the marked tasks that are in the list now: commands apply to these only. Raises SunotuiError."""
    marked = ctx.tasks.selected
    return await ctx.core.browser.listed(ctx.state.list_query, marked) if marked else ()


def describe_list(ctx: LibraryContext) -> None:
    """Show in the header what is listed, in the list's border its order and how many songs are marked, and in the
    footer which keys work."""
    query = ctx.state.list_query
    name = collection_label(query.collection)
    count = ctx.sidebar.counts.get(query.collection, -1)
    if count < 0 and not query.query.text:
        # All of it is listed. No rows can also mean that they are not read yet.
        count = ctx.tasks.row_count or -1
    ctx.header.location, ctx.header.group = name, collection_group(query.collection)
    album = ctx.state.shown_album
    total = length_text(album.duration_s) if album is not None else ""
    ctx.header.count = " · ".join(filter(None, (f"{count:,}" if count >= 0 else "", total)))
    ctx.tasks.show_at_top(printable(name))
    if query.query.text:
        ctx.search_bar.show_found(ctx.tasks.row_count_text, count)
    mode = "ordering" if ctx.state.is_ordering else ""
    saved = f"{album.saved:,} of {album.count:,} saved" if album is not None and album.count else ""
    ctx.tasks.show_description(order_of(query), " · ".join(filter(None, (mode, saved, marked_text(ctx)))))
    ctx.screen.query_one(Footer).update_keys()


def marked_text(ctx: LibraryContext) -> str:
    """How many songs are marked, and how many of them are not in the list; empty without marked songs."""
    marked, hidden = len(ctx.tasks.selection), ctx.state.hidden_selection
    return f"{marked:,} marked" + (f", {hidden:,} hidden" if hidden else "") if marked else ""


def is_song_missing(ctx: LibraryContext) -> bool:
    """Whether the search is the link or the id of one song that a gateway can be asked for, and the list is empty."""
    text = ctx.state.list_query.query.text
    return not ctx.tasks.row_count and _is_song(text) and not _refusal(ctx, text)


def _is_song(text: str) -> bool:
    """Whether a search is a link or an id."""
    return find_reference(text) is not None or is_link(text)


def _refusal(ctx: LibraryContext, text: str) -> tuple[str, ...]:
    """Why the gateway cannot be asked for a link or an id, in lines; empty if it can."""
    try:
        parse_reference(text, ctx.core.active_profiles.current_host)
    except InvalidRequest as error:
        return (f"{error.what}.", *([f"{error.advice}."] if error.advice else []))
    return ()


def empty_text(ctx: LibraryContext) -> Sequence[str]:
    """The lines that an empty list shows."""
    query = ctx.state.list_query
    if _is_song(query.query.text):
        refusal = _refusal(ctx, query.query.text)
        is_all = query.collection == EVERYTHING
        lines = refusal or (
            f"This song is not in {'the library' if is_all else 'this list'}.",
            f"enter looks it up {'at' if is_all else 'in the library and at'} the gateway.",
        )
        return (*lines, "esc ends the search.")
    if query.query.text:
        return ("No matching songs.", "esc ends the search.")
    if not ctx.core.active_profiles.name and query.collection == EVERYTHING:
        return ("No gateway yet.", "Press P to log in to one.")
    if query.collection.view is View.AT_RISK:
        return ("Nothing is at risk.", _AUTO_SAVE_TEXTS[ctx.core.settings.save.auto_save])
    return _EMPTY_TEXTS[query.collection.view]

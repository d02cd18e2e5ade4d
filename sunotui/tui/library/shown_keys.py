"""Which keys the footer of the library screen shows: those of the focused pane that work now. Also what its panes show
about playback, since that changes what the key to play does."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.domain.browse import CollectionKind, Sort
from sunotui.domain.tasks.summary import View
from sunotui.tui.commands import footers
from sunotui.tui.commands.registry import command_named
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.current_list import is_song_missing
from sunotui.tui.library.sidebar import TOGGLE, commands_that_fail
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.text_view import TextView


def shown_keys(ctx: LibraryContext) -> Sequence[FooterKey]:
    """The keys of the focused pane."""
    keys_of, focused = ctx.app.keys_of, ctx.screen.focused
    if ctx.search_bar.is_typing:
        return footers.search_keys(keys_of, looks_up=is_song_missing(ctx))
    if focused is ctx.sidebar:
        fail = commands_that_fail(ctx.sidebar.current)
        return footers.footer_keys(footers.SIDEBAR, keys_of, texts={footers.OPEN: footers.SHOW}, without=fail)
    if not ctx.state.is_open or ctx.tasks.placeholder is not None:
        return footers.footer_keys(footers.EMPTY, keys_of)
    marked = len(ctx.tasks.selection)
    # What a key affects: hidden songs are not changed.
    touched = marked - ctx.state.hidden_selection
    texts = {name: f"{command_named(name).title} {touched:,}" for name in footers.COUNTED} if marked else {}
    is_trash = ctx.state.list_query.collection.view is View.TRASH
    if is_trash:
        texts[footers.TRASH] = f"{footers.RESTORE} {touched:,}" if marked else footers.RESTORE
    if pauses(ctx):
        texts[footers.PLAY] = footers.PAUSE
    elif is_awaited(ctx):
        texts[footers.PLAY] = footers.DO_NOT_PLAY
    without, first = _without(ctx), [footers.JOURNAL] if _is_undecided(ctx) else []
    if ctx.state.is_ordering and focused is ctx.tasks:
        return footers.footer_keys(footers.ORDERING, keys_of, texts=footers.ORDERING_TEXTS, without=without)
    if isinstance(focused, TextView):
        scroll = footers.scroll_keys(keys_of) if ctx.tasks.row_count else []
        return [*scroll, *footers.footer_keys((*first, *footers.DETAIL), keys_of, texts=texts, without=without)]
    if marked:
        texts[footers.BACK] = footers.UNMARK_ALL
        if ctx.tasks.current in ctx.tasks.selection:
            texts[footers.MARK] = footers.UNMARK
        return footers.footer_keys(footers.MARKED, keys_of, texts=texts, without=without)
    names: Sequence[str] = footers.LIST
    if ctx.state.list_query.collection.kind is CollectionKind.ALBUM:
        names = footers.ALBUM
    elif ctx.state.list_query.collection.view is View.AT_RISK:
        names = footers.AT_RISK
    elif is_trash:
        names = footers.TRASHED
    elif ctx.state.list_query.collection.view is View.UNPLAYED:
        names = footers.UNPLAYED
    if ctx.state.list_query.query.text:
        names, texts[footers.BACK] = (*names[:-1], footers.BACK), footers.END_SEARCH
    return footers.footer_keys((*first, *names), keys_of, texts=texts, without=without)


def _is_undecided(ctx: LibraryContext) -> bool:
    """Whether the row is a request with an unknown outcome, which the user resolves in the journal."""
    shown = ctx.detail.shown
    return bool(ctx.tasks.row_count) and shown is not None and shown.is_pending and shown.task.status.is_final


def _without(ctx: LibraryContext) -> set[str]:
    """The commands that do nothing for the current song and list, as their binding ids."""
    tasks, detail, query = ctx.tasks, ctx.detail, ctx.state.list_query
    without: set[str] = set()
    if ctx.sidebar.display:
        # Beside a sidebar, this key is less important than the others.
        without.add(TOGGLE)
    if not tasks.row_count:
        without |= footers.FOR_A_SONG
    elif detail.shown is not None:
        if detail.clip is None:
            without |= footers.FOR_A_TAKE
            if detail.shown.submission is None:
                without.add(footers.REUSE)
        if detail.shown.task.take(detail.take + 1) is None:
            without.add(footers.NEXT_TAKE)
        if detail.shown.is_pending:
            without |= footers.FOR_A_TASK
        if detail.shown.task.has_takes_later:
            without.discard(footers.PLAY)
    if tasks.selection:
        # These work on what is marked and listed, wherever the cursor is.
        without -= set(footers.COUNTED)
        without |= set() if len(tasks.selection) > ctx.state.hidden_selection else set(footers.COUNTED)
    in_album_order = query.sort is Sort.RELEVANCE and not query.is_reversed
    if not in_album_order or tasks.row_count < 2:
        without.add(footers.ORDER)
    if not tasks.cursor:
        without.add(footers.SEEK_BACK)
    if tasks.cursor + 1 >= tasks.row_count:
        without.add(footers.SEEK_FORWARD)
    return without


def show_playing(ctx: LibraryContext) -> None:
    """Show which song plays in the list and in the detail, and what its key does now."""
    if (playing := ctx.app.playing) is None or (*playing.take, playing.sign) == ctx.state.playing:
        return
    task_id, clip_id = playing.take
    ctx.state.playing = task_id, clip_id, playing.sign
    ctx.tasks.show_playing(task_id, playing.sign)
    ctx.detail.show_playing(task_id, clip_id, playing.sign)
    ctx.screen.query_one(Footer).update_keys()


def pauses(ctx: LibraryContext) -> bool:
    """Whether the key that plays would pause: the take that is shown is the one that plays."""
    playing, clip = ctx.app.playing, ctx.detail.clip
    if playing is None or clip is None or ctx.tasks.selection:
        return False
    return playing.take[1] == clip.id and playing.is_active


def is_awaited(ctx: LibraryContext) -> bool:
    """Whether the song that is shown has no takes yet and starts automatically once it has: the key would prevent
    that."""
    shown = ctx.detail.shown
    if shown is None or ctx.tasks.selection or not shown.task.has_takes_later or not ctx.core.has_services:
        return False
    return ctx.core.services.playback.awaited == shown.task.id

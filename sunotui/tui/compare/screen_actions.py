"""Commands of the compare screen: they work on the pair, or on the audible take."""

from __future__ import annotations

from textual.screen import Screen

from sunotui.core.comparison.comparison import Comparison, Stage
from sunotui.core.core import Core
from sunotui.domain.errors import SunotuiError
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.feedback.changes import run_change
from sunotui.tui.playback.bar import VOLUME_STEP
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.widgets.footer import UNDO


class CompareContext(NamedTuple):
    """The interface of the compare screen for its commands."""

    app: BaseApp
    core: Core
    screen: Screen[None]
    comparison: Comparison


def flip(ctx: CompareContext) -> None:
    """Switch to the other take."""
    ctx.comparison.make_audible(1 - ctx.comparison.audible)


async def keep(ctx: CompareContext) -> None:
    """Keep the audible take. The screen closes after the only pair, unless there are names to reveal."""
    comparison = ctx.comparison
    if comparison.is_decided:
        ctx.screen.dismiss()
        return
    was_blind = comparison.is_blind
    try:
        sentence = await comparison.keep(comparison.audible)
    except SunotuiError as error:
        ctx.app.notify_error(error)
        return
    if sentence:
        ctx.app.say(sentence, undo=UNDO)
        if comparison.is_decided and comparison.knockout.count == 1 and not was_blind:
            ctx.screen.dismiss()


def toggle(ctx: CompareContext) -> None:
    """Pause, or continue."""
    ctx.comparison.toggle()


def seek(ctx: CompareContext, direction: int) -> None:
    """Go forward or back in both takes."""
    ctx.comparison.seek_by(direction * ctx.core.settings.player.seek_s)


def from_start(ctx: CompareContext) -> None:
    """Play both from the start."""
    ctx.comparison.seek_to(0.0)


def scroll_lyrics(ctx: CompareContext, rows: int) -> None:
    """Scroll the lyrics of both takes; a little later they follow what is sung again."""
    for lyrics in ctx.screen.query(SyncedLyrics):
        lyrics.scroll_text(rows)


def scroll_half_page(ctx: CompareContext, direction: int) -> None:
    """Scroll the lyrics of both takes by half a page."""
    for lyrics in ctx.screen.query(SyncedLyrics):
        lyrics.scroll_half_pages(direction)


def change_volume(ctx: CompareContext, direction: int) -> None:
    """Turn the volume up or down, here and elsewhere."""
    playback = ctx.core.services.playback
    playback.change_volume(direction * VOLUME_STEP)
    ctx.comparison.set_volume(playback.status.volume)
    ctx.app.say(f"Volume {playback.status.volume}%")


async def toggle_favourite(ctx: CompareContext) -> None:
    """Make the audible take a favourite; if it is one, undo that."""
    take = ctx.comparison.pair[ctx.comparison.audible]
    await run_change(ctx.app, ctx.core.services.annotations.mark_favourite([take.entry.ref]))


def rate(ctx: CompareContext) -> None:
    """Ask for a rating of the audible take."""
    side = ctx.comparison.audible
    entry = ctx.comparison.pair[side].entry

    async def save(rating: int | None) -> None:
        if rating is not None:
            await run_change(ctx.app, ctx.core.services.annotations.rate([entry.ref], rating))

    if ctx.comparison.is_hidden:
        dialog = RateDialog("AB"[side], "")
    else:
        dialog = RateDialog(formatting.title(entry.title), f"take {entry.take}")
    ctx.app.push_screen(dialog, save)


def toggle_blind(ctx: CompareContext) -> None:
    """Hide the names, or show them."""
    ctx.comparison.toggle_blind()


async def undo(ctx: CompareContext) -> None:
    """Undo the last change, and go back to its pair."""
    try:
        sentence = await ctx.comparison.undo()
    except SunotuiError as error:
        ctx.app.notify_error(error)
        return
    ctx.app.say(sentence or "There is nothing to undo")


def try_again(ctx: CompareContext) -> None:
    """Fetch what could not be played again."""
    if ctx.comparison.stage is Stage.FAILED:
        ctx.comparison.try_again()


def leave_out(ctx: CompareContext) -> None:
    """Continue without a take of several that cannot be played."""
    if ctx.comparison.leave_out():
        ctx.app.say("Left out, without a verdict")


def leave(ctx: CompareContext) -> None:
    """Close the screen; verdicts stay."""
    ctx.screen.dismiss()

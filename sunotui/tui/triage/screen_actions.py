"""Commands of the triage screen: they work on the take that plays."""

from __future__ import annotations

from textual.screen import Screen

from sunotui.core.core import Core
from sunotui.core.triage.rules import ListeningMode
from sunotui.core.triage.session import TriageSession
from sunotui.domain.annotations import TriageVerdict
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import counted
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.playback.bar import VOLUME_STEP
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.widgets.footer import UNDO

LISTENING = {
    ListeningMode.START: "from the start",
    ListeningMode.CHORUS: "from the chorus",
    ListeningMode.SAMPLES: "samples of 15 s",
}


class TriageContext(NamedTuple):
    """The interface of the triage screen for its commands."""

    app: BaseApp
    core: Core
    screen: Screen[None]
    session: TriageSession


async def decide(ctx: TriageContext, verdict: str) -> None:
    """Give the take a verdict, and continue with the next one."""
    if ctx.session.current is None:
        if not ctx.session.pending:
            ctx.screen.dismiss()
        return
    await _decide(ctx, TriageVerdict(verdict))


def rate(ctx: TriageContext) -> None:
    """Ask for a rating of the take, which is its verdict."""
    take = ctx.session.current
    if take is None:
        return

    async def save(rating: int | None) -> None:
        if rating and ctx.session.current is take:
            await _decide(ctx, TriageVerdict.RATE, rating)

    ctx.app.push_screen(RateDialog(formatting.title(take.entry.title), f"take {take.entry.take}"), save)


async def undo(ctx: TriageContext) -> None:
    """Undo the last verdict, and play its take again."""
    try:
        sentence = await ctx.session.undo()
    except SunotuiError as error:
        ctx.app.notify_error(error)
        return
    ctx.app.say(sentence or "There is no verdict to undo")


async def apply(ctx: TriageContext) -> None:
    """Apply all pending verdicts."""
    try:
        sentence = await ctx.session.apply()
    except SunotuiError as error:
        ctx.app.notify_error(error)
        return
    ctx.app.say(sentence or "All verdicts are done already", undo=UNDO if sentence else "")
    if sentence and ctx.session.current is None:
        ctx.screen.dismiss()


def toggle(ctx: TriageContext) -> None:
    """Pause, or resume."""
    ctx.session.toggle()


def seek(ctx: TriageContext, direction: int) -> None:
    """Go forward or back."""
    ctx.session.seek_by(direction * ctx.core.settings.player.seek_s)


def from_start(ctx: TriageContext) -> None:
    """Play the take from its start."""
    ctx.session.seek_by(-ctx.session.position_s)


def switch_listening(ctx: TriageContext) -> None:
    """Hear another part of each take; the choice is kept."""
    mode = ctx.session.listening_mode.following
    ctx.session.set_listening_mode(mode)
    ctx.core.ui_state.keep(triage_listen=mode.value)
    ctx.app.say(f"Plays {LISTENING[mode]}")


def kept_listening(core: Core) -> ListeningMode:
    """Which part of each take the user chose to hear last."""
    kept = core.ui_state.now.triage_listen
    return ListeningMode(kept) if kept in list(ListeningMode) else ListeningMode.START


def scroll_lyrics(ctx: TriageContext, rows: int) -> None:
    """Scroll the lyrics of the take; a little later they follow what is sung again."""
    for lyrics in ctx.screen.query(SyncedLyrics):
        lyrics.scroll_text(rows)


def scroll_half_page(ctx: TriageContext, direction: int) -> None:
    """Scroll the lyrics of the take by half a page."""
    for lyrics in ctx.screen.query(SyncedLyrics):
        lyrics.scroll_half_pages(direction)


def change_volume(ctx: TriageContext, direction: int) -> None:
    """Turn the volume up or down, here and elsewhere."""
    playback = ctx.core.services.playback
    playback.change_volume(direction * VOLUME_STEP)
    ctx.session.set_sound(playback.status.volume, is_muted=False)
    ctx.app.say(f"Volume {playback.status.volume}%")


def try_again(ctx: TriageContext) -> None:
    """Fetch the takes again that could not be fetched."""
    ctx.session.try_again()


def leave(ctx: TriageContext) -> None:
    """Close the screen; with pending verdicts, ask whether to apply them."""
    count = len(ctx.session.pending)
    if not count:
        ctx.screen.dismiss()
        return

    async def answer(chosen: str | None) -> None:
        if chosen == "no":
            ctx.screen.dismiss()
        elif chosen is not None:
            await apply(ctx)
            if not ctx.session.pending and ctx.screen.is_current:
                ctx.screen.dismiss()

    verdicts = counted(count, "verdict")
    question = f"{verdicts} {'is' if count == 1 else 'are'} not applied yet"
    no = "They stay stored, and triage has them again the next time"
    ctx.app.push_screen(ConfirmDialog(question, no, f"Apply {count}", "Favourites, ratings and the trash"), answer)


async def _decide(ctx: TriageContext, verdict: TriageVerdict, rating: int = 0) -> None:
    try:
        sentence = await ctx.session.decide(verdict, rating)
    except SunotuiError as error:
        ctx.app.notify_error(error)
        return
    if sentence:
        ctx.app.say(sentence, undo=UNDO)

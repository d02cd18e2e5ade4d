"""Commands of the now-playing screen and of the queue's popup: they work on what plays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual.screen import ModalScreen, Screen

from sunotui.core.core import Core
from sunotui.core.playback.service import PlaybackService
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import QueueEntry, RepeatMode
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.feedback.changes import run_change, undo_last
from sunotui.tui.playback.bar import VOLUME_STEP
from sunotui.tui.playback.queue import QueueList
from sunotui.tui.playback.speeds import ask_speed
from sunotui.tui.widgets.footer import FooterKey

_NEXT_REPEAT = {
    RepeatMode.OFF: (RepeatMode.ALL, "Repeats the queue"),
    RepeatMode.ALL: (RepeatMode.ONE, "Repeats this take"),
    RepeatMode.ONE: (RepeatMode.OFF, "Repeat is off"),
}

_REPEATS = {RepeatMode.OFF: "off", RepeatMode.ALL: "all", RepeatMode.ONE: "one"}


class PlayingContext(NamedTuple):
    """The interface of a screen that shows what plays, for its commands."""

    app: BaseApp
    core: Core
    screen: Screen[None]
    reload: Callable[[], None]
    """Reload what is shown about the take."""

    @property
    def playback(self) -> PlaybackService:
        """What plays."""
        return self.core.services.playback

    @property
    def entry(self) -> QueueEntry | None:
        """The current take; shows a message if there is no current take."""
        entry = self.playback.status.entry
        if entry is None:
            self.app.say("Nothing is playing", "warning")
        return entry


def toggle(ctx: PlayingContext) -> None:
    """Pause, or resume."""
    ctx.playback.toggle()


def seek(ctx: PlayingContext, direction: int) -> None:
    """Go forward or back."""
    ctx.playback.seek_by(direction * ctx.core.settings.player.seek_s)


def change_volume(ctx: PlayingContext, direction: int) -> None:
    """Turn the volume up or down."""
    ctx.playback.change_volume(direction * VOLUME_STEP)


def mute(ctx: PlayingContext) -> None:
    """Turn the sound off, or on again."""
    ctx.playback.toggle_mute()


def skip(ctx: PlayingContext, direction: int) -> None:
    """Go to the next take of the queue, or to the previous one."""
    skip_take(ctx.app, ctx.playback, direction)


def skip_take(app: BaseApp, playback: PlaybackService, direction: int) -> None:
    """Go to the next take of the queue, or to the previous one; show a message after the last one."""
    if direction < 0:
        playback.previous()
    elif not playback.next():
        app.say("This is the last take of the queue", "warning")


def choose_speed(ctx: PlayingContext) -> None:
    """Choose the speed of playback."""
    ctx.app.key_queue.run_dialog(ctx.screen, ask_speed(ctx.app, ctx.playback))


def cycle_repeat(ctx: PlayingContext) -> None:
    """Repeat the queue, then only this take, then nothing."""
    mode, sentence = _NEXT_REPEAT[ctx.playback.status.repeat]
    ctx.playback.set_repeat(mode)
    ctx.app.say(sentence)


def toggle_shuffle(ctx: PlayingContext) -> None:
    """Play the queue in a random order, or in its own again."""
    ctx.playback.toggle_shuffle()
    ctx.app.say("Shuffled" if ctx.playback.status.is_shuffled else "In the order of the queue")


async def toggle_favourite(ctx: PlayingContext) -> None:
    """Make what plays a favourite; if it is one, undo that."""
    await _annotate(ctx, lambda takes: ctx.core.services.annotations.mark_favourite(takes))


def rate(ctx: PlayingContext) -> None:
    """Ask for a rating of what plays."""
    if (entry := ctx.entry) is None:
        return

    async def save(rating: int | None) -> None:
        if rating is not None:
            await run_change(ctx.app, ctx.core.services.annotations.rate([entry.ref], rating))

    ctx.app.push_screen(RateDialog(formatting.title(entry.title), f"take {entry.take}"), save)


async def toggle_trash(ctx: PlayingContext) -> None:
    """Move the song that plays to the trash, or restore it."""

    async def change(takes: Sequence[TakeRef]) -> str:
        annotations, ids = ctx.core.services.annotations, [take.task_id for take in takes]
        saved = await annotations.annotations(ids)
        is_trashed = bool(saved) and all(found.is_trashed for found in saved.values())
        return await (annotations.restore(ids) if is_trashed else annotations.trash(ids))

    await _annotate(ctx, change)


async def undo(ctx: PlayingContext) -> None:
    """Undo the last change."""
    await undo_last(ctx.app)


def fetch_timings(ctx: PlayingContext) -> None:
    """Ask the gateway when each line is sung."""
    if (entry := ctx.entry) is None:
        return

    async def fetch() -> None:
        try:
            shown = await ctx.core.reader.detail(entry.task_id)
            had_times = shown is not None and entry.clip_id in shown.timings
            timings = await ctx.core.services.extras.timing(entry.task_id, entry.clip_id)
        except SunotuiError as error:
            ctx.app.notify_error(error)
            return
        if not timings.words:
            ctx.app.say("The gateway has no timings for these lyrics", "warning")
            return
        ctx.reload()
        ctx.app.say("The times of these lyrics are here already" if had_times else "The lyrics have their times now")

    ctx.screen.run_worker(fetch(), name="fetch lyric timings", group="extras", exclusive=True)


def show_queue(ctx: PlayingContext) -> None:
    """Focus the queue, or leave it; if there is no room for it, open or close it as a popup."""
    if isinstance(ctx.screen, ModalScreen):
        ctx.screen.dismiss()
        return
    queues = [queue for queue in ctx.screen.query(QueueList) if queue.display and queue.size.width]
    if not queues:
        if ctx.app.playing is not None:
            ctx.app.playing.open_queue()
    elif queues[0].has_focus:
        ctx.screen.focus_next()
    else:
        queues[0].focus()


async def hand_over(ctx: PlayingContext) -> None:
    """Copy a command line that plays the take with another program."""
    if (entry := ctx.entry) is None:
        return
    try:
        line = await ctx.playback.hand_over(entry.ref)
    except SunotuiError as error:
        ctx.app.notify_error(error)
    else:
        ctx.app.copy(line, "Player command")


def show_song(ctx: PlayingContext) -> None:
    """Go to the song in the library."""
    if (entry := ctx.entry) is not None:
        ctx.app.run_worker(ctx.app.navigator.go_to_song(entry.task_id), name="go to song", group="navigate")


def leave(ctx: PlayingContext) -> None:
    """Close the screen; playback continues."""
    ctx.screen.dismiss()


async def _annotate(ctx: PlayingContext, change: Callable[[list[TakeRef]], Awaitable[str]]) -> None:
    if (entry := ctx.entry) is not None:
        await run_change(ctx.app, change([entry.ref]))


def playing_keys(ctx: PlayingContext, names: Sequence[str]) -> list[FooterKey]:
    """The footer's keys of commands that work on what plays."""
    status = ctx.playback.status
    texts = {"playing.repeat": f"Repeat {_REPEATS[status.repeat]}"}
    texts["playing.shuffle"] = "Shuffled" if status.is_shuffled else "Shuffle"
    if status.state.is_active:
        texts["playing.toggle"] = footers.PAUSE
    return footers.paired_keys(names, ctx.app.keys_of, texts=texts)

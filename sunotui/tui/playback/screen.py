"""The now-playing screen: one take with its lyrics as they are sung, and the queue."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from sunotui.core import events
from sunotui.core.core import Core
from sunotui.core.events import Event
from sunotui.core.library.task_detail import TaskDetail
from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.capabilities import Support
from sunotui.domain.gateways.features import Feature
from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry
from sunotui.domain.tasks.clip import Clip
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings, command_named
from sunotui.tui.library.detail.clip_detail import ClipDetail
from sunotui.tui.playback.about import AboutSong
from sunotui.tui.playback.queue import QueueList
from sunotui.tui.playback.screen_actions import PlayingContext, playing_keys
from sunotui.tui.playback.strip import PlayingStrip
from sunotui.tui.playback.synced_lyrics import SyncedLyrics, WordTimer
from sunotui.tui.widgets.cover import Cover
from sunotui.tui.widgets.footer import UNDO, Footer, FooterKey
from sunotui.tui.widgets.header import Header

_APPROXIMATE = "the lyrics scroll by the length, approximately"


class PlayingScreen(Screen[None]):
    """Follows playback: it shows whatever plays, also when the next take of the queue starts."""

    # Relative to this file.
    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = bindings(Scope.PLAYING)
    AUTO_FOCUS = "SyncedLyrics"

    app: BaseApp

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        status = core.services.playback.status
        self._ctx = PlayingContext(self.app, core, self, self._reload)
        self._art = Cover(core.clock, id="now-cover")
        self._about = AboutSong(id="now-about")
        self._lyrics = SyncedLyrics(core.clock.monotonic, id="now-lyrics")
        self._queue = QueueList(status, id="now-queue")
        self._strip = PlayingStrip(status, id="now-strip")
        self._status = status
        self._shown_at = core.clock.monotonic()
        """When the position of the status was measured, in seconds of the monotonic clock."""
        self._sheet = LyricSheet()
        self._detail: ClipDetail | None = None
        self._asked: set[str] = set()
        """The takes whose timings the gateway was asked for."""
        self._word_timer = WordTimer(self, self._show_position)

    def compose(self) -> ComposeResult:
        """Header, song, lyrics, queue, times and keys."""
        self.set_classes(self.app.size_classes)
        yield Header("Now playing")
        with Horizontal(id="now"):
            with Vertical(id="now-left"):
                yield self._art
                yield self._about
            yield self._lyrics
            yield self._queue
        yield self._strip
        yield Footer()

    def on_mount(self) -> None:
        """Show what plays."""
        self._reload()
        self._show_position()

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of the focused widget."""
        if self.focused is self._queue:
            return playing_keys(self._ctx, footers.QUEUE)
        more = [] if self._queue.display else [footers.PLAYING_QUEUE]
        if not self._sheet.has_times and self._status.entry is not None:
            more.append(footers.PLAYING_TIMING)
        return playing_keys(self._ctx, (*footers.PLAYING[:4], *more, *footers.PLAYING[4:]))

    def on_resize(self) -> None:
        """Show the keys for what fits now."""
        self.query_one(Footer).update_keys()

    async def action_run_command(self, name: str) -> None:
        """Run a command of the registry on what plays."""
        # The undo key beside a message is that of the library.
        await command_named("playing.undo" if name == UNDO else name).run(self._ctx)

    def action_leave(self) -> None:
        """Close the screen, so that another one can be shown."""
        self.dismiss()

    # --- what plays --------------------------------------------------------------------------------------------------

    def show_playing(self, status: PlaybackStatus) -> None:
        """Show a new playback status."""
        before, self._status = self._status, status
        self._shown_at = self._core.clock.monotonic()
        self._strip.show(status)
        self._queue.show(status)
        if _take_of(status.entry) != _take_of(before.entry):
            self._reload()
        elif status.entry != before.entry:
            # For example the title that a song gets while it is being generated.
            self._about.show(status.entry, self._detail)
        if status.state is not before.state:
            self.query_one(Footer).update_keys()
        self._show_note()
        self._show_position()

    def on_core_event(self, event: Event) -> None:
        """Read the song again when it changes."""
        entry = self._status.entry
        is_changed = isinstance(event, events.TasksChanged) and entry is not None and entry.task_id in event.ids
        if is_changed or isinstance(event, events.LibraryChanged):
            self._reload()

    def _show_position(self) -> None:
        """Mark what is sung now, and schedule the next word."""
        status, speed = self._status, self._status.speed
        is_moving = status.state is PlayState.PLAYING
        passed_s = (self._core.clock.monotonic() - self._shown_at) * speed if is_moving else 0.0
        position_s = status.position_s + passed_s
        self._lyrics.show_position(position_s, status.length_s)
        next_s = self._lyrics.next_change_s(position_s) if is_moving else None
        self._word_timer.set((next_s - position_s) / speed if next_s is not None else None)

    # --- the song ----------------------------------------------------------------------------------------------------

    def _reload(self) -> None:
        self._load(self._status.entry)

    @work(group="now-playing", exclusive=True)
    async def _load(self, entry: QueueEntry | None) -> None:
        """Read the song and its lyrics, and request the times of its words if that is free and known to work."""
        shown = await self._read(entry)
        self._show_song(entry, shown, await _sheet_of(entry, shown))
        if entry is None or shown is None or not self._may_ask_for_times(entry, shown):
            return
        self._asked.add(entry.clip_id)
        try:
            await self._core.services.extras.timing(entry.task_id, entry.clip_id)
        except SunotuiError:
            # The user did not request them: the key that does so reports errors.
            return
        shown = await self._read(entry)
        self._show_song(entry, shown, await _sheet_of(entry, shown))

    async def _read(self, entry: QueueEntry | None) -> TaskDetail | None:
        if entry is None:
            return None
        try:
            return await self._core.reader.detail(entry.task_id)
        except SunotuiError as error:
            self.app.notify_error(error)
            return None

    def _show_song(self, entry: QueueEntry | None, shown: TaskDetail | None, sheet: LyricSheet) -> None:
        if not self.is_mounted or _take_of(entry) != _take_of(self._status.entry):
            return
        detail = ClipDetail(shown, _number_of(entry, shown)) if entry is not None and shown is not None else None
        self._about.show(entry, detail)
        self._show_cover(detail)
        self._sheet = sheet
        self._show_note()
        self._lyrics.show_sheet(sheet, "No lyrics." if entry is not None else "")
        self._show_position()
        self.query_one(Footer).update_keys()

    def _show_note(self) -> None:
        """Show how the lyrics scroll, if they do: not while the length of a stream is unknown."""
        scrolls = bool(self._sheet.lines) and not self._sheet.has_times and bool(self._status.length_s)
        self._strip.note = _APPROXIMATE if scrolls else ""

    def _show_cover(self, detail: ClipDetail | None) -> None:
        """Show the cover of the take, if it has one that can be fetched."""
        source = detail.cover if detail is not None else None
        self._detail = detail
        self._art.set_class(not self.app.cover_art.is_shown(source), "-none")
        self._art.show(source)

    def on_cover_failed(self) -> None:
        """Use the space of a cover that cannot be fetched for the text."""
        self._show_cover(self._detail)

    def _may_ask_for_times(self, entry: QueueEntry, shown: TaskDetail) -> bool:
        """Whether the gateway is known to provide them, which is free, and has not been asked."""
        clip = next((clip for clip in shown.task.clips if clip.id == entry.clip_id), None)
        return clip is not None and clip.id not in self._asked and may_ask_for_times(self._core, shown, clip)


def may_ask_for_times(core: Core, shown: TaskDetail, clip: Clip) -> bool:
    """Whether the times of a take's words are missing, and its gateway is known to provide them, which is free."""
    if clip.id in shown.timings or not clip.is_whole or not clip.lyrics.strip():
        return False
    return core.services.capabilities.known(shown.task.profile).support(Feature.TIMING) is Support.OFFERED


def _take_of(entry: QueueEntry | None) -> tuple[str, str] | None:
    return (entry.task_id, entry.clip_id) if entry is not None else None


def _number_of(entry: QueueEntry | None, shown: TaskDetail | None) -> int:
    """The number of the take among those that the library has now."""
    clips = [clip.id for clip in shown.task.clips] if shown is not None else []
    return clips.index(entry.clip_id) + 1 if entry is not None and entry.clip_id in clips else 0


async def _sheet_of(entry: QueueEntry | None, shown: TaskDetail | None) -> LyricSheet:
    clip = shown.task.take(_number_of(entry, shown)) if shown is not None else None
    if clip is None or shown is None:
        return LyricSheet()
    # Matching words of lyrics that were changed after they were timed may take a while.
    return await asyncio.to_thread(lyric_sheet, clip.lyrics, shown.timings.get(clip.id))

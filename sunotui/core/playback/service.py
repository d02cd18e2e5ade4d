"""Playback: plays takes of the library by a queue."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sunotui.core.context import Context
from sunotui.core.events import Event, LibraryChanged, PlaybackChanged, TasksChanged
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.playback.kept_playback import KeptPlayback, kept_values
from sunotui.core.playback.leveling import Leveling
from sunotui.core.playback.player import (
    MediaKey,
    Player,
    PlayerDied,
    PlayerEnded,
    PlayerEvent,
    PlayerListener,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
)
from sunotui.core.playback.take_source import TakeReader
from sunotui.core.playback.track import Track, TrackOpener
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import MediaError, SunotuiError
from sunotui.domain.play_queue import PlayQueue
from sunotui.domain.playback import (
    SPEED_MAX,
    SPEED_MIN,
    VOLUME_MAX,
    PlaybackStatus,
    PlayState,
    QueueEntry,
    RepeatMode,
    clock_text,
)

RESTART_TAKE_S = 3.0
"""After so many seconds of a take, the key for the one before it goes to its start."""
PRELOAD_S = 30.0
"""How long before the end of a take the next one is fetched, in seconds."""
CUT_S = 2.0
"""A file that is shorter than the gateway said by more than this was cut off, in seconds."""
STARVED_LIMIT_S = 30.0
"""How long playback waits for more audio, or for an output that was lost, in seconds."""
_KEEP_EVERY_S = 30.0
_DECK = 0


class PlaybackService:
    """Plays takes. Methods that are not coroutines return at once and show what was asked for; what becomes of it is
    published as PlaybackChanged. Nothing raises because of sound: `status.problem` says why there is none.
    """

    def __init__(
        self,
        ctx: Context,
        takes: TakeReader,
        annotations: AnnotationService,
        *,
        opener: TrackOpener,
        leveling: Leveling,
        kept: KeptPlayback,
        make_player: Callable[[PlayerListener], Player],
    ) -> None:
        """`make_player` makes the player when something is played for the first time."""
        self._ctx = ctx
        self._takes = takes
        self._annotations = annotations
        self._opener = opener
        self._leveling = leveling
        self._kept = kept
        kept.follow(self._values)
        self._make_player = make_player
        self._player: Player | None = None
        self._queue = PlayQueue()
        self._status = PlaybackStatus()
        self._track: Track | None = None
        self._next: Track | None = None
        """The take that the player goes on with by itself."""
        self._wants_play = False
        self._failures = 0
        """How many takes in a row could not be played."""
        self._gone: set[TakeRef] = set()
        """The current take, if it was deleted: it leaves the queue when it has ended."""
        self._patience: asyncio.TimerHandle | None = None
        self._kept_position_s = 0.0
        self._restoring: asyncio.Lock = asyncio.Lock()
        self._is_restored = False
        self._is_closed = False

    @property
    def status(self) -> PlaybackStatus:
        """What plays now."""
        return self._status

    async def restore(self) -> None:
        """Read what was kept at the last exit, if that has not been done: the queue, paused at its position, and the
        volume. Raises LibraryError."""
        async with self._restoring:
            if self._is_restored:
                return
            state = await self._kept.load()
            entries = await self._ctx.storage.run(self._takes.entries, state.takes)
            self._is_restored = True
        if None in entries:
            # What was deleted meanwhile leaves the rest in order, but not as it was before it was shuffled.
            state = replace(state, unshuffled=())
        index = sum(entry is not None for entry in entries[: state.index])
        is_there = state.index < len(entries) and entries[state.index] is not None
        present = [entry for entry in entries if entry is not None]
        self._queue = PlayQueue.of(present, index, repeat=state.repeat, unshuffled=state.unshuffled)
        self._status = replace(self._status, volume=state.volume, is_muted=state.is_muted, speed=state.speed)
        if self._queue.current is not None:
            self._track = Track(self._queue.current, state.position_s if is_there else 0.0)
            self._show(state=PlayState.PAUSED, position_s=self._track.position_s, length_s=self._track.length_s)
        else:
            self._show()

    # --- the current take --------------------------------------------------------------------------------------------

    async def play(self, takes: Sequence[TakeRef], start: int = 0) -> None:
        """Replace the queue by these takes and play the one at index `start`. Takes that the library does not have are
        left out. Raises LibraryError."""
        await self.restore()
        found = await self._ctx.storage.run(self._takes.entries, takes)
        index = sum(entry is not None for entry in found[:start])
        queue = PlayQueue.of((entry for entry in found if entry is not None), index, repeat=self._queue.repeat)
        if queue.current is None:
            self._show(problem="There is nothing to play here")
            return
        self._queue = queue.shuffled(self._ctx.rng) if self._queue.is_shuffled else queue
        self._begin(is_chosen=True)

    def toggle(self) -> None:
        """Pause, or go on."""
        if self._status.state.is_active:
            self.pause()
        else:
            self.resume()

    def pause(self) -> None:
        """Pause."""
        if self._track is None or not self._status.state.is_active:
            return
        self._wants_play = False
        self._end_patience()
        if self._track.is_loaded and self._player is not None:
            self._player.pause()
        self._show(state=PlayState.PAUSED)
        self._keep()

    def resume(self) -> None:
        """Play the current take, or go on."""
        track = self._track
        if track is None:
            return
        self._wants_play = True
        self._failures = 0
        track.is_chosen = True
        self._show(state=PlayState.PLAYING if track.is_loaded else PlayState.LOADING, problem="")
        if track.is_loaded and self._player is not None:
            self._player.play()
        elif track.media is not None:
            self._load(track)
        else:
            self._open(track)

    def stop(self) -> None:
        """Stop, and go to the start of the take."""
        if self._queue.current is None:
            return
        self._wants_play = False
        self._unload()
        self._track = Track(self._queue.current)
        self._show(state=PlayState.STOPPED, position_s=0.0, is_live=False)
        self._keep()

    def seek_to(self, position_s: float) -> None:
        """Go to a position in the take."""
        track = self._track
        if track is None:
            return
        track.position_s = min(max(position_s, 0.0), self._status.length_s or max(position_s, 0.0))
        if track.is_loaded and self._player is not None:
            self._player.seek(track.position_s)
        self._show(position_s=track.position_s)
        self._keep()

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back."""
        self.seek_to(self._status.position_s + seconds)

    def change_volume(self, step: int) -> None:
        """Change the volume by `step`, within 0 to 100; sound that was muted is heard again."""
        self._show(volume=min(max(self._status.volume + step, 0), VOLUME_MAX), is_muted=False)
        self._send_volume()

    def toggle_mute(self) -> None:
        """Mute, or unmute."""
        self._show(is_muted=not self._status.is_muted)
        self._send_volume()

    def _send_volume(self) -> None:
        if self._player is not None:
            self._player.set_volume(0 if self._status.is_muted else self._status.volume)
        self._keep()

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2."""
        self._show(speed=min(max(round(speed, 2), SPEED_MIN), SPEED_MAX))
        if self._player is not None:
            self._player.set_speed(self._status.speed)
        self._keep()

    # --- the queue ---------------------------------------------------------------------------------------------------

    def next(self) -> None:
        """Go to the next take of the queue."""
        index = self._queue.following
        if index is not None:
            self._go(index, is_chosen=True)
        elif self._queue.current is not None:
            self._show(problem="This is the last take of the queue")

    def previous(self) -> None:
        """Go to the start of the take or, within its first 3 seconds, to the take before it."""
        index = self._queue.preceding
        if index is None or self._status.position_s > RESTART_TAKE_S:
            self.seek_to(0.0)
        else:
            self._go(index, is_chosen=True)

    def jump(self, index: int) -> None:
        """Play the take at `index` of the queue."""
        if 0 <= index < len(self._queue.entries):
            self._go(index, is_chosen=True)

    async def add_next(self, takes: Sequence[TakeRef]) -> int:
        """Put takes into the queue after the current one; returns how many were added. Raises LibraryError."""
        return await self._add(takes, is_next=True)

    async def add_last(self, takes: Sequence[TakeRef]) -> int:
        """Put takes at the end of the queue; returns how many were added. Raises LibraryError."""
        return await self._add(takes, is_next=False)

    async def _add(self, takes: Sequence[TakeRef], *, is_next: bool) -> int:
        await self.restore()
        found = await self._ctx.storage.run(self._takes.entries, takes)
        before = self._queue
        self._change_queue(before.added((entry for entry in found if entry is not None), is_next=is_next))
        if before.current is None and self._queue.current is not None:
            self._track = Track(self._queue.current)
            self._show(state=PlayState.STOPPED, position_s=0.0, length_s=self._track.length_s)
        return len(self._queue.entries) - len(before.entries)

    def move(self, index: int, step: int) -> int:
        """Move the take at `index` of the queue by `step` positions, at most to the end; returns its new index."""
        self._change_queue(self._queue.moved(index, step))
        return self._queue.place_after_move(index, step)

    def remove(self, index: int) -> None:
        """Remove a take from the queue; if it is the current one, the next one follows."""
        if not 0 <= index < len(self._queue.entries):
            return
        if index != self._queue.index:
            self._change_queue(self._queue.removed(index))
            return
        is_last = index == len(self._queue.entries) - 1
        self._queue = self._queue.removed(index)
        self._begin(plays=self._status.state.is_active and not is_last, is_chosen=True)

    def clear(self) -> None:
        """Stop, and empty the queue."""
        self._wants_play = False
        self._queue = PlayQueue(repeat=self._queue.repeat)
        self._unload()
        self._track = None
        self._show(state=PlayState.STOPPED, position_s=0.0, length_s=None, is_live=False, problem="")
        self._keep()

    def set_repeat(self, mode: RepeatMode) -> None:
        """Set what follows at the end of a take or of the queue."""
        self._change_queue(self._queue.repeating(mode))

    def toggle_shuffle(self) -> None:
        """Play what follows in a random order, or in the order before it was shuffled."""
        queue = self._queue
        self._change_queue(queue.unshuffled() if queue.is_shuffled else queue.shuffled(self._ctx.rng))

    def _change_queue(self, queue: PlayQueue) -> None:
        """Change the queue around the current take, which plays on."""
        self._queue = queue
        self._show()
        self._keep()
        following = self._after_end()
        if self._next is not None and following != self._next.entry:
            self._forget_next()
            self._prepare_next()

    # --- without a player --------------------------------------------------------------------------------------------

    async def hand_over(self, take: TakeRef) -> str:
        """A command line that plays a take with another program, "mpv URL". Raises MediaError, which says why a take
        has no usable link, NotFound and LibraryError."""
        source = await self._ctx.storage.run(self._takes.source, take)
        return f"mpv {shlex.quote(source.audio.url)}"

    async def close(self) -> None:
        """Write what is kept, and end the player."""
        self._is_closed = True
        self._end_patience()
        for track in (self._track, self._next):
            if track is not None:
                track.close()
        if self._player is not None:
            await self._player.close()
        await self._opener.close()
        if self._is_restored:
            await self._kept.write()

    # --- going from take to take -------------------------------------------------------------------------------------

    def _go(self, index: int, *, is_chosen: bool) -> None:
        self._queue = self._without_gone(self._queue.at(index))
        self._begin(is_chosen=is_chosen)

    def _without_gone(self, queue: PlayQueue) -> PlayQueue:
        """The queue without a deleted take that has ended."""
        gone, self._gone = self._gone, set()
        return queue.kept(lambda place, entry: place == queue.index or entry.ref not in gone) if gone else queue

    def _begin(self, *, plays: bool = True, is_chosen: bool = False) -> None:
        """Play the current take of the queue from its start, or only show it."""
        entry = self._queue.current
        if entry is None:
            self.clear()
            return
        self._unload()
        self._wants_play = plays
        self._track = Track(entry, is_chosen=is_chosen)
        if is_chosen:
            self._failures = 0
        problem = "" if is_chosen else self._status.problem
        state = PlayState.LOADING if plays else PlayState.STOPPED
        self._show(state=state, position_s=0.0, length_s=self._track.length_s, is_live=False, problem=problem)
        self._keep()
        if plays:
            self._open(self._track)

    def _unload(self) -> None:
        """Give up the current take and the one that follows."""
        self._end_patience()
        self._forget_next(is_told=False)
        if self._track is not None:
            was_loaded = self._track.is_loaded
            self._track.close()
            if was_loaded and self._player is not None:
                self._player.stop()

    def _open(self, track: Track) -> None:
        self._ctx.background.start("open a take", self._open_and_load, track)

    async def _open_and_load(self, track: Track) -> None:
        track.owns(asyncio.current_task())
        try:
            await self._opener.open(track)
            track.gain_db = await self._leveling.gain(track.entry.clip_id)
        except SunotuiError as error:
            if track is self._track:
                self._fail(_sentence(error))
            return
        if track is self._track:
            self._load(track)
            await self._follow_download(track)
        else:
            track.close()

    def _load(self, track: Track) -> None:
        """Give a track to the player."""
        if track.media is None or self._is_closed:
            return
        if self._player is None:
            self._player = self._make_player(self._on_player_event)
        player = self._player
        player.start()
        player.set_volume(0 if self._status.is_muted else self._status.volume)
        player.set_speed(self._status.speed)
        track.is_loaded = True
        track.is_complete = track.media.is_complete
        track.reported_at = self._ctx.clock.monotonic()
        player.load(
            _DECK,
            track.media.path,
            position_s=track.position_s,
            is_growing=not track.is_complete,
            gain_db=track.gain_db,
            plays=self._wants_play,
        )
        self._describe(track)
        self._show(is_live=track.is_live, length_s=track.length_s)

    async def _follow_download(self, track: Track) -> None:
        """Wait for the rest of the file that plays."""
        if track.media is None or self._player is None:
            return
        try:
            await track.media.wait_complete()
        except MediaError as error:
            # What has arrived is played to its end.
            track.cut = _sentence(error)
        if track is self._track:
            self._complete(track)
            if not track.is_live and not track.cut and track.media is not None:
                await self._leveling.measure(self._player, track.entry.clip_id, track.media.path)

    def _complete(self, track: Track) -> None:
        track.is_complete = True
        if self._player is not None and track.is_loaded:
            self._player.complete(_DECK)

    def _describe(self, track: Track) -> None:
        if self._player is not None:
            artist = track.source.artist if track.source is not None else ""
            self._player.describe(title=track.entry.title, artist=artist, length_s=track.length_s)

    def _fail(self, sentence: str) -> None:
        """The current take cannot be played. One that followed another is skipped, unless that failed, too."""
        track = self._track
        self._failures += 1
        index = self._queue.following
        if track is not None and not track.is_chosen and index is not None and self._failures < 2 and self._wants_play:
            self._show(problem=f"“{track.entry.title}” was skipped: {sentence}")
            self._go(index, is_chosen=False)
            return
        self._wants_play = False
        self._unload()
        self._show(state=PlayState.STOPPED, problem=sentence)
        self._keep()

    # --- the take that follows ---------------------------------------------------------------------------------------

    def _after_end(self) -> QueueEntry | None:
        index = self._queue.after_end
        return None if index is None else self._queue.entries[index]

    def _prepare_next(self) -> None:
        """Fetch the next take, so that it follows without a gap, when the current one is near its end."""
        track, entry = self._track, self._after_end()
        if track is None or entry is None or self._next is not None or not track.is_loaded or not track.is_complete:
            return
        if track.is_live or track.length_s is None or track.length_s - self._status.position_s > PRELOAD_S:
            return
        self._next = Track(entry)
        self._ctx.background.start("prepare the next take", self._open_next, self._next)

    async def _open_next(self, track: Track) -> None:
        track.owns(asyncio.current_task())
        try:
            await self._opener.open(track)
            if track.is_live or track.media is None:
                # It changes while it is played; it is opened when its time has come.
                track.close()
                return
            await track.media.wait_complete()
            if self._player is not None:
                await self._leveling.measure(self._player, track.entry.clip_id, track.media.path)
            track.gain_db = await self._leveling.gain(track.entry.clip_id)
        except SunotuiError:
            # Said when its time has come, if it is so still.
            track.close()
            return
        if track is self._next and self._player is not None and self._track is not None and self._track.is_loaded:
            track.is_complete = True
            track.is_loaded = True
            self._player.set_next(track.media.path, gain_db=track.gain_db)

    def _forget_next(self, *, is_told: bool = True) -> None:
        track, self._next = self._next, None
        if track is not None:
            if is_told and track.is_loaded and self._player is not None:
                self._player.set_next(None)
            track.close()

    # --- events of the player ----------------------------------------------------------------------------------------

    def _on_player_event(self, event: PlayerEvent) -> None:
        if self._is_closed:
            return
        if isinstance(event, PlayerPosition):
            self._on_position(event)
        elif isinstance(event, PlayerState):
            self._on_state(event)
        elif isinstance(event, PlayerStarved):
            self._on_starved(event)
        elif isinstance(event, PlayerEnded):
            self._on_ended(event)
        elif isinstance(event, PlayerReady):
            self._show(backend=event.backend, output=event.output)
            if event.message:
                self._lose_output(event.message)
        elif isinstance(event, PlayerOutput):
            self._on_output(event)
        elif isinstance(event, PlayerDied):
            self._on_died(event)
        else:
            self._on_media_key(event)

    def _on_position(self, event: PlayerPosition) -> None:
        track = self._track
        if track is None or not track.is_loaded:
            return
        self._count(track, event.heard_s)
        track.position_s = event.position_s
        self._show(position_s=event.position_s)
        if abs(event.position_s - self._kept_position_s) > _KEEP_EVERY_S:
            self._keep()
        self._prepare_next()

    def _count(self, track: Track, heard_s: float) -> None:
        """Count a take as played when enough of it was heard."""
        now = self._ctx.clock.monotonic()
        # A report may be late, and the next one early.
        track.tracker.report(heard_s, (now - track.reported_at + 1.0) * self._status.speed)
        track.reported_at = now
        if track.tracker.is_played and not track.is_counted:
            track.is_counted = True
            self._ctx.background.start_brief("count a play", self._annotations.count_play, track.entry.ref)

    def _on_state(self, event: PlayerState) -> None:
        # One that contradicts what was asked for last was on its way before that.
        if self._track is None or not self._track.is_loaded or event.is_playing is not self._wants_play:
            return
        if event.is_playing and self._status.state is not PlayState.WAITING:
            self._failures = 0
            self._show(state=PlayState.PLAYING)

    def _on_starved(self, event: PlayerStarved) -> None:
        if not self._wants_play:
            return
        if event.is_starved:
            self._show(state=PlayState.WAITING)
            self._be_patient(lambda: f"No more audio has come since {clock_text(self._status.position_s)}")
        else:
            self._end_patience()
            self._show(state=PlayState.PLAYING)

    def _on_output(self, event: PlayerOutput) -> None:
        if event.is_lost:
            self._lose_output(event.message or "The sound output was lost")
        else:
            self._end_patience()
            self._show(state=PlayState.PLAYING if self._wants_play else self._status.state, problem="")

    def _lose_output(self, message: str) -> None:
        self._show(problem=message)
        if self._wants_play:
            # The player tries it again.
            self._show(state=PlayState.WAITING)
            self._be_patient(lambda: message)

    def _be_patient(self, sentence: Callable[[], str]) -> None:
        """Wait for the player to go on; after a while, pause and say why."""

        def give_up() -> None:
            self.pause()
            self._show(problem=sentence())

        self._end_patience()
        self._patience = asyncio.get_running_loop().call_later(STARVED_LIMIT_S, give_up)

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _on_died(self, event: PlayerDied) -> None:
        self._forget_next(is_told=False)
        self._end_patience()
        track = self._track
        self._wants_play = False
        if track is not None and track.is_loaded:
            track.is_loaded = False
            self._show(state=PlayState.PAUSED)
            if event.is_restarted:
                self._load(track)
        elif self._status.state.is_active:
            self._show(state=PlayState.PAUSED)
        self._show(problem=event.message)

    def _on_media_key(self, event: MediaKey) -> None:
        actions: dict[str, Callable[[], None]] = {
            "play": self.resume if not self._status.state.is_active else lambda: None,
            "pause": self.pause,
            "toggle": self.toggle,
            "stop": self.stop,
            "next": self.next,
            "previous": self.previous,
            "seek": partial(self.seek_to, event.value),
            "seek_by": partial(self.seek_by, event.value),
            "volume": partial(self.change_volume, round(event.value) - self._status.volume),
        }
        action = actions.get(event.key)
        if action is not None:
            action()

    # --- the end of a take -------------------------------------------------------------------------------------------

    def _on_ended(self, event: PlayerEnded) -> None:
        track = self._track
        if track is None or not track.is_loaded:
            return
        self._end_patience()
        self._count(track, event.heard_s)
        if event.error:
            self._fail(event.error)
            return
        if track.is_live:
            self._wait_for_final(track, event.decoded_s)
            return
        problem = self._cut_sentence(track, event.decoded_s)
        if problem and track.media is not None:
            track.media.discard()
        self._show(problem=problem)
        following = self._next
        if event.has_next and following is not None and self._queue.after_end is not None:
            self._follow(following, self._queue.after_end)
        elif self._queue.after_end is not None:
            self._go(self._queue.after_end, is_chosen=False)
        else:
            self._end_queue()

    def _cut_sentence(self, track: Track, decoded_s: float) -> str:
        told_s = track.length_s
        if told_s is None or decoded_s >= told_s - CUT_S:
            return ""
        sentence = f"“{track.entry.title}” was cut off at {clock_text(decoded_s)}"
        return f"{sentence}: {track.cut}" if track.cut else sentence

    def _follow(self, track: Track, index: int) -> None:
        """The player went on with the next take by itself."""
        self._next = None
        if self._track is not None:
            self._track.close()
        self._track = track
        track.reported_at = self._ctx.clock.monotonic()
        self._queue = self._without_gone(self._queue.at(index))
        self._show(state=PlayState.PLAYING, position_s=0.0, length_s=track.length_s, is_live=False)
        self._describe(track)
        self._keep()

    def _end_queue(self) -> None:
        """The last take of the queue has ended."""
        problem = self._status.problem
        self._queue = self._queue.kept(lambda _, entry: entry.ref not in self._gone)
        self._gone = set()
        self._begin(plays=False)
        self._show(problem=problem)

    # --- songs that are being generated ------------------------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """Follow changes of the takes in the queue."""
        if isinstance(event, LibraryChanged):
            changed = self._queue.entries
        elif isinstance(event, TasksChanged):
            ids = set(event.ids)
            changed = tuple(entry for entry in self._queue.entries if entry.task_id in ids)
        else:
            return
        if changed and not self._is_closed:
            self._ctx.background.start("read takes of the queue", self._read_again, changed)

    async def _read_again(self, entries: Sequence[QueueEntry]) -> None:
        present = await self._ctx.storage.run(self._takes.present, entries)
        asked = {entry.ref for entry in entries}
        current = self._queue.current
        is_gone = current is not None and current.ref in asked and current.ref not in present
        if current is not None and current.ref in asked:
            self._gone = {current.ref} if is_gone else self._gone - {current.ref}
        queue = self._queue.kept(
            lambda place, one: place == self._queue.index or one.ref not in asked or one.ref in present
        )
        self._change_queue(queue.renewed(lambda one: present.get(one.ref, one)))
        track = self._track
        if track is not None and track.entry.ref in present:
            track.entry = present[track.entry.ref]
            track.tracker.length_s = track.length_s
            if track.is_live:
                await self._take_final(track)
            else:
                self._show(length_s=track.length_s)

    def _wait_for_final(self, track: Track, decoded_s: float) -> None:
        """The stream ended before the song was known to be done."""
        track.position_s = decoded_s
        track.is_loaded = False
        at = clock_text(decoded_s)
        self._show(
            state=PlayState.WAITING,
            position_s=decoded_s,
            problem=f"The stream ended at {at}; it goes on there when the song is done",
        )
        self._ctx.background.start("read the finished take", self._take_final, track)

    async def _take_final(self, track: Track) -> None:
        """Go on in the file of a song that is done, at the same position."""
        source = await self._opener.final(track.entry.ref)
        if source is None or track is not self._track or not track.is_live:
            return
        track.owns(asyncio.current_task())
        try:
            media = await self._opener.fetch(source)
        except MediaError:
            # The stream is played on; what is missing is said at its end.
            return
        if track is not self._track or not track.is_live or self._player is None:
            media.close()
            return
        stream, track.media = track.media, media
        track.source, track.is_complete, track.cut = source, True, ""
        track.tracker.length_s = track.length_s
        if track.is_loaded:
            self._player.swap(_DECK, media.path)
            self._show(is_live=False, length_s=track.length_s)
        elif track.length_s is not None and track.position_s >= track.length_s - CUT_S:
            self._show(is_live=False, length_s=track.length_s, problem="")
            track.is_loaded = True
            self._on_ended(PlayerEnded(track.length_s, track.tracker.heard_s))
        else:
            self._load(track)
            self._show(state=PlayState.LOADING if self._wants_play else PlayState.PAUSED, problem="")
        if stream is not None:
            stream.close()

    # --- status ------------------------------------------------------------------------------------------------------

    def _show(self, **changes: Any) -> None:
        status = replace(
            self._status,
            **changes,
            entry=self._queue.current,
            index=self._queue.index,
            queue=self._queue.entries,
            repeat=self._queue.repeat,
            is_shuffled=self._queue.is_shuffled,
        )
        if status != self._status:
            self._status = status
            self._ctx.events.publish(PlaybackChanged(status))

    def _keep(self) -> None:
        self._kept_position_s = self._status.position_s
        if self._is_restored:
            self._kept.changed()

    def _values(self) -> dict[str, Any]:
        return kept_values(self._status, self._queue)


def _sentence(error: SunotuiError) -> str:
    return error.what

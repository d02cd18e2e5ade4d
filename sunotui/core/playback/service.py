"""Playback: plays takes of the library by a queue."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sunotui.core.context import Context
from sunotui.core.events import Event, PlaybackChanged, QueueReplaced
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.playback.awaited_song import AwaitedSong
from sunotui.core.playback.leveling import Leveling
from sunotui.core.playback.playback_saver import PlaybackSaver, saved_values
from sunotui.core.playback.player import MediaKey, Player, PlayerListener
from sunotui.core.playback.queue_sync import QueueSync
from sunotui.core.playback.take_source import TakeReader
from sunotui.core.playback.track import PlayableTake, TrackOpener
from sunotui.core.playback.track_player import TrackPlayer
from sunotui.domain.annotations import TakeRef
from sunotui.domain.play_queue import PlayQueue, RemovedTake
from sunotui.domain.playback import (
    SPEED_MAX,
    SPEED_MIN,
    VOLUME_MAX,
    PlaybackStatus,
    PlayState,
    QueueEntry,
    RepeatMode,
)

RESTART_TAKE_S = 3.0
"""Seconds of a take after which the key for the previous take goes to the start of this one."""
KEEP_EVERY_S = 30.0
"""How many seconds of a take are played before its position is written again."""


class PlaybackService:
    """Plays takes. Methods that are not coroutines return at once and show the requested state; the outcome is
    published as PlaybackChanged. Problems with sound never raise: `status.problem` says why nothing can be heard.
    """

    def __init__(
        self,
        ctx: Context,
        takes: TakeReader,
        annotations: AnnotationService,
        *,
        opener: TrackOpener,
        leveling: Leveling,
        saver: PlaybackSaver,
        make_player: Callable[[PlayerListener], Player],
    ) -> None:
        """`make_player` makes the player when something is played for the first time."""
        self._ctx = ctx
        self._takes = takes
        self._annotations = annotations
        self._saver = saver
        self._player = TrackPlayer(ctx, self, opener=opener, leveling=leveling, make_player=make_player)
        self._sync = QueueSync(ctx, takes, saver, self)
        self._awaited = AwaitedSong(ctx, takes, self.play)
        self._waits = True
        self._queue = PlayQueue()
        self._status = PlaybackStatus()
        self._failures = 0
        """How many takes in a row could not be played."""
        self._saved_position_s = 0.0
        self._restoring = asyncio.Lock()
        self._kept_queue = self._queue
        """The queue that was last given to be written."""
        self._is_restored = False
        self._keeps = True
        self._is_adjusted = False
        """Whether the user has changed the volume or the speed."""
        self._is_closed = False
        saver.follow(self._values, self._on_merge)

    @property
    def queue(self) -> PlayQueue:
        """The takes that play one after the other."""
        return self._queue

    @property
    def status(self) -> PlaybackStatus:
        """What plays now."""
        return self._status

    async def restore(self) -> None:
        """Read what was saved at the last exit, if that has not been done: the queue, paused at its position, and the
        volume. Raises LibraryError."""
        async with self._restoring:
            if self._is_restored:
                return
            state = await self._saver.load()
            self._queue, is_same = await self._sync.restored(state)
            self._is_restored = True
        if not self._is_adjusted:
            self.show(volume=state.volume, is_muted=state.is_muted, speed=state.speed)
        if self._queue.current is not None:
            self._put_current(PlayState.PAUSED, state.position_s if is_same else 0.0)

    async def close(self) -> None:
        """Save the state, and end the player."""
        self._is_closed = True
        await self._player.close()
        if self._is_restored and self._keeps:
            await self._saver.write()

    def disable_saving(self) -> None:
        """Keep what was saved at the last exit, whatever is played from now on."""
        self._keeps = False

    def wait_for_nothing(self) -> None:
        """Treat a song without audio as one that cannot be played, even while it is being generated."""
        self._waits = False

    # --- the current take --------------------------------------------------------------------------------------------

    async def play(self, takes: Sequence[TakeRef], start: int = 0) -> None:
        """Replace the queue by these takes and play the one at index `start`. Takes that the library does not have are
        left out. Undo brings a queue of several songs back, whose loss is published as QueueReplaced. Raises
        LibraryError."""
        await self.restore()
        found = await self._ctx.storage.run(self._takes.entries, takes)
        index = sum(entry is not None for entry in found[:start])
        queue = PlayQueue.of((entry for entry in found if entry is not None), index, repeat=self._queue.repeat)
        if queue.current is None:
            self.show(problem="There is nothing to play here")
            return
        before = self._queue
        if lost := before.takes_lost_in(queue):
            self._remember("The queue was replaced", "The queue is back", before)
            self._ctx.events.publish(QueueReplaced(lost))
        self._queue = queue.shuffled(self._ctx.rng) if before.is_shuffled else queue
        self._sync.forget()
        self._begin()

    def toggle(self) -> None:
        """Pause, or resume."""
        self.forget_awaited()
        if self._status.state.is_active:
            self.pause()
        elif self._player.track is not None:
            self._player.track.is_chosen = True
            self._failures = 0
            self._player.resume()

    def pause(self) -> None:
        """Pause."""
        self.forget_awaited()
        if self._status.state.is_active:
            self._player.pause()
            self._keep()

    def stop(self) -> None:
        """Stop, and go to the start of the take."""
        self.forget_awaited()
        if self._queue.current is not None:
            self._put_current(PlayState.STOPPED, problem="")
            self._keep()

    def seek_to(self, position_s: float) -> None:
        """Go to a position in the take."""
        if self._player.track is not None:
            self._player.seek(position_s)
            self._keep()

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back."""
        self.seek_to(self._player.position_s + seconds)

    def change_volume(self, step: int) -> None:
        """Change the volume by `step`, within 0 to 100; sound that was muted is heard again."""
        self._adjust(volume=min(max(self._status.volume + step, 0), VOLUME_MAX), is_muted=False)

    def toggle_mute(self) -> None:
        """Mute, or unmute."""
        self._adjust(is_muted=not self._status.is_muted)

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2."""
        self._adjust(speed=min(max(round(speed, 2), SPEED_MIN), SPEED_MAX))

    def _adjust(self, **changes: Any) -> None:
        self._is_adjusted = True
        self.show(**changes)
        self._player.send_sound()
        self._keep()

    # --- songs without takes -----------------------------------------------------------------------------------------

    @property
    def awaited(self) -> str:
        """The id of the song that plays as soon as there is something to hear; empty if no song is awaited."""
        return self._awaited.row

    def play_when_ready(self, row: str) -> None:
        """Play a song that has no takes yet as soon as there is something to hear, unless something else is chosen
        before. `row` is the id of the song, or of the row of a submission that becomes one."""
        self._awaited.wait_for(row)

    def forget_awaited(self) -> None:
        """Cancel waiting for a song that has no audio yet."""
        self._awaited.forget()

    # --- the queue ---------------------------------------------------------------------------------------------------

    def next(self) -> bool:
        """Go to the next take of the queue; returns whether there is one."""
        index = self._sync.following(self._queue)
        if index is None:
            return False
        self._go(index)
        return True

    def previous(self) -> None:
        """Go to the start of the take or, within its first 3 seconds, to the previous take."""
        index = self._sync.preceding(self._queue)
        if index is None or self._status.position_s > RESTART_TAKE_S:
            self.seek_to(0.0)
        else:
            self._go(index)

    def jump(self, index: int) -> None:
        """Play the take at `index` of the queue."""
        if 0 <= index < len(self._queue.entries):
            self._go(index)

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
        self.change_queue(before.added((entry for entry in found if entry is not None), is_next=is_next))
        return len(self._queue.entries) - len(before.entries)

    def move(self, index: int, step: int) -> int:
        """Move the take at `index` of the queue by `step` positions, at most to the end; returns its new index."""
        self.change_queue(self._queue.moved(index, step))
        return self._queue.place_after_move(index, step)

    def remove(self, index: int) -> None:
        """Remove a take from the queue, which can be undone; if it is the current one, the next one follows."""
        before = self._queue
        if not 0 <= index < len(before.entries):
            return
        title, removed = before.entries[index].title or "The take", before.missing_from(before.removed(index))
        self._remember(f"{title} removed from the queue", f"{title} is in the queue again", removed)
        if index != before.index:
            self.change_queue(before.removed(index))
            return
        self._queue = before.removed(index)
        self._sync.forget_current()
        is_last = index == len(before.entries) - 1
        if self._status.state.is_active and not is_last:
            self._begin()
        else:
            self._put_current(PlayState.STOPPED)
        self._keep()

    def clear(self) -> None:
        """Stop, and empty the queue, which can be undone."""
        self.forget_awaited()
        self._sync.forget()
        before = self._queue
        if before.entries:
            self._remember("Queue emptied", "The queue is back", before)
        self._queue = PlayQueue(repeat=before.repeat)
        self._put_current(PlayState.STOPPED, problem="")
        self._keep()

    def _remember(self, sentence: str, undone: str, removed: PlayQueue | Sequence[RemovedTake]) -> None:
        """Let the next undo bring takes back into the queue."""
        position_s = self._status.position_s

        def restore() -> None:
            if self._is_closed:
                return
            if not isinstance(removed, PlayQueue):
                self.return_takes(removed)
            elif self._queue.current is not None:
                # Something else was added since then, and keeps playing.
                self.change_queue(removed.joined_by(self._queue))
            else:
                self._queue = removed
                self._put_current(PlayState.PAUSED, position_s)
                self._keep()

        self._ctx.background.start_brief("remember", self._annotations.remember, sentence, undone, restore)

    def return_takes(self, removed: Sequence[RemovedTake]) -> None:
        """Return takes that left the queue to their positions, without playing them."""
        was_empty = self._queue.current is None
        self.change_queue(self._queue.returned(removed))
        if was_empty:
            self._put_current(PlayState.STOPPED)

    def set_repeat(self, mode: RepeatMode) -> None:
        """Set what follows at the end of a take or of the queue."""
        self.change_queue(self._queue.repeating(mode))

    def toggle_shuffle(self) -> None:
        """Play what follows in a random order, or in the order before it was shuffled."""
        queue = self._queue
        self.change_queue(queue.unshuffled() if queue.is_shuffled else queue.shuffled(self._ctx.rng))

    def change_queue(self, queue: PlayQueue) -> None:
        """Change the queue around the current take, which keeps playing."""
        before, self._queue = self._queue, queue
        self.show()
        self._keep()
        self._player.check_next()
        if before.current is None and queue.current is not None:
            self._put_current(PlayState.STOPPED)

    # --- without a player --------------------------------------------------------------------------------------------

    async def hand_over(self, take: TakeRef) -> str:
        """A command line that plays a take with another program, "mpv URL". Raises MediaError, which says why a take
        has no usable link, NotFound and LibraryError."""
        source = await self._ctx.storage.run(self._takes.source, take)
        return f"mpv {shlex.quote(source.audio.url)}"

    # --- going from take to take -------------------------------------------------------------------------------------

    def _go(self, index: int, *, is_chosen: bool = True) -> None:
        self._queue = self._sync.without_gone(self._queue.at(index))
        self._begin(is_chosen=is_chosen)

    def _begin(self, *, is_chosen: bool = True) -> None:
        """Play the current take of the queue from its start; `is_chosen` says whether the user chose it."""
        problem = "" if is_chosen else self._status.problem
        self._put_current(PlayState.LOADING, problem=problem)
        if is_chosen:
            self.forget_awaited()
            self._failures = 0
        if self._player.track is not None:
            self._player.track.is_chosen = is_chosen
            self._player.resume(problem=problem)
        self._keep()

    def _put_current(self, state: PlayState, position_s: float = 0.0, *, problem: str | None = None) -> None:
        """Show the current take of the queue, without opening it; `problem` replaces what is shown, unless None."""
        entry = self._queue.current
        track = PlayableTake(entry, position_s) if entry is not None else None
        self._player.put(track)
        self.show(
            state=state if track is not None else PlayState.STOPPED,
            position_s=position_s,
            length_s=track.length_s if track is not None else None,
            is_live=False,
            problem=self._status.problem if problem is None else problem,
        )

    # --- what the tracks report --------------------------------------------------------------------------------------

    def following(self) -> QueueEntry | None:
        """The take that follows the current one."""
        index = self._sync.after_end(self._queue)
        return None if index is None else self._queue.entries[index]

    def on_position(self) -> None:
        """The position was reported."""
        self._failures = 0
        if abs(self._status.position_s - self._saved_position_s) > KEEP_EVERY_S:
            self._keep()

    def on_played(self, track: PlayableTake) -> None:
        """Enough of a take was played to count it."""
        self._ctx.background.start_brief("count a play", self._annotations.count_play, track.entry.ref)

    def on_ended(self, follower: PlayableTake | None) -> None:
        """The current take has ended; `follower` plays already."""
        index = self._sync.after_end(self._queue)
        if index is None:
            self._queue = self._sync.without_gone(self._queue, keeps_current=False)
            self._put_current(PlayState.STOPPED)
            self._keep()
        elif follower is None:
            self._go(index, is_chosen=False)
        else:
            self._queue = self._sync.without_gone(self._queue.at(index))
            self.show(state=PlayState.PLAYING, position_s=0.0, length_s=follower.length_s, is_live=False)
            self._keep()

    def on_awaited(self, sentence: str) -> None:
        """The current take is still being generated, and has no audio yet. One that followed another is skipped, unless
        it is the last."""
        track = self._player.track
        is_skipped = track is not None and not track.is_chosen and self._sync.following(self._queue) is not None
        if is_skipped or not self._waits:
            self.on_failed(sentence)
        else:
            self.show(state=PlayState.AWAITED)

    def on_failed(self, sentence: str) -> None:
        """The current take cannot be played. One that followed another is skipped, unless the previous one also
        failed."""
        track = self._player.track
        index = self._sync.following(self._queue)
        self._failures += 1
        if track is not None and not track.is_chosen and index is not None and self._failures < 2:
            self.show(problem=f"“{track.entry.title}” was skipped: {sentence}")
            self._go(index, is_chosen=False)
            return
        position_s = track.position_s if track is not None else 0.0
        self._put_current(PlayState.STOPPED, position_s, problem=sentence)
        self._keep()

    def on_media_key(self, key: MediaKey) -> None:
        """Handle a request of the desktop."""
        is_active = self._status.state.is_active
        actions: dict[str, Callable[[], object]] = {
            "play": (lambda: None) if is_active else self.toggle,
            "pause": self.pause,
            "toggle": self.toggle,
            "stop": self.stop,
            "next": self.next,
            "previous": self.previous,
            "seek": partial(self.seek_to, key.value),
            "seek_by": partial(self.seek_by, key.value),
            "volume": partial(self.change_volume, round(key.value) - self._status.volume),
        }
        action = actions.get(key.key)
        if action is not None:
            action()

    # --- what changes in the library ---------------------------------------------------------------------------------

    def on_event(self, event: Event) -> None:
        """Follow changes of the takes in the queue, and of the song that is awaited."""
        if not self._is_closed:
            self._awaited.on_event(event)
            self._sync.on_event(event, is_shared=self._is_restored and self._keeps)

    def renew(self, entry: QueueEntry) -> None:
        """The current take has changed in the library."""
        self._player.renew(entry)

    # --- status ------------------------------------------------------------------------------------------------------

    def show(self, **changes: Any) -> None:
        """Change fields of the status; those of the queue follow it."""
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
        self._saved_position_s = self._status.position_s
        if self._is_restored and self._keeps:
            before, self._kept_queue = self._kept_queue, self._queue
            self._saver.changed(is_queue=self._queue != before)

    def _on_merge(self) -> None:
        if not self._is_closed:
            self._sync.read_soon()

    def _values(self) -> dict[str, Any]:
        return saved_values(self._status, self._sync.to_save(self._queue))

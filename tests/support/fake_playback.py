"""A playback that plays nothing: it shows what was asked for, and its user moves its time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from sunotui.core.core import Core
from sunotui.core.events import PlaybackChanged
from sunotui.domain.annotations import TakeRef
from sunotui.domain.play_queue import PlayQueue
from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry, RepeatMode


async def use_fake_playback(core: Core) -> FakePlayback:
    """Replace the real playback by one that plays nothing."""
    playback = FakePlayback(core)
    await core.services.playback.close()
    core._services = replace(core.services, playback=playback)  # type: ignore[arg-type]
    return playback


class FakePlayback:
    """The methods of `PlaybackService` that screens call, without a player and without downloads."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._queue = PlayQueue()
        self.status = PlaybackStatus()
        self.calls: list[str] = []
        """What was asked for, such as "seek_by 5"."""

        self.awaited = ""

    def play_when_ready(self, row: str) -> None:
        self.awaited = row

    def forget_awaited(self) -> None:
        self.awaited = ""

    def show(self, **changes: object) -> None:
        """Publish another moment, as the player's events do."""
        queue = self._queue
        self.status = replace(
            self.status,
            entry=queue.current,
            index=queue.index,
            queue=queue.entries,
            repeat=queue.repeat,
            is_shuffled=queue.is_shuffled,
            **changes,  # type: ignore[arg-type]
        )
        self._core.events.publish(PlaybackChanged(self.status))

    async def restore(self) -> None:
        """Nothing was kept."""

    async def play(self, takes: Sequence[TakeRef], start: int = 0) -> None:
        entries = [await self._entry(take) for take in takes]
        index = sum(entry is not None for entry in entries[:start])
        self._queue = PlayQueue.of(filter(None, entries), index)
        self._begin()

    def _begin(self) -> None:
        entry = self._queue.current
        length_s = entry.length_s if entry is not None else None
        state = PlayState.PLAYING if entry is not None else PlayState.STOPPED
        self.show(state=state, position_s=0.0, length_s=length_s)

    async def _entry(self, take: TakeRef) -> QueueEntry | None:
        found = await self._core.reader.detail(take.task_id)
        if found is None or not found.task.clips:
            return None
        ids = [clip.id for clip in found.task.clips]
        number = ids.index(take.clip_id) + 1 if take.clip_id else 1
        clip = found.task.clips[number - 1]
        return QueueEntry(found.task.id, clip.id, found.task.title, number, found.task.profile, clip.duration_s)

    def toggle(self) -> None:
        self.calls.append("toggle")
        self.show(state=PlayState.PAUSED if self.status.state.is_active else PlayState.PLAYING)

    def pause(self) -> None:
        if self.status.state.is_active:
            self.show(state=PlayState.PAUSED)

    def seek_to(self, position_s: float) -> None:
        self.calls.append(f"seek_to {position_s:g}")
        self.show(position_s=position_s)

    def seek_by(self, seconds: float) -> None:
        self.calls.append(f"seek_by {seconds:g}")
        self.show(position_s=max(0.0, self.status.position_s + seconds))

    def change_volume(self, step: int) -> None:
        self.show(volume=min(100, max(0, self.status.volume + step)), is_muted=False)

    def toggle_mute(self) -> None:
        self.show(is_muted=not self.status.is_muted)

    def set_speed(self, speed: float) -> None:
        self.show(speed=speed)

    def next(self) -> bool:
        if self._queue.following is None:
            return False
        self.jump(self._queue.index + 1)
        return True

    def previous(self) -> None:
        self.jump(self._queue.index - 1)

    def jump(self, index: int) -> None:
        self._queue = self._queue.at(index)
        self._begin()

    async def add_next(self, takes: Sequence[TakeRef]) -> int:
        return await self._add(takes, is_next=True)

    async def add_last(self, takes: Sequence[TakeRef]) -> int:
        return await self._add(takes, is_next=False)

    async def _add(self, takes: Sequence[TakeRef], *, is_next: bool) -> int:
        entries = [entry for take in takes if (entry := await self._entry(take)) is not None]
        self._queue = self._queue.added(entries, is_next=is_next)
        self.show()
        return len(entries)

    def move(self, index: int, step: int) -> int:
        place = self._queue.place_after_move(index, step)
        self._queue = self._queue.moved(index, step)
        self.show()
        return place

    def remove(self, index: int) -> None:
        self._queue = self._queue.removed(index)
        self.show()

    def clear(self) -> None:
        self._queue = PlayQueue()
        self.show(state=PlayState.STOPPED)

    def set_repeat(self, mode: RepeatMode) -> None:
        self._queue = self._queue.repeating(mode)
        self.show()

    def toggle_shuffle(self) -> None:
        queue = self._queue
        self._queue = queue.unshuffled() if queue.is_shuffled else queue.shuffled(random.Random(3))
        self.show()

    async def hand_over(self, take: TakeRef) -> str:
        return f"mpv https://cdn.example.com/{take.clip_id}.mp3"

    async def close(self) -> None:
        """There is nothing to end."""

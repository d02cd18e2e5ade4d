"""Saves the queue, the position and the volume across restarts."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sunotui.core.context import Context
from sunotui.core.media.threads import finished
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import LibraryError
from sunotui.domain.play_queue import QUEUE_LIMIT, PlayQueue
from sunotui.domain.playback import SPEED_MAX, SPEED_MIN, VOLUME_MAX, PlaybackStatus, RepeatMode
from sunotui.storage.playback.playback_store import PlaybackStore

QUIET_S = 2.0
"""Seconds without a change before it is written."""
QUEUE_QUIET_S = 0.1
"""Seconds without a change before a changed queue is written: other programs read and change it, too."""
LONGEST_S = 10.0
"""Seconds after which a change is written although others follow."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SavedPlayback:
    """What was saved at the last exit."""

    takes: tuple[TakeRef, ...] = ()
    index: int = 0
    unshuffled: tuple[int, ...] = ()
    position_s: float = 0.0
    volume: int = VOLUME_MAX
    is_muted: bool = False
    speed: float = 1.0
    repeat: RepeatMode = RepeatMode.OFF


class PlaybackSaver:
    """Writes changes when nothing has changed for a while, or after 10 seconds. A change of the queue is merged with
    that of another program. If the library cannot be written, playback continues."""

    def __init__(self, ctx: Context, store: PlaybackStore) -> None:
        self._ctx = ctx
        self._store = store
        self._written = saved_values(PlaybackStatus(), PlayQueue())
        self._changed = asyncio.Event()
        self._is_writing = False
        self._is_urgent = False
        """Whether the queue has changed."""
        self._current: Callable[[], Mapping[str, Any]] = dict
        self._on_merge: Callable[[], None] = lambda: None
        self._write_lock = asyncio.Lock()

    async def load(self) -> SavedPlayback:
        """Read what was saved. Raises LibraryError."""
        self._written |= await self._ctx.storage.run(self._store.load)
        return _state_of(self._written)

    async def changed_elsewhere(self) -> SavedPlayback | None:
        """What another program has written, if that changed the queue; None otherwise, and while a change of the queue
        here is not written yet: then they are merged. Raises LibraryError."""
        stored = await self._ctx.storage.run(self._store.load)
        before = self._written["queue"]
        if stored.get("queue", []) == before or self._current().get("queue") != before:
            return None
        self._written |= stored
        return _state_of(stored)

    def follow(self, current: Callable[[], Mapping[str, Any]], on_merge: Callable[[], None]) -> None:
        """Write what `current` returns. `on_merge` is called when the queue that was written has changes of another
        program, too: `changed_elsewhere` returns it."""
        self._current, self._on_merge = current, on_merge

    def changed(self, *, is_queue: bool) -> None:
        """Schedule a write, without waiting for it: soon if the queue has changed."""
        self._is_urgent = self._is_urgent or is_queue
        self._changed.set()
        if not self._is_writing:
            self._is_writing = True
            self._ctx.background.start("write playback", self._write_when_quiet)

    async def write(self) -> None:
        """Write what is not written yet. Never raises LibraryError."""
        async with self._write_lock:
            # To its end: what was stored without this object's knowledge would look like another program's.
            await finished(asyncio.ensure_future(self._write()))

    async def _write(self) -> None:
        values = self._current()
        changes = {name: value for name, value in values.items() if self._written.get(name) != value}
        if not changes:
            return
        base = self._written["queue"]

        def merged(stored: Mapping[str, Any]) -> Mapping[str, Any]:
            theirs = stored.get("queue", [])
            return changes | _merged(values, base, theirs) if "queue" in changes and theirs != base else changes

        try:
            written = await self._ctx.storage.run(self._store.change, merged)
        except LibraryError as error:
            _log.warning("The state of playback could not be written: %s", error.code)
            return
        self._written |= changes
        if written.get("queue", values["queue"]) != values["queue"]:
            self._on_merge()

    async def _write_when_quiet(self) -> None:
        try:
            while self._changed.is_set():
                latest = self._ctx.clock.monotonic() + LONGEST_S
                is_changing = True
                while is_changing:
                    self._changed.clear()
                    left_s = latest - self._ctx.clock.monotonic()
                    quiet_s = QUEUE_QUIET_S if self._is_urgent else QUIET_S
                    is_changing = left_s > 0 and await self._ctx.clock.wait(self._changed, min(quiet_s, left_s))
                self._is_urgent = False
                await self.write()
        finally:
            self._is_writing = False


def saved_values(status: PlaybackStatus, queue: PlayQueue) -> dict[str, Any]:
    """The values to save, by name; all of them are JSON."""
    return {
        "queue": [list(entry.ref) for entry in queue.entries],
        "index": max(queue.index, 0),
        "unshuffled": list(queue.unshuffled_order),
        # The position is that of the take that plays, which may not be in the queue that is saved.
        "position_s": round(status.position_s, 1) if queue.current == status.entry else 0.0,
        "volume": status.volume,
        "is_muted": status.is_muted,
        "speed": status.speed,
        "repeat": queue.repeat.value,
    }


def _merged(values: Mapping[str, Any], base: Sequence[object], theirs: object) -> dict[str, Any]:
    """The queue of `values` with what another program has added to `base` and taken out of it since, which made
    `theirs`; what was added comes last."""
    found = [tuple(pair) for pair in theirs if _is_take(pair)] if isinstance(theirs, list) else []
    before = Counter(tuple(pair) for pair in base if isinstance(pair, list))
    removed, added = before - Counter(found), Counter(found) - before
    kept: list[int] = []
    for place, pair in reversed(list(enumerate(map(tuple, values["queue"])))):
        if removed[pair]:
            removed[pair] -= 1
        else:
            kept.append(place)
    kept.reverse()
    new: list[list[str]] = []
    for pair in reversed(found):
        if added[pair]:
            added[pair] -= 1
            new.append(list(pair))
    new.reverse()
    queue = [*(values["queue"][place] for place in kept), *new]
    places = {place: index for index, place in enumerate(kept)}
    unshuffled = [places[place] for place in values["unshuffled"] if place in places]
    return {
        "queue": queue,
        "index": min(sum(place < values["index"] for place in kept), max(len(queue) - 1, 0)),
        "unshuffled": [*unshuffled, *range(len(kept), len(queue))] if values["unshuffled"] else [],
        "position_s": values["position_s"] if values["index"] in places else 0.0,
    }


def _state_of(values: Mapping[str, Any]) -> SavedPlayback:
    """The state in stored values; invalid values are replaced by the defaults."""
    takes = values.get("queue")
    unshuffled = values.get("unshuffled")
    repeat = values.get("repeat")
    return SavedPlayback(
        takes=tuple(TakeRef(*pair) for pair in takes[:QUEUE_LIMIT] if _is_take(pair))
        if isinstance(takes, list)
        else (),
        index=int(_number(values, "index", 0, 0, QUEUE_LIMIT)),
        unshuffled=tuple(item for item in unshuffled if isinstance(item, int)) if isinstance(unshuffled, list) else (),
        position_s=_number(values, "position_s", 0.0, 0.0, 1e6),
        volume=int(_number(values, "volume", VOLUME_MAX, 0, VOLUME_MAX)),
        is_muted=values.get("is_muted") is True,
        speed=_number(values, "speed", 1.0, SPEED_MIN, SPEED_MAX),
        repeat=RepeatMode(repeat) if repeat in list(RepeatMode) else RepeatMode.OFF,
    )


def _is_take(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)


def _number(values: Mapping[str, Any], name: str, default: float, low: float, high: float) -> float:
    value = values.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return default
    return min(max(value, low), high)

"""Keeps the queue in sync with the library and with other programs that change it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from sunotui.core.context import Context
from sunotui.core.events import Event, LibraryChanged, TasksChanged
from sunotui.core.playback.playback_saver import PlaybackSaver, SavedPlayback
from sunotui.core.playback.take_source import TakeReader
from sunotui.domain.annotations import TakeRef
from sunotui.domain.play_queue import PlayQueue, RemovedTake
from sunotui.domain.playback import QueueEntry


class QueueOwner(Protocol):
    """The owner of the queue."""

    @property
    def queue(self) -> PlayQueue:
        """The queue."""

    def change_queue(self, queue: PlayQueue) -> None:
        """Change the queue around the current take, which keeps playing."""

    def return_takes(self, removed: Sequence[RemovedTake]) -> None:
        """Return takes that left the queue to their positions, without playing them."""

    def renew(self, entry: QueueEntry) -> None:
        """The current take has changed in the library."""


class QueueSync:
    """Reads takes of the queue again when they change. The current take keeps playing even if it is deleted: it leaves
    the queue when it has ended. Takes that left the queue because their song was deleted come back with the song."""

    def __init__(self, ctx: Context, takes: TakeReader, saver: PlaybackSaver, owner: QueueOwner) -> None:
        self._ctx, self._takes, self._saver, self._owner = ctx, takes, saver, owner
        self._gone: set[TakeRef] = set()
        """The current take, if it was deleted."""
        self._taken_out: set[TakeRef] = set()
        """The current take, if another program took it out of the queue."""
        self._lost: list[RemovedTake] = []
        """The takes that may come back, those that left last first."""

    async def restored(self, state: SavedPlayback) -> tuple[PlayQueue, bool]:
        """The queue that was saved, without what was deleted since, and whether its current take is still the same.
        Raises LibraryError."""
        queue, present = await self._stored(state)
        is_same = state.index < len(state.takes) and state.takes[state.index] in present
        deleted = {entry.ref for entry in queue.entries} - present.keys()
        return self._without(deleted, queue, deleted, keeps_current=False), is_same

    async def _stored(self, state: SavedPlayback) -> tuple[PlayQueue, dict[TakeRef, QueueEntry]]:
        """A saved queue with all takes that the library has, and those of them that are not in the trash."""
        found = await self._ctx.storage.run(self._takes.entries, state.takes)
        present = await self._ctx.storage.run(self._takes.present, state.takes)
        entries = [entry for entry in found if entry is not None]
        queue = PlayQueue.of(
            entries,
            sum(entry is not None for entry in found[: state.index]),
            repeat=state.repeat,
            # Its indexes mean nothing after something has left the library.
            unshuffled=state.unshuffled if len(entries) == len(found) else (),
        )
        return queue, present

    def to_save(self, queue: PlayQueue) -> PlayQueue:
        """The queue to save: with the takes that may come back, so that they do after a restart and in other programs,
        and without the current take if another program took it out."""
        saved = queue.returned(self._lost)
        return saved.kept(lambda place, entry: place != saved.index or entry.ref not in self._taken_out)

    def forget(self) -> None:
        """Start with another queue: nothing leaves it or comes back."""
        self._gone, self._taken_out, self._lost = set(), set(), []

    def forget_current(self) -> None:
        """The user removed the current take from the queue."""
        self._gone, self._taken_out = set(), set()

    # --- what follows ------------------------------------------------------------------------------------------------

    def after_end(self, queue: PlayQueue) -> int | None:
        """The index of the take that follows when the current one has ended; None if nothing follows. One that leaves
        the queue then is not repeated."""
        return self._other(queue, queue.following if self._leaves(queue) else queue.after_end)

    def following(self, queue: PlayQueue) -> int | None:
        """The index of the take that follows when the user asks for the next one; None if nothing follows."""
        return self._other(queue, queue.following)

    def preceding(self, queue: PlayQueue) -> int | None:
        """The index of the take before the current one; None if it is the first."""
        return self._other(queue, queue.preceding)

    def _other(self, queue: PlayQueue, index: int | None) -> int | None:
        """An index, unless it is that of the current take and that leaves the queue."""
        return None if index == queue.index and self._leaves(queue) else index

    def _leaves(self, queue: PlayQueue) -> bool:
        """Whether the current take leaves the queue as soon as another one is current."""
        return queue.current is not None and queue.current.ref in self._gone | self._taken_out

    def without_gone(self, queue: PlayQueue, *, keeps_current: bool = True) -> PlayQueue:
        """The queue without a take that leaves it, unless that is the current one: that leaves later."""
        gone = self._gone | self._taken_out
        if not gone:
            return queue
        kept = self._without(gone, queue, self._gone, keeps_current=keeps_current)
        current = {kept.current.ref} if kept.current is not None else set()
        self._gone, self._taken_out = self._gone & current, self._taken_out & current
        return kept

    def _without(
        self, refs: Collection[TakeRef], queue: PlayQueue, deleted: Collection[TakeRef], *, keeps_current: bool = True
    ) -> PlayQueue:
        """The queue without takes; those of them that were `deleted` may come back."""
        kept = queue.kept(lambda place, entry: (keeps_current and place == queue.index) or entry.ref not in refs)
        self._lost[:0] = [take for take in queue.missing_from(kept) if take.entry.ref in deleted]
        return kept

    def on_event(self, event: Event, *, is_shared: bool) -> None:
        """Read what has changed; `is_shared` says whether other programs may have changed the queue."""
        entries = (*self._owner.queue.entries, *(lost.entry for lost in self._lost))
        if isinstance(event, LibraryChanged):
            if is_shared:
                self.read_soon()
        elif isinstance(event, TasksChanged):
            ids = set(event.ids)
            entries = tuple(entry for entry in entries if entry.task_id in ids)
        else:
            return
        if entries:
            self._ctx.background.start("read takes of the queue", self._read_takes, entries)

    def read_soon(self) -> None:
        """Read the queue that another program has written, without waiting for it."""
        self._ctx.background.start("read the queue", self._read_queue)

    async def _read_takes(self, entries: Sequence[QueueEntry]) -> None:
        present = await self._ctx.storage.run(self._takes.present, [entry.ref for entry in entries])
        lost = {entry.ref for entry in entries} - present.keys()
        if back := [one for one in self._lost if one.entry.ref in present]:
            self._lost = [one for one in self._lost if one.entry.ref not in present]
            self._owner.return_takes(back)
        queue = self._owner.queue
        current = queue.current
        self._gone = {current.ref} if current is not None and current.ref in lost else self._gone - present.keys()
        kept = self._without(lost, queue, lost)
        self._owner.change_queue(kept.renewed(lambda entry: present.get(entry.ref, entry)))
        if current is not None and current.ref in present:
            self._owner.renew(present[current.ref])

    async def _read_queue(self) -> None:
        """Take over the queue that another program has written. The current take keeps playing, and leaves the queue
        afterwards if the new one does not contain it."""
        state = await self._saver.changed_elsewhere()
        if state is None:
            return
        stored, present = await self._stored(state)
        entries = list(stored.entries)
        refs = [entry.ref for entry in entries]
        deleted = set(refs) - present.keys()
        queue = self._owner.queue
        current = queue.current
        # Takes that may come back are in the new queue, unless another program emptied or replaced it.
        self._taken_out, self._lost = set(), []
        if current is not None and current.ref in refs:
            stored = stored.at(refs.index(current.ref))
            self._gone |= {current.ref} & deleted
        elif current is not None:
            index = min(queue.index, len(entries))
            entries.insert(index, current)
            stored = PlayQueue.of(entries, index)
            self._taken_out = {current.ref}
        kept = self._without(deleted, stored, deleted, keeps_current=current is not None)
        self._owner.change_queue(kept.repeating(queue.repeat))

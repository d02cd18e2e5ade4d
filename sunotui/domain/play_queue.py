"""The play queue: takes in the order in which they are played, with shuffle and repeat."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sunotui.domain.playback import QueueEntry, RepeatMode
from sunotui.named_tuple import NamedTuple

QUEUE_LIMIT = 10_000
"""The maximum number of takes in a queue; more are not added."""


class _Slot(NamedTuple):
    """One place in the queue. The key identifies it: a take may be in the queue more than once."""

    key: int
    entry: QueueEntry


class RemovedTake(NamedTuple):
    """A take that left the queue, with its places there."""

    entry: QueueEntry
    place: int
    """Its index in the order of playing."""
    unshuffled_place: int
    """Its index in the order before the queue was shuffled; -1 if it was not shuffled."""


@dataclass(frozen=True, slots=True)
class PlayQueue:
    """A queue, as a value: each change returns a new one. The current take stays current while others are added, moved
    or removed."""

    index: int = -1
    """The index of the current take in the order of playing; -1 only for an empty queue."""
    repeat: RepeatMode = RepeatMode.OFF
    is_shuffled: bool = False
    _slots: tuple[_Slot, ...] = ()
    """In the order of playing."""
    _unshuffled: tuple[int, ...] = ()
    """The keys of the slots in the order before it was shuffled; empty while it is not."""

    @classmethod
    def of(
        cls,
        entries: Iterable[QueueEntry],
        index: int = 0,
        *,
        repeat: RepeatMode = RepeatMode.OFF,
        unshuffled: Sequence[int] = (),
    ) -> PlayQueue:
        """A queue of these takes in the order of playing. `unshuffled` has the index of each in the order before the
        queue was shuffled, as `unshuffled_order` returns it; anything but a permutation means no shuffle."""
        slots = tuple(_Slot(key, entry) for key, entry in enumerate(entries))[:QUEUE_LIMIT]
        is_shuffled = bool(slots) and sorted(unshuffled) == list(range(len(slots)))
        return cls(
            index=min(max(index, 0), len(slots) - 1),
            repeat=repeat,
            is_shuffled=is_shuffled,
            _slots=slots,
            _unshuffled=tuple(unshuffled) if is_shuffled else (),
        )

    @property
    def entries(self) -> tuple[QueueEntry, ...]:
        """The takes in the order of playing."""
        return tuple(slot.entry for slot in self._slots)

    @property
    def unshuffled_order(self) -> tuple[int, ...]:
        """The indexes of the takes in the order before the queue was shuffled; empty while it is not."""
        index_of = {slot.key: index for index, slot in enumerate(self._slots)}
        return tuple(index_of[key] for key in self._unshuffled)

    @property
    def current(self) -> QueueEntry | None:
        """The current take; None in an empty queue."""
        return self._slots[self.index].entry if self._slots else None

    def takes_lost_in(self, other: PlayQueue) -> int:
        """How many takes it had when `other` replaced it; 0 if that has all its songs, or it had only one."""
        songs, kept = ({entry.task_id for entry in queue.entries} for queue in (self, other))
        return len(self._slots) if len(songs) > 1 and songs - kept else 0

    # --- going through it --------------------------------------------------------------------------------------------

    @property
    def after_end(self) -> int | None:
        """The index of the take that follows when the current one has ended; None if there is no such take."""
        if self.repeat is RepeatMode.ONE and self._slots:
            return self.index
        return self.following

    @property
    def following(self) -> int | None:
        """The index of the take that follows when the user asks for the next one; None if there is no such take."""
        return self._beside(1)

    @property
    def preceding(self) -> int | None:
        """The index of the previous take; None if there is no such take."""
        return self._beside(-1)

    def _beside(self, step: int) -> int | None:
        index = self.index + step
        if self._slots and self.repeat is RepeatMode.ALL:
            return index % len(self._slots)
        return index if self._slots and 0 <= index < len(self._slots) else None

    def at(self, index: int) -> PlayQueue:
        """The queue with another current take; an index outside of the queue changes nothing."""
        return replace(self, index=index) if 0 <= index < len(self._slots) else self

    # --- changes -----------------------------------------------------------------------------------------------------

    def added(self, entries: Iterable[QueueEntry], *, is_next: bool) -> PlayQueue:
        """With takes after the current one, or at the end; at most QUEUE_LIMIT in total."""
        first_key = max((slot.key for slot in self._slots), default=-1) + 1
        room = QUEUE_LIMIT - len(self._slots)
        new = tuple(_Slot(first_key + number, entry) for number, entry in enumerate(entries))[:room]
        place = self.index + 1 if is_next else len(self._slots)
        unshuffled = self._unshuffled
        if self.is_shuffled:
            beside = unshuffled.index(self._slots[self.index].key) + 1 if is_next else len(unshuffled)
            unshuffled = (*unshuffled[:beside], *(slot.key for slot in new), *unshuffled[beside:])
        slots = (*self._slots[:place], *new, *self._slots[place:])
        return replace(self, index=max(self.index, 0) if slots else -1, _slots=slots, _unshuffled=unshuffled)

    def moved(self, index: int, step: int) -> PlayQueue:
        """With the take at `index` moved by `step`, at most to the end; an index outside changes nothing."""
        if not 0 <= index < len(self._slots):
            return self
        slots = list(self._slots)
        slot = slots.pop(index)
        slots.insert(self.place_after_move(index, step), slot)
        return self._with(tuple(slots))

    def place_after_move(self, index: int, step: int) -> int:
        """The index that the take at `index` has after it is moved by `step`."""
        return min(max(index + step, 0), len(self._slots) - 1)

    def removed(self, index: int) -> PlayQueue:
        """Without the take at `index`; after the current one, the next is current, or the last one that is left."""
        return self.kept(lambda place, _: place != index)

    def kept(self, condition: Callable[[int, QueueEntry], bool]) -> PlayQueue:
        """With those takes only for whose index and entry the condition is true."""
        slots = tuple(slot for place, slot in enumerate(self._slots) if condition(place, slot.entry))
        kept = {slot.key for slot in slots}
        before = sum(slot.key in kept for slot in self._slots[: max(self.index, 0)])
        unshuffled = tuple(key for key in self._unshuffled if key in kept)
        # An empty queue has no order to go back to.
        return replace(
            self,
            index=min(before, len(slots) - 1),
            is_shuffled=self.is_shuffled and bool(slots),
            _slots=slots,
            _unshuffled=unshuffled,
        )

    def missing_from(self, other: PlayQueue) -> tuple[RemovedTake, ...]:
        """The takes of this queue that left it on the way to `other`, in their order."""
        kept = {slot.key for slot in other._slots}
        unshuffled_places = {key: place for place, key in enumerate(self._unshuffled)}
        return tuple(
            RemovedTake(slot.entry, place, unshuffled_places.get(slot.key, -1))
            for place, slot in enumerate(self._slots)
            if slot.key not in kept
        )

    def returned(self, removed: Iterable[RemovedTake]) -> PlayQueue:
        """With takes that left it back at their positions, or as near to them as the length of the queue allows. The
        current take stays current; in an empty queue, the first of them is."""
        slots, unshuffled = list(self._slots), list(self._unshuffled)
        current = self._slots[self.index].key if self._slots else None
        first_key = max((slot.key for slot in slots), default=-1) + 1
        back = list(enumerate(removed, first_key))[: QUEUE_LIMIT - len(slots)]
        for key, take in back:
            slots.insert(take.place, _Slot(key, take.entry))
        if self.is_shuffled:
            for key, take in sorted(back, key=lambda one: one[1].unshuffled_place):
                unshuffled.insert(take.unshuffled_place if take.unshuffled_place >= 0 else len(unshuffled), key)
        index = next((at for at, slot in enumerate(slots) if slot.key == current), 0 if slots else -1)
        return replace(self, index=index, _slots=tuple(slots), _unshuffled=tuple(unshuffled))

    def joined_by(self, other: PlayQueue) -> PlayQueue:
        """With the takes of another queue that it does not have, after its current one; the current take of the other
        one is current."""
        known = {slot.entry.ref for slot in self._slots}
        joined = self.added((slot.entry for slot in other._slots if slot.entry.ref not in known), is_next=True)
        refs = [slot.entry.ref for slot in joined._slots]
        current = other.current
        index = refs.index(current.ref) if current is not None and current.ref in refs else joined.index
        return joined.at(index).repeating(other.repeat)

    def renewed(self, entry_of: Callable[[QueueEntry], QueueEntry]) -> PlayQueue:
        """With each entry replaced, for what has changed about a take."""
        return replace(self, _slots=tuple(_Slot(slot.key, entry_of(slot.entry)) for slot in self._slots))

    def repeating(self, mode: RepeatMode) -> PlayQueue:
        """With another way to repeat."""
        return replace(self, repeat=mode)

    def shuffled(self, rng: random.Random) -> PlayQueue:
        """With the current take first and the others after it in a random order."""
        if self.is_shuffled or not self._slots:
            return self
        others = [slot for place, slot in enumerate(self._slots) if place != self.index]
        rng.shuffle(others)
        unshuffled = tuple(slot.key for slot in self._slots)
        slots = (self._slots[self.index], *others)
        return replace(self, index=0, is_shuffled=True, _slots=slots, _unshuffled=unshuffled)

    def unshuffled(self) -> PlayQueue:
        """In the order before it was shuffled."""
        if not self.is_shuffled:
            return self
        by_key = {slot.key: slot for slot in self._slots}
        back = self._with(tuple(by_key[key] for key in self._unshuffled))
        return replace(back, is_shuffled=False, _unshuffled=())

    def _with(self, slots: tuple[_Slot, ...]) -> PlayQueue:
        """With the same slots in another order."""
        current = self._slots[self.index].key
        return replace(self, index=next(at for at, slot in enumerate(slots) if slot.key == current), _slots=slots)

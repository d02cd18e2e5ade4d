"""The tasks that a person marked, so that one key works on all of them."""

from __future__ import annotations

from collections.abc import Sequence


class Marks:
    """Ids and where they stood when they were marked. They stay marked whatever is listed."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def __contains__(self, task_id: str | None) -> bool:
        return task_id in self._places

    def __len__(self) -> int:
        return len(self._places)

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them, in the order of the list in which they were marked."""
        return tuple(sorted(self._places, key=self._places.__getitem__))

    @property
    def last(self) -> str | None:
        """The one that was marked last."""
        return next(reversed(self._places), None)

    def toggle(self, task_id: str, index: int) -> None:
        """Mark a task, which stands at `index`, or unmark it."""
        if task_id in self._places:
            del self._places[task_id]
        else:
            self._places[task_id] = index

    def add_range(self, task_ids: Sequence[str], start: int, last: str) -> None:
        """Mark these too, the first of which stands at `start`; `last` is where the next range begins."""
        for at, task_id in enumerate(task_ids):
            self._places[task_id] = start + at
        self._places[last] = self._places.pop(last)

    def clear(self) -> bool:
        """Unmark all; whether there were any."""
        had_any = bool(self._places)
        self._places.clear()
        return had_any

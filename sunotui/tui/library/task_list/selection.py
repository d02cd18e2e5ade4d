"""The marked tasks, to which commands apply together."""

from __future__ import annotations

from collections.abc import Sequence


class Selection:
    """The ids of the marked tasks and their positions when they were marked. They stay marked whatever is listed."""

    def __init__(self) -> None:
        self._positions: dict[str, int] = {}

    def __contains__(self, task_id: str | None) -> bool:
        return task_id in self._positions

    def __len__(self) -> int:
        return len(self._positions)

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids, in the order of the list in which they were marked."""
        return tuple(sorted(self._positions, key=self._positions.__getitem__))

    @property
    def last(self) -> str | None:
        """The id that was marked last."""
        return next(reversed(self._positions), None)

    def toggle(self, task_id: str, index: int) -> None:
        """Mark the task at position `index`, or unmark it."""
        if task_id in self._positions:
            del self._positions[task_id]
        else:
            self._positions[task_id] = index

    def add_range(self, task_ids: Sequence[str], start: int, last: str) -> None:
        """Mark these tasks, too. The first one has the position `start`; the next range begins at `last`."""
        for offset, task_id in enumerate(task_ids):
            self._positions[task_id] = start + offset
        self._positions[last] = self._positions.pop(last)

    def remove(self, task_ids: Sequence[str]) -> bool:
        """Unmark these tasks. False if no task was marked."""
        before = len(self._positions)
        for task_id in task_ids:
            self._positions.pop(task_id, None)
        return len(self._positions) < before

    def clear(self) -> bool:
        """Unmark everything. False if nothing was marked."""
        had_any = bool(self._positions)
        self._positions.clear()
        return had_any

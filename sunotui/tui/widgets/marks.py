"""The tasks that a person marked, so that one key works on all of them."""

from collections.abc import Iterable


class Marks:
    """Ids in the order in which they were marked; they stay marked whatever is listed."""

    def __init__(self) -> None:
        self._ids: dict[str, None] = {}

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def ids(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(self._ids)

    @property
    def last(self) -> str | None:
        """The one that was marked last."""
        return next(reversed(self._ids), None)

    def toggle(self, task_id: str) -> None:
        """Mark a task, or unmark it."""
        if task_id in self._ids:
            del self._ids[task_id]
        else:
            self._ids[task_id] = None

    def add(self, task_ids: Iterable[str]) -> None:
        """Mark these too."""
        self._ids.update(dict.fromkeys(task_ids))

    def clear(self) -> bool:
        """Unmark all; whether there were any."""
        had_any = bool(self._ids)
        self._ids.clear()
        return had_any

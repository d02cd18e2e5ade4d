"""Undo: the last changes of this run, each with a function that reverts it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sunotui.domain.errors import LibraryError
from sunotui.storage.db.connection import Database

MAX_CHANGES = 100
"""The number of changes that can be undone."""
MAX_TASKS = 100_000
"""The maximum number of tasks that these changes may concern in total: the previous state of each is in memory."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that can be undone."""

    sentence: str
    """What it did, such as "Favourite: 3 takes"."""
    undone: str
    """What undoing it does, such as "Restored 1 song from the trash"."""
    task_ids: tuple[str, ...]
    """The tasks whose rows changed."""
    undo: Callable[[], None]
    """Reverts only this change, and nothing that may have changed since then."""
    restore: Callable[[], None] | None = None
    """The part of undoing it outside the library; called in the event loop after the library was reverted."""


class UndoStack:
    """Makes changes and undoes them, each in one transaction. For the storage thread only."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._done: deque[Change] = deque(maxlen=MAX_CHANGES)

    def remember(self, change: Change) -> None:
        """Remember a change that was made outside the library."""
        self._done.append(change)

    def run(self, work: Callable[[], Change | None]) -> Change | None:
        """Make a change, and remember it; None if there was nothing to change. Raises SunotuiError."""
        with self._db.write():
            change = work()
        if change is not None:
            self._done.append(change)
            while len(self._done) > 1 and sum(len(change.task_ids) for change in self._done) > MAX_TASKS:
                self._done.popleft()
        return change

    def undo(self) -> Change | None:
        """Undo the last change; None if there is nothing to undo. Raises SunotuiError; a change that could not be
        written can be undone again."""
        if not self._done:
            return None
        change = self._done.pop()
        try:
            with self._db.write():
                change.undo()
        except LibraryError:
            self._done.append(change)
            raise
        return change

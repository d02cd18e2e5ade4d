"""How long a gateway usually takes, from the tasks that were watched to their end."""

from __future__ import annotations

from sunotui.domain.tasks.durations import DurationEstimate, estimate_duration
from sunotui.domain.tasks.task import TaskKind
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.worker import StorageThread


class DurationStats:
    """The usual times by profile and kind."""

    def __init__(self, storage: StorageThread, library: TaskStore) -> None:
        self._storage = storage
        self._library = library

    async def usual(self, profile: str, kind: TaskKind) -> DurationEstimate | None:
        """The median and the slow end of the newest hundred; None while too few were watched. Raises LibraryError."""
        return estimate_duration(await self._storage.run(self._library.durations, profile, kind))

"""How long a gateway usually takes, from the tasks that were watched to their end."""

from sunotui.domain.tasks.durations import Usual, usual_of
from sunotui.domain.tasks.task import TaskKind
from sunotui.storage.tasks.task_store import Library
from sunotui.storage.worker import Desk


class Times:
    """The usual times by profile and kind."""

    def __init__(self, desk: Desk, library: Library) -> None:
        self._desk = desk
        self._library = library

    async def usual(self, profile: str, kind: TaskKind) -> Usual | None:
        """The median and the slow end of the newest hundred; None while too few were watched. Raises LibraryTrouble."""
        return usual_of(await self._desk.run(self._library.durations, profile, kind))

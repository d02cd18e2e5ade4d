"""What the faces ask the library: orders, rows, and all that is known of one task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sunotui.domain.submission import Submission
from sunotui.domain.summary import TaskSummary, View
from sunotui.domain.task import Task
from sunotui.storage.desk import Desk
from sunotui.storage.drafts import Drafts
from sunotui.storage.journal import Journal
from sunotui.storage.library import Library


@dataclass(frozen=True, slots=True)
class Shown:
    """All that is known of one task."""

    task: Task
    submission: Submission | None
    raw: str
    """The gateway's own JSON of the task, as it was last received."""


class Shelf:
    """Reads the library on the storage thread, so that no screen waits for the disk."""

    def __init__(self, desk: Desk, library: Library, journal: Journal, drafts: Drafts) -> None:
        self._desk = desk
        self._library = library
        self._journal = journal
        self._drafts = drafts

    async def order(self, view: View, search: str = "") -> tuple[list[str], Mapping[View, int]]:
        """The ids of a view, newest first, and how many tasks every view holds."""
        return await self._desk.run(lambda: (self._library.ids(view, search), self._library.counts()))

    async def summaries(self, ids: Sequence[str]) -> list[TaskSummary]:
        """The rows of these tasks."""
        return await self._desk.run(self._library.summaries, ids)

    async def shown(self, task_id: str) -> Shown | None:
        """All that is known of a task, or None when the library has no such task."""
        return await self._desk.run(self._shown, task_id)

    def _shown(self, task_id: str) -> Shown | None:
        task = self._library.task(task_id)
        if task is None:
            return None
        submission = self._journal.get(task.submission_id) if task.submission_id else None
        return Shown(task, submission, self._library.raw(task_id))

    async def submissions(self, limit: int = 200) -> list[Submission]:
        """The journal, newest first."""
        return await self._desk.run(lambda: self._journal.list(limit=limit))

    async def draft(self, name: str) -> str:
        """A draft's text; empty when there is none."""
        return await self._desk.run(self._drafts.load, name)

    async def keep_draft(self, name: str, text: str) -> None:
        """Write a draft down."""
        await self._desk.run(self._drafts.save, name, text)

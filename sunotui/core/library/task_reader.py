"""Reads single tasks, the journal and the drafts for the front ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sunotui.core.stores import Stores
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.durations import estimate_duration
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.domain.tasks.summary import TakeSummary, TaskSummary
from sunotui.storage.tasks.take_titles import with_take_titles
from sunotui.storage.worker import StorageThread

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.durations import DurationEstimate
    from sunotui.domain.tasks.task import Task


class TaskReader:
    """Reads the library on the storage thread, so that no screen waits for the disk. Every method raises
    LibraryError."""

    def __init__(self, storage: StorageThread, stores: Stores) -> None:
        self._storage = storage
        self._stores = stores

    async def detail(self, task_id: str) -> TaskDetail | None:
        """The details of a task, or of the submission of a pending row; None if the library has neither."""
        return await self._storage.run(self._detail, task_id)

    def _detail(self, task_id: str) -> TaskDetail | None:
        from sunotui.core.library.task_detail import read_detail

        return read_detail(self._stores, task_id)

    async def titles(self, task_ids: Sequence[str]) -> dict[str, str]:
        """The titles of tasks by id; ids that the library does not have are left out."""
        rows = await self._storage.run(self._stores.tasks.summaries, task_ids)
        titles = await self.with_take_titles([row.title for row in rows])
        return {row.id: title for row, title in zip(rows, titles, strict=True)}

    async def summaries(self, task_ids: Sequence[str]) -> dict[str, TaskSummary]:
        """What lists show of tasks, by id; ids that the library does not have are left out."""
        rows = await self._storage.run(self._stores.tasks.summaries, task_ids)
        return {row.id: row for row in rows}

    async def with_take_titles(self, texts: Sequence[str]) -> list[str]:
        """The texts with the ids of takes replaced by their titles, for display."""
        return await self._storage.run(with_take_titles, self._stores.database, texts)

    async def clip(self, clip_id: str) -> tuple[Task, Clip] | None:
        """A clip and its task, the first one if several tasks have it; None if the library does not have the clip."""
        return await self._storage.run(self._stores.tasks.clip, clip_id)

    async def duration_estimate(self, profile: str, kind: TaskKind) -> DurationEstimate | None:
        """How long tasks of a kind usually take at a profile's gateway, from the newest hundred that were polled to
        their end; None with too few of them."""
        return estimate_duration(await self._storage.run(self._stores.tasks.durations, profile, kind))

    async def newest_takes(self, limit: int = 300) -> list[TakeSummary]:
        """The finished takes of the newest tasks, newest first."""
        return await self._storage.run(self._stores.tasks.newest_takes, limit)

    async def submissions(self, limit: int = 200) -> list[Submission]:
        """The newest submissions of the journal, newest first."""
        return await self._storage.run(lambda: self._stores.journal.reader.list(limit=limit))

    async def draft(self, name: str) -> str:
        """A draft's text; empty without a draft."""
        return await self._storage.run(self._stores.drafts.load, name)

    async def save_draft(self, name: str, text: str) -> None:
        """Save a draft."""
        await self._storage.run(self._stores.drafts.save, name, text)

    async def replace_draft(self, name: str, text: str, base: str) -> bool:
        """Save a draft if the saved one still equals `base`; returns whether it did."""
        return await self._storage.run(self._stores.drafts.replace, name, text, base)

    async def drafts(self) -> dict[str, str]:
        """The texts of all drafts by name."""
        return await self._storage.run(self._stores.drafts.all)

"""What the faces ask the library of one task, and the journal and the drafts beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sunotui.core.submissions import pending_rows
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.summary import TakeSummary
from sunotui.storage.drafts import DraftStore
from sunotui.storage.gateway_facts.timings import TimingStore
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.lineage_store import LineageStore
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.worker import StorageThread

if TYPE_CHECKING:
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.annotations import Annotations
    from sunotui.domain.tasks.task import Task
    from sunotui.domain.tasks.word_timings import WordTimings


class TaskReader:
    """Reads the library on the storage thread, so that no screen waits for the disk."""

    def __init__(
        self,
        storage: StorageThread,
        library: TaskStore,
        journal: Journal,
        drafts: DraftStore,
        timings: TimingStore,
        families: LineageStore,
        kept_of: Callable[[Sequence[str]], Mapping[str, Annotations]],
    ) -> None:
        """`kept_of` reads what is kept of tasks; on the storage thread."""
        self._storage = storage
        self._kept_of = kept_of
        self._families = families
        self._library = library
        self._journal = journal
        self._drafts = drafts
        self._timings = timings

    def _submission_at(self, row: str) -> Submission | None:
        submission_id = pending_rows.submission_id_of(row)
        return self._journal.get(submission_id) if submission_id is not None else None

    async def detail(self, task_id: str) -> TaskDetail | None:
        """All that is known of a task, or None when the library has no such task."""
        return await self._storage.run(self._detail, task_id)

    def _detail(self, task_id: str) -> TaskDetail | None:
        from sunotui.core.library.task_detail import TaskDetail
        from sunotui.domain.annotations import NOTHING_KEPT
        from sunotui.domain.tasks.durations import estimate_duration

        waiting = self._submission_at(task_id)
        if waiting is not None:
            return TaskDetail(pending_rows.task_of(waiting), waiting, waiting.answer)
        task = self._library.task(task_id)
        if task is None:
            return None
        submission = self._journal.get(task.submission_id) if task.submission_id else None
        usual = estimate_duration(self._library.durations(task.profile, task.kind))
        family = self._families.around([clip.id for clip in task.clips])
        kept = self._kept_of([task_id]).get(task_id, NOTHING_KEPT)
        return TaskDetail(task, submission, self._library.raw(task_id), usual, self._timings_of(task), family, kept)

    def _timings_of(self, task: Task) -> Mapping[str, WordTimings]:
        kept = self._timings.of([clip.id for clip in task.clips])
        if not kept:
            return {}
        # Only who has times needs the reader of a gateway's JSON.
        from sunotui.gateway.parsing.word_timings import timing_of_text

        return {clip_id: timing_of_text(text) for clip_id, text in kept.items()}

    async def newest_takes(self, limit: int = 300) -> list[TakeSummary]:
        """Finished takes of the newest tasks, the newest first. Raises LibraryError."""
        return await self._storage.run(self._library.newest_takes, limit)

    async def submissions(self, limit: int = 200) -> list[Submission]:
        """The journal, newest first."""
        return await self._storage.run(lambda: self._journal.list(limit=limit))

    async def draft(self, name: str) -> str:
        """A draft's text; empty when there is none."""
        return await self._storage.run(self._drafts.load, name)

    async def save_draft(self, name: str, text: str) -> None:
        """Write a draft down."""
        await self._storage.run(self._drafts.save, name, text)

    async def replace_draft(self, name: str, text: str, base: str) -> bool:
        """Write a draft down if the one that is there is `base`; whether it was."""
        return await self._storage.run(self._drafts.replace, name, text, base)

    async def drafts(self) -> dict[str, str]:
        """Every draft's text by its name."""
        return await self._storage.run(self._drafts.all)

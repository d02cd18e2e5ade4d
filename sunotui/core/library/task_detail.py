"""Everything about one task. Loaded when the first task is shown, since a list needs none of it (12 ms)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sunotui.core.stores import Stores
from sunotui.core.submissions import pending_rows
from sunotui.domain.annotations import NO_ANNOTATIONS, Annotations
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.differences import Difference, differences, model_note
from sunotui.domain.tasks.durations import DurationEstimate, estimate_duration
from sunotui.domain.tasks.lineage import Lineage
from sunotui.domain.tasks.task import Task
from sunotui.domain.tasks.word_timings import WordTimings
from sunotui.storage.annotations.lookup import read_annotations


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """Everything about one task, or about a submission that may have become one."""

    task: Task
    submission: Submission | None
    raw: str
    """The gateway's own JSON of the task, as it was last received."""
    duration_estimate: DurationEstimate | None = None
    """How long tasks of this kind usually take at this gateway; None while too few were polled to their end."""
    timings: Mapping[str, WordTimings] = field(default_factory=dict)
    """When the words of the takes are sung, by clip id, as far as it was asked for before."""
    lineage: Lineage | None = None
    """What the takes were made from and what was made from them; None where there is neither."""
    annotations: Annotations = NO_ANNOTATIONS
    """The user's stars, ratings, labels, albums and note."""

    @property
    def is_pending(self) -> bool:
        """Whether it is not a task yet, but a submission that is being sent or whose outcome is unknown."""
        return self.submission is not None and self.submission.state in pending_rows.PENDING_STATES

    def differences_of(self, clip: Clip) -> tuple[Difference, ...]:
        """Where a finished take differs from the request; nothing for a task made elsewhere."""
        return differences(self.submission.request, clip) if self.submission is not None else ()

    def model_note_of(self, clip: Clip) -> str:
        """A remark where the take's model is not the requested one; else empty."""
        return model_note(self.submission.request, clip) if self.submission is not None else ""


def read_detail(stores: Stores, task_id: str) -> TaskDetail | None:
    """Everything about a task, or about the submission of a pending row; None when the library has neither.

    For the storage thread. Raises LibraryError.
    """
    pending = _submission_of_row(stores, task_id)
    if pending is not None:
        return TaskDetail(pending_rows.task_of(pending), pending, pending.answer)
    task = stores.tasks.task(task_id)
    if task is None:
        return None
    return TaskDetail(
        task,
        stores.journal.get(task.submission_id) if task.submission_id else None,
        stores.tasks.raw(task_id),
        estimate_duration(stores.tasks.durations(task.profile, task.kind)),
        _timings_of(stores, task),
        stores.lineage.around([clip.id for clip in task.clips]),
        read_annotations(stores.database, [task_id]).get(task_id, NO_ANNOTATIONS),
    )


def _submission_of_row(stores: Stores, row: str) -> Submission | None:
    submission_id = pending_rows.submission_id_of(row)
    return stores.journal.get(submission_id) if submission_id is not None else None


def _timings_of(stores: Stores, task: Task) -> Mapping[str, WordTimings]:
    saved = stores.timings.of([clip.id for clip in task.clips])
    if not saved:
        return {}
    # The reader of a gateway's JSON is only needed for takes with timings.
    from sunotui.gateway.parsing.word_timings import timing_of_text

    return {clip_id: timing_of_text(text) for clip_id, text in saved.items()}

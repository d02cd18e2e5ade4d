"""All that is known of one task; loaded when the first is shown, since a list of rows needs none of it (12 ms)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sunotui.core.submissions import pending_rows
from sunotui.domain.annotations import NOTHING_KEPT, Annotations
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.differences import Difference, differences, model_note
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.tasks.lineage import Lineage
from sunotui.domain.tasks.task import Task
from sunotui.domain.tasks.word_timings import WordTimings


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """All that is known of one task, or of a submission that may have become one."""

    task: Task
    submission: Submission | None
    raw: str
    """The gateway's own JSON of the task, as it was last received."""
    duration_estimate: DurationEstimate | None = None
    """How long tasks of this kind usually take at this gateway; None while too few were watched."""
    timings: Mapping[str, WordTimings] = field(default_factory=dict)
    """When the words of the takes are sung, by clip id, of those that were asked for before."""
    lineage: Lineage | None = None
    """What the takes were made of and what was made of them; None where there is neither."""

    annotations: Annotations = NOTHING_KEPT
    """What a person keeps of it: stars, ratings, labels, albums, the note."""

    @property
    def is_pending(self) -> bool:
        """Whether it is no task yet, but a submission: being sent, or of an outcome that nobody knows."""
        return self.submission is not None and self.submission.state in pending_rows.STATES

    def differences_of(self, clip: Clip) -> tuple[Difference, ...]:
        """Where a finished take differs from what was asked; nothing for a task made elsewhere."""
        return differences(self.submission.request, clip) if self.submission is not None else ()

    def model_note_of(self, clip: Clip) -> str:
        """What to say beside the take's model where it is not the one asked for; empty where there is nothing."""
        return model_note(self.submission.request, clip) if self.submission is not None else ""

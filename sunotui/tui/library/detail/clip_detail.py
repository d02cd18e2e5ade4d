"""One take of a task with all details for the detail pane."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.core.library.task_detail import TaskDetail
from sunotui.domain.annotations import TakeRating
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.differences import Difference


@dataclass(frozen=True, slots=True)
class ClipDetail:
    """One take of a task, or the task alone if it has no takes."""

    shown: TaskDetail
    take: int
    """The number of the take, from 1."""

    @property
    def clip(self) -> Clip | None:
        """The take."""
        return self.shown.task.take(self.take)

    @property
    def rating(self) -> TakeRating:
        """The user's rating of the take."""
        return self.shown.annotations.take_rating(self.clip.id if self.clip is not None else "")

    @property
    def differences(self) -> tuple[Difference, ...]:
        """How the take differs from what was requested."""
        return self.shown.differences_of(self.clip) if self.clip is not None else ()

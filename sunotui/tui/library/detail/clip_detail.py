"""One take of a task with all details for the detail pane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.core.media.cover_source import CoverSource
from sunotui.domain.saving.safety import TakeSafety, safety_of
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting

if TYPE_CHECKING:
    # Loading these takes 12 ms, for which the first frame does not have to wait.
    from sunotui.core.library.task_detail import TaskDetail
    from sunotui.domain.annotations import TakeRating
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.differences import Difference


class ClipDetail(NamedTuple):
    """One take of a task, or the task alone if it has no takes."""

    shown: TaskDetail
    take: int
    """The number of the take, from 1."""

    @property
    def clip(self) -> Clip | None:
        """The take."""
        return self.shown.task.take(self.take)

    @property
    def title(self) -> str:
        """The title of the take, or else of its task."""
        clip, task = self.clip, self.shown.task
        return formatting.title(clip.title if clip is not None and clip.title else task.title)

    @property
    def cover(self) -> CoverSource | None:
        """The cover of the take, if it has one."""
        clip = self.clip
        if clip is None or not clip.image_url:
            return None
        return CoverSource(clip.id, clip.image_url, self.shown.task.profile)

    @property
    def rating(self) -> TakeRating:
        """The user's rating of the take."""
        return self.shown.annotations.take_rating(self.clip.id if self.clip is not None else "")

    def safety_at(self, now: float) -> TakeSafety | None:
        """How safe the take is at `now`, in Unix seconds; None if it cannot be saved."""
        task, clip = self.shown.task, self.clip
        is_saveable = task.status is TaskStatus.SUCCESS and task.kind.is_song and not self.shown.annotations.is_trashed
        if clip is None or not is_saveable:
            return None
        return safety_of(
            is_saved=clip.id in self.shown.files,
            is_favourite=self.rating.is_favourite,
            age_s=now - task.added_at,
            life=self.shown.link_life,
        )

    @property
    def differences(self) -> tuple[Difference, ...]:
        """How the take differs from what was requested."""
        return self.shown.differences_of(self.clip) if self.clip is not None else ()

"""Summaries for the rows of the task list, and the built-in views of the library."""

from __future__ import annotations

from enum import StrEnum

from sunotui.domain.saving.safety import NO_LINK_LIFE, LinkLife, TakeSafety, safety_of
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.origin import Origin
from sunotui.named_tuple import NamedTuple

PENDING_PREFIX = " "
"""The prefix of the row ids of submissions that are not tasks yet: no gateway's id contains a blank."""


class View(StrEnum):
    """A built-in view of the library, in the order of the sidebar."""

    ALL = "all"
    ACTIVE = "active"
    SONGS = "songs"
    LYRICS = "lyrics"
    FAVOURITES = "starred"
    UNPLAYED = "unheard"
    AT_RISK = "at_risk"
    """Songs that are not saved, and either favourites or soon without links."""
    FAILED = "failed"
    TRASH = "trash"
    """Tasks in the trash. They are in no other collection and stay until they are restored."""


class Branch(StrEnum):
    """Whether a row is listed under the song that it was made from."""

    NONE = "none"
    MIDDLE = "middle"
    LAST = "last"
    """The next row does not belong to that song."""


class TaskSummary(NamedTuple):
    """A task without its long texts: enough for one row."""

    id: str
    profile: str
    kind: TaskKind
    status: TaskStatus
    title: str
    model: str
    duration_s: float | None
    added_at: float
    submitted_at: float | None
    finished_at: float | None
    is_streaming: bool
    fail_reason: str
    takes: int
    rating: int = 0
    """The best rating of its takes, 1 to 5; 0 if no take is rated."""
    is_favourite: bool = False
    is_unplayed: bool = False
    """Whether a finished take has not been played yet."""
    is_trashed: bool = False
    origin: Origin = Origin.SONG
    start_s: float | None = None
    """Where an extension continues its source, or where a replaced section begins."""
    end_s: float | None = None
    """Where a replaced section ends."""
    style: str = ""
    """The style of the first take, else the requested style."""
    lyric_lines: int = 0
    """How many lines the text of a lyrics task has."""
    labels: str = ""
    """The names of its labels, with commas between."""
    progress: float | None = None
    """How much is done, from 0 to 1; None if the gateway does not report it, as most do not."""
    usual_s: float | None = None
    """How long an unfinished task usually takes, by experience; None if that is unknown."""
    branch: Branch = Branch.NONE
    root_title: str = ""
    """The title of the song under which it is listed."""
    saved: int | None = None
    """How many of its takes are saved; None for what cannot be saved, such as a song in the trash."""
    unsaved_favourites: int = 0
    link_life: LinkLife = NO_LINK_LIFE
    """How long the links of its gateway work."""

    def safety_at(self, now: float) -> TakeSafety | None:
        """How safe its takes are at `now`, in Unix seconds; None for what cannot be saved."""
        if self.saved is None:
            return None
        return safety_of(
            is_saved=self.saved > 0 and not self.unsaved_favourites,
            is_favourite=self.unsaved_favourites > 0,
            age_s=now - self.added_at,
            life=self.link_life,
        )

    @property
    def is_pending(self) -> bool:
        """Whether it is a submission that is not a task yet."""
        return self.id.startswith(PENDING_PREFIX)


class TakeSummary(NamedTuple):
    """A take without its long texts, for a list from which the user chooses one."""

    clip_id: str
    title: str
    take: int
    """Its number in its task, from 1."""
    duration_s: float | None

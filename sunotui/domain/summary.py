"""What one row of the task list shows, and the views that a library can be looked at through."""

from dataclasses import dataclass
from enum import StrEnum

from sunotui.domain.task import TaskKind, TaskStatus


class View(StrEnum):
    """A slice of the library, in the order of the side pane."""

    ALL = "all"
    ACTIVE = "active"
    SONGS = "songs"
    LYRICS = "lyrics"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TaskSummary:
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

"""Summaries for the rows of the task list, and the built-in views of the library."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from sunotui.domain.tasks.kinds import TaskKind, TaskStatus


class View(StrEnum):
    """A built-in view of the library, in the order of the sidebar."""

    ALL = "all"
    ACTIVE = "active"
    SONGS = "songs"
    LYRICS = "lyrics"
    STARRED = "starred"
    UNHEARD = "unheard"
    FAILED = "failed"
    TRASH = "trash"
    """Tasks in the trash. They are in no other collection and stay until they are restored."""


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
    """The best rating of its takes, 1 to 5; 0 if none is rated."""
    is_starred: bool = False
    is_unheard: bool = False
    """Whether a finished take has not been played yet."""
    is_trashed: bool = False


class TakeSummary(NamedTuple):
    """A take without its long texts, for a list from which the user chooses one."""

    clip_id: str
    title: str
    take: int
    """Its number in its task, from 1."""
    duration_s: float | None

"""The kinds and statuses of tasks, in a module of their own so that a list imports no more than this."""

from __future__ import annotations

from enum import StrEnum


class TaskStatus(StrEnum):
    """The status of a task: the protocol's values in lower case, and LOST for a task that the gateway no longer
    knows."""

    NOT_STARTED = "not_started"
    SUBMITTED = "submitted"
    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        """Whether polling may stop. FAILURE is not always final: the user may refresh it (G11)."""
        return self in _FINAL


_FINAL = frozenset({TaskStatus.SUCCESS, TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST})


class TaskKind(StrEnum):
    """What kind of result a task has. Determined by the request, then by the shape of the response, never by `action`
    alone (3.3)."""

    MUSIC = "music"
    LYRICS = "lyrics"
    CONCAT = "concat"
    UPLOAD = "upload"
    PERSONA = "persona"
    """A persona, at gateways that make it as a task."""
    TAGS = "tags"
    """Expanded style tags, at gateways that make them as a task."""
    FILE = "file"
    """A file of a clip; a kind of submission, never of a task."""

    @property
    def label(self) -> str:
        """The name on screen and in tables; the value is in JSON and CSV."""
        return _LABELS.get(self, self.value)

    @property
    def is_song(self) -> bool:
        """Whether it produces clips that can be played."""
        return self in _SONGS


_LABELS = {TaskKind.MUSIC: "song", TaskKind.CONCAT: "joined", TaskKind.PERSONA: "voice", TaskKind.TAGS: "style"}
_SONGS = frozenset({TaskKind.MUSIC, TaskKind.CONCAT, TaskKind.UPLOAD})

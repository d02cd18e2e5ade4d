"""What a task can be, and how far it can be; apart from tasks, since a list of them needs no more than this."""

from __future__ import annotations

from enum import StrEnum


class TaskStatus(StrEnum):
    """How far a task is: the protocol's words in lower case, and LOST for a task the gateway no longer knows."""

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
    """What was asked for. Decided by what we sent, then by the shape of the response, never by `action` alone (3.3)."""

    MUSIC = "music"
    LYRICS = "lyrics"
    CONCAT = "concat"
    UPLOAD = "upload"
    PERSONA = "persona"
    """A voice made of a clip, where the gateway makes it as a task."""
    TAGS = "tags"
    """Words of style made into more, where the gateway does so as a task."""
    FILE = "file"
    """A file of a clip; a kind of submission, never of a task."""

    @property
    def is_song(self) -> bool:
        """Whether it produces clips that can be played."""
        return self in _SONGS


_SONGS = frozenset({TaskKind.MUSIC, TaskKind.CONCAT, TaskKind.UPLOAD})

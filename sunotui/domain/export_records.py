"""What a library gives along when it moves to another computer: everything but the token, one record a line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sunotui.domain.persona import Persona
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task

FORMAT = "sunotui-library"
"""The name in an export's first line."""
FORMAT_VERSION = 1

_WAS_UNDER_WAY = "Another computer was sending this when its library was exported. It may have been charged."


@dataclass(frozen=True, slots=True)
class ExportedRating:
    """The user's rating of one take."""

    clip_id: str
    """Empty for a task that has no takes, such as lyrics."""
    is_starred: bool = False
    rating: int = 0
    """1 to 5; 0 without a rating."""
    heard_at: float | None = None


@dataclass(frozen=True, slots=True)
class ExportedTask:
    """A task with all its annotations."""

    task: Task
    raw: str = ""
    """The gateway's own JSON, as last received."""
    note: str = ""
    labels: tuple[str, ...] = ()
    opinions: tuple[ExportedRating, ...] = ()
    trashed_at: float | None = None


@dataclass(frozen=True, slots=True)
class ExportedLabel:
    """A label, which may have no tasks."""

    name: str


@dataclass(frozen=True, slots=True)
class ExportedAlbum:
    """An album, or a further part of a long one: its takes come after those of the earlier parts."""

    name: str
    created_at: float = 0.0
    takes: tuple[tuple[str, str], ...] = ()
    """Ids of a task and one of its clips, in order."""


@dataclass(frozen=True, slots=True)
class ExportedSearch:
    """A saved search."""

    name: str
    query: str = ""
    sort: str = ""
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class ExportedPrice:
    """What one submission was seen to cost."""

    profile: str
    action: str
    amount: float
    unit: str
    learned_at: float


@dataclass(frozen=True, slots=True)
class ExportedCapabilities:
    """What a gateway is known to offer, as the JSON that storage keeps."""

    profile: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportedTimings:
    """When the words of a clip are sung, as the JSON that storage keeps."""

    clip_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportedDraft:
    """What was being written and not yet sent."""

    name: str
    text: str


Record = (
    Submission
    | ExportedTask
    | ExportedLabel
    | ExportedAlbum
    | ExportedSearch
    | ExportedTimings
    | Persona
    | ExportedPrice
    | ExportedCapabilities
    | ExportedDraft
)


def arrived(submission: Submission) -> Submission:
    """The submission as another library may store it: one that was not at its end there is not sent here (S1).

    It was ready or in flight there, and its outcome since then is unknown: only the user resolves it (S4).
    """
    if submission.state not in {SubmissionState.READY, SubmissionState.SENDING}:
        return submission
    return replace(submission, state=SubmissionState.UNKNOWN, trouble=submission.trouble or _WAS_UNDER_WAY)

"""The records of a library export, one per line: everything except the tokens."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.domain.gateways.persona import Persona
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task

FORMAT = "sunotui-library"
"""The format name in the first line of an export."""
FORMAT_VERSION = 1

_WAS_UNDER_WAY = "Another computer was sending this when its library was exported. It may have been charged."


@dataclass(frozen=True, slots=True)
class ExportedRating:
    """The user's rating of one take."""

    clip_id: str
    """Empty for a task without takes, such as lyrics."""
    is_favourite: bool = False
    rating: int = 0
    """1 to 5; 0 without a rating."""
    played_at: float | None = None
    plays: int = 0
    """How often the player has played it."""
    last_played_at: float | None = None
    """When the player played it last, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class ExportedTask:
    """A task with all its annotations."""

    task: Task
    raw: str = ""
    """The gateway's own JSON, as last received."""
    note: str = ""
    labels: tuple[str, ...] = ()
    ratings: tuple[ExportedRating, ...] = ()
    trashed_at: float | None = None


@dataclass(frozen=True, slots=True)
class ExportedLabel:
    """A label, with or without tasks."""

    name: str


@dataclass(frozen=True, slots=True)
class ExportedAlbum:
    """An album, or a continuation of a long one: its takes follow those of the earlier records."""

    name: str
    created_at: float = 0.0
    takes: tuple[tuple[str, str], ...] = ()
    """Ids of a task and one of its clips, in order."""
    artist: str = ""
    """The artist and the cover of `AlbumLook`. A picture file is a file on this computer."""
    cover_clip: str = ""
    cover_path: str = ""


@dataclass(frozen=True, slots=True)
class ExportedSearch:
    """A saved search."""

    name: str
    query: str = ""
    sort: str = ""
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class ExportedPreference:
    """Which of two takes was preferred."""

    winner_clip: str
    loser_clip: str
    compared_at: float
    """Unix seconds."""
    profile: str
    winner_task: str
    loser_task: str


@dataclass(frozen=True, slots=True)
class ExportedDecision:
    """The decision on a take in triage: one that was not applied yet, or a rejection."""

    clip_id: str
    task_id: str
    verdict: str
    """The value of a `TriageVerdict` other than LATER."""
    rating: int
    decided_at: float
    """Unix seconds."""
    is_pending: bool


@dataclass(frozen=True, slots=True)
class ExportedLater:
    """Until when a take is postponed in triage."""

    clip_id: str
    task_id: str
    until: float
    """Unix seconds."""


@dataclass(frozen=True, slots=True)
class ExportedPrice:
    """The observed cost of one submission."""

    profile: str
    action: str
    amount: float
    unit: str
    learned_at: float


@dataclass(frozen=True, slots=True)
class ExportedCapabilities:
    """The known capabilities of a gateway, as the JSON stored in the library."""

    profile: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportedTimings:
    """The word timings of a clip, as the JSON stored in the library."""

    clip_id: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportedDraft:
    """An unsent draft."""

    name: str
    text: str


Record = (
    Submission
    | ExportedTask
    | ExportedLabel
    | ExportedAlbum
    | ExportedSearch
    | ExportedPreference
    | ExportedDecision
    | ExportedLater
    | ExportedTimings
    | Persona
    | ExportedPrice
    | ExportedCapabilities
    | ExportedDraft
)


def arrived(submission: Submission) -> Submission:
    """The submission as it is stored after an import. One that was ready or in flight in the exporting library is never
    sent here (S1): its outcome is unknown and only the user resolves it (S4).
    """
    if submission.state not in {SubmissionState.READY, SubmissionState.SENDING}:
        return submission
    return submission._replace(state=SubmissionState.UNKNOWN, error=submission.error or _WAS_UNDER_WAY)

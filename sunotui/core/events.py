"""News of the studio: past events as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sunotui.domain.capabilities import Capabilities
from sunotui.domain.errors import SunotuiError
from sunotui.domain.money import Balance, Refund
from sunotui.domain.submission import Submission
from sunotui.domain.tasks.song_listing import SongMatch
from sunotui.domain.tasks.task import Task


class ConnectionState(StrEnum):
    """The state of the connection to a gateway, as the top line says it."""

    STARTING = "starting"
    WAITING = "waiting"
    """Nothing was asked yet, or nothing is unfinished."""
    ONLINE = "online"
    FAILING = "trouble"
    """The gateway answers, but not as it should; asked again later."""
    OFFLINE = "offline"
    REFUSED = "token refused"
    NO_TOKEN = "no token"


@dataclass(frozen=True, slots=True)
class TasksChanged:
    """Rows of the library were added or changed."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """The watch saw a task come to its end."""

    task: Task


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """What the connection to a profile's gateway is like now."""

    profile: str
    state: ConnectionState
    error: SunotuiError | None = None
    answered_at: float | None = None
    """Unix seconds of the gateway's last good answer."""


@dataclass(frozen=True, slots=True)
class SubmissionChanged:
    """A row of the journal moved."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class ResultArrived:
    """What an accepted submission was waiting for is there, such as a link or a persona."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class SongsFound:
    """The gateway's list has songs that an unknown submission may have become; the user decides."""

    submission: Submission
    matches: tuple[SongMatch, ...]


@dataclass(frozen=True, slots=True)
class InFlightChanged:
    """Another number of submissions waits for the gateway's answer."""

    count: int


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """So many bytes of a file's upload have gone out; at most ten times a second."""

    submission_id: str
    sent: int
    size: int


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """The gateway told how much money is left; a price may have been learned from it as well."""

    profile: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class RefundChecked:
    """The balance was compared after a failure."""

    task: Task
    refund: Refund


@dataclass(frozen=True, slots=True)
class CapabilitiesChanged:
    """Something was learned about what a profile's gateway offers."""

    profile: str
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """Another profile is the current one, or its settings changed."""

    profile: str


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Another process wrote to the library: what is shown may be old."""


@dataclass(frozen=True, slots=True)
class LibraryHealthChanged:
    """The library cannot be written, or can again."""

    problem: str = ""
    """For the top line: "gone", "damaged" or "read only"; empty when it is well again."""
    error: SunotuiError | None = None
    """What happened and what to do."""


@dataclass(frozen=True, slots=True)
class BackgroundTaskFailed:
    """Work in the background that nobody waits for came to grief; where, is in the log."""

    name: str
    error: str
    """The kind of the error; its own words may quote a header or a prompt (K1)."""


Event = (
    TasksChanged
    | TaskEnded
    | ConnectionChanged
    | SubmissionChanged
    | ResultArrived
    | SongsFound
    | InFlightChanged
    | UploadProgress
    | BalanceChanged
    | RefundChecked
    | CapabilitiesChanged
    | ProfileChanged
    | LibraryChanged
    | LibraryHealthChanged
    | BackgroundTaskFailed
)

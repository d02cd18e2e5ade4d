"""The events of core, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sunotui.domain.errors import SunotuiError
    from sunotui.domain.gateways.capabilities import Capabilities
    from sunotui.domain.gateways.money import Balance, Refund
    from sunotui.domain.submission import Submission
    from sunotui.domain.tasks.song_listing import SongMatch
    from sunotui.domain.tasks.task import Task


class ConnectionState(StrEnum):
    """The state of the connection to a gateway; the values are shown in the status bar."""

    STARTING = "starting"
    WAITING = "waiting"
    """No request yet, or no unfinished tasks."""
    ONLINE = "online"
    FAILING = "trouble"
    """The gateway answers with errors; it is polled again later."""
    OFFLINE = "offline"
    REFUSED = "token refused"
    NO_TOKEN = "no token"


@dataclass(frozen=True, slots=True)
class TasksChanged:
    """Tasks of the library were added or changed."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """A poller saw a task end."""

    task: Task


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The state of the connection to a profile's gateway."""

    profile: str
    state: ConnectionState
    error: SunotuiError | None = None
    answered_at: float | None = None
    """When the gateway last responded successfully, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class SubmissionChanged:
    """The state of a submission changed."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class ResultArrived:
    """The result of an accepted submission arrived, such as a link or a persona."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class SongsFound:
    """The gateway's list has songs that an unknown submission may have become; the user decides."""

    submission: Submission
    matches: tuple[SongMatch, ...]


@dataclass(frozen=True, slots=True)
class InFlightChanged:
    """The number of submissions that wait for a response changed."""

    count: int


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """The number of bytes sent of an upload; published at most ten times a second."""

    submission_id: str
    sent: int
    size: int


@dataclass(frozen=True, slots=True)
class BalanceChanged:
    """A new balance arrived; a price may have been learned from it, too."""

    profile: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class RefundChecked:
    """The balance was checked for a refund after a failure."""

    task: Task
    refund: Refund


@dataclass(frozen=True, slots=True)
class CapabilitiesChanged:
    """The known capabilities of a profile's gateway changed."""

    profile: str
    capabilities: Capabilities


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """The current profile or its settings changed."""

    profile: str


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Another process wrote to the library: displayed data may be outdated."""


@dataclass(frozen=True, slots=True)
class LibraryHealthChanged:
    """The library became read-only, or writable again."""

    problem: str = ""
    """For the status bar: "gone", "damaged" or "read only"; empty if the library works again."""
    error: SunotuiError | None = None
    """The error with its advice."""


@dataclass(frozen=True, slots=True)
class BackgroundTaskFailed:
    """A background task failed with an unexpected error; the log says where."""

    name: str
    error: str
    """The class name of the error; without its message, which may quote a header or a prompt (K1)."""


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

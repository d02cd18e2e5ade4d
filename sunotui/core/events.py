"""The events of core, as frozen values."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sunotui.named_tuple import NamedTuple

if TYPE_CHECKING:
    from sunotui.domain.errors import SunotuiError
    from sunotui.domain.gateways.capabilities import Capabilities
    from sunotui.domain.gateways.money import Balance, Refund
    from sunotui.domain.playback import PlaybackStatus
    from sunotui.domain.saving.downloads import DownloadStatus
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
    """The gateway responds with errors; it is polled again later."""
    OFFLINE = "offline"
    REFUSED = "token refused"
    NO_TOKEN = "no token"


class TasksChanged(NamedTuple):
    """Tasks of the library were added or changed."""

    ids: tuple[str, ...]


class TaskEnded(NamedTuple):
    """A poller saw a task end."""

    task: Task


class TaskPlayable(NamedTuple):
    """A poller saw that a take of a task can be played although the task has not ended."""

    task: Task


class ConnectionChanged(NamedTuple):
    """The state of the connection to a profile's gateway."""

    profile: str
    state: ConnectionState
    error: SunotuiError | None = None
    answered_at: float | None = None
    """When the gateway last responded successfully, in Unix seconds."""


class SubmissionChanged(NamedTuple):
    """The state of a submission changed."""

    submission: Submission


class ResultArrived(NamedTuple):
    """The result of an accepted submission arrived, such as a link or a persona."""

    submission: Submission


class SongsFound(NamedTuple):
    """The gateway's list has songs that an unknown submission may have become; the user decides."""

    submission: Submission
    matches: tuple[SongMatch, ...]


class InFlightChanged(NamedTuple):
    """The number of submissions that wait for a response changed."""

    in_flight: int


class UploadProgress(NamedTuple):
    """The number of bytes sent of an upload; published at most ten times a second."""

    submission_id: str
    sent: int
    size: int


class BalanceChanged(NamedTuple):
    """A new balance arrived; a price may have been learned from it, too."""

    profile: str
    balance: Balance


class RefundChecked(NamedTuple):
    """The balance was checked for a refund after a failure."""

    task: Task
    refund: Refund


class CapabilitiesChanged(NamedTuple):
    """The known capabilities of a profile's gateway changed."""

    profile: str
    capabilities: Capabilities


class ProfileChanged(NamedTuple):
    """The current profile or its settings changed."""

    profile: str


class LibraryChanged(NamedTuple):
    """Another process wrote to the library: displayed data may be outdated."""


class LibraryHealthChanged(NamedTuple):
    """The library became read-only, or writable again."""

    problem: str = ""
    """For the status bar: "gone", "damaged" or "read only"; empty if the library works again."""
    error: SunotuiError | None = None
    """The error with its advice."""


class PlaybackChanged(NamedTuple):
    """What plays changed; also published once a second while a take plays."""

    status: PlaybackStatus


class QueueReplaced(NamedTuple):
    """A queue of several songs was replaced, which can be undone."""

    takes: int
    """How many takes it had."""


class DownloadsChanged(NamedTuple):
    """The downloads changed; published at most four times a second."""

    status: DownloadStatus


class TimingsArrived(NamedTuple):
    """The word timings of a clip arrived from its gateway, and are in the library."""

    clip_id: str


class AutoSaveFailed(NamedTuple):
    """Takes cannot be saved automatically; published once for each reason."""

    message: str
    """A sentence without its full stop."""


class HookFailed(NamedTuple):
    """The user's command for a task that has ended failed; published once for the same failure in a row."""

    message: str
    """A sentence without its full stop."""


class MediaCacheFailed(NamedTuple):
    """What is played is not kept on disk; published once for the same reason."""

    message: str
    """A sentence without its full stop."""


class BackgroundTaskFailed(NamedTuple):
    """A background task failed with an unexpected error; the log says where."""

    name: str
    error: str
    """The class name of the error; without its message, which may quote a header or a prompt (K1)."""


Event = (
    TasksChanged
    | TaskEnded
    | TaskPlayable
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
    | PlaybackChanged
    | QueueReplaced
    | DownloadsChanged
    | TimingsArrived
    | AutoSaveFailed
    | HookFailed
    | MediaCacheFailed
    | BackgroundTaskFailed
)

"""A submission: one request of the user, from the journal row before sending to the final state (S1 to S5)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sunotui.named_tuple import NamedTuple

if TYPE_CHECKING:
    from sunotui.domain.requests.request import Request


class SubmissionState(StrEnum):
    """The state of a submission. The allowed transitions are in `TRANSITIONS`; none leads back to `ready`."""

    READY = "ready"
    """Journalled; nothing was sent."""
    SENDING = "sending"
    """Claimed by one process, which is about to send or has sent."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """It is proven that nothing was accepted."""
    UNKNOWN = "unknown"
    """It may have been charged; only the user resolves it (S4)."""
    DROPPED = "dropped"
    """The user gave up on an unknown outcome."""

    @property
    def is_open(self) -> bool:
        """Whether it still awaits sending or the user's decision."""
        return self in {SubmissionState.READY, SubmissionState.SENDING, SubmissionState.UNKNOWN}


TRANSITIONS: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.READY: frozenset({SubmissionState.SENDING, SubmissionState.REJECTED}),
    SubmissionState.SENDING: frozenset({SubmissionState.ACCEPTED, SubmissionState.REJECTED, SubmissionState.UNKNOWN}),
    SubmissionState.UNKNOWN: frozenset({SubmissionState.ACCEPTED, SubmissionState.DROPPED}),
    SubmissionState.ACCEPTED: frozenset(),
    SubmissionState.REJECTED: frozenset(),
    SubmissionState.DROPPED: frozenset(),
}


def can_transition(old: SubmissionState, new: SubmissionState) -> bool:
    """Whether a submission may change from one state to the other."""
    return new in TRANSITIONS[old]


class Submission(NamedTuple):
    """One row of the journal."""

    id: str
    """Generated when the form opens, not when it is sent, so that a double key press is one submission (S6)."""
    profile: str
    request: Request
    path: str
    body: str
    """The path and the JSON text exactly as they are sent."""
    state: SubmissionState
    created_at: float
    sent_at: float | None = None
    ended_at: float | None = None
    task_id: str | None = None
    retry_of: str | None = None
    """The submission with an unknown outcome that the user sent again as this one."""
    error: str = ""
    """The error's sentence for the states rejected and unknown."""
    error_code: str = ""
    """The stable code of that error (`SunotuiError.code`), which selects the exit code of the command line."""
    request_id: str = ""
    http_status: int | None = None
    answer: str = ""
    """The beginning of the gateway's response, sanitized for display."""
    result: str = ""
    """The result of a request that generates no song: a persona's id, expanded tags, the link to a file, or notes as
    JSON (domain/music/midi.py). Empty for songs, and while it is unknown."""
    task_hints: tuple[str, ...] = ()
    """Ids in a response that could not be parsed; one of them may be that of the paid task."""

    @property
    def method(self) -> str:
        """The HTTP method: only a request for a file of a clip has no body."""
        return "POST" if self.body else "GET"

"""One wish of a person, from the journal row before sending to its end (S1 to S5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sunotui.domain.requests.request import Request


class SubmissionState(StrEnum):
    """Where a submission stands. The allowed moves are in `TRANSITIONS`; there is no way back to `ready`."""

    READY = "ready"
    """Journalled; no byte was sent."""
    SENDING = "sending"
    """Claimed by one process, which is about to send or has sent."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """Proof that nothing was accepted."""
    UNKNOWN = "unknown"
    """It may have been charged; only a person resolves it (S4)."""
    DROPPED = "dropped"
    """A person called an unknown outcome lost."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to happen: sending, or a person's decision."""
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
    """Whether a submission may go from one state to the other."""
    return new in TRANSITIONS[old]


@dataclass(frozen=True, slots=True)
class Submission:
    """One row of the journal."""

    id: str
    """Made when the form opens, not when it is sent, so that a double key press is one wish (S6)."""
    profile: str
    request: Request
    path: str
    body: str
    """The path and the JSON text exactly as they go out."""
    state: SubmissionState
    created_at: float
    sent_at: float | None = None
    ended_at: float | None = None
    task_id: str | None = None
    retry_of: str | None = None
    """The submission whose unknown outcome made a person send this one again."""
    trouble: str = ""
    """The sentence for rejected and unknown."""
    trouble_kind: str = ""
    """The stable word of that trouble (`SunotuiError.code`), by which the command line chooses its exit code."""
    request_id: str = ""
    http_status: int | None = None
    answer: str = ""
    """The head of the gateway's answer, cleaned, for a person to read."""
    result: str = ""
    """What it came to where it made no song: a persona's id, longer tags, the link to a file, or notes as JSON
    (domain/midi.py). Empty for songs, and until it is known."""
    task_hints: tuple[str, ...] = ()
    """Ids in an answer that could not be understood; one of them may be the paid task's."""

    @property
    def method(self) -> str:
        """The HTTP method by which it goes out: only a request for a file of a clip has no body."""
        return "POST" if self.body else "GET"

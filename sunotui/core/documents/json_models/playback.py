"""The documents of the player and its queue."""

from __future__ import annotations

from sunotui.core.documents.json_models.base import Document


class PlaybackDocument(Document):
    """What plays: one line of `play --json`. Times are in seconds."""

    event: str
    """What has changed: "take", "state", "position", "problem", "settings", or "end", which comes last."""
    state: str
    """stopped, loading, playing, paused, or waiting for more audio."""
    task: str | None
    """This and the next three are null with an empty queue."""
    clip: str | None
    take: int | None
    title: str | None
    position: float
    duration: float | None
    """null while it is not known, such as that of a live stream."""
    live: bool
    """Whether the take is still being generated."""
    place: int | None
    """The position in the queue, from 1."""
    takes: int
    """The number of takes in the queue."""
    volume: int
    """0 to 100."""
    muted: bool
    speed: float
    repeat: str
    """off, all or one."""
    shuffled: bool
    problem: str
    """One sentence; empty without a problem."""
    backend: str
    output: str


class QueuedTakeDocument(Document):
    """A take in the queue."""

    place: int
    task: str
    clip: str
    take: int
    title: str
    duration: float | None
    profile: str
    current: bool


class QueueDocument(Document):
    """The queue as it is stored."""

    place: int | None
    """The position of the current take, from 1; null with an empty queue."""
    position: float
    volume: int
    muted: bool
    speed: float
    repeat: str
    shuffled: bool
    takes: list[QueuedTakeDocument]

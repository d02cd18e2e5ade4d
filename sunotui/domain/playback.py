"""Playback as values: what plays, its queue, and the rule by which a take counts as played."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sunotui.domain.annotations import TakeRef
from sunotui.named_tuple import NamedTuple

VOLUME_MAX = 100
SPEED_MIN = 0.5
SPEED_MAX = 2.0


def clock_text(seconds: float) -> str:
    """A position as m:ss."""
    return f"{int(max(0.0, seconds)) // 60}:{int(max(0.0, seconds)) % 60:02}"


class PlayState(StrEnum):
    """What playback does; the values are printed in JSON."""

    STOPPED = "stopped"
    LOADING = "loading"
    """A take was chosen, and there is no sound of it yet."""
    PLAYING = "playing"
    PAUSED = "paused"
    WAITING = "waiting"
    """The sound stopped because the audio arrives too slowly; it resumes automatically."""
    AWAITED = "awaited"
    """The song is being generated, and there is nothing to hear yet; it starts automatically as soon as there is."""

    @property
    def is_active(self) -> bool:
        """Whether it plays or will as soon as it can."""
        return self not in {PlayState.STOPPED, PlayState.PAUSED}


class RepeatMode(StrEnum):
    """What follows at the end of a take or of the queue; the values are stored and printed in JSON."""

    OFF = "off"
    ALL = "all"
    ONE = "one"


class QueueEntry(NamedTuple):
    """One take in the queue."""

    task_id: str
    clip_id: str
    title: str
    take: int
    """The number of the take in its song, from 1."""
    profile: str
    length_s: float | None = None
    """The length of the take by the gateway's data; None if it is unknown."""

    @property
    def ref(self) -> TakeRef:
        """The take."""
        return TakeRef(self.task_id, self.clip_id)


@dataclass(frozen=True, slots=True)
class PlaybackStatus:
    """Everything that screens show of playback, at one moment."""

    entry: QueueEntry | None = None
    """The current take; None with an empty queue."""
    state: PlayState = PlayState.STOPPED
    position_s: float = 0.0
    length_s: float | None = None
    """The length of the current take; None while it is not known, such as that of a live stream."""
    is_live: bool = False
    """Whether the take is still being generated, and its stream is played."""
    volume: int = VOLUME_MAX
    """0 to 100."""
    is_muted: bool = False
    speed: float = 1.0
    """SPEED_MIN to SPEED_MAX."""
    repeat: RepeatMode = RepeatMode.OFF
    is_shuffled: bool = False
    index: int = -1
    """The index of the current take in `queue`; -1 without one."""
    queue: tuple[QueueEntry, ...] = ()
    """The takes in the order in which they are played."""
    problem: str = ""
    """One sentence without its full stop; empty without a problem."""
    backend: str = ""
    """The library or program that plays, such as "miniaudio"; empty until it is known."""
    output: str = ""
    """Where the sound goes, such as "PulseAudio"; empty until it is known."""


PLAYED_AFTER_S = 30.0
"""A take counts as played after this many seconds of it were played, or after half of it."""


class PlayedTracker:
    """Measures how much of a take was played, by what the player gave to the output. Seeking adds nothing to that."""

    def __init__(self, length_s: float | None = None) -> None:
        """`length_s` is None while it is not known."""
        self.length_s = length_s
        self.played_s = 0.0
        """Seconds of the take."""
        self._reported_s = 0.0

    @property
    def is_played(self) -> bool:
        """Whether the take counts as played."""
        half_s = self.length_s / 2 if self.length_s and self.length_s > 0 else PLAYED_AFTER_S
        return self.played_s >= min(half_s, PLAYED_AFTER_S)

    def report(self, given_s: float, at_most_s: float) -> None:
        """The player gave `given_s` seconds to the output since it loaded the file. Since the last report, no more than
        `at_most_s` can have been played. A smaller value than before means that it has loaded the file again."""
        self.played_s += max(0.0, min(given_s - self._reported_s, at_most_s))
        self._reported_s = given_s

"""A job of the simulator: everything is decided when it is accepted, and its state depends only on the time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sunotui.domain.tasks.clip import ClipStatus
from sunotui.domain.tasks.task import TaskKind, TaskStatus


@dataclass(frozen=True, slots=True)
class Take:
    """One clip of a job. The three times are seconds after the submit at speed 1."""

    id: str
    loop: str
    turn: float
    frames: int
    duration_s: float
    queued_s: float
    streams_s: float
    done_s: float
    error: str = ""
    """Why this take fails at `done_s`; empty if it succeeds."""
    is_mute: bool = False
    """Whether its final link is dead, as None.mp3 is (protocol 7.3)."""
    title: str = ""
    """Its own title, if it differs from the job's: a stem."""


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a clip's history: a clip and the second in it where the next part begins, None on the last."""

    clip_id: str
    continue_at: float | None
    is_infill: bool = False
    infill_end_s: float | None = None
    """The end of the replaced section, for a clip that replaces one."""
    kind: str = "gen"
    """The `type` of the clip: "upload" for an uploaded one."""
    stems: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """The metadata of the separation, if this is the source of stems."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job, created by an accepted submit. Times are Unix seconds."""

    id: str
    number: int
    """1 for the first job of this simulator."""
    kind: TaskKind
    submitted_at: float
    speed: float
    price: float
    title: str
    lyrics: str
    tags: str = ""
    description: str = ""
    model: str = ""
    takes: tuple[Take, ...] = ()
    history: tuple[Part, ...] = ()
    """The clip that this one extends."""
    concat_history: tuple[Part, ...] = ()
    error: str = ""
    """Why a job without takes failed; lyrics may be present anyway (protocol 4.3)."""
    metadata: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Additional keys in a clip's metadata at Suno: the options that were passed on."""
    made: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """The task's `data` when it is done, for a job that creates neither clips nor lyrics."""
    made_in_s: float = 0.0
    """How long that takes, in seconds at speed 1."""
    is_bare: bool = False
    """Whether the response had only its clips, so that no fetch knows it (protocol 3.2)."""

    def clip_status(self, take: Take, at: float) -> ClipStatus:
        """The status of a take at a time."""
        age = self._age(at)
        if age >= take.done_s:
            return ClipStatus.ERROR if take.error else ClipStatus.COMPLETE
        if take.streams_s <= age:
            return ClipStatus.STREAMING
        return ClipStatus.QUEUED if age >= take.queued_s else ClipStatus.SUBMITTED

    def status(self, at: float) -> TaskStatus:
        """The task's status, derived from its clips' by the reference server's rule (4.3). Lyrics are complete
        immediately."""
        if not self.takes and self._age(at) < self.made_in_s:
            return TaskStatus.IN_PROGRESS
        if not self.takes:
            return TaskStatus.FAILURE if self.error else TaskStatus.SUCCESS
        states = [self.clip_status(take, at) for take in self.takes]
        if len(states) == 2 and states[0] is ClipStatus.COMPLETE:
            return _TASK_STATUS[states[1]]
        return _TASK_STATUS[states[0]]

    def fail_reason(self, at: float) -> str:
        """The first failed clip's reason once the task has failed."""
        if self.status(at) is not TaskStatus.FAILURE:
            return ""
        return next((take.error for take in self.takes if take.error), self.error)

    def started_at(self, at: float) -> float | None:
        """When the stream started, if it has."""
        return self._reached(min((take.streams_s for take in self.takes), default=0.0), at)

    def finished_at(self, at: float) -> float | None:
        """When the last take ended, if it has."""
        return self._reached(max((take.done_s for take in self.takes), default=self.made_in_s), at)

    def _reached(self, moment_s: float, at: float) -> float | None:
        return self.submitted_at + moment_s / self.speed if self._age(at) >= moment_s else None

    def _age(self, at: float) -> float:
        return (at - self.submitted_at) * self.speed


_TASK_STATUS = {
    ClipStatus.SUBMITTED: TaskStatus.SUBMITTED,
    ClipStatus.QUEUED: TaskStatus.QUEUED,
    ClipStatus.STREAMING: TaskStatus.IN_PROGRESS,
    ClipStatus.COMPLETE: TaskStatus.SUCCESS,
    ClipStatus.ERROR: TaskStatus.FAILURE,
}

"""Tasks: what a gateway creates for an accepted submission."""

from __future__ import annotations

from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.kinds import TaskKind as TaskKind
from sunotui.domain.tasks.kinds import TaskStatus as TaskStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.named_tuple import NamedTuple


class TaskReport(NamedTuple):
    """One task as a gateway reported it; missing fields are None or empty and never overwrite known values (D2)."""

    id: str
    status: TaskStatus | None
    """None when the response had no task wrapper and no clip to derive it from."""
    kind: TaskKind | None = None
    fail_reason: str = ""
    progress: str = ""
    """The gateway's text, such as "0%". At most gateways it does not change until the end (protocol 4.4)."""
    submitted_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    clips: tuple[Clip, ...] = ()
    lyrics: Lyrics | None = None
    charged_quota: float | None = None
    """The quota units that the gateway charged for the task; None if it does not report them. new-api of 2026 sets it
    to 0 when it refunds a failure."""
    raw: str = ""
    """The task's JSON text as received, for the Raw tab and for later versions to parse again."""


class Task(NamedTuple):
    """A task of the library. Times are Unix seconds; the gateway's are for display only (P6), `added_at` is local
    time."""

    id: str
    profile: str
    kind: TaskKind
    status: TaskStatus
    added_at: float
    fail_reason: str = ""
    progress: str = ""
    submitted_at: float | None = None
    started_at: float | None = None
    finished_at: float | None = None
    clips: tuple[Clip, ...] = ()
    lyrics: Lyrics | None = None
    checked_at: float | None = None
    """When the gateway last reported this task, in Unix seconds."""
    misses: int = 0
    """Consecutive responses that left this task out; some are normal right after a submit (protocol 4.5)."""
    submission_id: str | None = None
    made_in_s: float | None = None
    """Seconds from acceptance to the end by the local clock; None unless a poller saw it end."""
    charged_quota: float | None = None
    """The quota units that the gateway charged, by the latest response; not stored in the library."""
    title_hint: str = ""
    """The title until the gateway has one: the requested title, or the first words of the prompt."""

    @property
    def title(self) -> str:
        """The best known title: a clip's, the lyrics', or the requested one."""
        for clip in self.clips:
            if clip.title:
                return clip.title
        if self.lyrics is not None and self.lyrics.title:
            return self.lyrics.title
        return self.title_hint

    @property
    def is_streaming(self) -> bool:
        """Whether a take can be played although the task is not done."""
        return not self.status.is_final and any(clip.is_playable for clip in self.clips)

    @property
    def duration_s(self) -> float | None:
        """The length of the first take with a known length, in seconds."""
        return next((clip.duration_s for clip in self.clips if clip.duration_s), None)

    @property
    def model(self) -> str:
        """The model's name as the gateway returns it, from the first take that has one."""
        return next((clip.model for clip in self.clips if clip.model), "")

    @property
    def whole_takes(self) -> tuple[int, ...]:
        """The numbers of the takes that are complete although the task or another take failed; empty if nothing
        failed."""
        has_failed = self.status is TaskStatus.FAILURE or any(clip.status is ClipStatus.ERROR for clip in self.clips)
        return tuple(at for at, clip in enumerate(self.clips, 1) if clip.is_whole) if has_failed else ()

    @property
    def has_takes_later(self) -> bool:
        """Whether a song has no takes because its gateway has not made them yet."""
        return self.kind.is_song and not self.clips and not self.status.is_final

    def take(self, number: int) -> Clip | None:
        """Take `number`, counted from 1, or None."""
        return self.clips[number - 1] if 1 <= number <= len(self.clips) else None


def status_from_clips(clips: tuple[Clip, ...]) -> TaskStatus | None:
    """The status of a task whose response has only its clips (reference server, protocol 3.3 and 4.3)."""
    if not clips:
        return None
    states = {clip.status for clip in clips}
    if all(state.is_final for state in states):
        return TaskStatus.SUCCESS if ClipStatus.COMPLETE in states else TaskStatus.FAILURE
    if states & {ClipStatus.STREAMING, ClipStatus.COMPLETE}:
        return TaskStatus.IN_PROGRESS
    return TaskStatus.QUEUED if ClipStatus.QUEUED in states else TaskStatus.SUBMITTED

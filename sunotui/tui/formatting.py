"""Formats domain values for the screen: glyph, word and colour of a state, ages, lengths, times."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from sunotui.domain.gateways.models import label_of
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.text import clean, printable

if TYPE_CHECKING:
    from sunotui.domain.annotations import TakeRating
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.durations import DurationEstimate
    from sunotui.domain.tasks.summary import TaskSummary
    from sunotui.domain.tasks.task import Task

STATUS_LOOKS: dict[TaskStatus, tuple[str, str, str]] = {
    TaskStatus.NOT_STARTED: ("·", "waiting", "wait"),
    TaskStatus.SUBMITTED: ("◌", "submitted", "wait"),
    TaskStatus.QUEUED: ("◔", "queued", "wait"),
    TaskStatus.IN_PROGRESS: ("◐", "generating", "active"),
    TaskStatus.SUCCESS: ("✓", "done", "good"),
    TaskStatus.FAILURE: ("✗", "failed", "bad"),
    TaskStatus.UNKNOWN: ("?", "unknown", "odd"),
    TaskStatus.LOST: ("⌀", "lost", "odd"),
}
"""Glyph, word and tone of each state: each alone distinguishes the states."""
_TITLE_LIMIT = 1_000
"""The number of characters of a title that are drawn; every line is shorter."""
STREAMING_LOOK = ("♪", "streaming", "active")


def look(task: Task | TaskSummary) -> tuple[str, str, str]:
    """Glyph, word and tone of a task's state."""
    if task.is_streaming:
        return STREAMING_LOOK
    glyph, word, tone = STATUS_LOOKS[task.status]
    if task.kind is TaskKind.LYRICS and task.status is TaskStatus.SUCCESS:
        glyph = "✎"
    return glyph, word, tone


def title(text: str) -> str:
    """A title on one line, or a placeholder if there is none yet."""
    return clean(text, _TITLE_LIMIT) or "Untitled"


def length(seconds: float | None) -> str:
    """A length as m:ss, or a dash if it is unknown."""
    if seconds is None or seconds <= 0 or seconds >= 360_000:
        return "—"
    whole = round(seconds)
    hours, rest = divmod(whole, 3_600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def moment_of_clip(seconds: float) -> str:
    """A time within a clip as m:ss."""
    return f"{int(max(0.0, seconds)) // 60}:{int(max(0.0, seconds)) % 60:02}"


def usual(times: DurationEstimate, so_far_s: float) -> str:
    """How long such a task usually takes, and how long this one has taken so far."""
    return (
        f"usually {moment_of_clip(times.median_s)}, 9 of 10 within {moment_of_clip(times.p90_s)}; "
        f"now {moment_of_clip(so_far_s)}"
    )


def age(then: float, now: float) -> str:
    """How long ago, in one short word: now, 14m, 2h, 3d, or the year."""
    seconds = max(0.0, now - then)
    if seconds < 60:
        return "now"
    for unit, size, limit in (("m", 60, 3_600), ("h", 3_600, 86_400), ("d", 86_400, 86_400 * 100)):
        if seconds < limit:
            return f"{int(seconds // size)}{unit}"
    return time.strftime("%Y", time.localtime(then))


def ago(then: float, now: float) -> str:
    """How long ago, for a sentence: "just now", "14m ago" or "in 2024"."""
    short = age(then, now)
    return "just now" if short == "now" else f"in {short}" if short.isdigit() else f"{short} ago"


def age_lasts_s(then: float, now: float) -> float:
    """Seconds until the text of `age` changes."""
    seconds = max(0.0, now - then)
    step = 60 if seconds < 3_600 else 3_600 if seconds < 86_400 else 86_400
    return step - seconds % step


def clock_time(then: float) -> str:
    """The time of day in the local time zone."""
    return time.strftime("%H:%M:%S", time.localtime(then))


def moment(then: float | None) -> str:
    """Date and time in the local time zone, or a dash."""
    if then is None:
        return "—"
    try:
        return datetime.fromtimestamp(then).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return "—"


def model(name: str) -> str:
    """A model's short label, or a dash."""
    if not name:
        return "—"
    return label_of(name)


def opinion(rating: TakeRating) -> str:
    """The user's rating and star of a take: "★4", "starred" or "★4 starred"; a dash without either."""
    words = [f"★{rating.rating}"] if rating.rating else []
    return " ".join([*words, "starred"] if rating.is_starred else words) or "—"


def fit(text: str, cells: int) -> str:
    """Text cut or padded to exactly `cells` cells, on one line, with an ellipsis if it was cut."""
    if cells <= 0:
        return ""
    text = printable(text)
    if cell_len(text) <= cells:
        return set_cell_size(text, cells)
    return _cut(text, cells)


def _cut(text: str, cells: int) -> str:
    beginning = set_cell_size(text, cells - 1)
    return set_cell_size(beginning.rstrip() + "…", cells)


def link_kinds(clip: Clip) -> list[tuple[str, str]]:
    """The links that a clip has, with their names."""
    found = (("Audio URL", clip.audio_url), ("Video URL", clip.video_url), ("Image URL", clip.image_url))
    return [(name, url) for name, url in found if url]

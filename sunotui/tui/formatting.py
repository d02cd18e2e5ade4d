"""Formats domain values for the screen: glyph, word and colour of a state, ages, lengths, times."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from sunotui.domain.gateways.models import label_of
from sunotui.domain.saving.safety import DAY_S, LinkLife
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.text import clean, counted, printable
from sunotui.tui.theming import glyphs

if TYPE_CHECKING:
    from sunotui.domain.tasks.clip import Clip
    from sunotui.domain.tasks.durations import DurationEstimate
    from sunotui.domain.tasks.summary import TaskSummary
    from sunotui.domain.tasks.task import Task

_STATUS_LOOKS: dict[TaskStatus, tuple[str, str, str]] = {
    TaskStatus.NOT_STARTED: (glyphs.QUEUED, "waiting", "wait"),
    TaskStatus.SUBMITTED: (glyphs.QUEUED, "submitted", "wait"),
    TaskStatus.QUEUED: (glyphs.QUEUED, "queued", "wait"),
    TaskStatus.IN_PROGRESS: (glyphs.GENERATING, "generating", "active"),
    TaskStatus.SUCCESS: (glyphs.DONE, "done", "good"),
    TaskStatus.FAILURE: (glyphs.FAILED, "failed", "bad"),
    TaskStatus.UNKNOWN: (glyphs.UNKNOWN, "unknown", "odd"),
    TaskStatus.LOST: (glyphs.UNKNOWN, "lost", "odd"),
}
"""Glyph, word and tone of each state; the glyphs are those of the song list."""
_TITLE_LIMIT = 1_000
"""The maximum number of characters of a title; every line is shorter."""
_UNITS = {"s": "s", "m": "min", "h": "h", "d": "day", "w": "week", "y": "year"}
"""The units of ages in a sentence."""
_STREAMING_LOOK = (glyphs.GENERATING, "streaming", "active")


def look(task: Task | TaskSummary) -> tuple[str, str, str]:
    """Glyph, word and tone of a task's state."""
    if task.is_streaming:
        return _STREAMING_LOOK
    glyph, word, tone = _STATUS_LOOKS[task.status]
    if task.kind is TaskKind.LYRICS and task.status is TaskStatus.SUCCESS:
        glyph = glyphs.LYRICS
    return glyph, word, tone


def title(text: str) -> str:
    """A title on one line, or a placeholder for a song without a title."""
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


_AGES = (
    ("s", 1, 60, 10),
    ("m", 60, 3_600, 60),
    ("h", 3_600, 86_400, 3_600),
    ("d", 86_400, 604_800, 86_400),
    ("w", 604_800, 31_536_000, 604_800),
    ("y", 31_536_000, float("inf"), 31_536_000),
)
"""The units of ages: the word, its seconds, the limit in seconds up to which it is used, and the steps in seconds.
Seconds go in steps of ten, so that a screen with a new song rarely changes."""


def age(then: float, now: float) -> str:
    """How long ago, in at most four cells: now, 20s, 14m, 2h, 3d, 5w or 2y."""
    seconds = min(max(0.0, now - then), 31_536_000.0 * 999)
    unit, size, _, step = _unit_of(seconds)
    whole = int(seconds // step) * step // size
    return f"{whole}{unit}" if whole else "now"


def ago(then: float, now: float) -> str:
    """How long ago, for a sentence: "just now", "14 min ago", "2 days ago" or "3 years ago"."""
    short = age(then, now)
    if short == "now":
        return "just now"
    count, unit = short[:-1], _UNITS[short[-1]]
    return f"{count} {unit}{'s' if unit in {'day', 'week', 'year'} and count != '1' else ''} ago"


def age_lasts_s(then: float, now: float) -> float:
    """Seconds until the text of `age` changes."""
    seconds = max(0.0, now - then)
    step = _unit_of(seconds)[3]
    return step - seconds % step


def _unit_of(seconds: float) -> tuple[str, int, float, int]:
    """The unit of an age, as in _AGES."""
    for unit in _AGES:
        if seconds < unit[2]:
            return unit
    return _AGES[-1]


def clock_time(then: float) -> str:
    """The time of day in the local time zone."""
    return time.strftime("%H:%M:%S", time.localtime(then))


def day(then: float, now: float) -> str:
    """The time of day of today, else the day in the local time zone, such as 29 Nov, with the year if it is not this
    one; a dash without a day."""
    try:
        moment_then, moment_now = datetime.fromtimestamp(then), datetime.fromtimestamp(now)
    except (OverflowError, OSError, ValueError):
        return "—"
    if moment_then.date() == moment_now.date():
        return f"{moment_then:%H:%M}"
    year = f" {moment_then.year}" if moment_then.year != moment_now.year else ""
    return f"{moment_then.day} {moment_then:%b}{year}"


def hour_and_minute(then: float) -> str:
    """The hour and minute in the local time zone."""
    return time.strftime("%H:%M", time.localtime(then))


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
    return set_cell_size(beginning.rstrip() + glyphs.ELLIPSIS, cells)


def link_kinds(clip: Clip) -> list[tuple[str, str]]:
    """The links that a clip has, with their names."""
    found = (("Audio URL", clip.audio_url), ("Video URL", clip.video_url), ("Image URL", clip.image_url))
    return [(name, url) for name, url in found if url]


def link_expiry(age_s: float, life: LinkLife) -> str:
    """When the link expires of a take whose song was added `age_s` seconds ago, such as "link expires in 2 days"; with
    "may" while that is only assumed. Empty for links that do not expire."""
    if life.window_s is None:
        return ""
    first, last = life.window_s
    if age_s >= last:
        return "link is dead" if life.is_learned else "link is probably dead"
    verb = "expires" if life.is_learned else "may expire"
    left_s = first - age_s
    if left_s >= DAY_S:
        return f"link {verb} in {counted(int(left_s // DAY_S), 'day')}"
    if left_s >= 3_600:
        return f"link {verb} in {counted(int(left_s // 3_600), 'hour')}"
    return f"link {verb} soon"


def bar(share: float, cells: int) -> tuple[str, str]:
    """A bar as its filled part, to half a cell, and the rest."""
    halves = round(share * cells * 2)
    full = glyphs.BAR_FULL * (halves // 2) + (glyphs.BAR_HALF if halves % 2 else "")
    return full, glyphs.BAR_REST * (cells - len(full))

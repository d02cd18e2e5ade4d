"""The progress of an unfinished song: the share of the bar in its row, and the words beside it."""

from __future__ import annotations

from math import ceil

from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.theming import glyphs

STEP_S = 10
"""The steps, in seconds, in which the time left is shown, so that a row rarely changes."""
_MOST_ESTIMATED = 0.95
"""The maximum share of a bar that an estimate fills; only the gateway reports the end."""


class RowProgress(NamedTuple):
    """What a row shows of an unfinished song until the next event, or until `lasts_s` have passed."""

    words: str
    share: float | None = None
    """The filled part of the bar; None without a bar."""
    is_reported: bool = False
    """Whether the gateway reports it; otherwise it is an estimate."""
    lasts_s: float | None = None
    """Seconds until the words change without an event; None if they do not."""


def progress_of(row: TaskSummary, now: float) -> RowProgress:
    """The progress of an unfinished song at `now`, in Unix seconds."""
    word = formatting.look(row)[1]
    if row.is_pending:
        return RowProgress("sending")
    if row.progress is not None:
        return RowProgress(f"{row.progress:.0%}", row.progress, is_reported=True)
    if row.status is not TaskStatus.IN_PROGRESS or row.usual_s is None or row.usual_s <= 0:
        return RowProgress(word)
    elapsed = max(0.0, now - row.added_at)
    steps = ceil((row.usual_s - elapsed) / STEP_S)
    if steps <= 0:
        return RowProgress(formatting.age(row.added_at, now), _MOST_ESTIMATED)
    left = steps * STEP_S
    share = min(_MOST_ESTIMATED, max(0.0, 1.0 - left / row.usual_s))
    return RowProgress(_about(left), share, lasts_s=row.usual_s - elapsed - (steps - 1) * STEP_S)


def _about(seconds: int) -> str:
    """A time that is left, in at most five cells."""
    minutes, rest = divmod(seconds, 60)
    if minutes >= 10:
        return f"{glyphs.ABOUT}{min(99, minutes)}m"
    return f"{glyphs.ABOUT}{minutes}:{rest:02}" if minutes else f"{glyphs.ABOUT}{rest}s"

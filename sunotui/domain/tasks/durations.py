"""Duration estimates: how long a gateway usually takes for a task."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.named_tuple import NamedTuple

FEWEST = 3
"""The number of ended tasks needed for an estimate."""


class DurationEstimate(NamedTuple):
    """Statistics of the seconds from acceptance to the end, for the newest tasks of one kind at one gateway."""

    median_s: float
    p90_s: float
    sample_size: int
    """The number of these tasks."""


def estimate_duration(seconds: Sequence[float]) -> DurationEstimate | None:
    """The median and the 90th percentile (nearest rank); None with too few values."""
    ordered = sorted(seconds)
    if len(ordered) < FEWEST:
        return None
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return DurationEstimate(median, ordered[-(-len(ordered) * 9 // 10) - 1], len(ordered))


def length_text(seconds: float | None) -> str:
    """A length as 2:41 or 1:02:03; empty if it is unknown or impossible."""
    if seconds is None or not 0 < seconds < 1e7:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

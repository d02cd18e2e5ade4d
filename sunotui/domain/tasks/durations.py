"""Duration estimates: how long a gateway usually takes for a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 3
"""The number of ended tasks needed for an estimate."""


@dataclass(frozen=True, slots=True)
class DurationEstimate:
    """Statistics of the seconds from acceptance to the end, for the newest tasks of one kind at one gateway."""

    median_s: float
    p90_s: float
    count: int


def estimate_duration(seconds: Sequence[float]) -> DurationEstimate | None:
    """The median and the 90th percentile (nearest rank); None with too few values."""
    ordered = sorted(seconds)
    if len(ordered) < FEWEST:
        return None
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return DurationEstimate(median, ordered[-(-len(ordered) * 9 // 10) - 1], len(ordered))

"""How long a gateway usually takes: the honest estimate beside a task that is being made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 3
"""Tasks that must have ended before anything is called usual."""


@dataclass(frozen=True, slots=True)
class DurationEstimate:
    """Seconds from acceptance to the end, of the newest tasks of one kind at one gateway."""

    median_s: float
    p90_s: float
    count: int


def estimate_duration(seconds: Sequence[float]) -> DurationEstimate | None:
    """The median and the 90th percentile (nearest rank); None for too few."""
    ordered = sorted(seconds)
    if len(ordered) < FEWEST:
        return None
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    return DurationEstimate(median, ordered[-(-len(ordered) * 9 // 10) - 1], len(ordered))

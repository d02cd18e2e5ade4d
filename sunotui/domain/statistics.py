"""Statistics of the library: how much was made, how well, how fast and for how much money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sunotui.domain.tasks.durations import DurationEstimate

MOST_WEEKS = 52 * 20
"""Weeks that are reported, counted back from the last one with a task."""
KEPT_RATING = 4
"""A take counts as kept if it is rated this or more, starred, or on an album, and not in the trash."""


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Tasks and takes of one week, model or gateway."""

    name: str
    """The Monday of a week as YYYY-MM-DD, a model's name as gateways return it, or a profile."""
    tasks: int = 0
    """All of them, lyrics too."""
    ended: int = 0
    """Those that came to an end."""
    failed: int = 0
    """Those that failed, are unknown or were lost."""
    takes: int = 0
    kept: int = 0

    @property
    def failure_rate(self) -> float | None:
        """The part of what ended that failed, 0 to 1; None while nothing has ended."""
        return self.failed / self.ended if self.ended else None

    def plus(self, other: TaskCounts) -> TaskCounts:
        """Both together under this one's name."""
        return TaskCounts(
            self.name,
            self.tasks + other.tasks,
            self.ended + other.ended,
            self.failed + other.failed,
            self.takes + other.takes,
            self.kept + other.kept,
        )


@dataclass(frozen=True, slots=True)
class Spending:
    """Money at one gateway: what was seen to cost something, times how often it was asked for and did not fail.

    An estimate: prices are learned from the balance before and after a submission, and relays give money back for
    what fails (protocol 4.4).
    """

    profile: str
    unit: str
    amount: float
    priced: int
    """Submissions whose price is known."""
    unpriced: int
    """Submissions whose price is not."""
    kept: int
    """Kept takes of the submissions with a price."""

    @property
    def per_kept_take(self) -> float | None:
        """What one kept take cost; None while none is kept."""
        return self.amount / self.kept if self.kept else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """All statistics of one library."""

    total: TaskCounts
    weeks: tuple[TaskCounts, ...]
    """From the first week with a task to the last, the oldest first, none left out."""
    models: tuple[TaskCounts, ...]
    """Most takes first."""
    gateways: tuple[TaskCounts, ...]
    """Most tasks first."""
    times: Mapping[tuple[str, str], DurationEstimate]
    """How long songs took, by profile and model, where enough were watched to their end."""
    all_times: DurationEstimate | None
    spending: tuple[Spending, ...]


def whole_weeks(days: Mapping[date, TaskCounts]) -> tuple[TaskCounts, ...]:
    """The counts of days as weeks that begin on Monday, including weeks without a task."""
    if not days:
        return ()
    found: dict[date, TaskCounts] = {}
    for day, tally in days.items():
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, TaskCounts(monday.isoformat())).plus(tally)
    first, last = min(found), max(found)
    # A clock that once stood in another century must not make a list of a hundred thousand empty weeks.
    first = max(first, last - timedelta(weeks=MOST_WEEKS - 1))
    mondays = (first + timedelta(weeks=at) for at in range((last - first).days // 7 + 1))
    return tuple(found.get(monday, TaskCounts(monday.isoformat())) for monday in mondays)

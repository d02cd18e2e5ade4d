"""Statistics of the library: counts, failure rates, generation times and spending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sunotui.domain.tasks.durations import DurationEstimate

MOST_WEEKS = 52 * 20
"""The number of weeks reported, back from the last one with a task."""
LIKED_RATING = 4
"""A take counts as liked if it has at least this rating, is a favourite or is on an album, and is not in the trash."""


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """Tasks and takes of one week, model or gateway."""

    name: str
    """The Monday of a week as YYYY-MM-DD, a model's name as gateways return it, or a profile."""
    tasks: int = 0
    """All tasks, including lyrics."""
    ended: int = 0
    """Tasks that ended."""
    failed: int = 0
    """Tasks that failed, are unknown or were lost."""
    takes: int = 0
    liked: int = 0

    @property
    def failure_rate(self) -> float | None:
        """The share of ended tasks that failed, 0 to 1; None if no task has ended."""
        return self.failed / self.ended if self.ended else None

    def plus(self, other: TaskCounts) -> TaskCounts:
        """The sum of both, with this name."""
        return TaskCounts(
            self.name,
            self.tasks + other.tasks,
            self.ended + other.ended,
            self.failed + other.failed,
            self.takes + other.takes,
            self.liked + other.liked,
        )


@dataclass(frozen=True, slots=True)
class Spending:
    """Spending at one gateway: the learned prices times the number of requests that did not fail. An estimate: prices
    are learned from the balance before and after a submission, and relays refund failures (protocol 4.4).
    """

    profile: str
    unit: str
    amount: float
    priced: int
    """Submissions whose price is known."""
    unpriced: int
    """Submissions whose price is unknown."""
    liked: int
    """Kept takes of the submissions with a known price."""

    @property
    def per_liked_take(self) -> float | None:
        """The cost per liked take; None if no take is liked."""
        return self.amount / self.liked if self.liked else None


@dataclass(frozen=True, slots=True)
class Statistics:
    """All statistics of one library."""

    total: TaskCounts
    weeks: tuple[TaskCounts, ...]
    """All weeks from the first to the last with a task, oldest first."""
    models: tuple[TaskCounts, ...]
    """Most takes first."""
    gateways: tuple[TaskCounts, ...]
    """Most tasks first."""
    times: Mapping[tuple[str, str], DurationEstimate]
    """How long songs took, by profile and model; only with enough measured tasks."""
    all_times: DurationEstimate | None
    spending: tuple[Spending, ...]
    played: int = 0
    """Takes that the player has played."""
    plays: int = 0
    """How often it has played takes, in total."""
    last_played_at: float | None = None
    """When it played one last, in Unix seconds."""


def whole_weeks(days: Mapping[date, TaskCounts]) -> tuple[TaskCounts, ...]:
    """The daily counts summed by week from Monday, including weeks without a task."""
    if not days:
        return ()
    found: dict[date, TaskCounts] = {}
    for day, tally in days.items():
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, TaskCounts(monday.isoformat())).plus(tally)
    first, last = min(found), max(found)
    # A clock that was once wrong by centuries must not cause a list of a hundred thousand empty weeks.
    first = max(first, last - timedelta(weeks=MOST_WEEKS - 1))
    mondays = (first + timedelta(weeks=at) for at in range((last - first).days // 7 + 1))
    return tuple(found.get(monday, TaskCounts(monday.isoformat())) for monday in mondays)

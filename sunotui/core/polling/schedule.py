"""When to poll a gateway next: pure functions of ages and failures."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = ((60.0, 5.0), (300.0, 10.0), (900.0, 20.0), (7_200.0, 60.0))
"""Pairs of an age and the interval up to it, in seconds. Gateways refresh their own copy every 15 s (protocol 7.1)."""
STALLED_S = 600.0
"""The interval for older tasks, and for those whose data cannot be parsed."""
BATCH_WINDOW_S = 2.0
"""A task that is due within this time, in seconds, is polled together with those that are due now."""
TASKS_A_REQUEST = 50
"""The number of tasks per request, as the gateway client splits them."""
LONGEST_GAP_S = 60.0
"""The longest gap between two polls of a task, in seconds, with which its duration is still accurate enough."""
OBSERVED_FROM_S = 10.0
"""A task at most this old, in seconds, counts as polled since its acceptance."""
RATE_CAP_S = 600.0
"""The longest wait, in seconds, that a gateway's Retry-After can impose."""
_BACKOFF_FIRST_S = 5.0
_BACKOFF_CAP_S = 60.0
_BUCKET_SIZE = 10.0
_BUCKET_PER_S = 0.5
_WHOLE = 1 - 1e-9
"""A request may be slightly early: a wait as short as a rounding error might not advance the clock at all."""


def interval_s(age_s: float) -> float:
    """Seconds between two polls of a task of this age."""
    for until_s, every_s in _STEPS:
        if age_s < until_s:
            return every_s
    return STALLED_S


def backoff_s(failures: int, rng: random.Random, retry_after_s: float | None = None) -> float:
    """Seconds to wait after failures: doubling from 5 s to 60 s with jitter, never under half a step, and at least the
    gateway's Retry-After (up to ten minutes)."""
    step = min(_BACKOFF_CAP_S, _BACKOFF_FIRST_S * 2.0 ** min(max(failures - 1, 0), 10))
    wait = step / 2 + rng.random() * step / 2
    if retry_after_s is not None and retry_after_s > 0:
        wait = max(wait, min(retry_after_s, RATE_CAP_S))
    return wait


@dataclass(slots=True)
class PollEntry:
    """The polling state of one unfinished task, in monotonic time."""

    id: str
    created_at: float
    due: float
    polled_at: float = 0.0
    polled_at_wall: float = 0.0
    """When the gateway last reported it, by both clocks: the monotonic one stops while the computer sleeps."""
    is_observed: bool = False
    """Whether it was polled since its acceptance, without a gap."""
    submission_id: str = ""
    """The submission that created it; empty for a task made elsewhere."""

    def is_active(self, now: float) -> bool:
        """Whether it is likely to end soon: young enough to be polled more often than the stalled ones."""
        return interval_s(now - self.created_at) < STALLED_S

    def mark_requested(self, now: float) -> None:
        """Schedule the next poll after one at `now`."""
        self.due = now + interval_s(now - self.created_at)

    def mark_polled(self, now: float, wall: float) -> None:
        """Record that the gateway reported it."""
        if max(now - self.polled_at, wall - self.polled_at_wall) > LONGEST_GAP_S:
            self.is_observed = False
        self.polled_at, self.polled_at_wall = now, wall

    def observed_duration_s(self) -> float | None:
        """Seconds from its acceptance to the last report; None when there was a gap."""
        return self.polled_at - self.created_at if self.is_observed else None


def due_ids(tasks: Iterable[PollEntry], now: float) -> list[str]:
    """The ids to poll now, with those that are due soon; empty if nothing is due."""
    tasks = tuple(tasks)
    if not any(task.due <= now for task in tasks):
        return []
    return [task.id for task in sorted(tasks, key=lambda task: task.due) if task.due <= now + BATCH_WINDOW_S]


class TokenBucket:
    """A budget over all requests of one profile: ten at once, then one every two seconds."""

    def __init__(self, now: float) -> None:
        self._level = _BUCKET_SIZE
        self._at = now

    def wait_s(self, now: float) -> float:
        """Seconds until the next request is allowed."""
        self._fill(now)
        return 0.0 if self._level >= _WHOLE else (1 - self._level) / _BUCKET_PER_S

    def available(self, now: float) -> int:
        """How many requests are allowed immediately."""
        self._fill(now)
        return max(0, int(self._level + 1 - _WHOLE))

    def take(self, now: float, requests: int = 1) -> None:
        """Spend tokens; the level may go below zero for a request by the user, or one that needed several."""
        self._fill(now)
        self._level -= requests

    def _fill(self, now: float) -> None:
        self._level = min(_BUCKET_SIZE, self._level + max(0.0, now - self._at) * _BUCKET_PER_S)
        self._at = now

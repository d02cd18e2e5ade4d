"""The polling schedule: pure functions of ages and failures (P4)."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.polling import schedule

pytestmark = pytest.mark.guarantee("P4", ordinary="the schedule and the token bucket as pure functions")


@pytest.mark.parametrize(
    ("age", "every"), [(0, 5), (59, 5), (60, 10), (299, 10), (300, 20), (899, 20), (900, 60), (7_199, 60), (7_200, 600)]
)
def test_older_tasks_are_polled_more_slowly(age: float, every: float) -> None:
    assert schedule.interval_s(age) == every


def test_without_due_tasks_nothing_is_polled_and_soon_due_ones_are_added() -> None:
    tasks = [
        schedule.PollEntry("a", 0, due=10),
        schedule.PollEntry("b", 0, due=11.5),
        schedule.PollEntry("c", 0, due=13),
    ]
    assert schedule.due_ids(tasks, 9.9) == []
    assert schedule.due_ids(tasks, 10) == ["a", "b"]


@given(st.integers(1, 100), st.integers(), st.one_of(st.none(), st.floats(-1e9, 1e9)))
def test_backoff_stays_within_its_bounds(failures: int, seed: int, retry_after: float | None) -> None:
    wait = schedule.backoff_s(failures, random.Random(seed), retry_after)
    assert 2.5 <= wait <= schedule.RATE_CAP_S
    if retry_after is not None and 0 < retry_after <= schedule.RATE_CAP_S:
        assert wait >= retry_after


@given(st.lists(st.floats(0, 30), max_size=200))
def test_the_bucket_never_exceeds_its_rate(gaps: list[float]) -> None:
    bucket, now, sent = schedule.TokenBucket(0.0), 0.0, 0
    for gap in gaps:
        now += gap
        if bucket.wait_s(now) == 0:
            bucket.take(now)
            sent += 1
    assert sent <= 10 + now * 0.5 + 1


@given(gaps=st.lists(st.sampled_from([0.1, 0.7, 1.3]), min_size=20, max_size=40), begin=st.floats(0, 100_000))
def test_after_the_buckets_wait_a_request_is_allowed(gaps: list[float], begin: float) -> None:
    """Regression: the level had to be exactly 1; it was 0.9999999999999432, the wait 1e-13 s, in an endless loop."""
    bucket, now = schedule.TokenBucket(begin), begin
    for gap in gaps:
        now += gap
        bucket.take(now)
        now += bucket.wait_s(now)
        assert bucket.wait_s(now) == 0
        assert bucket.available(now) >= 1


@pytest.mark.parametrize(
    ("failures", "least", "most"),
    [(0, 2.5, 5.0), (1, 2.5, 5.0), (2, 5.0, 10.0), (3, 10.0, 20.0), (4, 20.0, 40.0), (5, 30.0, 60.0), (99, 30.0, 60.0)],
)
def test_backoff_doubles_from_five_seconds_to_sixty(failures: int, least: float, most: float) -> None:
    class Edge(random.Random):
        """Always draws the same number."""

        def __init__(self, drawn: float) -> None:
            super().__init__()
            self._drawn = drawn

        def random(self) -> float:
            return self._drawn

    assert schedule.backoff_s(failures, Edge(0.0)) == least
    assert schedule.backoff_s(failures, Edge(1.0)) == most
    assert schedule.backoff_s(failures, Edge(0.0), retry_after_s=300.0) == 300.0
    assert schedule.backoff_s(failures, Edge(0.0), retry_after_s=9_999.0) == schedule.RATE_CAP_S
    assert schedule.backoff_s(failures, Edge(1.0), retry_after_s=1.0) == most
    assert schedule.backoff_s(failures, Edge(1.0), retry_after_s=0.0) == most


def test_the_bucket_fills_with_time_and_not_with_calls() -> None:
    bucket = schedule.TokenBucket(0.0)
    assert bucket.available(0.0) == 10
    bucket.take(0.0, 10)
    assert bucket.available(0.0) == 0
    for _ in range(5):
        assert bucket.wait_s(1.0) == 1.0
    assert bucket.available(1.0) == 0
    assert bucket.available(2.0) == 1
    assert bucket.available(1_000.0) == 10, "no more than ten are saved up"
    bucket.take(1_000.0, 12)
    assert bucket.wait_s(1_000.0) == 6.0
    assert bucket.wait_s(900.0) == 6.0, "a clock that goes backwards fills nothing"


def test_the_duration_is_known_if_polling_had_no_gap() -> None:
    watched = schedule.PollEntry(
        "a", created_at=100.0, due=105.0, polled_at=100.0, polled_at_wall=0.0, is_observed=True
    )
    watched.mark_polled(160.0, 60.0)
    assert watched.observed_duration_s() == 60.0
    assert watched.is_active(159.0)
    watched.mark_requested(160.0)
    assert watched.due == 170.0
    assert not watched.is_active(100.0 + 7_200.0)


@pytest.mark.parametrize(("now", "wall"), [(160.1, 10.0), (110.0, 60.1)])
def test_a_gap_on_either_clock_makes_the_duration_unknown(now: float, wall: float) -> None:
    watched = schedule.PollEntry(
        "a", created_at=100.0, due=105.0, polled_at=100.0, polled_at_wall=0.0, is_observed=True
    )
    watched.mark_polled(now, wall)
    assert watched.observed_duration_s() is None

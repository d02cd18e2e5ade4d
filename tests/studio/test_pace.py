"""When to ask next: pure functions of ages and failures (P4)."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.studio import pace


@pytest.mark.parametrize(
    ("age", "every"), [(0, 5), (59, 5), (60, 10), (299, 10), (300, 20), (899, 20), (900, 60), (7_199, 60), (7_200, 600)]
)
def test_the_older_the_slower(age: float, every: float) -> None:
    assert pace.interval_s(age) == every


def test_nothing_due_asks_for_nothing_and_neighbours_ride_along() -> None:
    tasks = [pace.Watched("a", 0, due=10), pace.Watched("b", 0, due=11.5), pace.Watched("c", 0, due=13)]
    assert pace.due_ids(tasks, 9.9) == []
    assert pace.due_ids(tasks, 10) == ["a", "b"]


@given(st.integers(1, 100), st.integers(), st.one_of(st.none(), st.floats(-1e9, 1e9)))
def test_backing_off_stays_within_its_bounds(failures: int, seed: int, retry_after: float | None) -> None:
    wait = pace.backoff_s(failures, random.Random(seed), retry_after)
    assert 2.5 <= wait <= pace.RATE_CAP_S
    if retry_after is not None and 0 < retry_after <= pace.RATE_CAP_S:
        assert wait >= retry_after


@given(st.lists(st.floats(0, 30), max_size=200))
def test_the_bucket_never_lets_more_through_than_its_rate(gaps: list[float]) -> None:
    bucket, now, sent = pace.Bucket(0.0), 0.0, 0
    for gap in gaps:
        now += gap
        if bucket.wait_s(now) == 0:
            bucket.take(now)
            sent += 1
    assert sent <= 10 + now * 0.5 + 1

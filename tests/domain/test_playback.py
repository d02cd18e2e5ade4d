"""A take counts as played after half of it or 30 seconds were played, never by seeking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.playback import PlayedTracker, clock_text


@pytest.mark.parametrize(
    ("length_s", "needed_s"), [(180.0, 30.0), (60.0, 30.0), (40.0, 20.0), (2.0, 1.0), (None, 30.0), (0.0, 30.0)]
)
def test_half_of_a_take_or_thirty_seconds_are_needed(length_s: float | None, needed_s: float) -> None:
    tracker = PlayedTracker(length_s)
    tracker.report(needed_s - 0.1, 100.0)
    assert not tracker.is_played
    tracker.report(needed_s, 100.0)
    assert tracker.is_played


def test_more_than_the_time_allows_is_not_counted() -> None:
    """A player that is wrong, or lies."""
    tracker = PlayedTracker(180.0)
    tracker.report(1e9, 2.0)
    assert tracker.played_s == 2.0
    tracker.report(float("1e10"), 1.0)
    assert tracker.played_s == 3.0


def test_a_file_that_is_loaded_again_counts_on() -> None:
    tracker = PlayedTracker(180.0)
    for given_s in (10.0, 20.0, 0.5, 5.0, 11.0):
        tracker.report(given_s, 20.0)
    assert tracker.played_s == 30.5
    assert tracker.is_played


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e3)), max_size=20))
def test_no_report_makes_it_less_or_more_than_the_time(reports: list[tuple[float, float]]) -> None:
    tracker, allowed_s = PlayedTracker(180.0), 0.0
    for given_s, at_most_s in reports:
        before = tracker.played_s
        tracker.report(given_s, at_most_s)
        allowed_s += at_most_s
        assert before <= tracker.played_s <= allowed_s + 1e-6


def test_a_length_that_is_known_later_counts() -> None:
    tracker = PlayedTracker()
    tracker.report(20.0, 100.0)
    assert not tracker.is_played
    tracker.length_s = 40.0
    assert tracker.is_played


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "0:00"), (59.9, "0:59"), (75.2, "1:15"), (3_601.0, "60:01"), (-1.0, "0:00")]
)
def test_a_position_as_minutes_and_seconds(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text

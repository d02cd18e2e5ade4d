"""How long tasks of a kind usually take."""

from __future__ import annotations

from sunotui.domain.tasks.durations import DurationEstimate, estimate_duration


def test_an_estimate_needs_a_few_ended_tasks() -> None:
    assert estimate_duration([]) is None
    assert estimate_duration([10.0, 20.0]) is None
    assert estimate_duration([30.0, 10.0, 20.0]) == DurationEstimate(20.0, 30.0, 3)
    assert estimate_duration([float(number) for number in range(1, 11)]) == DurationEstimate(5.5, 9.0, 10)
    assert estimate_duration([float(number) for number in range(1, 101)]) == DurationEstimate(50.5, 90.0, 100)

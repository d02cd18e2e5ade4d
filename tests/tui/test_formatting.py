"""Times in the words of the screens."""

from __future__ import annotations

from sunotui.tui import formatting

NOW = 1_790_000_000.0
"""21 September 2026, 14:13 in UTC, which the tests run in."""


def test_today_is_a_time_of_day_and_another_day_a_date() -> None:
    assert formatting.day(NOW - 3_600, NOW) == "13:13"
    assert formatting.day(NOW - 86_400, NOW) == "20 Sep"
    assert formatting.day(NOW - 400 * 86_400, NOW) == "17 Aug 2025"
    assert formatting.day(float("nan"), NOW) == "—"

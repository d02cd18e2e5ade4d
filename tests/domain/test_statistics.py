"""Weeks, rates and costs."""

from __future__ import annotations

from datetime import date

from sunotui.domain.statistics import MOST_WEEKS, Spending, TaskCounts, whole_weeks


def test_days_become_weeks_from_monday_and_none_is_left_out() -> None:
    weeks = whole_weeks(
        {
            date(2026, 11, 1): TaskCounts("2026-11-01", tasks=1, takes=2),
            date(2026, 11, 2): TaskCounts("2026-11-02", tasks=1, takes=2, ended=1, failed=1),
            date(2026, 11, 8): TaskCounts("2026-11-08", tasks=2, takes=4, ended=1, liked=1),
            date(2026, 11, 25): TaskCounts("2026-11-25", tasks=1),
        }
    )
    assert [week.name for week in weeks] == ["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"]
    assert weeks[1] == TaskCounts("2026-11-02", tasks=3, ended=2, failed=1, takes=6, liked=1)
    assert weeks[1].failure_rate == 0.5
    assert weeks[2] == TaskCounts("2026-11-09")
    assert weeks[2].failure_rate is None
    assert whole_weeks({}) == ()


def test_a_wrong_century_makes_no_endless_list() -> None:
    weeks = whole_weeks({date(1, 1, 1): TaskCounts("a", takes=1), date(2026, 11, 25): TaskCounts("b", takes=2)})
    assert len(weeks) == MOST_WEEKS
    assert weeks[-1] == TaskCounts("2026-11-23", takes=2)


def test_the_cost_per_liked_take_includes_all_requests() -> None:
    assert Spending("home", "$", 1.0, 10, 0, 4).per_liked_take == 0.25
    assert Spending("home", "$", 1.0, 10, 0, 0).per_liked_take is None

"""Times in the words of the screens."""

from __future__ import annotations

import pytest

from sunotui.domain.saving.safety import DAY_S, NO_LINK_LIFE, LinkLife
from sunotui.tui import formatting

NOW = 1_790_000_000.0
"""21 September 2026, 14:13 in UTC, which the tests run in."""


def test_today_is_a_time_of_day_and_another_day_a_date() -> None:
    assert formatting.day(NOW - 3_600, NOW) == "13:13"
    assert formatting.day(NOW - 86_400, NOW) == "20 Sep"
    assert formatting.day(NOW - 400 * 86_400, NOW) == "17 Aug 2025"
    assert formatting.day(float("nan"), NOW) == "—"


@pytest.mark.parametrize(
    ("days", "life", "text"),
    [
        (1.0, NO_LINK_LIFE, "link may expire in 6 days"),
        (6.5, NO_LINK_LIFE, "link may expire in 12 hours"),
        (8.0, NO_LINK_LIFE, "link may expire soon"),
        (16.0, NO_LINK_LIFE, "link is probably dead"),
        (5.0, LinkLife(7 * DAY_S), "link expires in 2 days"),
        (8.0, LinkLife(7 * DAY_S), "link is dead"),
        (8.0, LinkLife(7 * DAY_S, 9 * DAY_S), "link expires in 1 day"),
        (8.0, LinkLife(None, 30 * DAY_S), ""),
    ],
)
def test_when_links_die(days: float, life: LinkLife, text: str) -> None:
    assert formatting.link_expiry(days * DAY_S, life) == text

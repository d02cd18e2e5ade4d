"""The statistics as lines of text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sunotui.core.statistics.page import NAME_CELLS, statistics_page
from sunotui.domain.statistics import Spending, Statistics, TaskCounts
from sunotui.domain.tasks.durations import DurationEstimate


def statistics(weeks: int) -> Statistics:
    """Plenty of everything."""
    tallies = tuple(TaskCounts(f"2026-{at % 12 + 1:02}-01", 9, 9, 1, 18, 3) for at in range(weeks))
    models = tuple(TaskCounts(f"model-{at}", 90, 90, 10, 180_000 - at, 30) for at in range(30))
    return Statistics(
        total=TaskCounts("all", 9, 9, 1, 18, 3),
        weeks=tallies,
        models=models,
        gateways=(TaskCounts("a gateway with a long name", 9, 9, 1, 18, 3),),
        times={
            ("home", "chirp-v5"): DurationEstimate(130.0, 181.0, 40),
            ("home", "chirp-v4"): DurationEstimate(90.0, 99.0, 3),
        },
        all_times=DurationEstimate(120.0, 180.0, 43),
        spending=(Spending("home", "$", 12.4, 62, 3, 40),),
    )


@pytest.mark.parametrize("width", [60, 80, 120, 300])
@pytest.mark.parametrize("weeks", [0, 1, 60, 1_000])
def test_no_plot_is_wider_than_the_screen(width: int, weeks: int) -> None:
    page = list(statistics_page(statistics(weeks), width))
    plots = [line for line in page if set("│└█") & set(line.text)]
    assert max(NAME_CELLS + len(line.text) for line in plots) <= width
    text = "\n".join(line.text for line in page)
    assert "median 2:00, 9 of 10 within 3:00 (43 songs)" in text
    assert "about $12.40 for 62 requests; $0.31 per liked take; 3 more of unknown price" in text
    assert "and 18 more" in text


def test_an_unknown_price_is_shown_as_unknown() -> None:
    text = "\n".join(line.text for line in statistics_page(replace(statistics(1), spending=()), 80))
    assert "No price is known yet" in text


def test_plays_are_shown_once_there_are_some() -> None:
    def text(of: Statistics) -> str:
        return "\n".join(line.text for line in statistics_page(of, 80))

    assert "played" not in text(statistics(1))
    assert "1 take played 12 times" in text(replace(statistics(1), played=1, plays=12))


def test_an_empty_library_has_no_lines() -> None:
    assert list(statistics_page(replace(statistics(1), total=TaskCounts("all", 0, 0, 0, 0, 0)), 80)) == []

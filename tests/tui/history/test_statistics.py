"""The statistics on screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sunotui.domain.statistics import Spending, Statistics, TaskCounts
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.tui.history.statistics_page import NAME_CELLS, statistics_page
from tests.tui.harness import open_app


async def test_a_key_counts_and_a_key_leaves(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("percent_sign")
        await quiet.until(lambda: "6 songs, 6 takes" in quiet.text(), "the count")
        assert "Takes per week" in quiet.text()
        assert "v5" in quiet.text()
        await quiet.press("escape")
        assert quiet.tasks.has_focus


async def test_it_opens_in_the_smallest_of_terminals(tmp_path: Path) -> None:
    async with open_app(tmp_path, (20, 5)) as quiet:
        await quiet.press("percent_sign", "j", "j", "escape")
        assert quiet.tasks.is_on_screen


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
    told = "\n".join(line.text for line in page)
    assert "median 2:00, 9 of 10 within 3:00 (43 songs)" in told
    assert "about $12.40 for 62 requests; $0.31 per liked take; 3 more of unknown price" in told
    assert "and 18 more" in told


def test_money_that_nobody_knows_is_said_to_be_unknown() -> None:
    told = "\n".join(line.text for line in statistics_page(replace(statistics(1), spending=()), 80))
    assert "No price is known yet" in told

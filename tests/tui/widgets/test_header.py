"""The top line: what goes first where there is little room, words for problems, and the breadcrumb under the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from sunotui.core.events import ConnectionState
from sunotui.tui.widgets.header import Header
from tests.tui.harness import AppHarness, open_app


def line(harness: AppHarness) -> str:
    """The first line of the screen."""
    return harness.text().split("\n")[0]


async def show(harness: AppHarness, **values: object) -> None:
    """Put the status into a state, as events would."""
    for name, value in values.items():
        setattr(harness.app.status, name, value)
    harness.app.status._changed()
    await harness.settle()


@pytest.mark.parametrize(
    ("width", "there", "gone"),
    [
        (120, ("main ● online", "◔ 1 generating", "$4.90 about 49 songs", "checked"), ("▾",)),
        (105, ("main ● online", "◔ 1 generating", "$4.90 about 49 songs", "▾"), ("checked",)),
        (80, ("main ●", "◔ 1", "$4.90", "Songs 6 ▾"), ("online", "generating", "songs")),
        (60, ("main ●", "◔ 1", "$4.90", "Songs 6 ▾"), ("online", "generating")),
    ],
)
async def test_what_goes_with_the_width(
    width: int, there: tuple[str, ...], gone: tuple[str, ...], tmp_path: Path
) -> None:
    async with open_app(tmp_path, (width, 20)) as harness:
        await show(harness, balance="$4.90", songs_left=49)
        assert [text for text in there if text not in line(harness)] == []
        assert [text for text in gone if text in line(harness)] == []


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_a_long_place_is_cut_and_the_connection_stays(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 20)) as harness:
        header = harness.app.screen.query_one(Header)
        header.location, header.group, header.count = "雨\x1b[31m\u202e" * 5_000, "Searches", "1,234"
        await show(harness, balance="$4.90", connection=ConnectionState.OFFLINE)
        assert cell_len(line(harness)) <= width
        assert "main ✗ offline" in line(harness)
        assert "…" in line(harness).split("1,234")[0]
        assert ("Searches ›" in line(harness)) == (width >= 80)
        assert line(harness).isprintable()


@pytest.mark.parametrize("width", [60, 120])
async def test_a_problem_replaces_the_word_for_a_connection_that_works(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 20)) as harness:
        await show(harness, library_health="read only")
        assert f"main ! {'library ' if width > 100 else ''}read only" in line(harness)
        assert "online" not in line(harness)
        await show(harness, connection=ConnectionState.REFUSED)
        assert "main ✗ token refused" in line(harness)
        assert "read only" in line(harness)


@pytest.mark.parametrize("key", ["n", "J", "P", "percent_sign"])
async def test_the_name_of_the_program_leads_back_to_the_library(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press(key)
        assert len(harness.app.screen_stack) == 2
        await harness.pilot.click(Header, offset=(30, 0))
        await harness.settle()
        assert len(harness.app.screen_stack) == 2
        await harness.pilot.click(Header, offset=(3, 0))
        await harness.until(lambda: len(harness.app.screen_stack) == 1, "the library")


async def test_a_draft_is_saved_on_the_way_back(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("n", *"rain")
        await harness.pilot.click(Header, offset=(3, 0))
        await harness.until(lambda: len(harness.app.screen_stack) == 1, "the library")
        await harness.press("n")
        assert "rain" in harness.text()


async def test_the_less_important_parts_go_before_a_long_place(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 20)) as harness:
        harness.app.screen.query_one(Header).location = "a long name of a label"
        await show(harness, balance="$4.90", unknown=2, sending=1, generating=3)
        assert "main ●  ? 2  sending 1" in line(harness)
        assert "a long name of" in line(harness)
        assert "$4.90" not in line(harness)
        assert cell_len(line(harness)) <= 60


async def test_a_closed_screen_no_longer_follows_the_status(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        before = list(harness.app.status._listeners)
        for keys in (("n", "escape"), ("J", "escape"), ("b", "escape"), ("ctrl+p", "escape"), ("P", "escape")):
            await harness.press(*keys)
        assert len(harness.app.screen_stack) == 1
        assert harness.app.status._listeners == before

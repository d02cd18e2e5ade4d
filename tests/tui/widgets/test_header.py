"""The top line: what goes first where there is little room, words for trouble, and the breadcrumb under the mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from sunotui.core.events import ConnectionState
from sunotui.tui.widgets.header import Header
from tests.tui.harness import AppHarness, open_app


def line(quiet: AppHarness) -> str:
    """The first line of the screen."""
    return quiet.text().split("\n")[0]


async def show(quiet: AppHarness, **values: object) -> None:
    """Put the status into a state, as events would."""
    for name, value in values.items():
        setattr(quiet.app.status, name, value)
    quiet.app.status._changed()
    await quiet.settle()


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
    async with open_app(tmp_path, (width, 20)) as quiet:
        await show(quiet, balance="$4.90", songs_left=49)
        assert [text for text in there if text not in line(quiet)] == []
        assert [text for text in gone if text in line(quiet)] == []


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_a_long_place_is_cut_and_the_connection_stays(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 20)) as quiet:
        header = quiet.app.screen.query_one(Header)
        header.place, header.group, header.count = "雨\x1b[31m\u202e" * 5_000, "Searches", "1,234"
        await show(quiet, balance="$4.90", connection=ConnectionState.OFFLINE)
        assert cell_len(line(quiet)) <= width
        assert "main ✗ offline" in line(quiet)
        assert "…" in line(quiet).split("1,234")[0]
        assert ("Searches ›" in line(quiet)) == (width >= 80)
        assert line(quiet).isprintable()


@pytest.mark.parametrize("width", [60, 120])
async def test_trouble_replaces_the_word_for_a_connection_that_works(width: int, tmp_path: Path) -> None:
    async with open_app(tmp_path, (width, 20)) as quiet:
        await show(quiet, library_health="read only")
        assert f"main ! {'library ' if width > 100 else ''}read only" in line(quiet)
        assert "online" not in line(quiet)
        await show(quiet, connection=ConnectionState.REFUSED)
        assert "main ✗ token refused" in line(quiet)
        assert "read only" in line(quiet)


@pytest.mark.parametrize("key", ["n", "J", "P", "percent_sign"])
async def test_the_name_of_the_program_leads_back_to_the_library(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as quiet:
        await quiet.press(key)
        assert len(quiet.app.screen_stack) == 2
        await quiet.pilot.click(Header, offset=(30, 0))
        await quiet.settle()
        assert len(quiet.app.screen_stack) == 2
        await quiet.pilot.click(Header, offset=(3, 0))
        await quiet.until(lambda: len(quiet.app.screen_stack) == 1, "the library")


async def test_a_draft_is_saved_on_the_way_back(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as quiet:
        await quiet.press("n", *"rain")
        await quiet.pilot.click(Header, offset=(3, 0))
        await quiet.until(lambda: len(quiet.app.screen_stack) == 1, "the library")
        await quiet.press("n")
        assert "rain" in quiet.text()


async def test_the_less_important_parts_go_before_a_long_place(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 20)) as quiet:
        quiet.app.screen.query_one(Header).place = "a long name of a label"
        await show(quiet, balance="$4.90", unknown=2, sending=1, generating=3)
        assert "main ●  ? 2  sending 1" in line(quiet)
        assert "a long name of" in line(quiet)
        assert "$4.90" not in line(quiet)
        assert cell_len(line(quiet)) <= 60


async def test_a_closed_screen_no_longer_follows_the_status(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        before = list(quiet.app.status._listeners)
        for keys in (("n", "escape"), ("J", "escape"), ("b", "escape"), ("ctrl+p", "escape"), ("P", "escape")):
            await quiet.press(*keys)
        assert len(quiet.app.screen_stack) == 1
        assert quiet.app.status._listeners == before

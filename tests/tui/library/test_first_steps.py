"""What an empty library shows, and that nothing on it is about to be untrue."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.browse import Collection
from sunotui.domain.gateways.money import Balance
from sunotui.domain.tasks.summary import View
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.sidebar import Sidebar
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app, song

SIZES = [(200, 60), (120, 40), (100, 30), (80, 24), (60, 15)]


def is_shown(harness: AppHarness) -> bool:
    return harness.tasks.placeholder is not None


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_it_looks_like_its_picture(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[]) as harness:
        harness.core_harness.gateway.money = Balance(5.0, "$")
        await harness.core_harness.core.services.billing._save_price("main", "music", 0.1, "$")
        await harness.core_harness.core.services.billing.refresh("main")
        await harness.settle()
        assert "about $0.10 of $5.00" in harness.text()
        assert_looks_like(harness.text(), SNAPSHOTS / f"empty-{size[0]}x{size[1]}.txt")


async def test_its_keys_work_and_the_first_song_takes_its_place(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24), tasks=[]) as harness:
        assert is_shown(harness)
        assert harness.tasks.has_focus
        await harness.press("n")
        assert isinstance(harness.app.screen, ComposeScreen)
        await harness.press(*"rain", "ctrl+s")
        await harness.until(lambda: harness.tasks.row_count == 1, "the song")
        await harness.until(lambda: not is_shown(harness), "the list")
        assert "enter Open" in harness.text()


@pytest.mark.parametrize("width", [44, 60])
async def test_its_lines_have_a_blank_cell_at_each_side_and_are_cut_with_an_ellipsis(
    width: int, tmp_path: Path
) -> None:
    async with open_app(tmp_path, (width, 15), tasks=[]) as harness:
        lines = [line[1:-1] for line in harness.text().splitlines()[2:-2]]
        assert all(line[:1] == " " and line[-1:] == " " for line in lines), lines
        assert any(line.endswith("… ") for line in lines) == (width == 44)


async def test_there_are_no_details_to_move(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40), tasks=[]) as harness:
        await harness.press("z")
        assert "There are no details to show yet" in harness.text().splitlines()[-1]
        assert not harness.detail.display


async def test_a_click_on_a_line_runs_it(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24), tasks=[]) as harness:
        y = next(at for at, line in enumerate(harness.text().splitlines()) if "Make your first song" in line)
        await harness.pilot.click(offset=(30, y))
        await harness.until(lambda: isinstance(harness.app.screen, ComposeScreen), "the composer")


async def test_it_is_there_for_the_whole_library_only(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24), tasks=[]) as harness:
        sidebar = harness.app.screen_stack[0].query_one(Sidebar)
        sidebar.chosen = Collection.of_view(View.TRASH)
        await harness.settle()
        assert not is_shown(harness)
        sidebar.chosen = Collection.of_view(View.ALL)
        await harness.until(lambda: is_shown(harness), "the first steps again")
        await harness.press("slash", *"rain")
        assert not is_shown(harness), "a search that finds nothing is another matter"


async def test_a_library_with_songs_shows_them(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        assert not is_shown(harness)


async def test_no_gateway_is_missed_while_one_starts(tmp_path: Path) -> None:
    """Fails with a header that says "no gateway" as soon as the library is open: that flashed before the demo."""
    async with open_app(tmp_path, (100, 30), tasks=[]) as harness:
        status = harness.app.status
        harness.core_harness.core.active_profiles.name = ""
        status.waits_for_gateway = True
        status.read_profile()
        await harness.settle()
        assert "opening" in harness.text().splitlines()[0]
        assert "the gateway is starting" in harness.text()
        assert "no gateway" not in harness.text()
        status.end_wait_for_gateway()
        await harness.settle()
        assert "no gateway" in harness.text().splitlines()[0]
        assert "Log in to a gateway" in harness.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("key", ["enter", "l", "tab", "shift+tab", "asterisk"])
async def test_no_key_leads_to_the_hidden_detail(key: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[]) as harness:
        await harness.press(key)
        await harness.settle()
        assert not harness.app.screen.query_one(Detail).has_focus_within
        assert "Your songs will appear here." in harness.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_last_song_goes_to_the_trash_from_its_detail(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[song(1, "Rain", 1_000.0)]) as harness:
        await harness.press("enter")
        assert harness.app.screen.query_one(Detail).has_focus_within
        await harness.press("x")
        await harness.until(lambda: is_shown(harness), "the first steps")
        assert harness.tasks.has_focus
        assert "Your songs will appear here." in harness.text()

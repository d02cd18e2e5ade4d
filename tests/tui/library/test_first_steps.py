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

SIZES = [(120, 40), (80, 24), (60, 15)]


def is_shown(quiet: AppHarness) -> bool:
    return quiet.tasks.placeholder is not None


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_it_looks_like_its_picture(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[]) as quiet:
        quiet.core_harness.gateway.money = Balance(5.0, "$")
        await quiet.core_harness.core.services.billing._save_price("main", "music", 0.1, "$")
        await quiet.core_harness.core.services.billing.refresh("main")
        await quiet.settle()
        assert "about $0.10 of $5.00" in quiet.text()
        assert_looks_like(quiet.text(), SNAPSHOTS / f"empty-{size[0]}x{size[1]}.txt")


async def test_its_keys_work_and_the_first_song_takes_its_place(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24), tasks=[]) as quiet:
        assert is_shown(quiet)
        assert quiet.tasks.has_focus
        await quiet.press("n")
        assert isinstance(quiet.app.screen, ComposeScreen)
        await quiet.press(*"rain", "ctrl+s")
        await quiet.until(lambda: quiet.tasks.row_count == 1, "the song")
        await quiet.until(lambda: not is_shown(quiet), "the list")
        assert "enter Open" in quiet.text()


async def test_a_click_on_a_line_runs_it(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24), tasks=[]) as quiet:
        y = next(at for at, line in enumerate(quiet.text().splitlines()) if "Make your first song" in line)
        await quiet.pilot.click(offset=(30, y))
        await quiet.until(lambda: isinstance(quiet.app.screen, ComposeScreen), "the composer")


async def test_it_is_there_for_the_whole_library_only(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24), tasks=[]) as quiet:
        sidebar = quiet.app.screen_stack[0].query_one(Sidebar)
        sidebar.chosen = Collection.of_view(View.TRASH)
        await quiet.settle()
        assert not is_shown(quiet)
        sidebar.chosen = Collection.of_view(View.ALL)
        await quiet.until(lambda: is_shown(quiet), "the first steps again")
        await quiet.press("slash", *"rain")
        assert not is_shown(quiet), "a search that finds nothing is another matter"


async def test_a_library_with_songs_shows_them(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as quiet:
        assert not is_shown(quiet)


async def test_while_a_gateway_starts_none_is_missed(tmp_path: Path) -> None:
    """Fails with a header that says "no gateway" as soon as the library is open: that flashed before the demo."""
    async with open_app(tmp_path, (100, 30), tasks=[]) as quiet:
        status = quiet.app.status
        quiet.core_harness.core.active_profiles.name = ""
        status.waits_for_gateway = True
        status.read_profile()
        await quiet.settle()
        assert "opening" in quiet.text().splitlines()[0]
        assert "the gateway is starting" in quiet.text()
        assert "no gateway" not in quiet.text()
        status.end_wait_for_gateway()
        await quiet.settle()
        assert "no gateway" in quiet.text().splitlines()[0]
        assert "Log in to a gateway" in quiet.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("key", ["enter", "l", "tab", "shift+tab", "asterisk"])
async def test_no_key_leads_to_the_hidden_detail(key: str, size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[]) as quiet:
        await quiet.press(key)
        await quiet.settle()
        assert not quiet.app.screen.query_one(Detail).has_focus_within
        assert "Your songs will appear here." in quiet.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_last_song_goes_to_the_trash_from_its_detail(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size, tasks=[song(1, "Rain", 1_000.0)]) as quiet:
        await quiet.press("enter")
        assert quiet.app.screen.query_one(Detail).has_focus_within
        await quiet.press("x")
        await quiet.until(lambda: is_shown(quiet), "the first steps")
        assert quiet.tasks.has_focus
        assert "Your songs will appear here." in quiet.text()

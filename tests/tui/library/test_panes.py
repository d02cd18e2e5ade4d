"""The panes of the library screen by key and mouse: the sidebar, also as a popup, and the place of the detail."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import Collection, CollectionKind, ListQuery
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import View
from sunotui.tui.history.submissions import SubmissionsScreen
from sunotui.tui.library.sidebar import Journal, Sidebar
from sunotui.tui.library.sidebar_popup import SidebarPopup
from sunotui.tui.widgets.footer import Footer
from sunotui.tui.widgets.header import Header
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app

SIZES = [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)]
RAIN = Collection(CollectionKind.ALBUM, "Rain")
NARROW = [(60, 15), (80, 24), (100, 30)]


def name_of(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


def sidebar(quiet: AppHarness) -> Sidebar:
    """The sidebar of the library screen."""
    return quiet.app.screen_stack[0].query_one("#sidebar", Sidebar)


def listed(quiet: AppHarness) -> View | None:
    return sidebar(quiet).chosen.view


@pytest.mark.parametrize("size", NARROW, ids=name_of)
async def test_the_sidebar_is_a_popup_in_a_narrow_window(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as quiet:
        assert not sidebar(quiet).display
        await quiet.press("w")
        assert isinstance(quiet.app.screen, SidebarPopup)
        seen = quiet.text_of(quiet.app.screen.query_one(Sidebar)) + quiet.text_of(quiet.app.screen.query_one(Footer))
        assert_looks_like(seen, SNAPSHOTS / f"sidebar-{name_of(size)}.txt")
        await quiet.press("j", "j")
        assert listed(quiet) is View.ALL, "only enter shows it"
        await quiet.press("enter")
        assert quiet.app.screen is quiet.app.screen_stack[0]
        assert listed(quiet) is View.LYRICS
        assert quiet.tasks.has_focus
        assert quiet.tasks.current == "task-2"


@pytest.mark.parametrize("key", ["w", "escape"])
async def test_the_popup_closes_without_a_change(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as quiet:
        await quiet.press("w", "j", "j", key)
        assert quiet.app.screen is quiet.app.screen_stack[0]
        assert listed(quiet) is View.ALL


async def test_the_breadcrumb_opens_the_popup_and_a_click_shows_a_line(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as quiet:
        assert quiet.app.screen.query_one(Header).has_menu
        await quiet.pilot.click(Header, offset=(12, 0))
        await quiet.settle()
        assert isinstance(quiet.app.screen, SidebarPopup)
        await quiet.pilot.click(Sidebar, offset=(3, 6))
        await quiet.settle()
        assert listed(quiet) is View.FAILED


async def test_the_breadcrumb_goes_to_a_sidebar_that_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as quiet:
        assert not quiet.app.screen.query_one(Header).has_menu
        await quiet.pilot.click(Header, offset=(12, 0))
        assert sidebar(quiet).has_focus
        await quiet.pilot.click(Header, offset=(3, 0))
        assert quiet.tasks.has_focus


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=name_of)
async def test_the_journal_opens_from_the_sidebar(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as quiet:
        await quiet.press("w" if size[0] < 110 else "h", "G", "k", "enter")
        assert isinstance(quiet.app.screen, SubmissionsScreen)


async def test_the_popup_follows_the_counts_and_deletes_an_album(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as quiet:
        await quiet.press("w")
        popup, annotations = quiet.app.screen.query_one(Sidebar), quiet.core_harness.core.services.annotations
        await annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
        await quiet.until(lambda: RAIN in popup.counts, "the album in the popup")
        await quiet.press(*"jjjjjj")
        assert popup.current == RAIN
        assert "A Rename" in quiet.text()
        assert "X Delete" in quiet.text()
        await quiet.press("k")
        assert "A Rename" not in quiet.text()
        await quiet.press("X")
        assert isinstance(quiet.app.screen, SidebarPopup), "a view cannot be deleted"
        await quiet.press("j", "X")
        await quiet.until(lambda: RAIN not in sidebar(quiet).counts, "its end")
        assert listed(quiet) is View.ALL


async def test_the_popup_renames_an_album(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as quiet:
        await quiet.core_harness.core.services.annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
        await quiet.until(lambda: RAIN in sidebar(quiet).counts, "the album")
        await quiet.press("w", *"jjjjjj", "A", *"bow", "enter")
        await quiet.until(lambda: RAIN not in sidebar(quiet).counts, "its new name")
        assert [name for kind, name in sidebar(quiet).counts if kind is CollectionKind.ALBUM] == ["bow"]


@pytest.mark.parametrize("size", SIZES, ids=name_of)
async def test_the_library(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as quiet:
        assert quiet.app.screen.query_one(Header).has_menu == (size[0] < 110)
        for keys in (("h",), ("l", "l")):
            await quiet.press(*keys)
        assert quiet.detail.display
        await quiet.press("escape")
        assert quiet.tasks.has_focus
        assert quiet.tasks.display


async def test_hiding_the_sidebar_gives_its_room_to_the_list(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as quiet:
        width = quiet.tasks.size.width
        await quiet.press("h", "w")
        assert not sidebar(quiet).display
        assert quiet.tasks.has_focus
        assert quiet.tasks.size.width == width + 18
        assert quiet.app.screen.query_one(Header).has_menu
        await quiet.press("tab", "tab")
        assert quiet.tasks.has_focus, "the sidebar is not among the panes"
        await quiet.press("w")
        assert sidebar(quiet).display
        assert quiet.tasks.size.width == width


async def test_the_detail_moves_below_and_away_and_enter_opens_it(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as quiet:
        await quiet.press("z")
        assert quiet.detail.region.y > quiet.tasks.region.y
        assert quiet.detail.region.x == quiet.tasks.region.x
        await quiet.press("z")
        assert not quiet.detail.display
        assert quiet.tasks.size.width > 90
        await quiet.press("enter")
        assert quiet.detail.display
        assert not quiet.tasks.display
        await quiet.press("escape")
        assert quiet.tasks.display
        assert not quiet.detail.display
        await quiet.press("z")
        assert quiet.detail.region.y == quiet.tasks.region.y


async def test_panes_become_wider_and_narrower(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as quiet:
        width = quiet.tasks.size.width
        await quiet.press("right_parenthesis")
        assert (quiet.tasks.size.width, quiet.detail.outer_size.width) == (width + 4, 44)
        await quiet.press("h", "right_parenthesis", "right_parenthesis")
        assert sidebar(quiet).outer_size.width == 22
        await quiet.press("l", "l", "right_parenthesis", "right_parenthesis")
        assert quiet.detail.outer_size.width == 52
        await quiet.pilot.resize_terminal(80, 24)
        await quiet.settle()
        assert quiet.detail.outer_size.width == 80, "one pane has the whole window"


async def test_everything_is_reached_at_60x15(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as quiet:
        await quiet.press("z")
        assert "room for one pane" in quiet.app.message_log.lines()[0].text
        await quiet.press("w", "G")
        popup = quiet.app.screen.query_one(Sidebar)
        assert popup.current == sidebar(quiet)._lines[-1]
        assert popup.region.bottom < 15
        await quiet.press("k")
        assert popup.current == Journal()
        await quiet.press("escape", "enter")
        assert quiet.detail.display


@pytest.mark.parametrize("size", [(110, 30), (120, 40), (200, 60)], ids=name_of)
async def test_the_sidebar_beside_the_list(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as quiet:
        annotations = quiet.core_harness.core.services.annotations
        await annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
        await annotations.label(["task-4"], "a label with a very long name, 雨の東京")
        await annotations.save_search("Long ones", ListQuery(query=parse("len:>3:00")))
        await quiet.until(lambda: len(sidebar(quiet).counts) == len(View) + 3, "the places")
        await quiet.press("h")
        assert_looks_like(quiet.text_of(sidebar(quiet)), SNAPSHOTS / f"sidebar-{name_of(size)}.txt")

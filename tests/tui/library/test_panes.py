"""The panes of the library screen by key and mouse: the sidebar, also as a popup, and the place of the detail."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import Collection, CollectionKind, ListQuery
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import View
from sunotui.domain.tasks.task import Task
from sunotui.tui.history.submissions import SubmissionsScreen
from sunotui.tui.library.arrange import apply_layout
from sunotui.tui.library.layout import DetailPlace, Layout
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar import JournalLine, Sidebar
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


def sidebar(harness: AppHarness) -> Sidebar:
    """The sidebar of the library screen."""
    return harness.app.screen_stack[0].query_one("#sidebar", Sidebar)


def listed(harness: AppHarness) -> View | None:
    return sidebar(harness).chosen.view


@pytest.mark.parametrize("size", NARROW, ids=name_of)
async def test_the_sidebar_is_a_popup_in_a_narrow_window(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        assert not sidebar(harness).display
        await harness.press("w")
        assert isinstance(harness.app.screen, SidebarPopup)
        seen = harness.text_of(harness.app.screen.query_one(Sidebar)) + harness.text_of(
            harness.app.screen.query_one(Footer)
        )
        assert_looks_like(seen, SNAPSHOTS / f"sidebar-{name_of(size)}.txt")
        await harness.press("j", "j")
        assert listed(harness) is View.ALL, "only enter shows it"
        await harness.press("enter")
        assert harness.app.screen is harness.app.screen_stack[0]
        assert listed(harness) is View.LYRICS
        assert harness.tasks.has_focus
        assert harness.tasks.current == "task-2"


@pytest.mark.parametrize("key", ["w", "escape"])
async def test_the_popup_closes_without_a_change(key: str, tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("w", "j", "j", key)
        assert harness.app.screen is harness.app.screen_stack[0]
        assert listed(harness) is View.ALL


async def test_the_breadcrumb_opens_the_popup_and_a_click_shows_a_line(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        assert harness.app.screen.query_one(Header).has_menu
        await harness.pilot.click(Header, offset=(12, 0))
        await harness.settle()
        assert isinstance(harness.app.screen, SidebarPopup)
        await harness.pilot.click(Sidebar, offset=(3, 7))
        await harness.settle()
        assert listed(harness) is View.FAILED


async def test_the_breadcrumb_goes_to_a_sidebar_that_is_shown(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        assert not harness.app.screen.query_one(Header).has_menu
        await harness.pilot.click(Header, offset=(12, 0))
        assert sidebar(harness).has_focus
        await harness.pilot.click(Header, offset=(3, 0))
        assert harness.tasks.has_focus


@pytest.mark.parametrize("size", [(60, 15), (120, 40)], ids=name_of)
async def test_the_journal_opens_from_the_sidebar(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("w" if size[0] < 110 else "h", "G", "k", "enter")
        assert isinstance(harness.app.screen, SubmissionsScreen)


async def test_the_popup_follows_the_counts_and_deletes_an_album(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("w")
        popup, annotations = harness.app.screen.query_one(Sidebar), harness.core_harness.core.services.annotations
        await annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
        await harness.until(lambda: RAIN in popup.counts, "the album in the popup")
        await harness.press(*"jjjjjjj")
        assert popup.current == RAIN
        for key in ("enter Show", "A Rename album", "X Delete entry", "esc Close"):
            assert key in harness.text()
        await harness.press("k")
        assert "A Rename" not in harness.text()
        await harness.press("X")
        assert isinstance(harness.app.screen, SidebarPopup), "a view cannot be deleted"
        await harness.press("j", "X")
        await harness.until(lambda: RAIN not in sidebar(harness).counts, "its end")
        assert listed(harness) is View.ALL


async def test_the_sidebar_and_its_popup_name_keys_alike(tmp_path: Path) -> None:
    shown = []
    for size, key in (((120, 40), "h"), ((60, 15), "w")):
        async with open_app(tmp_path / key, size) as harness:
            annotations = harness.core_harness.core.services.annotations
            await annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
            await harness.until(lambda: RAIN in sidebar(harness).counts, "the album")
            await harness.press(key, *"jjjjjjj")
            shown.append(
                [key.text for key in harness.app.screen.query_one(Footer).keys if key.key in {"enter", "A", "X"}]
            )
    assert shown[0] == shown[1] == ["Show", "Rename album", "Delete entry"]


async def test_the_popup_closes_where_the_sidebar_has_room(tmp_path: Path) -> None:
    async with open_app(tmp_path, (80, 24)) as harness:
        await harness.press("w")
        assert isinstance(harness.app.screen, SidebarPopup)
        await harness.pilot.resize_terminal(100, 30)
        await harness.settle()
        assert isinstance(harness.app.screen, SidebarPopup)
        await harness.pilot.resize_terminal(120, 40)
        await harness.until(lambda: not isinstance(harness.app.screen, SidebarPopup), "its end")


async def test_the_popup_renames_an_album(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.core_harness.core.services.annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
        await harness.until(lambda: RAIN in sidebar(harness).counts, "the album")
        await harness.press("w", *"jjjjjjj", "A", *"bow", "enter")
        await harness.until(lambda: RAIN not in sidebar(harness).counts, "its new name")
        assert [name for kind, name in sidebar(harness).counts if kind is CollectionKind.ALBUM] == ["bow"]


@pytest.mark.parametrize("size", SIZES, ids=name_of)
async def test_the_library(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        assert harness.app.screen.query_one(Header).has_menu == (size[0] < 110)
        for keys in (("h",), ("l", "l")):
            await harness.press(*keys)
        assert harness.detail.display
        await harness.press("escape")
        assert harness.tasks.has_focus
        assert harness.tasks.display


async def test_hiding_the_sidebar_gives_its_room_to_the_list(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        width = harness.tasks.size.width
        await harness.press("h", "w")
        assert not sidebar(harness).display
        assert harness.tasks.has_focus
        assert harness.tasks.size.width == width + 18
        assert harness.app.screen.query_one(Header).has_menu
        await harness.press("tab", "tab")
        assert harness.tasks.has_focus, "the sidebar is not among the panes"
        await harness.press("w")
        assert sidebar(harness).display
        assert harness.tasks.size.width == width


async def test_the_detail_moves_below_and_away_and_enter_opens_it(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("z")
        assert harness.detail.region.y > harness.tasks.region.y
        assert harness.detail.region.x == harness.tasks.region.x
        await harness.press("z")
        assert not harness.detail.display
        assert harness.tasks.size.width > 90
        await harness.press("enter")
        assert harness.detail.display
        assert not harness.tasks.display
        await harness.press("escape")
        assert harness.tasks.display
        assert not harness.detail.display
        await harness.press("z")
        assert harness.detail.region.y == harness.tasks.region.y


async def test_panes_become_wider_and_narrower(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        width = harness.tasks.size.width
        await harness.press("right_parenthesis")
        assert (harness.tasks.size.width, harness.detail.outer_size.width) == (width + 4, 44)
        await harness.press("h", "right_parenthesis", "right_parenthesis")
        assert sidebar(harness).outer_size.width == 22
        await harness.press("l", "l", "right_parenthesis", "right_parenthesis")
        assert harness.detail.outer_size.width == 52
        await harness.pilot.resize_terminal(80, 24)
        await harness.settle()
        assert harness.detail.outer_size.width == 80, "one pane has the whole window"


async def test_everything_is_reached_at_60x15(tmp_path: Path) -> None:
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("z")
        assert "room for one pane" in harness.app.message_log.lines()[0].text
        await harness.press("w", "G")
        popup = harness.app.screen.query_one(Sidebar)
        assert popup.current == sidebar(harness)._lines[-1]
        assert popup.region.bottom < 15
        await harness.press("k")
        assert popup.current == JournalLine()
        await harness.press("escape", "enter")
        assert harness.detail.display


@pytest.mark.parametrize("size", [(110, 30), (120, 40), (200, 60)], ids=name_of)
async def test_the_sidebar_beside_the_list(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        annotations = harness.core_harness.core.services.annotations
        await annotations.add_to_album("Rain", [TakeRef("task-4", "clip-4-1")])
        await annotations.label(["task-4"], "a label with a very long name, 雨の東京")
        await annotations.save_search("Long ones", ListQuery(query=parse("len:>3:00")))
        await harness.until(lambda: len(sidebar(harness).counts) == len(View) + 3, "the places")
        await harness.until(lambda: min(sidebar(harness).counts.values()) >= 0, "the count of the search")
        await harness.press("h")
        assert_looks_like(harness.text_of(sidebar(harness)), SNAPSHOTS / f"sidebar-{name_of(size)}.txt")


@pytest.mark.parametrize(
    ("size", "tasks"), [((40, 8), None), ((60, 15), None), ((80, 24), None), ((120, 40), None), ((120, 40), [])]
)
async def test_no_cell_of_the_screen_itself_is_seen(
    size: tuple[int, int], tasks: list[Task] | None, tmp_path: Path
) -> None:
    """It is blank, and drawn without the filters of the app."""
    async with open_app(tmp_path, size, tasks=tasks) as harness:
        screen = harness.app.screen
        assert isinstance(screen, LibraryScreen)
        for place, has_sidebar, keys in product(DetailPlace, (True, False), ((), ("enter",), ("slash",))):
            screen.context.state.layout = Layout(has_sidebar=has_sidebar, detail=place)
            apply_layout(screen.context)
            await harness.press(*keys)
            await harness.settle()
            seen = {screen.get_widget_at(x, y)[0] for x, y in product(range(size[0]), range(size[1]))}
            assert screen not in seen, (place, has_sidebar, keys)
            assert len(seen) > 2
            await harness.press("escape")

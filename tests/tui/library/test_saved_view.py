"""The library screen starts as it was left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sunotui.domain.annotations import TakeRef
from sunotui.domain.browse import EVERYTHING, Collection, CollectionKind, ListQuery, Sort
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.summary import View
from sunotui.tui.library.context import LibraryContext
from sunotui.tui.library.detail.tabs import Tab
from sunotui.tui.library.layout import DetailPlace, Layout
from sunotui.tui.library.screen import LibraryScreen
from tests.tui.harness import AppHarness, open_app, song

FILE = "ui-state.json"


def context(harness: AppHarness) -> LibraryContext:
    screen = harness.app.screen_stack[0]
    assert isinstance(screen, LibraryScreen)
    return screen.context


def write(folder: Path, **values: object) -> None:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / FILE).write_text(json.dumps(values))


async def test_order_place_tab_and_layout_are_kept(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("h", *"jjjj", "w", "z", "right_parenthesis", "i")
        context(harness).state.list_query = ListQuery(
            context(harness).sidebar.chosen, sort=Sort.TITLE, is_reversed=True
        )
        await harness.press("S", "escape", "G")
        current = harness.tasks.current
        left = context(harness).state
        assert current is not None
    kept = json.loads((tmp_path / "data" / FILE).read_text())
    assert kept["collection_name"] == "unheard"
    async with open_app(tmp_path, tasks=[]) as harness:
        state = context(harness).state
        assert state.layout == left.layout == Layout(has_sidebar=False, detail=DetailPlace.BELOW, detail_height=15)
        assert (state.list_query.sort, state.list_query.is_reversed) == (Sort.TITLE, True)
        assert not state.list_query.is_grouped
        assert context(harness).sidebar.chosen.view is View.UNPLAYED
        assert harness.tasks.current == current
        assert harness.detail.tab is Tab.DETAILS
        assert not context(harness).sidebar.display
        assert harness.detail.region.y > harness.tasks.region.y


async def test_a_saved_search_comes_back_with_its_own_order(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        search = ListQuery(query=parse("rain"), sort=Sort.LENGTH)
        await harness.core_harness.core.services.annotations.save_search("wet", search)
        await harness.until(lambda: any(one.name == "wet" for one in context(harness).sidebar.counts), "the search")
        await harness.press("h", "G", "k", "k")
        assert context(harness).sidebar.chosen.kind is CollectionKind.SEARCH
        assert harness.tasks.current == "task-4"
    async with open_app(tmp_path, tasks=[]) as harness:
        state = context(harness).state
        assert context(harness).sidebar.chosen.name == "wet"
        assert state.list_query.sort is Sort.LENGTH
        assert state.order_elsewhere[0] is ListQuery().sort
        assert harness.tasks.current == "task-4"


async def test_an_album_is_restored_with_its_line_and_its_own_order(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("S", "j", "j", "enter")
        assert context(harness).state.list_query.sort is Sort.LENGTH
        await harness.core_harness.core.services.annotations.add_to_album("Best", [TakeRef("task-4")])
        await harness.settle()
        context(harness).sidebar.chosen = Collection(CollectionKind.ALBUM, "Best")
        await harness.settle()
        assert context(harness).state.list_query.sort is Sort.RELEVANCE
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.tasks.current == "task-4"
        assert context(harness).sidebar.current == Collection(CollectionKind.ALBUM, "Best")
        assert context(harness).state.list_query.sort is Sort.RELEVANCE, "an album has its own order"
        context(harness).sidebar.chosen = EVERYTHING
        await harness.settle()
        assert context(harness).state.list_query.sort is Sort.LENGTH


async def test_a_deleted_place_is_replaced_by_everything(tmp_path: Path) -> None:
    write(tmp_path, collection_kind="album", collection_name="Rain", task_id="task-77")
    async with open_app(tmp_path) as harness:
        assert context(harness).sidebar.chosen == EVERYTHING
        assert harness.tasks.row_count == 6
        assert harness.tasks.current == "task-5"


@pytest.mark.parametrize("kind", ["view", "search", "label", "of the future"])
async def test_values_of_other_versions_change_nothing(kind: str, tmp_path: Path) -> None:
    write(tmp_path, collection_kind=kind, collection_name="?", sort="?", tab="?", detail="?", theme="?")
    async with open_app(tmp_path) as harness:
        assert context(harness).sidebar.chosen == EVERYTHING
        assert harness.tasks.row_count == 6
        assert context(harness).state.layout == Layout()


async def test_the_cursor_comes_back_with_rows_around_it(tmp_path: Path) -> None:
    now = 1_700_000_000.0
    tasks = [song(number, f"Song {number}", now - number) for number in range(200)]
    write(tmp_path, task_id="task-100")
    async with open_app(tmp_path, tasks=tasks) as harness:
        assert harness.tasks.current == "task-100"
        assert "Song 95 " in harness.text()
        assert "Song 105 " in harness.text()
        harness.core_harness.core.ui_state.keep(task_id="task-3")
    write(tmp_path, task_id="task-3")
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.tasks.current == "task-3"
        assert "Song 0 " in harness.text()


async def test_the_config_file_is_never_written_and_its_theme_is_the_default(tmp_path: Path) -> None:
    config = tmp_path / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text('theme = "nord"\n')
    async with open_app(tmp_path) as harness:
        assert harness.app.theme == "nord"
        harness.core_harness.core.ui_state.keep(theme="sunotui-light")
    assert config.read_text() == 'theme = "nord"\n'
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.app.theme == "sunotui-light"
        harness.core_harness.core.ui_state.keep(theme="of-the-future")
    async with open_app(tmp_path, tasks=[]) as harness:
        assert harness.app.theme == "nord"

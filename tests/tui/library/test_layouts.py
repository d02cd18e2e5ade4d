"""The work of the library screen at its start and while a search is typed: it is not laid out for what changes no size,
and what the first detail does not need comes after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from sunotui.core.core import Core
from sunotui.core.startup import StartupReport
from sunotui.domain.search.query import parse
from sunotui.domain.tasks.task import Task
from sunotui.tui.library import screen
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.widgets.text_view import TextLine, TextView
from tests.tui.harness import open_app, song
from tests.tui.library.test_repaints import counted_layouts

NOW = 1_700_000_000.0


def songs() -> list[Task]:
    """Songs whose details have the same height, every second one about rain."""
    return [song(number, f"Song {number}{' of rain' * (number % 2)}", NOW - number) for number in range(200)]


async def test_the_letters_of_a_search_lay_out_nothing(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=songs()) as harness:
        await harness.press("slash")
        assert harness.tasks.row_count == 200
        with counted_layouts() as layouts:
            await harness.press("r")
            assert harness.tasks.row_count == 100
            assert harness.tasks.vertical_scrollbar.window_virtual_size == harness.tasks.virtual_size.height
            await harness.press("a", "i")
            assert layouts == []
            await harness.press("x")
            assert harness.tasks.row_count == 0
            assert layouts, "without rows the scrollbar goes"


async def test_a_scrollbar_that_comes_back_is_where_the_list_is(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=songs()) as harness:
        tasks = harness.tasks
        await harness.press("G", "slash", *"zzzz")
        assert not tasks.show_vertical_scrollbar
        await harness.press(*["backspace"] * 4)
        assert tasks.show_vertical_scrollbar
        assert tasks.vertical_scrollbar.position == tasks.scroll_y > 100


async def test_a_window_of_the_same_size_sets_no_sizes(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=songs()) as harness:
        library = harness.app.screen_stack[0]
        assert isinstance(library, LibraryScreen)
        with counted_layouts() as layouts:
            library.on_resize()
            await harness.settle()
            assert layouts == []
            await harness.press("h", "right_parenthesis")
            assert layouts, "a wider sidebar is laid out"


async def test_a_search_repaints_only_the_lines_of_a_text_with_other_matches(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=songs()) as harness:
        body = harness.detail.body
        with mock.patch.object(TextView, "refresh") as refresh:
            body.highlight(parse("nowhere"))
            assert refresh.mock_calls == []
            body.highlight(parse("hands"))
            assert refresh.mock_calls == [mock.call(Region(0, 5, body.size.width, 1))]
            body.highlight(parse(""))
            assert len(refresh.mock_calls) == 2


async def test_a_text_with_fewer_lines_scrolls_no_further_than_its_end(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=songs()) as harness:
        body = harness.detail.body
        body.show_lines([TextLine(f"line {number}") for number in range(200)])
        await harness.settle()
        body.action_bottom()
        await harness.settle()
        assert "line 199" in harness.text_of(body)
        with counted_layouts() as layouts:
            body.show_lines([TextLine(f"line {number}") for number in range(100)], keep_position=True)
            await harness.settle()
            assert layouts == []
        assert "line 99" in harness.text_of(body)
        assert body.vertical_scrollbar.window_virtual_size == 100
        body.show_lines([TextLine("line 0")], keep_position=True)
        await harness.settle()
        assert body.scroll_y == 0
        assert not body.show_vertical_scrollbar
        assert "line 0" in harness.text_of(body)


async def test_after_the_first_layout_only_the_detail_asks_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "_FIRST_FRAME_LIMIT_S", 60.0)
    asked: list[str | None] = []
    refresh, lay_out = Widget.refresh, Screen._refresh_layout
    has_layout = False

    def recording(self: Widget, *regions: Region, **how: bool) -> Widget:
        if has_layout and how.get("layout"):
            asked.append(self.id)
        return refresh(self, *regions, **how)

    def first(self: Screen[None], *args: Any, **rest: Any) -> None:
        nonlocal has_layout
        lay_out(self, *args, **rest)
        has_layout = True

    with mock.patch.object(Widget, "refresh", recording), mock.patch.object(Screen, "_refresh_layout", first):
        async with open_app(tmp_path, tasks=songs()) as harness:
            assert harness.tasks.row_count == 200
    # Its height is known only when the song was read.
    assert asked == ["detail-card"]


async def test_the_services_are_loaded_after_the_first_detail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    draw, load = Detail._draw, Core.open

    def drawing(self: Detail, **how: bool) -> None:
        steps.append("detail")
        draw(self, **how)

    async def loading(self: Core) -> StartupReport:
        steps.append("services")
        return await load(self)

    monkeypatch.setattr(Detail, "_draw", drawing)
    monkeypatch.setattr(Core, "open", loading)
    async with open_app(tmp_path, tasks=songs()) as harness:
        assert harness.detail.shown is not None
    assert steps[:2] == ["detail", "services"]

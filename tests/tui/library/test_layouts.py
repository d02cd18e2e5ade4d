"""What lays out the library screen again: nothing that changes no size."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

from textual.geometry import Region

from sunotui.domain.search.query import parse
from sunotui.domain.tasks.task import Task
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


async def test_a_window_of_the_same_size_sets_no_sizes(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=songs()) as harness:
        library = harness.app.screen_stack[0]
        assert isinstance(library, LibraryScreen)
        with counted_layouts() as layouts:
            library.on_resize()
            await harness.settle()
            assert layouts == []
            await harness.press("h", "greater_than_sign")
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

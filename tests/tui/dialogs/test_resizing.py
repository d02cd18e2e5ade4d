"""Dialogs in a window that changes its size: what was visible stays visible."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.tui.dialogs.note import NoteArea
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.widgets.option_list import ChoiceList
from sunotui.tui.widgets.text_view import TextLine, TextView
from tests.tui.harness import open_app


async def test_a_text_keeps_its_place_and_counts_its_lines_again(tmp_path: Path) -> None:
    lines = [TextLine(f"{number} is a line that wraps in a narrow window, and only in that") for number in range(80)]
    async with open_app(tmp_path, (120, 40)) as harness:
        harness.app.push_screen(TextViewer("Text", lines))
        await harness.settle()
        view = harness.app.screen.query_one(TextView)
        await harness.press(*["j"] * 20)
        for size in ((60, 15), (120, 40), (120, 20)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert view.render_line(0).text.startswith("20 is")
            rows = view.virtual_size.height
            assert f"{view.scroll_offset.y + view.size.height} of {rows} lines" in harness.text()


KEYS = {"help": "question_mark", "palette": "ctrl+p", "settings": "comma", "labels": "b", "filters": "f"}


@pytest.mark.parametrize("name", KEYS)
async def test_the_row_under_the_cursor_stays_visible(name: str, tmp_path: Path) -> None:
    """Regression: it was out of view until the cursor was moved."""
    async with open_app(tmp_path, (120, 40)) as harness:
        for number in range(60):
            await harness.core_harness.core.services.annotations.label(["task-4"], f"label {number:02}", True)
        await harness.press("j", KEYS[name])
        choices = harness.app.screen.query_one(ChoiceList)
        await harness.press(*["down"] * min(60, choices.option_count - 3))
        for size in ((60, 15), (120, 40), (80, 12), (60, 30), (60, 15)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            rows = [choices.render_line(y) for y in range(choices.size.height)]
            styles = [segment.style for row in rows for segment in row if segment.style is not None]
            assert choices.highlighted in {style.meta.get("option") for style in styles}, size


async def test_the_help_explains_the_key_under_the_cursor_where_its_row_does_not(tmp_path: Path) -> None:
    """Regression: the explanation was missing until the cursor was moved."""
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("question_mark", "down", "down")
        explanation = "Move by half of the visible rows."
        note = harness.app.screen.query_one("#dialog-note")
        assert explanation in harness.text()
        assert explanation not in harness.text_of(note)
        await harness.pilot.resize_terminal(60, 15)
        await harness.settle()
        assert explanation in harness.text_of(note)
        await harness.pilot.resize_terminal(120, 40)
        await harness.settle()
        assert explanation in harness.text()
        assert explanation not in harness.text_of(note)


async def test_the_cursor_of_a_note_stays_visible(tmp_path: Path) -> None:
    """Regression: it was below the visible rows until a key was pressed."""
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("N", *["enter"] * 14, *"last")
        area = harness.app.screen.query_one(NoteArea)
        for size in ((60, 12), (120, 40), (60, 15)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert "last" in harness.text_of(area), size


async def test_the_bar_of_a_list_is_where_the_list_is_when_it_comes_back(tmp_path: Path) -> None:
    """Regression: it kept the position that it had in the small window."""
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("f", "down", "down", "down")
        choices = harness.app.screen.query_one(ChoiceList)
        for size in ((40, 10), (120, 40), (100, 30), (60, 15)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert choices.vertical_scrollbar.position == choices.scroll_y, size
        assert choices.highlighted == 3


async def test_filters_that_were_opened_in_a_wide_window_fit_a_narrow_one(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("f")
        await harness.pilot.resize_terminal(40, 15)
        await harness.settle()
        resized = harness.text()
        await harness.press("escape", "f")
        assert harness.text() == resized

"""The statistics on screen."""

from __future__ import annotations

from pathlib import Path

from sunotui.tui.widgets.text_view import PlainTextView
from tests.tui.harness import open_app


async def test_keys_refresh_and_leave(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("percent_sign")
        await harness.until(lambda: "6 songs, 6 takes" in harness.text(), "the count")
        assert "Takes per week" in harness.text()
        assert "v5" in harness.text()
        await harness.press("escape")
        assert harness.tasks.has_focus


async def test_it_opens_in_the_smallest_terminal(tmp_path: Path) -> None:
    async with open_app(tmp_path, (20, 5)) as harness:
        await harness.press("percent_sign", "j", "j", "escape")
        assert harness.tasks.is_on_screen


async def test_an_empty_library_says_how_to_make_the_first_song(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as harness:
        await harness.press("percent_sign")
        await harness.until(lambda: "press n in the library" in harness.text(), "the sentence")


async def test_a_resize_keeps_the_place_and_counts_the_lines_again(tmp_path: Path) -> None:
    """Regression: the count in the border was missing until a key was pressed, the charts had the old width, and the
    page was at its top."""
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("percent_sign")
        await harness.until(lambda: "6 songs, 6 takes" in harness.text(), "the count")
        view = harness.app.screen.query_one(PlainTextView)
        assert view.border_subtitle == ""
        await harness.pilot.resize_terminal(120, 15)
        await harness.settle()
        rows, shown = view.virtual_size.height, view.size.height
        assert f"{shown} of {rows} lines" in harness.text()
        await harness.press("j", "j", "j")
        top = harness.text().splitlines()[2]
        await harness.pilot.resize_terminal(100, 15)
        await harness.settle()
        assert harness.text().splitlines()[2].rstrip("│ ▐").rstrip() == top.rstrip("│ ▐").rstrip()
        assert f"{shown + 3} of {rows} lines" in harness.text()
        await harness.pilot.resize_terminal(60, 20)
        await harness.settle()
        narrow = view.text
        await harness.press("escape", "percent_sign")
        await harness.until(lambda: "6 songs, 6 takes" in harness.text(), "the count")
        assert narrow == harness.app.screen.query_one(PlainTextView).text

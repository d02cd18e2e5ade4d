"""The field for long texts in a window that changes its size."""

from __future__ import annotations

from pathlib import Path

from sunotui.tui.composer.lyrics_area import LyricsArea
from tests.tui.composer.open_form import form, put
from tests.tui.harness import open_app


async def test_the_cursor_stays_visible(tmp_path: Path) -> None:
    """Regression: it was below the visible rows until a key was pressed."""
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("n", "f3")
        put(harness, lyrics="\n".join(f"{number} is a line that wraps in a narrow window only" for number in range(30)))
        area = form(harness).query_one("#lyrics")
        area.focus()
        await harness.press("ctrl+end", *"last")
        assert "last" in harness.text_of(area)
        for size in ((60, 20), (120, 40), (60, 15), (100, 25)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert "last" in harness.text_of(area), size


async def test_lyrics_without_focus_stay_where_they_were_scrolled_to(tmp_path: Path) -> None:
    async with open_app(tmp_path, (120, 40)) as harness:
        await harness.press("n", "f3")
        put(harness, lyrics="\n".join(f"line {number}" for number in range(90)))
        area = form(harness).query_one("#lyrics", LyricsArea)
        area.focus()
        await harness.press("ctrl+end")
        form(harness).query_one("#title").focus()
        await harness.settle()
        area.scroll_to(y=0, animate=False)
        for size in ((119, 40), (80, 24), (120, 40)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert area.scroll_offset.y == 0, size

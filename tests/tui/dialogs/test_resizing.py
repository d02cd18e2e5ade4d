"""Dialogs in a window that changes its size: what was visible stays visible."""

from __future__ import annotations

from pathlib import Path

from sunotui.tui.dialogs.text_viewer import TextViewer
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

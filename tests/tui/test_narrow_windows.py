"""Windows of a few columns: what is open stays open, and the program runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.harness import open_app


@pytest.mark.parametrize(("key", "width"), [("P", 5), ("P", 6), ("b", 7), ("question_mark", 8), ("ctrl+p", 1)])
async def test_a_list_is_open_in_a_window_of_a_few_columns(key: str, width: int, tmp_path: Path) -> None:
    """Without a minimum width of lists, Textual raises an error where the padding leaves no cell for a text."""
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press(key)
        opened = harness.app.screen
        await harness.pilot.resize_terminal(width, 15)
        await harness.settle()
        assert harness.app.screen is opened

"""Windows of a few columns: what is open stays open, and the program runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.harness import open_app


@pytest.mark.parametrize("key", ["J", "P", "question_mark", "b", "ctrl+p", "f", "S", "n", "less_than_sign"])
@pytest.mark.parametrize("width", range(1, 9))
async def test_a_list_is_open_in_a_window_of_a_few_columns(width: int, key: str, tmp_path: Path) -> None:
    """Without a minimum width of lists, Textual raises an error for those with two cells of padding and no others."""
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press(key)
        opened = harness.app.screen
        await harness.pilot.resize_terminal(width, 15)
        await harness.settle()
        assert harness.app.screen is opened

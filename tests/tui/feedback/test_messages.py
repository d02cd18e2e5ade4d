"""The log of messages opens from every screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.tui.dialogs.text_viewer import TextViewer
from tests.tui.harness import open_app


@pytest.mark.parametrize("way", [(), ("J",), ("percent_sign",)], ids=["library", "journal", "statistics"])
async def test_a_key_opens_the_messages(tmp_path: Path, way: tuple[str, ...]) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press(*way)
        below = harness.app.screen
        await harness.press("exclamation_mark")
        assert isinstance(harness.app.screen, TextViewer)
        assert "No messages yet." in harness.text()
        await harness.press("escape")
        assert harness.app.screen is below

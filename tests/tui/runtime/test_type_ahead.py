"""Keys that arrive while a screen opens."""

from __future__ import annotations

from pathlib import Path

from textual import events

from sunotui.tui.dialogs.help import HelpDialog, open_help
from sunotui.tui.library.screen import LibraryScreen
from tests.tui.harness import open_app


async def test_a_key_waits_for_the_widgets_of_a_screen_that_a_click_opened(tmp_path: Path) -> None:
    """Regression: escape reached the help before it had an input to clear, which ended the program."""
    async with open_app(tmp_path) as harness:
        open_help(harness.app)
        assert isinstance(harness.app.screen, HelpDialog)
        assert not harness.app.screen.is_mounted
        await harness.app.key_queue.handle(events.Key("escape", None))
        await harness.until(lambda: isinstance(harness.app.screen, LibraryScreen), "the end of the help")
        assert not harness.app.key_queue._queued

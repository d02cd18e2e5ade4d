"""Clicks that arrive late: they act on the screen that they were made on, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from sunotui.tui.dialogs.help import HelpDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.sidebar_popup import SidebarPopup
from sunotui.tui.runtime.own_screen import run_on_own_screen
from sunotui.tui.widgets.footer import Footer
from sunotui.tui.widgets.header import Header
from tests.tui.harness import open_app


def _click(footer: Footer, x: int) -> events.Click:
    return events.Click(footer, x, 0, 0, 0, 1, False, False, False, x, footer.region.y)


async def test_the_second_click_on_close_does_not_reach_the_screen_below(tmp_path: Path) -> None:
    """Regression: two clicks on Close of the sidebar closed the library, too, which ended the program."""
    async with open_app(tmp_path, (60, 15)) as harness:
        await harness.press("w")
        footer = harness.app.screen.query_one(Footer)
        assert isinstance(harness.app.screen, SidebarPopup)
        x = harness.text().splitlines()[-1].index("Close")
        footer.post_message(_click(footer, x))
        footer.post_message(_click(footer, x))
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert harness.app.is_running


async def test_a_click_on_the_header_waits_for_no_dialog_that_opens(tmp_path: Path) -> None:
    """Regression: the footer of a dialog without widgets was asked for its last key, which ended the program."""
    async with open_app(tmp_path) as harness:
        await harness.press("J")
        header = harness.app.screen.query_one(Header)
        harness.app.push_screen(HelpDialog(()))
        harness.app.on_header_clicked(Header.Clicked(header, is_program=True))
        await harness.settle()
        assert isinstance(harness.app.screen, HelpDialog)


@pytest.mark.parametrize("action", ["screen.dismiss(None)", "app.quit"])
async def test_no_action_runs_for_a_widget_that_was_removed(tmp_path: Path, action: str) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("J")
        footer = harness.app.screen.query_one(Footer)
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)
        await run_on_own_screen(footer, action)
        await harness.settle()
        assert harness.app.is_running

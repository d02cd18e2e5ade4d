"""Quitting works from every screen and every dialog."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.tui.gateways.login import LoginScreen
from tests.tui.harness import open_app

WAYS = {
    "the palette": ("ctrl+p",),
    "the composer": ("n",),
    "earlier requests": ("n", "ctrl+r"),
    "an idea for words": ("n", "f3", "ctrl+l"),
    "labels": ("b",),
    "albums": ("a",),
    "a note": ("N",),
    "a rating": ("asterisk",),
    "filters": ("f",),
    "the search line": ("slash",),
    "profiles": ("P",),
    "the login": ("P", "n"),
    "submissions": ("J",),
    "messages": ("exclamation_mark",),
    "statistics": ("percent_sign",),
    "help": ("question_mark",),
    "settings": ("comma",),
}


@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
async def test_ctrl_q_leaves(keys: tuple[str, ...], tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press(*keys)
        await harness.pilot.press("ctrl+q")
        await harness.until(lambda: not harness.app.is_running, "the end")


@pytest.mark.parametrize("turns", range(6))
async def test_quitting_while_a_screen_opens(turns: int, tmp_path: Path) -> None:
    """Regression: NoMatches was raised, since the screen was still mounted but its children were not."""
    async with open_app(tmp_path) as harness:
        harness.app.push_screen(LoginScreen(harness.app.core))
        for _ in range(turns):
            await asyncio.sleep(0)
        harness.app.exit()
    assert not harness.app.crash_handling.has_crashed

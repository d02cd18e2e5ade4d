"""Leaving sunotui works from every screen and every dialog."""

from pathlib import Path

import pytest

from tests.tui.quiet import quiet_app

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
}


@pytest.mark.parametrize("keys", WAYS.values(), ids=WAYS)
async def test_ctrl_q_leaves(keys: tuple[str, ...], tmp_path: Path) -> None:
    async with quiet_app(tmp_path) as quiet:
        await quiet.press(*keys)
        await quiet.pilot.press("ctrl+q")
        await quiet.until(lambda: not quiet.app.is_running, "the end")

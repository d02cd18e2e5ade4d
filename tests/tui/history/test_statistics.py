"""The statistics on screen."""

from __future__ import annotations

from pathlib import Path

from tests.tui.harness import open_app


async def test_keys_refresh_and_leave(tmp_path: Path) -> None:
    async with open_app(tmp_path) as quiet:
        await quiet.press("percent_sign")
        await quiet.until(lambda: "6 songs, 6 takes" in quiet.text(), "the count")
        assert "Takes per week" in quiet.text()
        assert "v5" in quiet.text()
        await quiet.press("escape")
        assert quiet.tasks.has_focus


async def test_it_opens_in_the_smallest_terminal(tmp_path: Path) -> None:
    async with open_app(tmp_path, (20, 5)) as quiet:
        await quiet.press("percent_sign", "j", "j", "escape")
        assert quiet.tasks.is_on_screen


async def test_an_empty_library_says_how_to_make_the_first_song(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as quiet:
        await quiet.press("percent_sign")
        await quiet.until(lambda: "press n in the library" in quiet.text(), "the sentence")

"""The statistics on screen."""

from __future__ import annotations

from pathlib import Path

from tests.tui.harness import open_app


async def test_keys_refresh_and_leave(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("percent_sign")
        await harness.until(lambda: "6 songs, 6 takes" in harness.text(), "the count")
        assert "Takes per week" in harness.text()
        assert "v5" in harness.text()
        await harness.press("escape")
        assert harness.tasks.has_focus


async def test_it_opens_in_the_smallest_terminal(tmp_path: Path) -> None:
    async with open_app(tmp_path, (20, 5)) as harness:
        await harness.press("percent_sign", "j", "j", "escape")
        assert harness.tasks.is_on_screen


async def test_an_empty_library_says_how_to_make_the_first_song(tmp_path: Path) -> None:
    async with open_app(tmp_path, tasks=[]) as harness:
        await harness.press("percent_sign")
        await harness.until(lambda: "press n in the library" in harness.text(), "the sentence")

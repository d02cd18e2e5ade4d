"""Rating by stars: digits, arrows, the mouse; what is shown is what is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.library.screen import LibraryScreen
from tests.tui.harness import AppHarness, open_app


async def answered(harness: AppHarness, dialog: RateDialog, *keys: str) -> int | None:
    """What the dialog closes with."""
    answers: list[int | None] = []
    harness.app.push_screen(dialog, answers.append)
    await harness.settle()
    await harness.press(*keys)
    assert isinstance(harness.app.screen, LibraryScreen)
    return answers[0]


@pytest.mark.parametrize(
    ("before", "keys", "rating"),
    [
        (0, ("4",), 4),
        (3, ("0",), 0),
        (3, ("right", "enter"), 4),
        (3, ("left", "left", "left", "left", "enter"), 0),
        (5, ("right", "enter"), None),
        (3, ("enter",), None),
        (3, ("5", "escape"), 5),
        (3, ("right", "escape"), None),
    ],
)
async def test_a_digit_rates_at_once_and_arrows_with_enter(
    before: int, keys: tuple[str, ...], rating: int | None, tmp_path: Path
) -> None:
    async with open_app(tmp_path) as harness:
        assert await answered(harness, RateDialog("A song", rating=before), *keys) == rating


async def test_a_star_can_be_clicked(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        answers: list[int | None] = []
        harness.app.push_screen(RateDialog("A song", "take 1 of 2"), answers.append)
        await harness.settle()
        assert "A song  take 1 of 2" in harness.text()
        await harness.pilot.click("#stars", offset=(9, 0))
        await harness.settle()
        assert answers == [3]


async def test_it_shows_the_song_and_its_rating_or_how_many_are_marked(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("j", "asterisk", "4", "asterisk")
        assert "雨の東京 Neon Rain  take 1 of 2" in harness.text()
        assert "good" in harness.text()
        await harness.press("escape", "v", "v", "asterisk")
        assert "2 marked" in harness.text_of(harness.app.screen.query_one("#dialog"))

"""The lyrics keep their place in a window that changes its size."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.events import MouseScrollDown, MouseScrollUp

from sunotui.core.playback.lyrics_sync import LyricLine, LyricSheet, SungWord
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.theming.themed_app import ThemedApp

WORDS = "which is long enough to take two rows in a narrow window, but only one in a wide window"
TIMED = LyricSheet(tuple(LyricLine(f"{at:02}: {WORDS}", (SungWord(3, 10.0 * at),)) for at in range(60)))
UNTIMED = LyricSheet(tuple(LyricLine(line.text) for line in TIMED.lines))
WIDE, NARROW = (120, 40), (60, 15)


class Page(ThemedApp[None]):
    """Lyrics that fill the window."""

    CSS = "SyncedLyrics { width: 1fr; height: 1fr; scrollbar-size-vertical: 0; overflow-x: hidden; }"
    seconds = 1000.0

    def __init__(self, sheet: LyricSheet) -> None:
        super().__init__()
        self._sheet = sheet

    def compose(self) -> ComposeResult:
        yield SyncedLyrics(lambda: self.seconds)

    def on_mount(self) -> None:
        self.lyrics.show_sheet(self._sheet)

    @property
    def lyrics(self) -> SyncedLyrics:
        return self.query_one(SyncedLyrics)

    @property
    def numbers(self) -> list[str]:
        """The numbers of the visible lines, empty for a row that is not the first one of its line."""
        lyrics = self.lyrics
        rows = [lyrics.render_line(y).text for y in range(lyrics.size.height)]
        return [row[:2] if row[2:3] == ":" else "" for row in rows]


async def test_the_chosen_line_stays_visible() -> None:
    """Regression: it was out of view after a resize, and enter played it."""
    app = Page(TIMED)
    async with app.run_test(size=WIDE) as pilot:
        for _ in range(31):
            app.lyrics.action_choose(1)
        assert "30" in app.numbers
        for size in (NARROW, WIDE, (40, 12), (200, 60), NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            at = app.numbers.index("30")
            assert "wide window" in " ".join(app.lyrics.render_line(y).text for y in range(at, min(at + 3, size[1])))


@pytest.mark.parametrize("sheet", [TIMED, UNTIMED], ids=["timed", "untimed"])
async def test_the_line_at_the_top_stays_there_while_the_text_is_browsed(sheet: LyricSheet) -> None:
    """Regression: a resize jumped back to what is sung."""
    app = Page(sheet)
    async with app.run_test(size=NARROW) as pilot:
        app.lyrics.show_position(50.0, 600.0)
        app.lyrics.action_follow()
        app.lyrics.scroll_to(y=0, animate=False)
        app.lyrics.scroll_text(20)
        assert app.numbers[0] == "10"
        # Nothing is reported while playback is paused, so that the text stays until the next report.
        app.seconds += 60
        for size in ((60, 40), WIDE, (200, 60), (40, 12), NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            # Only 60 lines are there.
            assert app.numbers[0] == ("00" if size == (200, 60) else "10"), size
        app.lyrics.show_position(50.0, 600.0)
        assert app.numbers[0] != "10", "it follows again"
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert app.numbers[0] != "10"


async def test_what_is_sung_stays_in_the_middle() -> None:
    app = Page(TIMED)
    async with app.run_test(size=WIDE) as pilot:
        app.lyrics.show_position(301.0, 600.0)
        for size in (NARROW, WIDE, (40, 12)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.numbers.index("30") == (size[1] - 1) // 2


async def test_the_wheel_scrolls_as_far_as_everywhere() -> None:
    """Regression: Textual scrolled as well, so that it went twice as far."""
    app = Page(UNTIMED)
    async with app.run_test(size=NARROW) as pilot:
        app.lyrics.post_message(MouseScrollDown(app.lyrics, 1, 1, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert app.lyrics.scroll_offset.y == round(app.scroll_sensitivity_y)
        app.lyrics.post_message(MouseScrollUp(app.lyrics, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert app.lyrics.scroll_offset.y == 0

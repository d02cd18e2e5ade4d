"""An input shows the part of its text in which the cursor is."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.widgets.open_input import FreeInput

LONG = "word " * 30 + "END"


class Page(ThemedApp[None]):
    """An input of the width of the window."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._first_text = text

    def compose(self) -> ComposeResult:
        yield FreeInput(self._first_text, id="line")

    @property
    def line(self) -> FreeInput:
        return self.query_one(FreeInput)

    @property
    def visible_text(self) -> str:
        return self.line.render_line(0).text.rstrip()


async def test_the_end_of_a_pasted_text_is_visible() -> None:
    """Regression: the first text of an input was shown from its start, with the cursor out of view."""
    app = Page()
    async with app.run_test(size=(40, 10)) as pilot:
        app.line.post_message(events.Paste(LONG))
        await pilot.pause()
        assert app.visible_text.endswith("word END")


async def test_the_cursor_stays_visible_in_a_window_of_another_size() -> None:
    app = Page(LONG)
    async with app.run_test(size=(40, 10)) as pilot:
        app.line.focus()
        await pilot.press("end", "x")
        for width in (20, 80, 30):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert app.visible_text.endswith("word ENDx"), width
        await pilot.press("home")
        await pilot.resize_terminal(25, 10)
        await pilot.pause()
        assert app.visible_text.startswith("word word")

"""A long text: wrapping, and the selection that is copied."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.selection import Selection

from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.widgets.text_view import TextLine, TextView, wrap

LONG = "the quick brown fox jumps over the lazy dog and runs on"


class Page(ThemedApp[None]):
    """A text view of 30 by 10 cells."""

    def __init__(self, *lines: TextLine) -> None:
        super().__init__()
        self._text_lines = lines

    def compose(self) -> ComposeResult:
        yield TextView(id="text")

    def on_mount(self) -> None:
        self.query_one(TextView).show_lines(self._text_lines)

    @property
    def view(self) -> TextView:
        return self.query_one(TextView)

    def selected(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """What is copied from one cell to another."""
        found = self.view.get_selection(Selection(Offset(*start), Offset(*end)))
        assert found is not None
        return found[0]


async def test_a_selection_has_no_line_ends_of_the_wrapping() -> None:
    app = Page(TextLine(LONG), TextLine("Second line"), TextLine("x" * 70))
    async with app.run_test(size=(30, 10)):
        assert app.view.virtual_size.height > 4, "the long lines wrap"
        assert app.selected((0, 0), (200, 99)) == f"{LONG}\nSecond line\n{'x' * 70}"
        assert app.selected((4, 0), (9, 0)) == "quick"


async def test_a_label_is_selected_with_its_text() -> None:
    app = Page(TextLine("v6", label="Model"))
    async with app.run_test(size=(30, 10)):
        assert app.selected((0, 0), (99, 0)).split() == ["Model", "v6"]


async def test_the_mouse_selects_what_is_under_it() -> None:
    app = Page(TextLine("first line"), TextLine("second line"))
    async with app.run_test(size=(30, 10)) as pilot:
        await pilot.mouse_down("#text", offset=(6, 0))
        await pilot.hover("#text", offset=(6, 1))
        await pilot.mouse_up("#text", offset=(6, 1))
        assert app.screen.get_selected_text() == "line\nsecond"
        selection_style = app.screen.get_component_rich_style("screen--selection")
        backgrounds = [segment.style.bgcolor for segment in app.view.render_line(0) if segment.style and segment.text]
        assert selection_style.bgcolor in backgrounds


@pytest.mark.parametrize("cells", range(4, 40))
def test_no_piece_is_wider_than_the_view(cells: int) -> None:
    pieces = wrap("  " + LONG, cells)
    assert all(len(piece) <= cells for piece in pieces)
    assert "".join(pieces).replace(" ", "") == LONG.replace(" ", "")


async def test_a_resize_keeps_the_text_at_the_top() -> None:
    """Regression: it kept the number of the wrapped row, which is other text in another width."""
    app = Page(*(TextLine(f"{number:02} {LONG}") for number in range(60)))
    async with app.run_test(size=(30, 10)) as pilot:
        row = next(row for row, piece in enumerate(app.view._pieces) if piece.line.text.startswith("20 "))
        app.view.scroll_to(y=row, animate=False)
        for size in ((30, 40), (120, 20), (12, 5), (80, 25), (30, 10)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.view.render_line(0).text.startswith("20 "), size


async def test_a_resize_keeps_the_place_in_a_long_line() -> None:
    app = Page(TextLine(" ".join(f"w{number:03}" for number in range(400))))
    async with app.run_test(size=(30, 10)) as pilot:
        app.view.scroll_to(y=20, animate=False)
        first = app.view.render_line(0).text.split()[0]
        for width in (50, 17, 30):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert first in app.view.render_line(0).text
        assert app.view.scroll_offset.y == 20


async def test_a_text_that_is_shown_again_keeps_its_place() -> None:
    lines = [TextLine(f"{number:02} {LONG}") for number in range(60)]
    app = Page(*lines)
    async with app.run_test(size=(30, 10)) as pilot:
        app.view.scroll_to(y=60, animate=False)
        first = app.view.render_line(0).text
        app.view.show_lines([lines[0]._replace(text="00"), *lines[1:]], keep_position=True)
        await pilot.pause()
        assert app.view.render_line(0).text == first
        app.view.show_lines(lines)
        assert app.view.scroll_offset.y == 0

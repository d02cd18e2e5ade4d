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

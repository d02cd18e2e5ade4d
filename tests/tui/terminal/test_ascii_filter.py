"""Signs become ASCII where the terminal's font lacks them."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color

from sunotui.tui.terminal.ascii_filter import AsciiFilter
from sunotui.tui.theming import glyphs


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"  Age{glyphs.DOWN}", "  Age-"),
        (f"Title{glyphs.UP}", "Title+"),
        (f" More {glyphs.DOWN} ", " More v "),
        (f"{glyphs.FAVOURITE} Rain", "F Rain"),
    ],
)
def test_an_order_sign_is_not_a_letter_of_the_name_before_it(text: str, shown: str) -> None:
    (segment,) = AsciiFilter().apply([Segment(text)], Color(0, 0, 0))
    assert segment.text == shown

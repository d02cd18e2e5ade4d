"""Replaces signs and borders with ASCII on terminals whose font lacks them."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from sunotui.tui.theming.glyphs import ASCII_TABLE, DOWN, UP

_AFTER_WORD = ((rf"(?<=\w){DOWN}", "-"), (rf"(?<=\w){UP}", "+"))
"""The order of a column, which as a "v" would be the last letter of its name."""


class AsciiFilter(LineFilter):
    """Replaces the signs of `glyphs`, wherever they come from; every other character stays."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, with the same number of cells."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(_ascii(segment.text), segment.style)
            for segment in segments
        ]


def _ascii(text: str) -> str:
    for pattern, sign in _AFTER_WORD:
        text = re.sub(pattern, sign, text)
    return text.translate(ASCII_TABLE)

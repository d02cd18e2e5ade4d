"""Replaces signs and borders with ASCII on terminals whose font lacks them."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from sunotui.tui.glyphs import ASCII_TABLE


class AsciiFilter(LineFilter):
    """Replaces the signs of `glyphs`, wherever they come from; every other character stays."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, with the same number of cells."""
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(ASCII_TABLE), segment.style)
            for segment in segments
        ]

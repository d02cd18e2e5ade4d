"""Removes control characters from everything that is written to the terminal, whatever text a widget got (T1)."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from sunotui.domain.text import has_dangerous, visibly


class ControlCharFilter(LineFilter):
    """Replaces control characters, bidi marks, tag characters and lone surrogates with a visible dot, and removes
    links, which untrusted text could contain."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, safe to write."""
        return [
            segment
            if segment.control or (segment.text.isprintable() and (segment.style is None or not segment.style.link))
            else _sanitized(segment)
            for segment in segments
        ]


def _sanitized(segment: Segment) -> Segment:
    style = segment.style.update_link(None) if segment.style is not None and segment.style.link else segment.style
    return Segment(visibly(segment.text) if has_dangerous(segment.text) else segment.text, style)

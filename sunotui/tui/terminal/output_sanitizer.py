"""Removes control characters from everything that is written to the terminal, whatever text a widget got (T1)."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
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
            if segment.control or _is_safe(segment)
            else Segment(visibly(segment.text), _without_link(segment.style))
            for segment in segments
        ]


def _is_safe(segment: Segment) -> bool:
    if segment.style is not None and segment.style.link:
        return False
    return segment.text.isprintable() or not has_dangerous(segment.text)


def _without_link(style: Style | None) -> Style | None:
    return style.update_link(None) if style is not None and style.link else style

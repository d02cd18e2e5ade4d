"""The last gate before the terminal: no control character gets through, whatever text a widget was given (T1)."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from sunotui.domain.text import has_dangerous, visibly


class ControlCharFilter(LineFilter):
    """Replaces controls, bidi marks, tag characters and lone surrogates by a visible dot, and drops links that data
    could carry."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, safe to write."""
        return [
            segment
            if segment.control or _is_safe(segment)
            else Segment(visibly(segment.text), _linkless(segment.style))
            for segment in segments
        ]


def _is_safe(segment: Segment) -> bool:
    if segment.style is not None and segment.style.link:
        return False
    return segment.text.isprintable() or not has_dangerous(segment.text)


def _linkless(style: Style | None) -> Style | None:
    return style.update_link(None) if style is not None and style.link else style

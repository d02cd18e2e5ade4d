"""The last gate before the terminal: no control character gets through, whatever text a widget was given (T1)."""

import unicodedata

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_BARRED = frozenset({"Cc", "Cf", "Cs"})


class NoControl(LineFilter):
    """Replaces controls, bidi marks and lone surrogates by a visible dot, and drops links that data could carry."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, safe to write."""
        return [
            segment
            if segment.control or _is_safe(segment)
            else Segment(_barred(segment.text), _linkless(segment.style))
            for segment in segments
        ]


def _is_safe(segment: Segment) -> bool:
    text = segment.text
    if segment.style is not None and segment.style.link:
        return False
    return text.isprintable() or (text.isascii() and not any(ord(char) < 32 or ord(char) == 127 for char in text))


def _barred(text: str) -> str:
    return "".join("·" if unicodedata.category(char) in _BARRED else char for char in text)


def _linkless(style: Style | None) -> Style | None:
    return style.update_link(None) if style is not None and style.link else style

"""The styles of the list's lines, composed once and then looked up."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from rich.style import Style
from textual.color import Color

from sunotui.tui.theme import ShownColor, readable, shown_by


class Tone(StrEnum):
    """What a text means; the names are those of the tokens of theme.py."""

    PLAIN = "plain"
    STRONG = "strong"
    MUTED = "muted"
    KEY = "key"
    MARK = "mark"
    FOUND = "found"
    """Words that a search found."""
    WARN = "warn"
    BAD = "bad"
    RULE = "rule"
    """Lines, which are no text."""


class Ground(StrEnum):
    """What a text stands on."""

    PLAIN = "plain"
    CURSOR = "cursor"
    CURSOR_IDLE = "cursor-idle"
    """The row under the cursor while another pane has the focus."""


class StyleSource(Protocol):
    """A widget with component classes."""

    def get_component_rich_style(self, *names: str, partial: bool = False) -> Style:
        """The style of a component class."""


PREFIX = "task-list--"
COMPONENT_CLASSES = frozenset(PREFIX + name for name in (*Tone, *Ground, "empty"))


class Inks:
    """The style of each tone on each ground. `clear` it when the style sheet or the theme changes."""

    def __init__(self, source: StyleSource, shown: Callable[[], ShownColor] = lambda: shown_by(None)) -> None:
        """`shown` returns what the terminal shows of a colour."""
        self._source = source
        self._shown = shown
        self._styles: dict[tuple[Tone, Ground], Style] = {}

    def clear(self) -> None:
        """Forget all styles."""
        self._styles.clear()

    def style(self, tone: Tone, ground: Ground) -> Style:
        """A tone on a ground; on the cursor its colour is corrected so far that it can be read."""
        found = self._styles.get((tone, ground))
        if found is None:
            found = self._styles[tone, ground] = self._composed(tone, ground)
        return found

    def _composed(self, tone: Tone, ground: Ground) -> Style:
        base = self._source.get_component_rich_style(PREFIX + ground)
        if tone is Tone.PLAIN:
            return base
        if base.reverse:
            # A text colour would become the ground, also of blanks: a reversed row has one style.
            return base + Style(underline=self._source.get_component_rich_style(PREFIX + tone, partial=True).underline)
        part = self._source.get_component_rich_style(PREFIX + tone, partial=True)
        color = part.color
        if ground is Ground.CURSOR and tone is not Tone.RULE and color is not None:
            colors = (color, base.bgcolor, base.color)
            # The colours of a terminal's own palette are not known, and stay as they are.
            rgb = [Color.from_rich_color(one) for one in colors if one is not None and one.triplet is not None]
            if len(rgb) == len(colors):
                color = readable(rgb[0], rgb[1], rgb[2], self._shown()).rich_color
        return Style(color=color, bgcolor=base.bgcolor, underline=part.underline)

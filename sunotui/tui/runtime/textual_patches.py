"""Mends of Textual that its public ways do not reach. Its version is pinned, and a test guards each of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from textual import events
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from sunotui.tui.runtime.crash_handling import Crashing

_NO_LETTERS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Controls, lone surrogates and line ends: classes that no version of Unicode changes."""


def mend() -> None:
    """Have closed screens and painted lines go, once for the program's life."""
    forget_closed_widgets()
    let_lines_go()
    take_every_letter()


def take_every_letter() -> None:
    """Have fields take every character that is typed.

    Textual asks Python's own table what is printable. It ends at the Unicode of that Python, so that newer emoji were
    dropped while they were typed, and it calls the parts that join an emoji, and all blanks but one, not printable.
    """
    events.Key.is_printable = property(_is_letter)  # type: ignore[assignment,method-assign]


def _is_letter(key: events.Key) -> bool:
    return key.character is not None and not any(unicodedata.category(char) in _NO_LETTERS for char in key.character)


def forget_closed_widgets() -> None:
    """Let the painted lines of a widget go with the widget.

    Textual remembers two styles by the very cache that asks for them, a thousand times over, and with each cache all
    the lines that it painted: after some openings of the composer the collector held the screen for 0.2 s (T8).
    """
    made = getattr(StylesCache.get_inner_outer, "__wrapped__", None)
    if made is None:
        return

    @lru_cache(1_024)
    def inner_outer(base_background: Color, background: Color) -> tuple[Style, Style]:
        styles: tuple[Style, Style] = made(None, base_background, background)
        return styles

    def get_inner_outer(_: StylesCache, base_background: Color, background: Color) -> tuple[Style, Style]:
        return inner_outer(base_background, background)

    StylesCache.get_inner_outer = get_inner_outer  # type: ignore[assignment,method-assign]


def let_lines_go() -> None:
    """Keep a painted line from holding itself.

    Textual remembers of a line that is cut where it ends the line itself; every line that was ever painted then waits
    for the collector, 20,000 objects of them after a visit to the composer.
    """
    divide = Strip.divide
    if divide.__module__ == __name__:
        return

    def divided(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
        within = [cut for cut in cuts if cut <= self.cell_length]
        return [self] if within == [self.cell_length] else divide(self, within)

    Strip.divide = divided  # type: ignore[method-assign]


def end_widgets_in_order() -> None:
    """Have a widget's workers end before its children, and the app told of a widget that ends by CancelledError.

    Textual cancels the workers when the children are gone: one that goes on in between draws on what is not there, and
    that fails the app. A CancelledError that a callback raised it takes for the wish to end that widget, and ends it
    without a word: the screen stays as it is and hears no key any more (T7).
    """
    end = Widget._message_loop_exit
    if end.__module__ == __name__:
        return

    async def end_in_order(self: Widget) -> None:
        self.workers.cancel_node(self)
        if not self._closing and isinstance(self.app, Crashing) and self.app.is_running:
            self.app.lost(type(self).__name__)
        await end(self)

    Widget._message_loop_exit = end_in_order  # type: ignore[method-assign]


def forget_painted(widget: Widget) -> None:
    """Drop the lines that a closed widget painted: they are half of what it leaves, and nothing refers back to them, so
    that the collector need not look at them."""
    for name in ("_styles_cache", "_line_cache"):
        cache = getattr(widget, name, None)
        if cache is not None:
            cache.clear()

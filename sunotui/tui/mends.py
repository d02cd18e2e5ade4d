"""Mends of Textual that its public ways do not reach. Its version is pinned, and a test guards each of them."""

from functools import lru_cache

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style


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

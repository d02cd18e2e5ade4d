"""Views of lines that scroll, and their scrollbar: half a cell on the pane's own background, without a trough."""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar, ScrollBarRender

_THUMB = "▐"


class ThinScrollBar(ScrollBarRender):
    """Draws vertical scrollbars; horizontal ones are Textual's own."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color | None = None,
        bar_color: Color | None = None,
    ) -> Segments:
        """The cells of a scrollbar, with the actions of clicks on them."""
        if not vertical:
            return super().render_bar(
                size,
                virtual_size,
                window_size,
                position,
                thickness,
                vertical,
                back_color or Color.default(),
                bar_color or Color.default(),
            )
        start, thumb = _thumb(size, virtual_size, window_size, position)
        up, down, grab = ({"@mouse.down": action} for action in ("scroll_up", "scroll_down", "grab"))
        blank = " " * thickness
        above = Segment(blank, Style(bgcolor=back_color, meta=up))
        bar = Segment(_THUMB.rjust(thickness), Style(color=bar_color, bgcolor=back_color, meta=grab))
        below = Segment(blank, Style(bgcolor=back_color, meta=down))
        return Segments([above] * start + [bar] * thumb + [below] * (size - start - thumb), new_lines=True)


def _thumb(size: int, virtual_size: float, window_size: float, position: float) -> tuple[int, int]:
    """The first cell of the thumb, and its number of cells."""
    if not window_size or virtual_size <= window_size:
        return 0, size
    thumb = min(size, max(1, round(size * window_size / virtual_size)))
    start = round((size - thumb) * position / (virtual_size - window_size))
    return max(0, min(size - thumb, start)), thumb


def use_thin_scrollbars() -> None:
    """Make this class draw every scrollbar of the app."""
    ScrollBar.renderer = ThinScrollBar


class LineScroll(ScrollView):
    """A view of lines that scrolls. With Textual's own views the whole screen is laid out when the number of lines
    changes, which takes ten times as long as to draw them; here only if the scrollbar comes or goes."""

    virtual_size = Reactive(Size(0, 0), repaint=False)

    def resize_content(self, size: Size) -> None:
        """Set the size of everything that can be scrolled to, in cells. The caller repaints the lines that change."""
        if size == self.virtual_size:
            return
        self.virtual_size = size
        if not self.container_size:
            # Before the first layout, which would otherwise be followed by another one with the scrollbar.
            self.show_vertical_scrollbar = size.height > self.app.size.height
            return
        needs_bar = size.height > self.container_size.height
        if self.show_vertical_scrollbar is not needs_bar or self.styles.auto_dimensions:
            self.refresh(layout=True)
            return
        if needs_bar:
            self._resize_bar(size.height)
        self.scroll_y = self.validate_scroll_y(self.scroll_y)

    def _resize_bar(self, rows: int) -> None:
        bar = self.vertical_scrollbar
        size, window, position = bar.size.height, bar.window_size, bar.position
        if _thumb(size, rows, window, position) == _thumb(size, bar.window_virtual_size, window, position):
            # It looks the same, and drawing it takes as long as seven rows of a list.
            bar.set_reactive(ScrollBar.window_virtual_size, rows)
        else:
            bar.window_virtual_size = rows

    def watch_show_vertical_scrollbar(self, is_shown: bool) -> None:
        """Textual moves the bar only while it is shown."""
        if is_shown:
            self.vertical_scrollbar.position = self.scroll_y

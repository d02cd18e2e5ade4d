"""Lines: those of a list, a widget of one line, those of a border, and which lines of a widget have changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from rich.cells import cell_len
from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget

from sunotui.tui.widgets.text_view import wrap

_LEAST_TEXT = 10
"""The cells that a wrapping text has at least, beside columns that are cut for it."""


class Row(Visual):
    """A line of a list: a text on the left that is cut if there is not enough room, and one on the right that is not.
    They are fitted when the line is drawn, so that a list does not have to be filled again when its width changes."""

    def __init__(self, left: Content, right: Content | None = None) -> None:
        self._left = left
        self._right = right if right is not None else Content("")

    @property
    def plain(self) -> str:
        """The text without styles."""
        return f"{self._left.plain} {self._right.plain}".rstrip()

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The line, exactly as wide as requested."""
        right = self._right if self._right.cell_length < width // 2 else Content("")
        room = width - right.cell_length
        left = self._left
        if left.cell_length > room - bool(right):
            left = left.truncate(max(0, room - bool(right)), ellipsis=True)
        line = Content.assemble(left, " " * max(0, room - left.cell_length), right)
        return line.render_strips(width, 1, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width at which nothing is cut."""
        return self._left.cell_length + self._right.cell_length + 2

    def get_height(self, rules: RulesMap, width: int) -> int:
        """One line."""
        return 1


class WrappedRow(Visual):
    """Columns of a fixed width, and a text that wraps beside them, so that it is always readable as a whole."""

    def __init__(self, head: Content, text: str, *, least: int = 0) -> None:
        """`head` has the columns, padded to their widths. Where fewer than `least` cells are left for the text, it is
        left out."""
        self._head = head
        self._text = text
        self._least = least

    @property
    def plain(self) -> str:
        """The text without styles."""
        return f"{self._head.plain}{self._text}".rstrip()

    @property
    def cells(self) -> int:
        """The width at which nothing wraps."""
        return self._head.cell_length + cell_len(self._text)

    def shows_text(self, width: int) -> bool:
        """Whether the text is shown at this width."""
        return width - self._head.cell_length >= self._least

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The lines, each exactly as wide as requested."""
        head, lines = self._lines(width)
        blank = Content(" " * head.cell_length)
        strips: list[Strip] = []
        for at, line in enumerate(lines):
            text = line + " " * max(0, width - head.cell_length - cell_len(line))
            strips += Content.assemble(blank if at else head, (text, "$muted")).render_strips(width, 1, style, options)
        return strips

    def _lines(self, width: int) -> tuple[Content, list[str]]:
        """The columns, cut if they leave too little room, and the lines of the text."""
        if not self.shows_text(width):
            return self._head.truncate(max(0, width), ellipsis=True), [""]
        head = self._head
        if (most := max(0, width - _LEAST_TEXT)) < head.cell_length:
            head = Content.assemble(head.truncate(max(0, most - 1), ellipsis=True), " ")
        return head, wrap(self._text, max(1, width - head.cell_length))

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width at which nothing wraps."""
        return self.cells

    def get_height(self, rules: RulesMap, width: int) -> int:
        """As many lines as the text needs."""
        return len(self._lines(width)[1])


class LineWidget(Widget):
    """A widget of one line that is repainted only if the line has changed."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn = Content("")

    def line(self) -> Content:
        """What it shows now, at its width."""
        raise NotImplementedError

    def repaint_changed(self) -> None:
        """Repaint the line if it has changed."""
        if self.is_mounted and self.size.width and self.line() != self._drawn:
            self.refresh()

    def render(self) -> Content:
        """The line."""
        self._drawn = self.line()
        return self._drawn


class LabelledBorder(Widget):
    """A widget that repaints one line of its border when a label there changes. Textual repaints the whole widget for
    that, and all widgets in it. As a base it comes last: Textual inherits the styles of the first one only."""

    _top_label = _bottom_label = ""
    _is_bottom: bool | None = None
    """Whether the label that is being set is at the bottom; None while none is set."""

    def show_at_top(self, text: str) -> None:
        """Show a text at the top of the border."""
        if text != self._top_label:
            self._top_label, self._is_bottom = text, False
            self.border_title = Content(text)
            self._is_bottom = None

    def show_at_bottom(self, text: str) -> None:
        """Show a text at the bottom of the border."""
        if text != self._bottom_label:
            self._bottom_label, self._is_bottom = text, True
            self.border_subtitle = Content(text)
            self._is_bottom = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Repaint regions, which are relative to the content; while a label is set, its line of the border."""
        if self._is_bottom is not None:
            (width, height), border = self.outer_size, self.styles.border.spacing
            top, lines = (height - border.bottom, border.bottom) if self._is_bottom else (0, border.top)
            regions = (Region(0, top, width, lines).translate(-self.content_offset),)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class PaintedLines:
    """What the lines of a widget were drawn from, so that only lines that have changed are drawn again."""

    def __init__(self, widget: Widget, content: Callable[[int], object]) -> None:
        """`content` returns everything that a line depends on."""
        self._widget, self._content = widget, content
        self._painted: dict[int, object] = {}

    def paint(self, y: int) -> object:
        """What a line is drawn from; call it whenever the line is drawn."""
        content = self._painted[y] = self._content(y)
        return content

    def repaint_changed(self) -> None:
        """Repaint the lines that have changed, or all if most have."""
        width, height = self._widget.size
        changed = [y for y in range(height) if self._painted.get(y) != self._content(y)]
        if len(changed) > height // 2:
            self._widget.refresh(Region(0, 0, width, height))
        else:
            for y in changed:
                self._widget.refresh(Region(0, y, width, 1))

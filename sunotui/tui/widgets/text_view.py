"""A view of a long text. Only visible lines are styled, so that JSON of any size opens at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sunotui.domain.search.query import Query
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.command import Scope
from sunotui.tui.commands import bindings
from sunotui.tui.library.task_list.highlight import highlighted_segments


class TextLine(NamedTuple):
    """One line of text in one tone: "plain", "head", "name", "faint", "odd" or "bad"; a label may precede it."""

    text: str
    tone: str = "plain"
    label: str = ""


_LABEL_CELLS = 14


class TextView(ScrollView, can_focus=True):
    """Lines of text that wrap to the width and scroll by keyboard; markup in them is not interpreted."""

    BINDINGS = bindings(Scope.DETAIL)
    COMPONENT_CLASSES = {f"text-view--{tone}" for tone in ("plain", "head", "name", "faint", "odd", "bad", "found")}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[TextLine, ...] = ()
        self._wrapped: list[TextLine] = []
        self._highlighted = Query()

    def highlight(self, query: Query) -> None:
        """Highlight the matches of a search."""
        if query != self._highlighted:
            self._highlighted = query
            self.refresh()

    def show_lines(self, lines: Sequence[TextLine], *, keep_position: bool = False) -> None:
        """Show these lines, from the top unless the scroll position is kept."""
        lines = tuple(lines)
        if lines == self._lines:
            return
        self._lines = lines
        self._wrap()
        if not keep_position:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self.refresh()

    @property
    def text(self) -> str:
        """The text that is shown, not wrapped."""
        return "\n".join((f"{line.label}  " if line.label else "") + line.text for line in self._lines)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text to the new width."""
        self._wrap()
        self.refresh()

    def action_scroll(self, step: int) -> None:
        """Scroll lines down or up."""
        self.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """Scroll half a page down or up."""
        self.scroll_relative(y=step * max(1, self.size.height // 2), animate=False)

    def action_top(self) -> None:
        """Scroll to the first line."""
        self.scroll_to(y=0, animate=False)

    def action_bottom(self) -> None:
        """Scroll to the last line."""
        self.scroll_to(y=self.virtual_size.height, animate=False)

    def render_line(self, y: int) -> Strip:
        """One line of the wrapped text."""
        width = self.size.width
        index = y + self.scroll_offset.y
        if index >= len(self._wrapped):
            return Strip.blank(width, self.get_component_rich_style("text-view--plain"))
        line = self._wrapped[index]
        style = self.get_component_rich_style(f"text-view--{line.tone}")
        match_style = style + self.get_component_rich_style("text-view--found", partial=True)
        cells = max(1, width - _LABEL_CELLS) if line.label else width
        parts = list(highlighted_segments(formatting.fit(line.text, cells), style, match_style, self._highlighted))
        if line.label:
            name = self.get_component_rich_style("text-view--name")
            parts.insert(0, Segment(formatting.fit(line.label, _LABEL_CELLS), name))
        return Strip(parts).adjust_cell_length(width, style)

    def _wrap(self) -> None:
        width = max(8, self.scrollable_content_region.width or self.size.width)
        wrapped: list[TextLine] = []
        for line in self._lines:
            cells = width - _LABEL_CELLS if line.label else width
            for index, piece in enumerate(wrap(printable(line.text), max(4, cells))):
                wrapped.append(TextLine(piece, line.tone, "" if not line.label else line.label if index == 0 else " "))
        self._wrapped = wrapped
        # As wide as the view, so that it never scrolls sideways.
        self.virtual_size = Size(0, len(wrapped))


def wrap(text: str, cells: int) -> list[str]:
    """A line in pieces of at most `cells` cells, broken at spaces if possible; each piece has the line's indent."""
    if len(text) * 2 <= cells or cell_len(text) <= cells:
        return [text]
    bare = text.lstrip(" ")
    indent = " " * min(len(text) - len(bare), cells // 2)
    return [indent + piece for piece in _pieces(bare, cells - len(indent))]


def _pieces(text: str, cells: int) -> list[str]:
    pieces: list[str] = []
    current = ""
    for word in text.split(" "):
        candidate = f"{current} {word}" if current else word
        if cell_len(candidate) <= cells:
            current = candidate
            continue
        if current:
            pieces.append(current)
        if cell_len(word) <= cells:
            current = word
            continue
        chopped = chop_cells(word, cells)
        pieces += chopped[:-1]
        current = chopped[-1] if chopped else ""
    return [*pieces, current]

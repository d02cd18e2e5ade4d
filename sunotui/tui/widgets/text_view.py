"""A view of a long text that can be selected. Only visible lines are styled, so that JSON of any size opens at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from sunotui.domain.search.query import Query
from sunotui.domain.text import printable
from sunotui.tui import formatting
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.highlight import highlighted_segments, matches
from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.theming.token_styles import Tone
from sunotui.tui.widgets.scrollbar import LineScroll

LABEL_CELLS = 14
"""The width of the column of labels, such as names of facts."""


class TextLine(NamedTuple):
    """One line of text in one tone: "plain", "head", "faint", "odd" or "bad"; a label may precede it."""

    text: str
    tone: str = "plain"
    label: str = ""
    label_cells: int = LABEL_CELLS
    """The width of the label's column."""
    is_cut: bool = False
    """Whether it is cut to the width, with an ellipsis; otherwise it wraps."""


class TextPosition(NamedTuple):
    """A position in lines that wrap, which does not depend on the width."""

    line: int
    character: int
    """An index in the line."""


def row_of(starts: Sequence[TextPosition], position: TextPosition) -> int:
    """The row that shows a position; `starts` are the positions of all rows."""
    return max(0, bisect_right(starts, position) - 1)


class _Piece(NamedTuple):
    """A part of a line that fits in the width."""

    line: TextLine
    joiner: str
    """What the text has between this piece and the next one: a line end, the space at which it was broken, or
    nothing."""
    start: TextPosition
    """Where it begins."""


_TONES = {
    "plain": Tone.PLAIN,
    "head": Tone.KEY,
    "faint": Tone.MUTED,
    "odd": Tone.WARN,
    "bad": Tone.BAD,
}
_BOLD = Style(bold=True)


class PlainTextView(LineScroll, can_focus=True, inherit_bindings=False):
    """Lines of text that wrap to the width and scroll by keyboard and wheel; markup in them is not interpreted. Text
    that is selected with the mouse is copied without the line ends of the wrapping. Its screen has the keys."""

    app: ThemedApp[object]

    class Fitted(Message):
        """The text was wrapped to another size of the view."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: tuple[TextLine, ...] = ()
        self._pieces: list[_Piece] = []
        self._highlighted = Query()
        self._width = 0
        """The cells of a line."""
        self._top = TextPosition(0, 0)
        """What is in the first visible row."""
        self._fitted_size = Size(0, 0)
        """The size of the view that the text was last wrapped for."""

    def highlight(self, query: Query) -> None:
        """Highlight the matches of a search. Only lines with other matches than before are repainted: most letters of a
        search change none."""
        before, self._highlighted = self._highlighted, query
        top = self.scroll_offset.y
        for y, piece in enumerate(self._pieces[top : top + self.size.height]):
            if matches(piece.line.text, query) != matches(piece.line.text, before):
                self.refresh(Region(0, y, self.size.width, 1))

    def show_lines(self, lines: Sequence[TextLine], *, keep_position: bool = False) -> None:
        """Show these lines, from the top unless the first visible row is kept."""
        lines = tuple(lines)
        if lines == self._lines:
            return
        self._lines = lines
        self._wrap(self._top if keep_position else TextPosition(0, 0))
        self.refresh()

    @property
    def text(self) -> str:
        """The text that is shown, not wrapped."""
        return "\n".join((f"{line.label}  " if line.label else "") + line.text for line in self._lines)

    @property
    def position(self) -> str:
        """The last visible line and the number of lines, such as "40 of 120 lines"; empty if all are visible."""
        rows, shown = self.virtual_size.height, self.size.height
        return f"{min(rows, self.scroll_offset.y + shown):,} of {rows:,} lines" if rows > shown > 0 else ""

    def on_resize(self, event: events.Resize) -> None:
        """Wrap the text to the new width, with the same text at the top."""
        self._wrap(self._top)
        self.refresh()
        self.post_message(self.Fitted())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Remember what is at the top, unless the view only fits the scroll position to its new size: the text is
        wrapped to that afterwards."""
        super().watch_scroll_y(old_value, new_value)
        row = round(new_value)
        if self.size == self._fitted_size and row < len(self._pieces):
            self._top = self._pieces[row].start

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

    # --- selection ---------------------------------------------------------------------------------------------------

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, and what follows it when another widget is selected, too."""
        pieces = []
        joiner = ""
        for y, piece in enumerate(self._pieces):
            if (span := selection.get_span(y)) is None:
                continue
            start, end = span
            text = _drawn_text(piece.line)
            pieces += [joiner, text[start : None if end == -1 else end].rstrip()]
            joiner = piece.joiner
        return "".join(pieces), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Repaint the lines with the new selection."""
        self.refresh()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the wrapped text."""
        # The same for each of them, and slow to find out.
        self._width = self.scrollable_content_region.width or self.size.width
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the wrapped text."""
        width = self._width
        index = y + self.scroll_offset.y
        styles = self.app.token_styles
        if index >= len(self._pieces):
            return Strip.blank(width, styles.style(Tone.PLAIN))
        line = self._pieces[index].line
        style = styles.style(_TONES[line.tone])
        if line.tone == "head":
            style += _BOLD
        parts = list(highlighted_segments(line.text, style, styles.found(), self._highlighted))
        if line.label:
            parts.insert(0, Segment(_label_text(line), styles.style(Tone.MUTED)))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(index)) is not None:
            parts = list(_restyled(parts, *span, self.screen.get_component_rich_style("screen--selection")))
        return Strip(parts).adjust_cell_length(width, style).apply_offsets(0, index)

    def _wrap(self, top: TextPosition) -> None:
        """Wrap the text, and scroll a position to the top."""
        # Space for the scrollbar is reserved before it appears, and one cell before it stays free.
        self._pieces = self._wrapped_to(self.size.width - 1)
        if len(self._pieces) > self.size.height:
            self._pieces = self._wrapped_to(self.size.width - self.styles.scrollbar_size_vertical - 1)
        # As wide as the view, so that it never scrolls sideways.
        self.resize_content(Size(0, len(self._pieces)))
        row = row_of([piece.start for piece in self._pieces], top) if top > (0, 0) else 0
        self.scroll_to(y=row, animate=False, force=True, immediate=True)
        # Also if that is too near to the end to be at the top: it is there again when the view has its old size.
        self._top, self._fitted_size = top, self.size

    def _wrapped_to(self, width: int) -> list[_Piece]:
        return [piece for at, line in enumerate(self._lines) for piece in _wrapped(at, line, max(8, width))]


class TextView(PlainTextView, inherit_bindings=False):
    """A text with keys of its own: those of the detail."""

    BINDINGS = bindings(Scope.DETAIL)


def _label_text(line: TextLine) -> str:
    return formatting.fit(line.label, line.label_cells) if line.label else ""


def _drawn_text(line: TextLine) -> str:
    return _label_text(line) + line.text


def _restyled(parts: Sequence[Segment], start: int, end: int, style: Style) -> Iterator[Segment]:
    """The segments with another style from one character to another; -1 is the end of the line."""
    position = 0
    for text, own, _ in parts:
        first = min(max(0, start - position), len(text))
        last = len(text) if end == -1 else min(max(first, end - position), len(text))
        yield Segment(text[:first], own)
        yield Segment(text[first:last], (own or Style.null()) + style)
        yield Segment(text[last:], own)
        position += len(text)


def _wrapped(at: int, line: TextLine, width: int) -> Iterator[_Piece]:
    """A line, by its index, in pieces that fit in `width` cells, each with its part of the label's column."""
    cells = width - line.label_cells if line.label else width
    if line.is_cut:
        yield _Piece(line._replace(text=formatting.fit(line.text, max(4, cells)).rstrip()), "\n", TextPosition(at, 0))
        return
    text = printable(line.text)
    pieces = wrap(text, max(4, cells))
    rest = text.lstrip(" ") if len(pieces) > 1 else ""
    start = TextPosition(at, 0)
    for index, piece in enumerate(pieces):
        label = "" if not line.label else line.label if index == 0 else " "
        rest = rest[len(piece.lstrip(" ")) :]
        is_last = index == len(pieces) - 1
        joiner = "\n" if is_last else " " if rest.startswith(" ") else ""
        yield _Piece(line._replace(text=piece, label=label), joiner, start)
        rest = rest.lstrip(" ")
        start = TextPosition(at, len(text) - len(rest))


def wrap(text: str, cells: int) -> list[str]:
    """A line in pieces of at most `cells` cells, broken at spaces if possible; each piece has the line's indent."""
    if len(text) * 2 <= cells or cell_len(text) <= cells:
        return [text]
    bare = text.lstrip(" ")
    indent = " " * min(len(text) - len(bare), cells // 2)
    return [indent + piece for piece in _broken(bare, cells - len(indent))]


def _broken(text: str, cells: int) -> list[str]:
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

"""The list of the downloads screen, drawn line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len, split_text
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sunotui.domain.text import printable
from sunotui.named_tuple import NamedTuple
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.downloads.lines import GroupLine, Line, TakeLine
from sunotui.tui.theming import glyphs
from sunotui.tui.theming.token_styles import Background, Tone
from sunotui.tui.widgets.lines import PaintedLines

EMPTY = "Nothing is being saved, and nothing is at risk."
_WIDE_FROM = 84
"""The minimum width in cells for rows with columns."""
_BAR, _NARROW_BAR = 18, 8
_PERCENT = 6
_TAKE = 10
_END = 18
_LEAST_TITLE, _MOST_TITLE = 20, 36
_TITLE_LIMIT = 300
"""The maximum number of characters of a title, a reason or a name: no line is longer."""
_INDENT = "    "
_MOST_REASON_LINES = 3
_BOLD = Style(bold=True)


class _ReasonLine(NamedTuple):
    """A part of a reason that does not fit beside its take."""

    text: str
    tone: Tone


class DownloadList(ScrollView, can_focus=True):
    """Draws groups of takes. The cursor skips everything except takes, and stays on its take while the lines around it
    change. Only lines that change are painted again."""

    DEFAULT_CLASSES = "pane"
    app: BaseApp

    class Moved(Message):
        """The cursor is on another take, or that take has changed."""

    class Opened(Message):
        """A take was double-clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: list[Line] = []
        """What `show` got."""
        self._lines: list[Line | _ReasonLine] = []
        """The rows with the reasons that do not fit beside a take below it."""
        self._cursor = 0
        self._painted = PaintedLines(self, self._line_content)
        self._names = "", ""

    @property
    def current(self) -> TakeLine | None:
        """The take under the cursor."""
        line = self._lines[self._cursor] if self._cursor < len(self._lines) else None
        return line if isinstance(line, TakeLine) else None

    def show(self, lines: list[Line]) -> None:
        """Show other lines."""
        before, old = self.current, self._cursor
        self._shown = lines
        self._lines = list(_with_reasons(lines, self.scrollable_content_region.width))
        numbered = enumerate(self._lines)
        same = next(
            (at for at, line in numbered if before and isinstance(line, TakeLine) and line.key == before.key), -1
        )
        self._cursor = same if same >= 0 else self._nearest(old)
        if self.virtual_size.height != max(1, len(self._lines)):
            self.virtual_size = Size(0, max(1, len(self._lines)))
        if self._cursor != old:
            self._scroll_to_cursor()
        self._painted.repaint_changed()
        if self.current != before:
            self.post_message(self.Moved())

    def set_names(self, title: str, folder: str) -> None:
        """Show what is being saved, and where takes are saved, in the border."""
        # Only if it has changed: the border is painted again with everything in it.
        if title != self._names[0]:
            self.border_title = Content(printable(title))
        if folder != self._names[1]:
            self.border_subtitle = Content(printable(folder))
        self._names = title, folder

    def _nearest(self, index: int) -> int:
        """The line of a take that is nearest to an index; 0 without takes."""
        rows = [at for at, line in enumerate(self._lines) if isinstance(line, TakeLine)]
        return min(rows, key=lambda at: abs(at - index), default=0)

    # --- moving ------------------------------------------------------------------------------------------------------

    def move(self, step: int) -> None:
        """Move the cursor by takes, down or, if negative, up."""
        rows = [at for at, line in enumerate(self._lines) if isinstance(line, TakeLine)]
        if self._cursor in rows:
            self._move_to(rows[max(0, min(rows.index(self._cursor) + step, len(rows) - 1))])

    def move_half_page(self, direction: int) -> None:
        """Move half a page down or up."""
        self.move(direction * max(1, self.size.height // 2))

    def _move_to(self, index: int) -> None:
        if index != self._cursor:
            self._cursor = index
            self._scroll_to_cursor()
            self._painted.repaint_changed()
            self.post_message(self.Moved())

    def _scroll_to_cursor(self) -> None:
        # With the name of its group, if that is the line above, and the reason below it.
        top = (
            self._cursor - 1 if self._cursor and isinstance(self._lines[self._cursor - 1], GroupLine) else self._cursor
        )
        end = self._cursor + 1
        while end < len(self._lines) and isinstance(self._lines[end], _ReasonLine):
            end += 1
        region = Region(0, top, 1, end - top)
        self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)

    def on_click(self, event: events.Click) -> None:
        """Choose the take under the mouse; a double click opens it."""
        at = event.get_content_offset(self)
        if at is None or (index := at.y + self.scroll_offset.y) >= len(self._lines):
            return
        while isinstance(self._lines[index], _ReasonLine):
            index -= 1
        if isinstance(self._lines[index], TakeLine):
            self._move_to(index)
            if event.chain > 1:
                self.post_message(self.Opened())

    def on_resize(self) -> None:
        """Keep the cursor visible, and draw the lines for the new width."""
        self.show(self._shown)
        self._scroll_to_cursor()
        self.refresh()

    def on_focus(self) -> None:
        """Paint the cursor in its focused style."""
        self._painted.repaint_changed()

    def on_blur(self) -> None:
        """Paint the cursor in its blurred style."""
        self._painted.repaint_changed()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the lines at their new positions."""
        super().watch_scroll_y(old_value, new_value)
        self._painted.repaint_changed()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def _line_content(self, y: int) -> object:
        """Everything that a line depends on."""
        index = y + self.scroll_offset.y
        line = self._lines[index] if index < len(self._lines) else None
        if isinstance(line, TakeLine):
            # The line does not depend on the download itself.
            return line._replace(entry=None), index == self._cursor, self.has_focus
        return line, not self._lines and not index

    def render_line(self, y: int) -> Strip:
        """One line."""
        self._painted.paint(y)
        width, style = self.scrollable_content_region.width, self.app.token_styles.style
        index = y + self.scroll_offset.y
        line = self._lines[index] if index < len(self._lines) else None
        plain = style(Tone.PLAIN)
        if isinstance(line, GroupLine):
            head = Segment(f"  {line.title}", style(Tone.KEY) + _BOLD)
            return Strip([head, Segment(f"  {line.size:,}", style(Tone.MUTED))]).adjust_cell_length(width, plain)
        if line is None:
            text = EMPTY if not self._lines and not index else ""
            return Strip([Segment(formatting.fit("   " + text, width), style(Tone.MUTED))], width)
        if isinstance(line, _ReasonLine):
            return Strip([Segment(formatting.fit(_INDENT + line.text, width), style(line.tone))], width)
        ground = Background.PLAIN
        if index == self._cursor:
            ground = Background.CURSOR if self.has_focus else Background.CURSOR_IDLE
        segments = self._wide(line, width, ground) if width >= _WIDE_FROM else self._narrow(line, width, ground)
        return Strip(list(segments)).adjust_cell_length(width, style(Tone.PLAIN, ground))

    def _segment(self, text: str, tone: Tone, ground: Background) -> Segment:
        return Segment(text, self.app.token_styles.style(tone, ground))

    def _start(self, row: TakeLine, title: str, ground: Background) -> Iterator[Segment]:
        """The cursor, the sign and the title."""
        is_cursor = ground is not Background.PLAIN
        yield self._segment(glyphs.CURSOR if ground is Background.CURSOR else " ", Tone.KEY, ground)
        yield self._segment(f" {row.sign} ", row.tone, ground)
        style = self.app.token_styles.style(Tone.STRONG if is_cursor else Tone.PLAIN, ground)
        yield Segment(title, style + _BOLD if is_cursor else style)

    def _wide(self, row: TakeLine, width: int, ground: Background) -> Iterator[Segment]:
        """A row with columns."""
        title_cells, end_cells, room = _columns(row, width)
        yield from self._start(row, formatting.fit(_title(row), title_cells), ground)
        yield self._segment(formatting.fit(f" take {row.number}", _TAKE), Tone.MUTED, ground)
        if row.share is None:
            yield self._segment(formatting.fit(row.words[:_TITLE_LIMIT], room), row.words_tone, ground)
        else:
            full, rest = formatting.bar(row.share, _BAR)
            yield self._segment(full, Tone.KEY, ground)
            yield self._segment(rest, Tone.RULE_STRONG, ground)
            yield self._segment(f" {row.share:.0%}".ljust(_PERCENT), Tone.PLAIN, ground)
            yield self._segment(formatting.fit(row.amount, room - _BAR - _PERCENT), Tone.MUTED, ground)
        yield self._segment(formatting.fit(row.end, end_cells).strip().rjust(end_cells) + " ", Tone.MUTED, ground)

    def _narrow(self, row: TakeLine, width: int, ground: Background) -> Iterator[Segment]:
        """A row without columns: the most important part is on the right."""
        number = f" {row.number} "
        right = row.words[:_TITLE_LIMIT] if row.words_tone is not Tone.MUTED or not row.end else row.end
        if row.share is not None:
            right = f" {row.share:.0%}".rjust(5) + row.end.rpartition("  ")[2].rjust(10)
        bar_cells = _NARROW_BAR if row.share is not None else 0
        room = width - 4 - len(number) - 1
        title = formatting.fit(
            _title(row), min(cell_len(_title(row)), max(room - bar_cells - cell_len(right), room // 2))
        )
        yield from self._start(row, title, ground)
        yield self._segment(number, Tone.MUTED, ground)
        left = room - cell_len(title) - bar_cells
        if row.share is not None:
            yield self._segment(" " * max(0, left - cell_len(right)), Tone.MUTED, ground)
            full, rest = formatting.bar(row.share, bar_cells)
            yield self._segment(full, Tone.KEY, ground)
            yield self._segment(rest, Tone.RULE_STRONG, ground)
            yield self._segment(right, Tone.MUTED, ground)
            return
        text = formatting.fit(right, min(left, cell_len(right)))
        yield self._segment(" " * max(0, left - cell_len(text)) + text, row.words_tone, ground)


def _columns(row: TakeLine, width: int) -> tuple[int, int, int]:
    """The cells of the title, of the end, and of what is between them in a row with columns."""
    title_cells = max(_LEAST_TITLE, min(_MOST_TITLE, width - 64))
    end_cells = _END if row.share is not None else cell_len(row.end) + 2
    return title_cells, end_cells, width - 4 - title_cells - _TAKE - end_cells - 1


def _with_reasons(lines: Iterable[Line], width: int) -> Iterator[Line | _ReasonLine]:
    """The lines, with reasons that would be cut below their takes."""
    for line in lines:
        if not isinstance(line, TakeLine) or line.words_tone is not Tone.BAD or _fits(line, width):
            yield line
            continue
        yield line._replace(words="", words_tone=Tone.MUTED)
        for text in _wrapped(line.words[:_TITLE_LIMIT], width - len(_INDENT) - 1)[:_MOST_REASON_LINES]:
            yield _ReasonLine(text, line.words_tone)


def _fits(row: TakeLine, width: int) -> bool:
    """Whether all words fit into a row, or the list has no width yet."""
    if width <= 0:
        return True
    words = cell_len(row.words[:_TITLE_LIMIT])
    if width >= _WIDE_FROM:
        return words <= _columns(row, width)[2]
    room = width - 4 - len(f" {row.number} ") - 1
    return words <= room - min(cell_len(_title(row)), room // 2)


def _wrapped(text: str, cells: int) -> list[str]:
    """A text in lines; a word that is longer than a line is cut into several."""
    lines = [""]
    for word in text.split():
        if lines[-1] and cell_len(f"{lines[-1]} {word}") > cells:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
        while cell_len(lines[-1]) > cells > 1:
            start, rest = split_text(lines[-1], cells)
            lines[-1:] = [start, rest]
    return lines


def _title(row: TakeLine) -> str:
    return formatting.title(row.title[:_TITLE_LIMIT])

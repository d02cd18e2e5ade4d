"""Draws the head and the rows of a list, and repaints only the lines that changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rich.segment import Segment
from textual.cache import LRUCache
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer

from sunotui.domain.browse import Sort
from sunotui.domain.search.query import Query
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.tui import formatting
from sunotui.tui.library.task_list.columns import GUTTER, Columns, Order, columns, heads
from sunotui.tui.library.task_list.progress import progress_of
from sunotui.tui.library.task_list.row import LineContent, row_strip
from sunotui.tui.library.task_list.selection import Selection
from sunotui.tui.library.task_list.window import TaskWindow
from sunotui.tui.theming.themed_app import ThemedApp
from sunotui.tui.theming.token_styles import Background, TokenStyles, Tone
from sunotui.tui.widgets.lines import LabelledBorder, PaintedLines
from sunotui.tui.widgets.scrollbar import LineScroll

HEAD = 1
"""Lines of the head, which stays above the rows."""

_DRAWN_ROWS = 256
"""How many drawn rows are kept: while the list scrolls, most rows only move."""


class Placeholder(Protocol):
    """What an empty list shows instead of its text."""

    @property
    def state(self) -> object:
        """Everything that its lines depend on."""

    def line(self, y: int, width: int, height: int) -> Strip:
        """One of `height` lines."""

    def action_at(self, y: int, height: int) -> str:
        """The action that a click on a line runs; empty if it does nothing."""


class TaskRows(LineScroll, LabelledBorder):
    """Paints the rows that a TaskWindow holds, under the names of the columns."""

    app: ThemedApp[object]

    shows_gateways: reactive[bool] = reactive(False)
    """Whether rows show their gateway, as they do if there is more than one."""

    def __init__(self, now: Callable[[], float], *, id: str | None = None) -> None:
        """`now` is the Unix time that ages are counted from."""
        super().__init__(id=id)
        self._now = now
        self._window = TaskWindow()
        self.selection = Selection()
        self._highlighted = Query()
        self._order = Order(Sort.AGE)
        self._empty_text: tuple[str, ...] = ()
        self.placeholder: Placeholder | None = None
        """Shown while there are no rows; None for the text."""
        self._painted = PaintedLines(self, self._line_content)
        self._drawn: LRUCache[tuple[LineContent, Columns, int, Background, TokenStyles], Strip] = LRUCache(_DRAWN_ROWS)
        self._playing = "", ""
        self._age_timer: Timer | None = None
        self._shown = columns(0, with_gateway=False)
        self._width = 0
        """The columns and the cells of a line."""

    @property
    def _top(self) -> int:
        """The index of the first visible row."""
        return round(self.scroll_y)

    @property
    def _page_height(self) -> int:
        """How many rows are visible."""
        return max(1, self.size.height - HEAD)

    @property
    def columns(self) -> Columns:
        """The columns that are shown."""
        return columns(self.scrollable_content_region.width, with_gateway=self.shows_gateways)

    def on_focus(self) -> None:
        """Paint the cursor in its focused style."""
        self._repaint(self._window.cursor)

    def on_blur(self) -> None:
        """Paint the cursor in its blurred style."""
        self._repaint(self._window.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Repaint the lines that changed. Rows that only moved along with new ones above them stay on their lines."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        self._painted.repaint_changed()

    # --- repainting --------------------------------------------------------------------------------------------------

    def show_playing(self, task_id: str, sign: str) -> None:
        """Show the playback state in the row of a task; `sign` is two cells wide. An empty id is no task."""
        if (task_id, sign) != self._playing:
            self._playing = task_id, sign
            self._painted.repaint_changed()

    def _repaint(self, *indexes: int) -> None:
        for index in indexes:
            if self._top <= index < self._top + self._page_height:
                self.refresh(Region(0, index - self._top + HEAD, self.size.width, 1))

    def _line_content(self, y: int) -> object:
        """Everything that a line depends on: lines with equal content are equal."""
        if not self._window.total:
            return self._empty_text, self.size.height, self.placeholder and self.placeholder.state
        if y < HEAD:
            return self._order
        index = self._top + y - HEAD
        row = self._window.row(index)
        return self._row_content(row, index) if row is not None else index == self._window.cursor

    def _row_content(self, row: TaskSummary, index: int) -> LineContent:
        now = self._now()
        return LineContent(
            row,
            formatting.age(row.added_at, now),
            None if row.status.is_final else progress_of(row, now),
            row.id in self.selection,
            index == self._window.cursor,
            self._highlighted,
            row.safety_at(now),
            self._playing[1] if row.id == self._playing[0] else "",
        )

    def _plan_age_change(self) -> None:
        """Set one timer for the next visible age or progress whose text changes; without visible rows, none."""
        if self._age_timer is not None:
            self._age_timer.stop()
        now = self._now()
        durations = []
        for row in self._window.rows(self._top, self._page_height):
            durations.append(formatting.age_lasts_s(row.added_at, now))
            if not row.status.is_final and (lasts_s := progress_of(row, now).lasts_s) is not None:
                durations.append(lasts_s)
        self._age_timer = self.set_timer(min(durations) + 0.1, self._ages_changed) if durations else None

    def _ages_changed(self) -> None:
        self._painted.repaint_changed()
        self._plan_age_change()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the list."""
        # The same for each of them, and slow to find out.
        self._width, self._shown = self.scrollable_content_region.width, self.columns
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        content = self._painted.paint(y)
        width = self._width
        if not self._window.total:
            return self._empty_line(y, width)
        if y < HEAD:
            return self._head(width)
        is_cursor = self._top + y - HEAD == self._window.cursor
        background = (
            Background.PLAIN if not is_cursor else Background.CURSOR if self.has_focus else Background.CURSOR_IDLE
        )
        if not isinstance(content, LineContent):
            return Strip([Segment(" " * width, self.app.token_styles.style(Tone.PLAIN, background))], width)
        key = content, self._shown, width, background, self.app.token_styles
        strip = self._drawn.get(key)
        if strip is None:
            strip = self._drawn[key] = row_strip(*key)
        return strip

    def _head(self, width: int) -> Strip:
        muted, strong = map(self.app.token_styles.style, (Tone.MUTED, Tone.STRONG))
        names = [Segment(name, strong if is_sorted else muted) for name, is_sorted in heads(self.columns, self._order)]
        return Strip([Segment(" " * GUTTER, muted), *names]).adjust_cell_length(width, muted)

    def _empty_line(self, y: int, width: int) -> Strip:
        if self.placeholder is not None:
            return self.placeholder.line(y, width, self.size.height)
        top = max(0, (self.size.height - len(self._empty_text)) // 3)
        if top <= y < top + len(self._empty_text):
            text = self._empty_text[y - top]
            line = formatting.fit(text.center(width) if len(text) < width else text, width)
            return Strip([Segment(line, self.app.token_styles.style(Tone.MUTED))], width)
        return Strip.blank(width, self.app.token_styles.style(Tone.PLAIN))

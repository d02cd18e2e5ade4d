"""Draws the rows of a list, and repaints only the lines that changed."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from sunotui.domain.search.query import Query
from sunotui.tui import formatting
from sunotui.tui.library.task_list.row import task_strip
from sunotui.tui.library.task_list.selection import Selection
from sunotui.tui.library.task_list.window import TaskWindow

_TONES = ("wait", "active", "good", "bad", "odd", "star", "mark", "found")
_PARTS = (*_TONES, "plain", "cursor", "cursor-blurred", "faint", "empty")


class TaskRows(ScrollView):
    """Paints the rows of a TaskWindow."""

    COMPONENT_CLASSES = {f"task-list--{name}" for name in _PARTS}

    shows_gateways: reactive[bool] = reactive(False)
    """Whether rows name their gateway, as they do when there is more than one."""

    def __init__(self, now: Callable[[], float], *, id: str | None = None) -> None:
        """`now` is the Unix time that ages are counted from."""
        super().__init__(id=id)
        self._now = now
        self._window = TaskWindow()
        self.selection = Selection()
        self._highlighted = Query()
        self._empty_text: tuple[str, ...] = ()
        self._painted: dict[int, object] = {}
        self._age_timer: Timer | None = None

    @property
    def _top(self) -> int:
        """The index of the first visible row."""
        return self.scroll_offset.y

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
        self._repaint_changed()

    # --- repainting --------------------------------------------------------------------------------------------------

    def _repaint(self, *indexes: int) -> None:
        for index in indexes:
            if self._top <= index < self._top + self.size.height:
                self.refresh(Region(0, index - self._top, self.size.width, 1))

    def _repaint_changed(self) -> None:
        width, height = self.size
        changed = [y for y in range(height) if self._painted.get(y) != self._line_content(y)]
        if len(changed) > height // 2:
            self.refresh(Region(0, 0, width, height))
        else:
            for y in changed:
                self.refresh(Region(0, y, width, 1))

    def _line_content(self, y: int) -> object:
        """Everything that a line depends on: lines with equal content are equal."""
        if not self._window.total:
            return (self._empty_text, self.size.height)
        index = self._top + y
        row = self._window.row(index)
        if row is None:
            return index == self._window.cursor
        age = formatting.age(row.added_at, self._now())
        return (row, age, row.id in self.selection, index == self._window.cursor, self._highlighted)

    def _plan_age_change(self) -> None:
        """Set one timer for the next visible age whose text changes; without visible rows, none."""
        if self._age_timer is not None:
            self._age_timer.stop()
        now = self._now()
        durations = [
            formatting.age_lasts_s(row.added_at, now) for row in self._window.rows(self._top, self.size.height)
        ]
        self._age_timer = self.set_timer(min(durations) + 0.1, self._ages_changed) if durations else None

    def _ages_changed(self) -> None:
        self._repaint_changed()
        self._plan_age_change()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        self._painted[y] = self._line_content(y)
        width = self.size.width
        if not self._window.total:
            return self._empty_line(y, width)
        index = self._top + y
        is_cursor = index == self._window.cursor
        style = self._line_style(is_cursor=is_cursor)
        row = self._window.row(index)
        if row is None:
            return Strip([Segment(" " * width, style)], width)
        return task_strip(
            row,
            width,
            style,
            self._tones(style, is_cursor=is_cursor),
            self._now(),
            with_gateway=self.shows_gateways,
            is_selected=row.id in self.selection,
            query=self._highlighted,
        )

    def _line_style(self, *, is_cursor: bool) -> Style:
        name = "plain" if not is_cursor else "cursor" if self.has_focus else "cursor-blurred"
        return self.get_component_rich_style(f"task-list--{name}")

    def _tones(self, style: Style, *, is_cursor: bool) -> Callable[[str], Style]:
        def tone_style(tone: str) -> Style:
            if is_cursor and tone == "faint":
                return style
            return style + self.get_component_rich_style(f"task-list--{tone}", partial=True)

        return tone_style

    def _empty_line(self, y: int, width: int) -> Strip:
        top = max(0, (self.size.height - len(self._empty_text)) // 3)
        if top <= y < top + len(self._empty_text):
            text = self._empty_text[y - top]
            line = formatting.fit(text.center(width) if len(text) < width else text, width)
            return Strip([Segment(line, self.get_component_rich_style("task-list--empty"))], width)
        return Strip.blank(width, self.get_component_rich_style("task-list--plain"))

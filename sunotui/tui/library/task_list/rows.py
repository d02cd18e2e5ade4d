"""The rows of a listing as lines: draws them, and repaints those on which something else stands than was painted."""

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
from sunotui.tui.library.task_list.selection import Marks
from sunotui.tui.library.task_list.window import TaskWindow

_TONES = ("wait", "active", "good", "bad", "odd", "star", "mark", "found")
_PARTS = (*_TONES, "plain", "cursor", "cursor-blurred", "faint", "empty")


class TaskRows(ScrollView):
    """Paints what a TaskWindow holds."""

    COMPONENT_CLASSES = {f"task-list--{name}" for name in _PARTS}

    shows_gateways: reactive[bool] = reactive(False)
    """Whether rows say which gateway they are of: where there is more than one."""

    def __init__(self, now: Callable[[], float], *, id: str | None = None) -> None:
        """`now` is the time that ages are counted from."""
        super().__init__(id=id)
        self._now = now
        self._window = TaskWindow()
        self.marks = Marks()
        self.wanted = Query()
        self._empty_words: tuple[str, ...] = ()
        self._painted: dict[int, object] = {}
        self._age_timer: Timer | None = None

    @property
    def _top(self) -> int:
        """The index of the first row in sight."""
        return self.scroll_offset.y

    def on_focus(self) -> None:
        """The cursor's line looks awake."""
        self._repaint(self._window.cursor)

    def on_blur(self) -> None:
        """The cursor's line looks asleep."""
        self._repaint(self._window.cursor)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows are in sight; where they only moved along with what came above them, nothing is repainted."""
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
        changed = [y for y in range(height) if self._painted.get(y) != self._on_line(y)]
        if len(changed) > height // 2:
            self.refresh(Region(0, 0, width, height))
        else:
            for y in changed:
                self.refresh(Region(0, y, width, 1))

    def _on_line(self, y: int) -> object:
        """All that a line is made of; where two of these are equal, so are their lines."""
        if not self._window.total:
            return (self._empty_words, self.size.height)
        index = self._top + y
        row = self._window.row(index)
        if row is None:
            return index == self._window.cursor
        age = formatting.age(row.added_at, self._now())
        return (row, age, row.id in self.marks, index == self._window.cursor, self.wanted)

    def _plan_age_change(self) -> None:
        """One timer for the next age in sight that changes its word; none when nothing is in sight."""
        if self._age_timer is not None:
            self._age_timer.stop()
        now = self._now()
        lasts = [formatting.age_lasts_s(row.added_at, now) for row in self._window.rows(self._top, self.size.height)]
        self._age_timer = self.set_timer(min(lasts) + 0.1, self._ages_changed) if lasts else None

    def _ages_changed(self) -> None:
        self._repaint_changed()
        self._plan_age_change()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        self._painted[y] = self._on_line(y)
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
            is_marked=row.id in self.marks,
            query=self.wanted,
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
        top = max(0, (self.size.height - len(self._empty_words)) // 3)
        if top <= y < top + len(self._empty_words):
            words = self._empty_words[y - top]
            line = formatting.fit(words.center(width) if len(words) < width else words, width)
            return Strip([Segment(line, self.get_component_rich_style("task-list--empty"))], width)
        return Strip.blank(width, self.get_component_rich_style("task-list--plain"))

"""The rows of a listing as lines: reads those that are in sight and few others, and repaints those that changed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from sunotui.domain.errors import Trouble
from sunotui.domain.listing import Window
from sunotui.domain.search import Query
from sunotui.domain.summary import TaskSummary
from sunotui.tui import show
from sunotui.tui.again import Again
from sunotui.tui.messages import Stumbled
from sunotui.tui.widgets.marks import Marks
from sunotui.tui.widgets.task_row import task_strip
from sunotui.tui.widgets.task_window import MARGIN, TaskWindow

_TONES = ("wait", "active", "good", "bad", "odd", "faint", "mark", "star", "found")


class Provide(Protocol):
    """Gives a piece of what is listed now (Catalogue.window)."""

    def __call__(self, *, around: str | None, at: int, before: int, after: int) -> Awaitable[Window]:
        """`before` rows before a task or an index, its own, and `after` rows after it."""


class TaskRows(ScrollView):
    """Lines with a cursor. It and the marks stay on their tasks, whatever is added, changed or sorted around them."""

    COMPONENT_CLASSES = {f"task-list--{name}" for name in (*_TONES, "plain", "cursor", "cursor-blurred", "empty")}

    shows_gateways: reactive[bool] = reactive(False)
    """Whether rows say which gateway they are of: where there is more than one."""
    wanted: reactive[Query] = reactive(Query())
    """The search whose words stand out."""

    class Highlighted(Message):
        """The cursor came to another task; None when there is no task."""

        def __init__(self, task_id: str | None) -> None:
            super().__init__()
            self.task_id = task_id

    def __init__(self, provide: Provide, now: Callable[[], float], *, id: str | None = None) -> None:
        """`provide` gives rows; `now` the time that ages are counted from."""
        super().__init__(id=id)
        self._provide = provide
        self._now = now
        self._window = TaskWindow()
        self._told: str | None = None
        self._awaited: str | None = None
        self._reading = Again(self._read)
        self.marks = Marks()
        self._empty_words: tuple[str, ...] = ()
        self._is_other = False
        self._ages: dict[int, str] = {}
        self._age_timer: Timer | None = None

    # --- what it shows -----------------------------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """The id under the cursor; None where there is no row, or it is still being read."""
        return self._window.current

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._window.total

    def ask(self) -> None:
        """Read the rows again: something changed. However often it is asked, one question is under way."""
        if self.is_attached and self._reading.ask():
            self._load()

    def list_other(self, empty_words: Sequence[str]) -> None:
        """Something else is listed: the cursor stays on its task where that is listed too, else it goes to the first.
        `empty_words` teach when there is nothing."""
        self._empty_words = tuple(empty_words)
        self._is_other = True
        self.ask()

    async def catch_up(self) -> None:
        """Wait until what is shown is what was asked for; at once when it is."""
        await self._reading.catch_up()

    def select(self, task_id: str) -> None:
        """Put the cursor on a task; on one that is not in the list yet as soon as it is, unless the cursor is moved."""
        self._awaited = task_id
        self.ask()

    @work(group="task-rows")
    async def _load(self) -> None:
        try:
            await self._reading.run()
        except Trouble as trouble:
            self.post_message(Stumbled(trouble))

    async def _read(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height)
        above = max(0, self._window.cursor - top)
        around, cursor = self._awaited or self._window.anchor, self._window.cursor
        otherwise, self._is_other = 0 if self._is_other else cursor, False
        before, after = max(above, 0) + MARGIN, max(0, height - above) + MARGIN
        window = await self._provide(around=around, at=otherwise, before=before, after=after)
        if self._awaited is not None and window.anchor is None:
            # It is not there yet: the cursor keeps its own task.
            window = await self._provide(around=self._window.anchor, at=otherwise, before=before, after=after)
        elif around == self._awaited:
            self._awaited = None
        if self._window.cursor != cursor:
            # Moved meanwhile: these rows may be far from where one looks now.
            self.ask()
            return
        self._take(window, otherwise)

    def _take(self, window: Window, otherwise: int) -> None:
        height, top, old_index = self.size.height, self.scroll_offset.y, self._window.cursor
        before = {index - top: row for index, row in self._window.rows(top, top + height)}
        old_total = self.row_count
        shift = self._window.take(window, otherwise)
        if self.row_count != old_total:
            self.virtual_size = Size(self.size.width, self.row_count)
        self._keep_in_sight(old_index, shift)
        lines = {old_index - top, self._window.cursor - self.scroll_offset.y}
        self._repaint_changed(before, cursor_lines=lines if len(lines) > 1 else set(), was_empty=not old_total)
        self._plan_age_change()
        if self.current != self._told or not self.row_count:
            self._told = self.current
            self.post_message(self.Highlighted(self.current))

    def _keep_in_sight(self, old_index: int, shift: int) -> None:
        """Scroll with the cursor's task, so that the row under the eyes stays where it is; the top stays the top."""
        if shift and not (old_index == 0 and shift > 0 and self.scroll_offset.y == 0):
            self.scroll_to(y=max(0, self.scroll_offset.y + shift), animate=False, force=True, immediate=True)
        self._cursor_into_view()

    def _repaint_changed(self, before: dict[int, TaskSummary], *, cursor_lines: set[int], was_empty: bool) -> None:
        """The lines whose rows are others now; the two of the cursor where it moved on the screen."""
        top, height = self.scroll_offset.y, self.size.height
        if was_empty or not self.row_count:
            self.refresh()
            return
        now = {index - top: row for index, row in self._window.rows(top, top + height)}
        for line in range(height):
            if line in cursor_lines or now.get(line) != before.get(line):
                self.refresh(Region(0, line, self.size.width, 1))

    def _ask_ahead(self) -> None:
        top = self.scroll_offset.y
        if self._window.is_short_of(top, top + self.size.height):
            self.ask()

    def watch_wanted(self) -> None:
        """Other words stand out."""
        self.refresh()

    def _cursor_into_view(self) -> None:
        self.scroll_to_region(
            Region(0, self._window.cursor, 1, 1), animate=False, force=True, immediate=True, x_axis=False
        )

    # --- ages --------------------------------------------------------------------------------------------------------

    def _plan_age_change(self) -> None:
        """One timer for the next age in sight that changes its word; none when nothing is in sight."""
        if self._age_timer is not None:
            self._age_timer.stop()
        now = self._now()
        lasts = [show.age_lasts_s(row.added_at, now) for _, row in self._in_sight()]
        self._age_timer = self.set_timer(min(lasts) + 0.1, self._ages_changed) if lasts else None

    def _ages_changed(self) -> None:
        now, top = self._now(), self.scroll_offset.y
        for index, row in self._in_sight():
            if self._ages.get(index - top) != show.age(row.added_at, now):
                self.refresh(Region(0, index - top, self.size.width, 1))
        self._plan_age_change()

    def _in_sight(self) -> list[tuple[int, TaskSummary]]:
        top = self.scroll_offset.y
        return list(self._window.rows(top, top + self.size.height))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask_ahead()

    def on_resize(self, event: events.Resize) -> None:
        """More rows may be in sight."""
        self.virtual_size = Size(event.size.width, self.row_count)
        self._cursor_into_view()
        self._ask_ahead()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self.size.width
        if not self.row_count:
            return self._empty_line(y, width)
        index = y + self.scroll_offset.y
        style = self.get_component_rich_style("task-list--plain")
        if index >= self.row_count:
            return Strip.blank(width, style)
        is_cursor = index == self._window.cursor
        if is_cursor:
            style = self.get_component_rich_style(
                "task-list--cursor" if self.has_focus else "task-list--cursor-blurred"
            )
        row = self._window.row(index)
        if row is None:
            return Strip([Segment(" " * width, style)], width)
        now = self._now()
        self._ages[y] = show.age(row.added_at, now)
        return task_strip(
            row,
            width,
            style,
            self._tones(style, is_cursor=is_cursor),
            now,
            with_gateway=self.shows_gateways,
            is_marked=row.id in self.marks,
            query=self.wanted,
        )

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
            line = show.fit(words.center(width) if len(words) < width else words, width)
            return Strip([Segment(line, self.get_component_rich_style("task-list--empty"))], width)
        return Strip.blank(width, self.get_component_rich_style("task-list--plain"))

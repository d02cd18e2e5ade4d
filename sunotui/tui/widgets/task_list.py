"""The task list: draws the rows that are in sight and asks for no others, whatever the library's size."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

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
from sunotui.domain.summary import TaskSummary
from sunotui.tui import show
from sunotui.tui.commands import Scope, bindings
from sunotui.tui.messages import Stumbled
from sunotui.tui.widgets.task_row import task_strip

Provide = Callable[[Sequence[str]], Awaitable[Sequence[TaskSummary]]]

_CACHED_ROWS = 2_000
_AHEAD = 30
_COUNT_LASTS_S = 1.0
_TONES = ("wait", "active", "good", "bad", "odd")


class TaskList(ScrollView, can_focus=True):
    """Rows by id. The cursor stays on its task, whatever is added, changed or sorted around it."""

    BINDINGS = bindings(Scope.LIST)
    COMPONENT_CLASSES = {
        f"task-list--{name}" for name in (*_TONES, "plain", "cursor", "cursor-blurred", "faint", "empty")
    }

    shows_gateways: reactive[bool] = reactive(False)
    """Whether rows say which gateway they are of: where there is more than one."""

    class Highlighted(Message):
        """The cursor came to another task; None when there is no task."""

        def __init__(self, task_id: str | None) -> None:
            super().__init__()
            self.task_id = task_id

    def __init__(self, provide: Provide, now: Callable[[], float], *, id: str | None = None) -> None:
        """`provide` gives the rows for ids; `now` the time that ages are counted from."""
        super().__init__(id=id)
        self._provide = provide
        self._now = now
        self._ids: list[str] = []
        self._rows: OrderedDict[str, TaskSummary] = OrderedDict()
        self._wanted: set[str] = set()
        self._cursor = 0
        self._awaited: str | None = None
        self._count = 0
        self._count_at = 0.0
        self._empty_words: tuple[str, ...] = ()
        self._age_timer: Timer | None = None

    # --- what it shows -----------------------------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """The id under the cursor."""
        return self._ids[self._cursor] if self._ids else None

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._ids)

    def show_ids(self, ids: Sequence[str], empty_words: Sequence[str] = ()) -> None:
        """Show these rows in this order; `empty_words` teach when there is none."""
        before = self.current
        self._empty_words = tuple(empty_words)
        if ids != self._ids:
            old_index = self._cursor
            self._ids = list(ids)
            self._cursor = self._index_of(self._awaited if self._awaited in ids else before, old_index)
            self._awaited = None if self._awaited in ids else self._awaited
            self.virtual_size = Size(self.size.width, len(self._ids))
            self._keep_in_sight(old_index)
        self._load_in_sight()
        self.refresh()
        if self.current != before or not self._ids:
            self.post_message(self.Highlighted(self.current))

    def forget(self, ids: Sequence[str]) -> None:
        """These tasks changed: ask for their rows again and repaint their lines only."""
        for task_id in ids:
            self._rows.pop(task_id, None)
        self._load_in_sight()

    def forget_all(self) -> None:
        """Anything may have changed: ask for every row in sight again."""
        self._rows.clear()
        self._load_in_sight()

    def select(self, task_id: str) -> None:
        """Put the cursor on a task; on one that is not in the list yet as soon as it is, unless the cursor is moved."""
        if task_id in self._ids:
            self._move_to(self._ids.index(task_id))
        else:
            self._awaited = task_id

    def _index_of(self, task_id: str | None, fallback: int) -> int:
        if task_id is not None:
            try:
                return self._ids.index(task_id)
            except ValueError:
                pass
        return max(0, min(fallback, len(self._ids) - 1))

    def _keep_in_sight(self, old_index: int) -> None:
        """Scroll with the cursor's task, so that the row under the eyes stays where it is; the top stays the top."""
        shift = self._cursor - old_index
        if old_index == 0 and shift > 0 and self.scroll_offset.y == 0:
            self._cursor_into_view()
        elif shift:
            self.scroll_to(y=max(0, self.scroll_offset.y + shift), animate=False, force=True)
        self._cursor_into_view()

    # --- rows --------------------------------------------------------------------------------------------------------

    def _load_in_sight(self) -> None:
        if not self.is_mounted:
            return
        top = max(0, self.scroll_offset.y - _AHEAD)
        ids = self._ids[top : self.scroll_offset.y + self.size.height + _AHEAD]
        missing = [task_id for task_id in ids if task_id not in self._rows and task_id not in self._wanted]
        if missing:
            self._wanted.update(missing)
            self._load(missing)

    @work(group="task-rows")
    async def _load(self, ids: list[str]) -> None:
        try:
            rows = await self._provide(ids)
        except Trouble as trouble:
            self.post_message(Stumbled(trouble))
            return
        finally:
            self._wanted.difference_update(ids)
        for row in rows:
            self._rows[row.id] = row
            self._rows.move_to_end(row.id)
        while len(self._rows) > _CACHED_ROWS:
            self._rows.popitem(last=False)
        self._repaint({row.id for row in rows})
        self._plan_age_change()

    def _repaint(self, ids: set[str]) -> None:
        top = self.scroll_offset.y
        for at, task_id in enumerate(self._ids[top : top + self.size.height]):
            if task_id in ids:
                self.refresh(Region(0, at, self.size.width, 1))

    def _plan_age_change(self) -> None:
        """One timer for the next age in sight that changes its word; none when nothing is in sight."""
        if self._age_timer is not None:
            self._age_timer.stop()
        top = self.scroll_offset.y
        now = self._now()
        shown = (self._rows.get(task_id) for task_id in self._ids[top : top + self.size.height])
        lasts = [show.age_lasts_s(row.added_at, now) for row in shown if row is not None]
        self._age_timer = self.set_timer(min(lasts) + 0.1, self._ages_changed) if lasts else None

    def _ages_changed(self) -> None:
        self.refresh()
        self._plan_age_change()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows come into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._load_in_sight()

    def on_resize(self, event: events.Resize) -> None:
        """More rows may be in sight."""
        self.virtual_size = Size(event.size.width, len(self._ids))
        self._cursor_into_view()
        self._load_in_sight()

    # --- moving ------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Digits after a first digit of a count belong to the count; takes are chosen by the screen."""
        if event.key == "0" and self._typed_count():
            self.add_to_count(0)
            event.stop()

    def add_to_count(self, digit: int) -> None:
        """Remember a digit typed before a move, as in 5j."""
        self._count = min(self._typed_count() * 10 + digit, 100_000)
        self._count_at = time.monotonic()

    def _typed_count(self) -> int:
        """The count typed just now: a digit also chooses a take, so one typed a while ago counts no rows."""
        return self._count if time.monotonic() - self._count_at < _COUNT_LASTS_S else 0

    def _take_count(self) -> int:
        count, self._count = self._typed_count() or 1, 0
        return count

    def action_move(self, step: int) -> None:
        """Rows down or up, as many as were typed."""
        self._move_to(self._cursor + step * self._take_count())

    def action_half_page(self, step: int) -> None:
        """Half a page down or up."""
        self._move_to(self._cursor + step * self._take_count() * max(1, self.size.height // 2))

    def action_first(self) -> None:
        """To the first row."""
        self._count = 0
        self._move_to(0)

    def action_last(self) -> None:
        """To the last row, or to the row whose number was typed."""
        count, self._count = self._typed_count(), 0
        self._move_to(count - 1 if count else len(self._ids) - 1)

    def on_click(self, event: events.Click) -> None:
        """The row under the mouse becomes the current one; what it says is never run."""
        if event.y + self.scroll_offset.y < len(self._ids):
            self._move_to(event.y + self.scroll_offset.y)

    def _move_to(self, index: int) -> None:
        self._awaited = None
        index = max(0, min(index, len(self._ids) - 1))
        if not self._ids or index == self._cursor:
            return
        old, self._cursor = self._cursor, index
        top = self.scroll_offset.y
        self._cursor_into_view()
        if top == self.scroll_offset.y:
            for row in (old, index):
                self.refresh(Region(0, row - top, self.size.width, 1))
        self.post_message(self.Highlighted(self.current))

    def _cursor_into_view(self) -> None:
        self.scroll_to_region(Region(0, self._cursor, 1, 1), animate=False, force=True, immediate=True, x_axis=False)

    def on_focus(self) -> None:
        """The cursor's line looks awake."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor's line looks asleep."""
        self._count = 0
        self.refresh()

    # --- drawing -----------------------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """One line of the list."""
        width = self.size.width
        if not self._ids:
            return self._empty_line(y, width)
        index = y + self.scroll_offset.y
        if index >= len(self._ids):
            return Strip.blank(width, self.get_component_rich_style("task-list--plain"))
        row = self._rows.get(self._ids[index])
        style = self.get_component_rich_style("task-list--plain")
        if index == self._cursor:
            style = self.get_component_rich_style(
                "task-list--cursor" if self.has_focus else "task-list--cursor-blurred"
            )
        if row is None:
            return Strip([Segment(" " * width, style)], width)
        return self._row_line(row, width, style, is_cursor=index == self._cursor)

    def _row_line(self, row: TaskSummary, width: int, style: Style, *, is_cursor: bool) -> Strip:
        def tone_style(tone: str) -> Style:
            if is_cursor and tone == "faint":
                return style
            return style + self.get_component_rich_style(f"task-list--{tone}", partial=True)

        return task_strip(row, width, style, tone_style, self._now(), with_gateway=self.shows_gateways)

    def _empty_line(self, y: int, width: int) -> Strip:
        top = max(0, (self.size.height - len(self._empty_words)) // 3)
        if top <= y < top + len(self._empty_words):
            words = self._empty_words[y - top]
            line = show.fit(words.center(width) if len(words) < width else words, width)
            return Strip([Segment(line, self.get_component_rich_style("task-list--empty"))], width)
        return Strip.blank(width, self.get_component_rich_style("task-list--plain"))

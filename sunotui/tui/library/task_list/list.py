"""The task list: shows a window of any number of tasks, moves through them and marks them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from textual import events, work
from textual.geometry import Region, Size
from textual.message import Message

from sunotui.domain.browse import Sort
from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import Query
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import bindings
from sunotui.tui.library.task_list.columns import Order, shows_order, sort_at
from sunotui.tui.library.task_list.count_prefix import CountPrefix
from sunotui.tui.library.task_list.rows import HEAD, Placeholder, TaskRows
from sunotui.tui.library.task_list.window import MARGIN, PageLoader
from sunotui.tui.messages import OperationFailed
from sunotui.tui.runtime.coalescer import Coalescer
from sunotui.tui.runtime.own_screen import run_on_own_screen
from sunotui.tui.runtime.textual_patches import call_after_own_refresh

_NO_QUERY = Query()
RangeLoader = Callable[[str, str], Awaitable[Sequence[str]]]
CountLoader = Callable[[Callable[[], bool]], Awaitable[int | None]]
"""Counts the rows of the list. Returns None if the function that it is given returns True, which is called on another
thread."""


class TaskList(TaskRows, can_focus=True):
    """The task list widget; cursor, scroll position and selection stay on their tasks through updates, sorting and
    searching."""

    DEFAULT_CLASSES = "pane"

    BINDINGS = bindings(Scope.LIST)

    class Highlighted(Message):
        """The cursor moved to another task; None when there is no task."""

        def __init__(self, task_id: str | None) -> None:
            super().__init__()
            self.task_id = task_id

    class Counted(Message):
        """The number of rows changed."""

    class SelectionChanged(Message):
        """The number of marked tasks changed."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    class SortRequested(Message):
        """The head of a column was clicked."""

        def __init__(self, sort: Sort) -> None:
            super().__init__()
            self.sort = sort

    class Opened(Message):
        """A row was double-clicked; the cursor is on it."""

    def __init__(
        self,
        load_page: PageLoader,
        load_range: RangeLoader,
        load_count: CountLoader,
        now: Callable[[], float],
        *,
        id: str | None = None,
    ) -> None:
        """`load_page` loads rows, `load_range` the ids from one row to another, `load_count` the number of rows; `now`
        is the Unix time that ages are counted from."""
        super().__init__(now, id=id)
        self._load_page = load_page
        self._load_range = load_range
        self._load_count = load_count
        self._loading = Coalescer(self._read)
        self._count = CountPrefix()
        self._anchor: str | None = None
        """The task that the cursor was last moved to: another list is shown around it, if it has the task."""
        self._awaited: str | None = None
        """A task that the cursor moves to as soon as the list has it."""
        self._wanted_version = self._shown_version = 0
        """The numbers of the requested and of the displayed list."""
        self._next: tuple[tuple[str, ...], Query] = ((), _NO_QUERY)
        """The empty text and the query of the requested list."""
        self._is_stale = False
        self._is_positioned = False
        """Whether the cursor was scrolled to in a list with rows."""
        self._description = ""
        self._reported: str | None = None
        """The task that was last reported as highlighted."""
        self._counted = ""
        """The number of rows that was last reported."""
        self._is_going_to_end = False
        """Whether the cursor moves to the last row as soon as the rows are counted."""
        self.moves = 0
        """How often the user has moved the cursor."""

    # --- content -----------------------------------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """The id under the cursor; None until a distant row is loaded."""
        return self._window.current

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor, from 0."""
        return self._window.cursor

    @property
    def row_count(self) -> int:
        """The number of rows of the list, or of those that are known."""
        return self._window.total

    @property
    def row_count_text(self) -> str:
        """The number of rows, such as 1,234, or 2,000+ until they are counted."""
        return self._window.total_text

    @property
    def selected(self) -> tuple[str, ...]:
        """The ids of the marked tasks, in the order of the list."""
        return self.selection.ids

    def show_query(self, empty_text: Sequence[str], query: Query = _NO_QUERY) -> None:
        """Show another list, which the loaders load from now on, around the same task if it has it. Matches of `query`
        are highlighted; `empty_text` is shown when there are no rows."""
        self._wanted_version += 1
        self._is_going_to_end = False
        self._next = tuple(empty_text), query
        self._request_load()

    def show_description(self, order: Order, description: str) -> None:
        """Show the order at the head of its column, or at the bottom of the border if that is not in view; beside it
        `description`, which says how many tasks are marked."""
        if order != self._order:
            self._order = order
            self.refresh(Region(0, 0, self.size.width, HEAD))
        self._description = description
        self._update_border()

    def _update_border(self) -> None:
        """Show the position of the cursor, such as "4 of 49"."""
        order = self._order
        is_named = order.name and not shows_order(self.columns, order)
        position = f"{self._window.cursor + 1:,} of {self.row_count_text}" if self.row_count else ""
        parts = (f"{order.name} {order.arrow}" if is_named else "", self._description, position)
        self.show_at_bottom(" · ".join(part for part in parts if part))

    def show_text(self, text: Sequence[str]) -> None:
        """Show these lines while there are no rows, until a list is shown."""
        self._empty_text = tuple(text)
        self._painted.repaint_changed()

    def show_placeholder(self, placeholder: Placeholder | None) -> None:
        """Show something other than a text while there are no rows, or repaint it; None for the text."""
        self.placeholder = placeholder
        self._painted.repaint_changed()

    def reload(self) -> None:
        """Load the rows again, and repaint the lines that changed."""
        self._is_stale = True
        self._request_load(is_urgent=False)

    def select(self, task_id: str) -> None:
        """Move the cursor to a task. If the list does not have it yet, the cursor moves when it does, unless the user
        moves it first."""
        self._awaited = task_id
        self._is_going_to_end = False
        self._request_load()

    def start_at(self, task_id: str) -> None:
        """Show the first list around a task, if it has the task."""
        self._anchor = task_id

    async def catch_up(self) -> None:
        """Wait until all requested rows are loaded."""
        await self._loading.catch_up()

    async def rows_painted(self) -> None:
        """Wait until the rows that are being read are on the screen. What does not have to be there with them waits:
        another thread that needs the interpreter delays both the reading and the painting."""
        if await self._loading.run_ended():
            is_painted = asyncio.Event()
            call_after_own_refresh(self.screen, is_painted.set)
            await is_painted.wait()

    # --- loading -----------------------------------------------------------------------------------------------------

    def _request_load(self, *, is_urgent: bool = True) -> None:
        if self.is_mounted and self._loading.ask(is_urgent=is_urgent):
            self._load()

    @work(group="task-rows")
    async def _load(self) -> None:
        try:
            await self._loading.run()
        except SunotuiError as error:
            self.post_message(OperationFailed(error))

    async def _read(self) -> None:
        before = self._top, self._page_height
        if self._wanted_version != self._shown_version or self._awaited is not None:
            await self._read_other()
        else:
            await self._read_same()
        if not self.row_count or self.current not in {None, self._reported}:
            self._reported = self.current
            self.post_message(self.Highlighted(self.current))
        self._report_count()
        if not self._window.is_counted:
            self._count_rows()
        if before != (self._top, self._page_height):
            self._load_if_short()

    def _report_count(self) -> None:
        if self.row_count_text != self._counted:
            self._counted = self.row_count_text
            self.post_message(self.Counted())
        if self._is_going_to_end and self._window.is_counted:
            self._move_to(self.row_count - 1)

    @work(group="row-count", exclusive=True)
    async def _count_rows(self) -> None:
        """Count the rows of a list whose first ones are shown; given up when another list is requested."""
        version = self._shown_version
        try:
            total = await self._load_count(lambda: version != self._wanted_version)
        except SunotuiError as error:
            self.post_message(OperationFailed(error))
            return
        if total is None or version != self._wanted_version or self._window.is_counted:
            return
        self._window.set_total(total)
        self._draw(self._top)
        self._report_count()
        self._load_if_short()

    async def _read_other(self) -> None:
        """Load another list, or the rows around a task that the cursor is to move to."""
        version, awaited, shown_next = self._wanted_version, self._awaited, self._next
        is_other, anchor = version != self._shown_version, self._anchor
        reach = self._page_height + MARGIN
        load = partial(self._load_page, at=0, before=reach, after=reach, is_counted=not is_other)
        page = await load(around=awaited or self._anchor)
        if awaited is not None and page.anchor is None:
            # The list does not have the task yet: show the list as if the task had not been requested.
            if not is_other:
                await self._read_same()
                return
            page = await load(around=self._anchor)
        elif awaited is not None:
            if awaited == self._awaited:
                self._awaited = None
            self._anchor = awaited
        if version != self._wanted_version:
            # The next run loads the list that is now requested.
            return
        if awaited is None and self._anchor != anchor:
            # The user moved the cursor in the list that was still shown: load the other one around that task.
            self._request_load()
            return
        top, line = self._top, self._window.cursor - self._top
        if is_other:
            self._shown_version, (self._empty_text, self._highlighted) = version, shown_next
        self._window.reset(page)
        self._anchor = self._anchor or self.current
        self._draw(self._window.cursor - line if is_other and 0 <= line < self._page_height else top)
        self._scroll_to_cursor()

    async def _read_same(self) -> None:
        """Load the rows of the same list at the current scroll position."""
        was_stale, self._is_stale = self._is_stale, False
        version, request = self._wanted_version, self._window.page_request(self._top, self._page_height)
        # A list that was counted stays counted: with fewer rows, the cursor and the scroll position would move.
        load = partial(self._load_page, is_counted=self._window.is_counted)
        page = await load(around=request.around, at=request.at, before=request.before, after=request.after)
        if version != self._wanted_version:
            return
        was_visible = self._is_cursor_visible
        is_at_top = self._top == 0 and self._window.cursor == 0
        before = self.current
        shift = self._window.update(page, request)
        if was_stale and not request.is_around_cursor and self.current is not None:
            cursor_page = await load(around=self.current, at=self._window.cursor, before=0, after=0)
            self._window.set_cursor_index(cursor_page.anchor)
        if before is None or (request.is_around_cursor and page.anchor is None):
            # The row under the cursor is now loaded, or its task has disappeared: the cursor stays where it is.
            self._anchor = self.current or self._anchor
        self._draw(self._top if is_at_top else self._top + shift)
        if was_visible:
            self._scroll_to_cursor()

    def _draw(self, top: int) -> None:
        """Show the rows that are held; the row of index `top` is on the first line."""
        self.resize_content(self._whole_size)
        self.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)
        self._painted.repaint_changed()
        self._update_border()
        self._plan_age_change()

    @property
    def _whole_size(self) -> Size:
        """The size of the head and all rows."""
        return Size(self.size.width, self.row_count + HEAD if self.row_count else 0)

    @property
    def _is_cursor_visible(self) -> bool:
        return self._top <= self._window.cursor < self._top + self._page_height

    def _scroll_to_cursor(self) -> None:
        # The first time in the middle, so that the rows before a restored cursor are visible too.
        center = not self._is_positioned
        self._is_positioned = self._is_positioned or bool(self.row_count and self.size.height)
        region = Region(0, self._window.cursor, 1, 1 + HEAD)
        self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False, center=center)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows that are held, and load more before they run out."""
        super().watch_scroll_y(old_value, new_value)
        self._load_if_short()

    def on_resize(self, event: events.Resize) -> None:
        """Load more rows if more are visible."""
        self.resize_content(self._whole_size)
        self._update_border()
        self._scroll_to_cursor()
        self._load_if_short()

    def _load_if_short(self) -> None:
        if self._window.is_short(self._top, self._page_height):
            self._request_load()

    # --- moving ------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Add a 0 to a count that was begun; the other digits are commands of the screen, which add them."""
        if event.key == "0" and self._count.is_active:
            self.add_to_count(0)
            event.stop()

    def add_to_count(self, digit: int | None) -> None:
        """Append a digit to the count of the next move, as in 5j; None clears the count."""
        self._count.consume() if digit is None else self._count.add(digit)

    def action_move(self, step: int) -> None:
        """Move down or up, by the count if one was typed."""
        self._move_to(self._window.cursor + step * self._count.consume())

    def action_half_page(self, step: int) -> None:
        """Move half a page down or up."""
        self._move_to(self._window.cursor + step * self._count.consume() * max(1, self._page_height // 2))

    def action_first(self) -> None:
        """Move to the first row."""
        self._count.consume()
        self._move_to(0)

    def action_last(self) -> None:
        """Move to the last row, or to the row whose number was typed."""
        is_numbered = self._count.is_active
        self._move_to((self._count.consume() if is_numbered else self.row_count) - 1)
        self._is_going_to_end = not is_numbered and not self._window.is_counted

    def on_click(self, event: events.Click) -> None:
        """Move to the row under the mouse, or open it with a second click; a click on a head sorts. Links in texts are
        never followed."""
        at = event.get_content_offset(self)
        if at is None or not self.row_count:
            if at is not None and self.placeholder is not None:
                self._run_placeholder_line(self.placeholder, at.y)
            return
        if at.y < HEAD:
            if (sort := sort_at(self.columns, at.x)) is not None:
                self.post_message(self.SortRequested(sort))
            return
        index = self._top + at.y - HEAD
        if index < self.row_count:
            self._move_to(index)
            if event.chain == 2:
                self.post_message(self.Opened())

    def _run_placeholder_line(self, placeholder: Placeholder, y: int) -> None:
        if action := placeholder.action_at(y, self.size.height):
            self.call_next(run_on_own_screen, self, action)

    def on_blur(self) -> None:
        """Clear the count, which is only for the list."""
        self._count.consume()

    def _move_to(self, index: int) -> None:
        self.moves += 1
        self._awaited = None
        self._is_going_to_end = False
        old = self._window.cursor
        if not self._window.move(index):
            return
        self._repaint(old, self._window.cursor)
        self._update_border()
        self._scroll_to_cursor()
        if self.current is None:
            self._request_load()
            return
        self._anchor = self._reported = self.current
        self.post_message(self.Highlighted(self.current))

    # --- the selection -----------------------------------------------------------------------------------------------

    async def mark(self) -> None:
        """Mark the task under the cursor, or unmark it, and move to the next."""
        await self.catch_up()
        if self.current is not None:
            self.selection.toggle(self.current, self._window.cursor)
            self._report_selection()
            self._move_to(self._window.cursor + 1)

    async def mark_range(self) -> None:
        """Mark everything from the last marked task to the cursor. Raises SunotuiError."""
        await self.catch_up()
        cursor = self.current
        if cursor is None:
            return
        ids = list(await self._load_range(self.selection.last or cursor, cursor)) or [cursor]
        start = self._window.cursor - (len(ids) - 1 if ids[-1] == cursor else 0)
        self.selection.add_range(ids, start, cursor)
        self._report_selection()

    def unmark(self, task_ids: Sequence[str]) -> None:
        """Unmark these tasks."""
        if self.selection.remove(task_ids):
            self._report_selection()

    def clear_selection(self) -> bool:
        """Unmark everything. False if nothing was marked."""
        if not self.selection.clear():
            return False
        self._report_selection()
        return True

    def _report_selection(self) -> None:
        self._painted.repaint_changed()
        self.post_message(self.SelectionChanged(len(self.selection)))

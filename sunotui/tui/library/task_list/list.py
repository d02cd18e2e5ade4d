"""The task list: a window over a listing, whatever the library's size. Moves through it and marks tasks in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import events, work
from textual.geometry import Region, Size
from textual.message import Message

from sunotui.domain.errors import SunotuiError
from sunotui.domain.search.query import Query
from sunotui.tui.commands import Scope, bindings
from sunotui.tui.library.task_list.count_prefix import TypedCount
from sunotui.tui.library.task_list.rows import TaskRows
from sunotui.tui.library.task_list.window import MARGIN, Provide
from sunotui.tui.messages import OperationFailed
from sunotui.tui.runtime.coalescer import Again

_NO_QUERY = Query()
Between = Callable[[str, str], Awaitable[Sequence[str]]]


class TaskList(TaskRows, can_focus=True):
    """The cursor, the place on the screen and the marks stay with their task through news, sorting and searching."""

    BINDINGS = bindings(Scope.LIST)

    class Highlighted(Message):
        """The cursor came to another task; None when there is no task."""

        def __init__(self, task_id: str | None) -> None:
            super().__init__()
            self.task_id = task_id

    class Marked(Message):
        """Another number of tasks is marked."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count

    def __init__(self, provide: Provide, between: Between, now: Callable[[], float], *, id: str | None = None) -> None:
        """`provide` gives rows, `between` the ids from one row to another; `now` is the time that ages are counted
        from."""
        super().__init__(now, id=id)
        self._provide = provide
        self._between = between
        self._reading = Again(self._read)
        self._count = TypedCount()
        self._home: str | None = None
        """The task that the cursor was put on last: another listing is shown around it, where it has it."""
        self._awaited: str | None = None
        """A task that the cursor goes to as soon as the listing has it."""
        self._listing_wanted = self._listing_shown = 0
        """The number of the listing that is to be shown, and of the one that is."""
        self._next: tuple[tuple[str, ...], Query] = ((), _NO_QUERY)
        self._has_news = False
        self._told: str | None = None

    # --- what it shows -----------------------------------------------------------------------------------------------

    @property
    def current(self) -> str | None:
        """The id under the cursor; None while a far row is still to come."""
        return self._window.current

    @property
    def cursor(self) -> int:
        """The index of the row under the cursor, from 0."""
        return self._window.cursor

    @property
    def row_count(self) -> int:
        """How many rows the listing has."""
        return self._window.total

    @property
    def marked(self) -> tuple[str, ...]:
        """The ids that are marked, in the order of the list."""
        return self.marks.ids

    def list_other(self, empty_words: Sequence[str], query: Query = _NO_QUERY) -> None:
        """What is provided is of another listing: show that, around the same task where it has it. The words of
        `query` stand out; `empty_words` teach when there is no row."""
        self._listing_wanted += 1
        self._next = tuple(empty_words), query
        self._want()

    def say(self, words: Sequence[str]) -> None:
        """Say this where there are no rows, until something is listed."""
        self._empty_words = tuple(words)
        self._repaint_changed()

    def ask(self) -> None:
        """Anything may have changed: ask for the rows again, and repaint the lines that did."""
        self._has_news = True
        self._want()

    def select(self, task_id: str) -> None:
        """Put the cursor on a task; on one that is not in the list yet as soon as it is, unless the cursor is moved."""
        self._awaited = task_id
        self._want()

    async def catch_up(self) -> None:
        """Wait until the rows that were asked for are there."""
        await self._reading.catch_up()

    # --- asking ------------------------------------------------------------------------------------------------------

    def _want(self) -> None:
        if self.is_mounted and self._reading.ask():
            self._load()

    @work(group="task-rows")
    async def _load(self) -> None:
        try:
            await self._reading.run()
        except SunotuiError as trouble:
            self.post_message(OperationFailed(trouble))

    async def _read(self) -> None:
        sight = self._top, self.size.height
        if self._listing_wanted != self._listing_shown or self._awaited is not None:
            await self._read_other()
        else:
            await self._read_here()
        if not self.row_count or self.current not in {None, self._told}:
            self._told = self.current
            self.post_message(self.Highlighted(self.current))
        if sight != (self._top, self.size.height):
            self._want_rows()

    async def _read_other(self) -> None:
        """Another listing, or a task to go to."""
        listing, awaited, told = self._listing_wanted, self._awaited, self._next
        is_other = listing != self._listing_shown
        reach = self.size.height + MARGIN
        window = await self._provide(around=awaited or self._home, at=0, before=reach, after=reach)
        if awaited is not None and window.anchor is None:
            # Not there yet: what is there is shown as it would be without it.
            if not is_other:
                await self._read_here()
                return
            window = await self._provide(around=self._home, at=0, before=reach, after=reach)
        elif awaited is not None:
            if awaited == self._awaited:
                self._awaited = None
            self._home = awaited
        if listing != self._listing_wanted:
            # The next round asks for what is wanted now.
            return
        top, line = self._top, self._window.cursor - self._top
        if is_other:
            self._listing_shown, (self._empty_words, self.wanted) = listing, told
        self._window.begin(window)
        self._home = self._home or self.current
        self._draw(self._window.cursor - line if is_other and 0 <= line < self.size.height else top)
        self._cursor_into_view()

    async def _read_here(self) -> None:
        """The same listing: what is there now, where one looks now."""
        has_news, self._has_news = self._has_news, False
        listing, question = self._listing_wanted, self._window.question(self._top, self.size.height)
        window = await self._provide(
            around=question.around, at=question.at, before=question.before, after=question.after
        )
        if listing != self._listing_wanted:
            return
        was_in_sight = self._cursor_is_in_sight
        is_at_top = self._top == 0 and self._window.cursor == 0
        had = self.current
        shift = self._window.take(window, question)
        if has_news and not question.is_of_cursor and self.current is not None:
            found = await self._provide(around=self.current, at=self._window.cursor, before=0, after=0)
            self._window.found_cursor(found.anchor)
        if had is None or (question.is_of_cursor and window.anchor is None):
            # Its row came at last, or has gone: where the cursor is now is where it was put.
            self._home = self.current or self._home
        self._draw(self._top if is_at_top else self._top + shift)
        if was_in_sight:
            self._cursor_into_view()

    def _draw(self, top: int) -> None:
        """Show the rows held, the first line being that of index `top`."""
        size = Size(self.size.width, self.row_count)
        if self.virtual_size != size:
            self.virtual_size = size
        self.scroll_to(y=max(0, top), animate=False, force=True, immediate=True)
        self._repaint_changed()
        self._plan_age_change()

    @property
    def _cursor_is_in_sight(self) -> bool:
        return self._top <= self._window.cursor < self._top + self.size.height

    def _cursor_into_view(self) -> None:
        self.scroll_to_region(
            Region(0, self._window.cursor, 1, 1), animate=False, force=True, immediate=True, x_axis=False
        )

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Rows come into sight: those held are drawn at once, the disk is asked before they run out."""
        super().watch_scroll_y(old_value, new_value)
        self._want_rows()

    def on_resize(self, event: events.Resize) -> None:
        """More rows may be in sight."""
        self.virtual_size = Size(event.size.width, self.row_count)
        self._cursor_into_view()
        self._want_rows()

    def _want_rows(self) -> None:
        if self._window.is_short(self._top, self.size.height):
            self._want()

    # --- moving ------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Digits after a first digit of a count belong to the count; takes are chosen by the screen."""
        if event.key == "0" and self._count.is_begun:
            self.add_to_count(0)
            event.stop()

    def add_to_count(self, digit: int | None) -> None:
        """Remember a digit typed before a move, as in 5j; with None forget those that were."""
        self._count.take() if digit is None else self._count.add(digit)

    def action_move(self, step: int) -> None:
        """Rows down or up, as many as were typed."""
        self._move_to(self._window.cursor + step * self._count.take())

    def action_half_page(self, step: int) -> None:
        """Half a page down or up."""
        self._move_to(self._window.cursor + step * self._count.take() * max(1, self.size.height // 2))

    def action_first(self) -> None:
        """To the first row."""
        self._count.take()
        self._move_to(0)

    def action_last(self) -> None:
        """To the last row, or to the row whose number was typed."""
        count = self._count.take() if self._count.is_begun else self.row_count
        self._move_to(count - 1)

    def on_click(self, event: events.Click) -> None:
        """The row under the mouse becomes the current one; what it says is never run."""
        if event.y + self._top < self.row_count:
            self._move_to(event.y + self._top)

    def on_blur(self) -> None:
        """A count is for the list alone."""
        self._count.take()

    def _move_to(self, index: int) -> None:
        self._awaited = None
        old = self._window.cursor
        if not self._window.move(index):
            return
        self._repaint(old, self._window.cursor)
        self._cursor_into_view()
        if self.current is None:
            self._want()
            return
        self._home = self._told = self.current
        self.post_message(self.Highlighted(self.current))

    # --- marks -------------------------------------------------------------------------------------------------------

    async def mark(self) -> None:
        """Mark the task under the cursor, or unmark it, and go on to the next."""
        await self.catch_up()
        if self.current is not None:
            self.marks.toggle(self.current, self._window.cursor)
            self._tell_marks()
            self._move_to(self._window.cursor + 1)

    async def mark_range(self) -> None:
        """Mark everything from the last mark to the cursor. Raises SunotuiError."""
        await self.catch_up()
        cursor = self.current
        if cursor is None:
            return
        ids = list(await self._between(self.marks.last or cursor, cursor)) or [cursor]
        start = self._window.cursor - (len(ids) - 1 if ids[-1] == cursor else 0)
        self.marks.add_range(ids, start, cursor)
        self._tell_marks()

    def clear_marks(self) -> bool:
        """Unmark everything; whether there was anything."""
        if not self.marks.clear():
            return False
        self._tell_marks()
        return True

    def _tell_marks(self) -> None:
        self._repaint_changed()
        self.post_message(self.Marked(len(self.marks)))

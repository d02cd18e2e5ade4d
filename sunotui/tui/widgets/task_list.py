"""The task list: moves through the rows of a listing, marks them, and says where the cursor is."""

from collections.abc import Awaitable, Callable, Sequence

from textual import events
from textual.geometry import Region

from sunotui.domain.errors import Trouble
from sunotui.tui.commands import Scope, bindings
from sunotui.tui.messages import Stumbled
from sunotui.tui.widgets.task_rows import Provide, TaskRows
from sunotui.tui.widgets.typed_count import TypedCount

Between = Callable[[str, str], Awaitable[Sequence[str]]]


class TaskList(TaskRows, can_focus=True):
    """The keys of the list."""

    BINDINGS = bindings(Scope.LIST)

    def __init__(self, provide: Provide, between: Between, now: Callable[[], float], *, id: str | None = None) -> None:
        """`provide` gives rows, `between` the ids of a range; `now` is the time that ages are counted from."""
        super().__init__(provide, now, id=id)
        self._between = between
        self._count = TypedCount()

    @property
    def marked(self) -> tuple[str, ...]:
        """The ids that are marked, in the order in which they were."""
        return self.marks.ids

    # --- moving ------------------------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Digits after a first digit of a count belong to the count; takes are chosen by the screen."""
        if event.key == "0" and self._count.is_begun:
            self.add_to_count(0)
            event.stop()

    def add_to_count(self, digit: int) -> None:
        """Remember a digit typed before a move, as in 5j."""
        self._count.add(digit)

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
        count = self._count.take() if self._count.is_begun else 0
        self._move_to(count - 1 if count else self.row_count - 1)

    def on_click(self, event: events.Click) -> None:
        """The row under the mouse becomes the current one; what it says is never run."""
        if event.y + self.scroll_offset.y < self.row_count:
            self._move_to(event.y + self.scroll_offset.y)

    def _move_to(self, index: int) -> None:
        self._awaited = None
        old, top = self._window.cursor, self.scroll_offset.y
        if not self._window.move_to(index):
            return
        self._cursor_into_view()
        if top == self.scroll_offset.y:
            for row in (old, self._window.cursor):
                self.refresh(Region(0, row - top, self.size.width, 1))
        if self.current is None:
            self.ask()
        else:
            self._told = self.current
            self.post_message(self.Highlighted(self.current))

    # --- marks -------------------------------------------------------------------------------------------------------

    def action_mark(self) -> None:
        """Mark the task under the cursor, or unmark it, and go on to the next."""
        if self.current is not None:
            self.marks.toggle(self.current)
            self.refresh(Region(0, self._window.cursor - self.scroll_offset.y, self.size.width, 1))
            self._move_to(self._window.cursor + 1)

    async def action_mark_range(self) -> None:
        """Mark everything from the last mark to the cursor; the next key comes after it, and works on all of it."""
        await self.catch_up()
        if self.current is None:
            return
        try:
            ids = await self._between(self.marks.last or self.current, self.current)
        except Trouble as trouble:
            self.post_message(Stumbled(trouble))
            return
        self.marks.add(ids or [self.current])
        self.refresh()

    def clear_marks(self) -> bool:
        """Unmark everything; whether there was anything."""
        if not self.marks.clear():
            return False
        self.refresh()
        return True

    def on_focus(self) -> None:
        """The cursor's line looks awake."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor's line looks asleep."""
        self._count.take()
        self.refresh()

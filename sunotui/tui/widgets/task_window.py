"""The rows that a list holds: those in sight and some around them, with the cursor's place in the whole listing."""

from collections.abc import Iterator

from sunotui.domain.listing import Window
from sunotui.domain.summary import TaskSummary

MARGIN = 60
"""Rows held beyond what is in sight, so that moving on need not wait for the disk."""


class TaskWindow:
    """Rows by their index in the whole listing, of which only a piece is known; and the cursor, which stays on its
    task."""

    def __init__(self) -> None:
        self._window = Window(0, (), 0, None)
        self.cursor = 0
        self._cursor_id: str | None = None

    @property
    def total(self) -> int:
        """Rows of the whole listing."""
        return self._window.total

    @property
    def current(self) -> str | None:
        """The id under the cursor; None where there are no rows, or its row is still to come."""
        row = self.row(self.cursor)
        return row.id if row is not None else None

    @property
    def anchor(self) -> str | None:
        """The id that the cursor is on, or was on before its row was moved away from under it."""
        return self.current or self._cursor_id

    def row(self, index: int) -> TaskSummary | None:
        """The row at an index, where it is held."""
        at = index - self._window.start
        return self._window.rows[at] if 0 <= at < len(self._window.rows) else None

    def rows(self, start: int, stop: int) -> Iterator[tuple[int, TaskSummary]]:
        """The rows held from one index to before another."""
        first = self._window.start
        for index in range(max(start, first), min(stop, first + len(self._window.rows))):
            yield index, self._window.rows[index - first]

    def move_to(self, index: int) -> bool:
        """Put the cursor on another row; False when it is there already, or there are none."""
        index = max(0, min(index, self.total - 1))
        if not self.total or index == self.cursor:
            return False
        self.cursor = index
        # Until its row comes, the place alone says where the cursor is.
        self._cursor_id = self.current
        return True

    def is_short_of(self, start: int, stop: int) -> bool:
        """Whether rows from one index to before another are missing, or would be after a little more moving."""
        first, last = self._window.start, self._window.start + len(self._window.rows)
        return (first > 0 and start - first < MARGIN // 2) or (last < self.total and last - stop < MARGIN // 2)

    def take(self, window: Window, otherwise: int) -> int:
        """Hold another piece, read around the cursor's task; how far the cursor was moved to stay on it. Where the
        task is not listed, the cursor goes to the index `otherwise`."""
        before, self._window = self.cursor, window
        wanted = window.anchor if window.anchor is not None else otherwise
        self.cursor = max(0, min(wanted, window.total - 1))
        self._cursor_id = self.current
        return self.cursor - before

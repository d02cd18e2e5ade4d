"""The loaded rows of the task list, and the position of the cursor in the whole list."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from typing import Protocol

from sunotui.domain.browse import Page
from sunotui.domain.tasks.summary import TaskSummary
from sunotui.named_tuple import NamedTuple

MARGIN = 60
"""The number of rows loaded beyond the visible ones on either side, so that keys do not have to wait for the disk."""
_LOW_MARGIN = MARGIN // 2
"""With fewer rows left on a side, more are loaded."""


class PageLoader(Protocol):
    """Loads the rows around a task, or around an index if the list does not have the task."""

    def __call__(self, *, around: str | None, at: int, before: int, after: int, is_counted: bool) -> Awaitable[Page]:
        """`before` rows before that row, the row itself, and `after` rows after it. Unless `is_counted`, the first rows
        of a long list may come before all are counted."""


class PageRequest(NamedTuple):
    """Which rows to load: those around a task, or around an index if the list does not have the task."""

    around: str | None
    at: int
    """The index where the task was; 0 for a list that is not loaded yet."""
    before: int
    after: int
    is_around_cursor: bool = False
    """Whether it is the task under the cursor."""


class TaskWindow:
    """A part of a list with the cursor, which stays on its task when rows are added or removed around it."""

    def __init__(self) -> None:
        self._page = Page(0, (), 0, None)
        self.cursor = 0
        self.current: str | None = None
        """The id under the cursor. None if there are no rows, or if its row is not loaded yet."""

    @property
    def total(self) -> int:
        """The number of rows of the whole list, or of those that are known."""
        return self._page.total

    @property
    def is_counted(self) -> bool:
        """Whether `total` is exact."""
        return self._page.is_counted

    @property
    def total_text(self) -> str:
        """The number of rows, such as 1,234, or 2,000+ until they are counted."""
        return f"{self.total:,}{'' if self.is_counted else '+'}"

    def set_total(self, total: int) -> None:
        """Set the number of rows of the whole list, now that they are counted."""
        self._page = self._page._replace(total=max(total, self._page.start + len(self._page.rows)), is_counted=True)

    def row(self, index: int) -> TaskSummary | None:
        """The row at an index, if it is loaded."""
        offset = index - self._page.start
        return self._page.rows[offset] if 0 <= offset < len(self._page.rows) else None

    def rows(self, top: int, height: int) -> Iterator[TaskSummary]:
        """The visible rows that are loaded."""
        first = self._page.start
        yield from self._page.rows[max(0, top - first) : max(0, top + height - first)]

    def move(self, index: int) -> bool:
        """Move the cursor. False if it is there already, or if there are no rows."""
        index = max(0, min(index, self.total - 1))
        if not self.total or index == self.cursor:
            return False
        self.cursor = index
        self.current = self._id_at(index)
        return True

    def is_short(self, top: int, height: int) -> bool:
        """Whether visible rows are missing or soon will be."""
        first, last = self._page.start, self._page.start + len(self._page.rows)
        return (first > 0 and top - first < _LOW_MARGIN) or (last < self.total and last - top - height < _LOW_MARGIN)

    def page_request(self, top: int, height: int) -> PageRequest:
        """What to load to hold the visible rows and the margins: around the cursor if it is near, so that it stays on
        its line; around the middle row if the list was scrolled away from the cursor."""
        if top - MARGIN <= self.cursor < top + height + MARGIN:
            before = max(0, self.cursor - top) + MARGIN
            after = max(height, top + height - self.cursor) + MARGIN
            return PageRequest(self.current, self.cursor, before, after, is_around_cursor=True)
        middle = top + height // 2
        return PageRequest(self._id_at(middle), middle, height + MARGIN, height + MARGIN)

    def update(self, page: Page, request: PageRequest) -> int:
        """Store a page of the same list. Returns by how many rows to scroll so that the visible rows stay in place.

        The cursor may have moved since the request.
        """
        shift = page.anchor - request.at if request.around is not None and page.anchor is not None else 0
        self._page = page
        index = self._index_of(self.current) if self.current is not None else None
        if index is None:
            index = self.cursor + shift
        self.cursor = max(0, min(index, page.total - 1))
        is_far = self.row(self.cursor) is None
        self.current = self.current if is_far and page.total else self._id_at(self.cursor)
        return shift

    def reset(self, page: Page) -> None:
        """Store the first page of another list: the cursor is on the requested task, or on the first one."""
        self._page = page
        self.cursor = page.anchor or 0
        self.current = self._id_at(self.cursor)

    def set_cursor_index(self, index: int | None) -> None:
        """Set the new index of the cursor's task, which is not loaded; None if the list no longer has the task."""
        if index is None:
            self.current = self._id_at(self.cursor)
        else:
            self.cursor = index

    def _id_at(self, index: int) -> str | None:
        row = self.row(index)
        return row.id if row is not None else None

    def _index_of(self, task_id: str) -> int | None:
        """The index of a loaded row. There are too few of them for a faster search."""
        for offset, row in enumerate(self._page.rows):
            if row.id == task_id:
                return self._page.start + offset
        return None

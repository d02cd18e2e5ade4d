"""The rows that a list holds: those in sight and some around them, and where in the whole listing the cursor is."""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from typing import Protocol

from sunotui.domain.browse import Page
from sunotui.domain.tasks.summary import TaskSummary

MARGIN = 60
"""Rows held beyond what is in sight on either side, so that keys need not wait for the disk."""
_ENOUGH = MARGIN // 2


class Provide(Protocol):
    """Gives the rows around a task, or around an index where that is not in the listing."""

    def __call__(self, *, around: str | None, at: int, before: int, after: int) -> Awaitable[Page]:
        """`before` rows before that row, itself, and `after` rows after it."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which piece of a listing is asked for: the rows around a task, or around an index where that is not there."""

    around: str | None
    at: int
    """The index at which that task was; of a listing that is not known yet 0."""
    before: int
    after: int
    is_of_cursor: bool = False
    """Whether it is the cursor's task."""


class TaskWindow:
    """A piece of a listing with the cursor, which stays on its task whatever comes and goes around it."""

    def __init__(self) -> None:
        self._window = Page(0, (), 0, None)
        self.cursor = 0
        self.current: str | None = None
        """The id under the cursor; None where there are no rows, or where its row is still to come."""

    @property
    def total(self) -> int:
        """Rows of the whole listing."""
        return self._window.total

    def row(self, index: int) -> TaskSummary | None:
        """The row at an index, where it is held."""
        at = index - self._window.start
        return self._window.rows[at] if 0 <= at < len(self._window.rows) else None

    def rows(self, top: int, height: int) -> Iterator[TaskSummary]:
        """The rows in sight that are held."""
        first = self._window.start
        yield from self._window.rows[max(0, top - first) : max(0, top + height - first)]

    def move(self, index: int) -> bool:
        """Put the cursor on another row; False where it is there already or there is none."""
        index = max(0, min(index, self.total - 1))
        if not self.total or index == self.cursor:
            return False
        self.cursor = index
        self.current = self._id_at(index)
        return True

    def is_short(self, top: int, height: int) -> bool:
        """Whether rows in sight are missing, or soon would be."""
        first, last = self._window.start, self._window.start + len(self._window.rows)
        return (first > 0 and top - first < _ENOUGH) or (last < self.total and last - top - height < _ENOUGH)

    def question(self, top: int, height: int) -> Question:
        """What to ask for so that the sight and its margin are held: around the cursor where that is near, so that
        its line stays where it is; around the row in the middle where the list was scrolled away from the cursor."""
        if top - MARGIN <= self.cursor < top + height + MARGIN:
            before = max(0, self.cursor - top) + MARGIN
            after = max(height, top + height - self.cursor) + MARGIN
            return Question(self.current, self.cursor, before, after, is_of_cursor=True)
        middle = top + height // 2
        return Question(self._id_at(middle), middle, height + MARGIN, height + MARGIN)

    def take(self, window: Page, question: Question) -> int:
        """Hold the answer; by how many rows the sight has to move for what is in it to stay where it is.

        The cursor may have been moved since the question was put.
        """
        shift = window.anchor - question.at if question.around is not None and window.anchor is not None else 0
        self._window = window
        index = self._index_of(self.current) if self.current is not None else None
        if index is None:
            index = self.cursor + shift
        self.cursor = max(0, min(index, window.total - 1))
        is_far = self.row(self.cursor) is None
        self.current = self.current if is_far and window.total else self._id_at(self.cursor)
        return shift

    def begin(self, window: Page) -> None:
        """Hold the answer to the first question of another listing: the cursor is on the task asked for, or first."""
        self._window = window
        self.cursor = window.anchor or 0
        self.current = self._id_at(self.cursor)

    def found_cursor(self, index: int | None) -> None:
        """The cursor's task, which is out of sight, has another index now; None where it is gone."""
        if index is None:
            self.current = self._id_at(self.cursor)
        else:
            self.cursor = index

    def _id_at(self, index: int) -> str | None:
        row = self.row(index)
        return row.id if row is not None else None

    def _index_of(self, task_id: str) -> int | None:
        """Where a row that is held stands; the nearest places first would be no faster than this look through few."""
        for at, row in enumerate(self._window.rows):
            if row.id == task_id:
                return self._window.start + at
        return None

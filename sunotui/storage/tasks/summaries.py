"""Reads the rows of a list; separate from whole tasks, which the first frame does not need."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sunotui.domain.errors import LibraryError
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import TaskSummary


def summary_of(row: sqlite3.Row) -> TaskSummary:
    """The summary in a row of SUMMARY_COLUMNS. Raises ValueError for values that no version could have written."""
    task_id, profile, kind, status, title, model, duration_s, added_at, submitted_at, finished_at, *others = row
    is_streaming, fail_reason, takes, rating, is_starred, is_unheard, is_trashed, *_more = others
    return TaskSummary(
        id=task_id,
        profile=profile,
        kind=TaskKind(kind),
        status=TaskStatus(status),
        title=title,
        model=model,
        duration_s=duration_s,
        added_at=added_at,
        submitted_at=submitted_at,
        finished_at=finished_at,
        is_streaming=bool(is_streaming),
        fail_reason=fail_reason,
        takes=takes,
        rating=rating,
        is_starred=bool(is_starred),
        is_unheard=bool(is_unheard),
        is_trashed=bool(is_trashed),
    )


@contextmanager
def corrupt_row_errors() -> Iterator[None]:
    """A context for code that converts rows to domain values: raises LibraryError for a row that no version could have
    written, which means that the library is damaged."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise LibraryError("A row of the library could not be read: it is damaged") from error

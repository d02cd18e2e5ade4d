"""Reads the rows of a list; separate from whole tasks, which the first frame does not need."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sunotui.domain.errors import LibraryError
from sunotui.domain.saving.safety import NO_LINK_LIFE, LinkLife
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.origin import Origin, origin_of
from sunotui.domain.tasks.summary import TaskSummary

_STYLE_LIMIT = 300
"""The maximum number of characters of a style in a row."""


def summary_of(row: sqlite3.Row) -> TaskSummary:
    """The summary in a row of SUMMARY_COLUMNS. Raises ValueError for values that no version could have written."""
    task_id, profile, kind, status, title, model, duration_s, added_at, submitted_at, finished_at, *others = row
    is_streaming, fail_reason, takes, rating, is_favourite, is_unplayed, is_trashed, *others = others
    progress, lyrics, first_take, request, labels, saved, unsaved_favourites, link_life, *_more = others
    tags, _, derivations = (first_take or "").rpartition("\n")
    request_kind, style, extends, extend_at_s, at_s, start_s, end_s = json.loads(request) if request else [None] * 7
    task_kind = TaskKind(kind)
    origin = origin_of(task_kind, request_kind or "", extends=bool(extends), derivations=derivations)
    from_s = start_s if origin is Origin.SECTION else extend_at_s if extend_at_s is not None else at_s
    return TaskSummary(
        id=task_id,
        profile=profile,
        kind=task_kind,
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
        is_favourite=bool(is_favourite),
        is_unplayed=bool(is_unplayed),
        is_trashed=bool(is_trashed),
        origin=origin,
        start_s=_seconds(from_s),
        end_s=_seconds(end_s),
        style=(tags or str(style or ""))[:_STYLE_LIMIT],
        lyric_lines=sum(map(_is_sung, lyrics.splitlines())) if lyrics else 0,
        labels=labels or "",
        progress=_share(progress),
        saved=saved,
        unsaved_favourites=unsaved_favourites,
        link_life=LinkLife(*json.loads(link_life)) if link_life else NO_LINK_LIFE,
    )


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _is_sung(line: str) -> bool:
    """Whether a line of lyrics is neither blank nor the name of a section."""
    return bool(line.strip()) and not line.startswith("[")


def _share(progress: str) -> float | None:
    """A progress such as "55%" as a share. Most gateways report 0% until the end, which is ignored."""
    if not progress:
        return None
    number = progress.removesuffix("%").strip()
    share = int(number) / 100 if number.isascii() and number.isdigit() and len(number) <= 3 else 0.0
    return share if 0.0 < share < 1.0 else None


@contextmanager
def corrupt_row_errors() -> Iterator[None]:
    """A context for code that converts rows to domain values: raises LibraryError for a row that no version could have
    written, which means that the library is damaged."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise LibraryError("A row of the library could not be read: it is damaged") from error

"""The rows of submissions and tasks that a library does not have yet: made without the library, in any process, and
inserted as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sunotui.domain.export_records import ExportedTask, Record, arrived
from sunotui.domain.requests.request import to_json
from sunotui.domain.submission import Submission
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import (
    Value,
    chunks,
    insert_all,
    packed_text,
    placeholders,
    storable_row,
    storable_text,
)
from sunotui.storage.tasks.row_mapping import clip_row, task_row
from sunotui.storage.tasks.task_store import SAVE_RAW
from sunotui.storage.tasks.task_writer import NewWords, insert_rows, insert_words, new_words
from sunotui.storage.transfer.annotation_import import NewAnnotations, add_to_new

Row = tuple[Value, ...]

_SUBMISSION_COLUMNS = (
    *("id", "profile", "request", "path", "body", "state", "owner", "created_at", "sent_at", "ended_at", "task_id"),
    *("retry_of", "trouble", "trouble_kind", "request_id", "http_status", "answer", "task_hint", "result"),
)
ADD_SUBMISSIONS = f"INSERT INTO submission ({', '.join(_SUBMISSION_COLUMNS)}) VALUES {{rows}}"


@dataclass(frozen=True, slots=True)
class NewRows:
    """The rows of submissions and tasks, each id once."""

    submissions: list[Row] = field(default_factory=list)
    """In the order of the columns of ADD_SUBMISSIONS."""
    tasks: list[Row] = field(default_factory=list)
    clips: list[Row] = field(default_factory=list)
    words: list[NewWords] = field(default_factory=list)
    raws: list[tuple[bytes, str]] = field(default_factory=list)
    """Compressed responses, each with the id of its task."""
    annotations: NewAnnotations = field(default_factory=NewAnnotations)


def rows_of(records: Iterable[Record]) -> NewRows | None:
    """The rows of records; None if there are others than submissions and tasks, a task before all submissions, which is
    indexed without its request, or an id twice."""
    found = NewRows()
    for record in records:
        if isinstance(record, ExportedTask):
            _add_task(found, record)
        elif isinstance(record, Submission) and (found.submissions or not found.tasks):
            found.submissions.append(submission_row(arrived(record)))
        else:
            return None
    has_each_once = all(len({row[0] for row in rows}) == len(rows) for rows in (found.submissions, found.tasks))
    return found if has_each_once and (found.submissions or found.tasks) else None


def _add_task(rows: NewRows, record: ExportedTask) -> None:
    task, task_id = record.task, storable_text(record.task.id)
    rows.tasks.append(task_row(task))
    rows.clips.extend(clip_row(task.id, number, clip) for number, clip in enumerate(task.clips, start=1))
    rows.words.append(new_words(task))
    if record.raw:
        rows.raws.append((packed_text(record.raw), task_id))
    rows.annotations.add(record)


def insert_new(db: Database, rows: NewRows) -> bool:
    """Insert all rows in one transaction; returns whether they were inserted. Inserts none of them if the library has
    a submission or a task with one of the ids. Raises LibraryError."""
    with db.write() as connection:
        if _has_any(db, "submission", rows.submissions) or _has_any(db, "task", rows.tasks):
            return False
        insert_all(connection, ADD_SUBMISSIONS, rows.submissions)
        insert_rows(connection, rows.tasks, rows.clips)
        add_to_new(db, rows.annotations, {})
        connection.executemany(SAVE_RAW, rows.raws)
        insert_words(db, connection, rows.words, rows.annotations.indexed)
    return True


def submission_row(record: Submission) -> Row:
    """The values of the columns of ADD_SUBMISSIONS."""
    return storable_row(
        (
            record.id,
            record.profile,
            to_json(record.request),
            record.path,
            record.body,
            record.state.value,
            # No process of this computer sends it.
            "",
            record.created_at,
            record.sent_at,
            record.ended_at,
            record.task_id,
            record.retry_of,
            record.error,
            record.error_code,
            record.request_id,
            record.http_status,
            record.answer,
            " ".join(record.task_hints),
            record.result,
        )
    )


def _has_any(db: Database, table: str, rows: Sequence[Row]) -> bool:
    """Whether a table has a row with the id of one of these, their first value."""
    return any(
        db.query(f"SELECT 1 FROM {table} WHERE id IN ({placeholders(chunk)}) LIMIT 1", chunk)
        for chunk in chunks([row[0] for row in rows])
    )

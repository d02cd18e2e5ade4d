"""Restores the links between rows that were recovered one by one, and the full-text index."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import placeholders
from sunotui.storage.repair.table_reader import quoted
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.columns import CLIP_COLUMNS, TASK_COLUMNS, WORD_COLUMNS
from sunotui.storage.tasks.row_mapping import clip_of, index_row, task_of, texts_of
from sunotui.storage.tasks.task_store import TaskStore

_BATCH = 200


def drop_corrupt(connection: sqlite3.Connection) -> dict[str, int]:
    """Delete tasks and clips that no version could have written, since a single one makes every list with it
    unreadable; returns the number for each table. The connection must not enforce foreign keys, so that clips outlive
    their task.

    Raises sqlite3.Error.
    """
    dropped = {}
    for table, columns, key, read in (
        ("clip", CLIP_COLUMNS, ("task_id", "id"), clip_of),
        ("task", TASK_COLUMNS, ("id",), _task_without_clips),
    ):
        cursor = connection.cursor()
        cursor.row_factory = sqlite3.Row
        rows = cursor.execute(f"SELECT {columns} FROM {table}")
        corrupt = [tuple(row[name] for name in key) for row in rows if _fails(read, row)]
        condition = " AND ".join(f"{name} = ?" for name in key)
        connection.executemany(f"DELETE FROM {table} WHERE {condition}", corrupt)
        dropped[table] = len(corrupt)
    return dropped


def _task_without_clips(row: sqlite3.Row) -> Task:
    return task_of(row, ())


def _fails(read: Callable[[sqlite3.Row], object], row: sqlite3.Row) -> bool:
    try:
        read(row)
    except (ValueError, TypeError, AttributeError):
        return True
    return False


def add_placeholders(db: Database, now: float) -> list[str]:
    """Add placeholder tasks if only their clips or their paid submission were recovered; returns their ids. Those with
    a submission are polled as soon as the library is open, which completes them. Raises LibraryError."""
    tasks, journal = TaskStore(db), Journal(db)
    missing = db.column(
        "SELECT task_id FROM submission WHERE state = 'accepted' AND task_id IS NOT NULL "
        "UNION SELECT task_id FROM clip EXCEPT SELECT id FROM task"
    )
    accepted = {one.task_id: one for one in journal.reader.list({SubmissionState.ACCEPTED}, 1_000_000) if one.task_id}
    for task_id in missing:
        tasks.save([_placeholder(db, task_id, accepted.get(task_id), now)])
    return missing


def _placeholder(db: Database, task_id: str, submission: Submission | None, now: float) -> Task:
    rows = db.query(f"SELECT {CLIP_COLUMNS} FROM clip WHERE task_id = ? ORDER BY take", [task_id])
    clips = tuple(map(clip_of, rows))
    if submission is not None:
        added_at = submission.sent_at or submission.created_at
        return Task(
            task_id,
            submission.profile,
            submission.request.task_kind,
            TaskStatus.IN_PROGRESS,
            added_at,
            clips=clips,
            submission_id=submission.id,
            title_hint=submission.request.title_hint,
        )
    # The profile is unknown: use that of most tasks, so that the user can refresh the task.
    profiles = db.column("SELECT profile FROM task GROUP BY profile ORDER BY count(*) DESC LIMIT 1")
    added_at = max((clip.created_at for clip in clips if clip.created_at), default=now)
    return Task(task_id, next(iter(profiles), ""), TaskKind.MUSIC, TaskStatus.SUCCESS, added_at, clips=clips)


def drop_orphans(db: Database) -> int:
    """Delete rows whose parent row is missing, such as a label of a lost task; returns their number. Raises
    LibraryError.
    """
    dropped = 0
    while db.query("SELECT 1 FROM pragma_foreign_key_check LIMIT 1"):
        with db.write() as connection:
            count = sum(connection.execute(sql).rowcount for sql in _orphan_deletions(connection))
        if not count:
            break
        dropped += count
    return dropped


def _orphan_deletions(connection: sqlite3.Connection) -> Iterator[str]:
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        links: dict[int, list[sqlite3.Row]] = {}
        for row in connection.execute(f"PRAGMA foreign_key_list({quoted(name)})").fetchall():
            links.setdefault(row[0], []).append(row)
        for rows in links.values():
            parent = rows[0][2]
            filled = " AND ".join(f"{quoted(row[3])} IS NOT NULL" for row in rows)
            same = " AND ".join(f"parent.{quoted(row[4])} = {quoted(name)}.{quoted(row[3])}" for row in rows)
            yield (
                f"DELETE FROM {quoted(name)} WHERE {filled} "
                f"AND NOT EXISTS (SELECT 1 FROM {quoted(parent)} AS parent WHERE {same})"
            )


def index_words(db: Database) -> None:
    """Rebuild the full-text index from the tasks, since the pages of a virtual table are never copied.

    Raises LibraryError.
    """
    tasks, journal = TaskStore(db), Journal(db)
    ids = db.column("SELECT id FROM task ORDER BY seq")
    names = ", ".join(WORD_COLUMNS)
    add = (
        f"INSERT INTO words (rowid, {names}, labels, note) "
        f"VALUES ((SELECT seq FROM task WHERE id = ?), {placeholders(WORD_COLUMNS)}, '', '')"
    )
    with db.write() as connection:
        connection.execute("DELETE FROM words")
        for start in range(0, len(ids), _BATCH):
            chunk = ids[start : start + _BATCH]
            connection.executemany(add, [_words_of(journal, task) for task in tasks.tasks(chunk).values()])
            tasks.reindex(chunk)


INDEXES: dict[str, Callable[[Database], None]] = {"words": index_words}
"""How each virtual table is filled."""


def _words_of(journal: Journal, task: Task) -> Sequence[str]:
    submission = journal.reader.get(task.submission_id) if task.submission_id else None
    return (task.id, *index_row(texts_of(task, submission.request if submission is not None else None)))

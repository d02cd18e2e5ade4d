"""Makes rows that were rescued one by one a library again: what belongs together is there, and a search finds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.repair.table_reader import quoted
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.columns import CLIP_COLUMNS, TASK_COLUMNS, WORD_COLUMNS
from sunotui.storage.tasks.row_mapping import clip_of, index_row, task_of, texts_of
from sunotui.storage.tasks.task_store import TaskStore

_AT_ONCE = 200


def drop_corrupt(connection: sqlite3.Connection) -> dict[str, int]:
    """Take out tasks and clips that no version can have written, and say how many of each: one of them would make
    every list that it is in unreadable. The connection must not follow foreign keys: clips outlive their task here.

    Raises sqlite3.Error.
    """
    spoilt = {}
    for table, columns, key, read in (
        ("clip", CLIP_COLUMNS, ("task_id", "id"), clip_of),
        ("task", TASK_COLUMNS, ("id",), _task_alone),
    ):
        cursor = connection.cursor()
        cursor.row_factory = sqlite3.Row
        rows = cursor.execute(f"SELECT {columns} FROM {table}")
        bad = [tuple(row[name] for name in key) for row in rows if _fails(read, row)]
        condition = " AND ".join(f"{name} = ?" for name in key)
        connection.executemany(f"DELETE FROM {table} WHERE {condition}", bad)
        spoilt[table] = len(bad)
    return spoilt


def _task_alone(row: sqlite3.Row) -> Task:
    return task_of(row, ())


def _fails(read: Callable[[sqlite3.Row], object], row: sqlite3.Row) -> bool:
    try:
        read(row)
    except (ValueError, TypeError, AttributeError):
        return True
    return False


def add_placeholders(db: Database, now: float) -> list[str]:
    """Put a task where only its clips or its paid submission were rescued, and return the ids: those with a submission
    are asked for at their gateway as soon as the library is open, and fill again. Raises LibraryError."""
    library, journal = TaskStore(db), Journal(db)
    missing = db.column(
        "SELECT task_id FROM submission WHERE state = 'accepted' AND task_id IS NOT NULL "
        "UNION SELECT task_id FROM clip EXCEPT SELECT id FROM task"
    )
    sent = {found.task_id: found for found in journal.list({SubmissionState.ACCEPTED}, 1_000_000) if found.task_id}
    for task_id in missing:
        library.save([_add_placeholder(db, task_id, sent.get(task_id), now)])
    return missing


def _add_placeholder(db: Database, task_id: str, submission: Submission | None, now: float) -> Task:
    rows = db.query(f"SELECT {CLIP_COLUMNS} FROM clip WHERE task_id = ? ORDER BY take", [task_id])
    clips = tuple(map(clip_of, rows))
    if submission is not None:
        made_at = submission.sent_at or submission.created_at
        return Task(
            task_id,
            submission.profile,
            submission.request.kind,
            TaskStatus.IN_PROGRESS,
            made_at,
            clips=clips,
            submission_id=submission.id,
            title_hint=submission.request.title_hint,
        )
    # Whose it was is not known: that of most tasks, so that a person can have it asked for.
    profiles = db.column("SELECT profile FROM task GROUP BY profile ORDER BY count(*) DESC LIMIT 1")
    made_at = max((clip.created_at for clip in clips if clip.created_at), default=now)
    return Task(task_id, next(iter(profiles), ""), TaskKind.MUSIC, TaskStatus.SUCCESS, made_at, clips=clips)


def drop_orphans(db: Database) -> int:
    """Take out rows that still belong to nothing, such as a label of a task that is gone; how many.

    Raises LibraryError.
    """
    dropped = 0
    while db.query("SELECT 1 FROM pragma_foreign_key_check LIMIT 1"):
        with db.write() as connection:
            here = sum(connection.execute(sql).rowcount for sql in _orphan_rows(connection))
        if not here:
            break
        dropped += here
    return dropped


def _orphan_rows(connection: sqlite3.Connection) -> Iterator[str]:
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
    """Make the full-text index anew from the tasks: a virtual table's own pages are never copied.

    Raises LibraryError.
    """
    library, journal = TaskStore(db), Journal(db)
    ids = db.column("SELECT id FROM task ORDER BY seq")
    names = ", ".join(WORD_COLUMNS)
    marks = ", ".join("?" * len(WORD_COLUMNS))
    add = f"INSERT INTO words (rowid, {names}, labels, note) SELECT seq, {marks}, '', '' FROM task WHERE id = ?"
    with db.write() as connection:
        connection.execute("DELETE FROM words")
        for start in range(0, len(ids), _AT_ONCE):
            chunk = ids[start : start + _AT_ONCE]
            connection.executemany(add, [_words_of(journal, task) for task in library.tasks(chunk).values()])
            library.reindex(chunk)


INDEXES: dict[str, Callable[[Database], None]] = {"words": index_words}
"""How each virtual table is filled."""


def _words_of(journal: Journal, task: Task) -> Sequence[str]:
    wish = journal.get(task.submission_id) if task.submission_id else None
    return (*index_row(texts_of(task, wish.request if wish is not None else None)), task.id)

"""Writes the rows of tasks, their clips and their words in the full-text index."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from operator import attrgetter

from sunotui.domain.requests.request import Request, from_json
from sunotui.domain.tasks.task import Task
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, id_chunks, insert_all, placeholders, storable_text
from sunotui.storage.tasks.columns import CLIP_COLUMNS, TASK_COLUMNS, WORD_COLUMNS
from sunotui.storage.tasks.row_mapping import (
    Texts,
    clip_row,
    folded_lines,
    has_same_texts,
    index_row,
    request_texts,
    task_row,
    texts_of,
)
from sunotui.storage.tasks.summaries import corrupt_row_errors

_SAVE_TASK = (
    f"INSERT INTO task ({TASK_COLUMNS}) VALUES {{rows}} "
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(
        f"{name} = excluded.{name}"
        for name in TASK_COLUMNS.split(", ")
        # The position in the list and the submission of a task never change; the submission may become known.
        if name not in {"id", "added_at", "submission_id", "made_in_s"}
    )
    + ", submission_id = coalesce(excluded.submission_id, submission_id)"
    + ", made_in_s = coalesce(excluded.made_in_s, made_in_s)"
)
# SQLite writes an index again when one of its columns is set, even to the same value, and the indexes of all lists have
# some of these columns, which most reports do not change; a trigger of the submission makes each row a statement that
# SQLite could undo alone.
_LISTED_BY = ("profile", "kind", "status", "takes", "submission_id")
_UPDATE_TASK = (
    "UPDATE task SET "
    + ", ".join(
        f"{name} = ?{at}"
        for at, name in enumerate(TASK_COLUMNS.split(", "), 1)
        if name not in {"id", "added_at", *_LISTED_BY}
    )
    + " WHERE id = ?1"
)
_SAVE_CLIP = (
    f"INSERT INTO clip ({CLIP_COLUMNS}) VALUES ({', '.join('?' * len(CLIP_COLUMNS.split(', ')))}) "
    "ON CONFLICT (task_id, id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in CLIP_COLUMNS.split(", ") if name not in {"task_id", "id"})
)
# Of a known clip. Its parents have triggers, which make each row a statement that SQLite could undo alone.
_UPDATE_CLIP = (
    "UPDATE clip SET "
    + ", ".join(
        f"{name} = ?{at}"
        for at, name in enumerate(CLIP_COLUMNS.split(", "), 1)
        if name not in {"task_id", "id", "take", "parents"}
    )
    + " WHERE task_id = ?1 AND id = ?2"
)
_NUMBER_CLIP = "UPDATE clip SET take = ?3 WHERE task_id = ?1 AND id = ?2 AND take <> ?3"
# Not INSERT ... SELECT: SQLite could undo such a statement alone, and before each the full-text index would write the
# few words that it has in memory.
_ADD_WORDS = (
    f"INSERT INTO words (rowid, {', '.join(WORD_COLUMNS)}, labels, note) "
    f"VALUES ((SELECT seq FROM task WHERE id = ?), {', '.join('?' * len(WORD_COLUMNS))}, ?, ?)"
)
_CHANGE_WORDS = (
    f"UPDATE words SET {', '.join(f'{name} = ?' for name in WORD_COLUMNS)} "
    "WHERE rowid = (SELECT seq FROM task WHERE id = ?)"
)
_PROMPT = WORD_COLUMNS.index("prompt")


Row = tuple[Value, ...]

NewWords = tuple[str, str | None, Texts]
"""What is indexed of a task that is not in the full-text index, as a plain tuple, which processes exchange fastest: its
id, the id of its submission, and its texts without those of the request, which only the library has."""


def write_rows(connection: sqlite3.Connection, known: Mapping[str, Task], changed: Sequence[Task]) -> None:
    """Insert or update tasks in the open transaction; `known` are those that the library has, by id. Of clips, only
    those that differ are written. `write_words` must follow."""
    updated: list[Row] = []
    upserted: list[Row] = []
    for task in changed:
        (updated if _keeps_list_columns(known.get(task.id), task) else upserted).append(task_row(task))
    connection.executemany(_UPDATE_TASK, updated)
    changed_clips, clips = _clip_rows(known, changed)
    connection.executemany(_UPDATE_CLIP, changed_clips)
    connection.executemany(_NUMBER_CLIP, _clip_numbers(known, changed))
    insert_rows(connection, upserted, clips)


def insert_rows(
    connection: sqlite3.Connection, tasks: Sequence[Sequence[Value]], clips: Iterable[Sequence[Value]]
) -> None:
    """Insert or update rows of TASK_COLUMNS and of CLIP_COLUMNS in the open transaction. `write_words` or
    `insert_words` must follow."""
    insert_all(connection, _SAVE_TASK, tasks)
    connection.executemany(_SAVE_CLIP, clips)


def _keeps_list_columns(known: Task | None, task: Task) -> bool:
    """Whether the columns of _LISTED_BY, and in what time it was made, are in the library as they are in a task."""
    if known is None or len(known.clips) != len(task.clips):
        return False
    return _kept_columns(known) == _kept_columns(task)


_kept_columns = attrgetter("profile", "kind", "status", "submission_id", "made_in_s")


def index_annotations(db: Database, connection: sqlite3.Connection, task_ids: Sequence[str]) -> None:
    """Bring the full-text index up to date with the labels and notes of these tasks, in the open transaction."""
    connection.executemany(
        "UPDATE words SET labels = ?, note = ? WHERE rowid = (SELECT seq FROM task WHERE id = ?)",
        ((*texts, task_id) for task_id, texts in _annotations(db, task_ids).items()),
    )


def _annotations(db: Database, task_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The folded labels and notes of these tasks by id."""
    found: dict[str, tuple[str, str]] = {}
    for chunk in id_chunks(task_ids):
        rows = db.query(
            "SELECT id, note, (SELECT group_concat(name, char(10)) FROM task_label JOIN label "
            f"ON label.id = label_id WHERE task_id = task.id) FROM task WHERE id IN ({placeholders(chunk)})",
            chunk,
        )
        found.update((row[0], (folded_lines([row[2] or ""]), folded_lines([row[1]]))) for row in rows)
    return found


def write_words(
    db: Database,
    connection: sqlite3.Connection,
    known: Mapping[str, Task],
    tasks: Sequence[Task],
    annotated: Collection[str] = (),
) -> None:
    """Update the full-text index for tasks that were saved; only texts that changed are written. `annotated` are the
    ids of tasks whose labels or notes changed."""
    annotations = _annotations(db, (task.id for task in tasks if task.id in annotated and task.id not in known))
    tasks = [task for task in tasks if not _is_indexed(known.get(task.id), task)]
    requests = _requests(db, (task.submission_id for task in tasks))
    added: list[tuple[str, ...]] = []
    changed: list[tuple[str, ...]] = []
    for task in tasks:
        row, task_id = index_row(texts_of(task, requests.get(task.submission_id or ""))), storable_text(task.id)
        if task.id in known:
            changed.append((*row, task_id))
        else:
            added.append((task_id, *row, *annotations.get(task_id, ("", ""))))
    connection.executemany(_ADD_WORDS, added)
    connection.executemany(_CHANGE_WORDS, changed)
    index_annotations(db, connection, sorted(set(annotated) & known.keys()))


def _is_indexed(known: Task | None, task: Task) -> bool:
    """Whether the full-text index has the texts of a task."""
    return known is not None and known.submission_id == task.submission_id and has_same_texts(known, task)


def new_words(task: Task) -> NewWords:
    """What is indexed of a task that is not in the library."""
    return storable_text(task.id), task.submission_id, texts_of(task, None)


def insert_words(
    db: Database, connection: sqlite3.Connection, tasks: Sequence[NewWords], annotated: Iterable[str]
) -> None:
    """Add tasks to the full-text index that were inserted; `annotated` are the ids of those with labels or notes."""
    annotations = _annotations(db, annotated)
    requests = _requests(db, (submission_id for _, submission_id, _ in tasks))
    connection.executemany(_ADD_WORDS, (_with_request(task, requests, annotations) for task in tasks))


def _with_request(
    task: NewWords, requests: Mapping[str, Request], annotations: Mapping[str, tuple[str, str]]
) -> tuple[str, ...]:
    task_id, submission_id, texts = task
    request = requests.get(submission_id or "")
    if request is not None:
        texts = (*texts[:_PROMPT], request_texts(request), *texts[_PROMPT + 1 :])
    return (task_id, *index_row(texts), *annotations.get(task_id, ("", "")))


def _requests(db: Database, submission_ids: Iterable[str | None]) -> dict[str, Request]:
    """The requests of submissions by id."""
    found: dict[str, Request] = {}
    for chunk in id_chunks(filter(None, submission_ids)):
        rows = db.query(f"SELECT id, request FROM submission WHERE id IN ({placeholders(chunk)})", chunk)
        with corrupt_row_errors():
            found.update((row[0], from_json(row[1])) for row in rows)
    return found


def _clip_rows(known: Mapping[str, Task], tasks: Iterable[Task]) -> tuple[list[Row], list[Row]]:
    """The rows of changed clips for _UPDATE_CLIP, and those of other clips that are not as in the library."""
    changed: list[Row] = []
    others: list[Row] = []
    for task in tasks:
        before = known[task.id].clips if task.id in known else ()
        for number, (clip, old) in enumerate(zip_longest(task.clips, before), start=1):
            if clip is None or clip == old:
                continue
            has_row = old is not None and (old.id, old.parents) == (clip.id, clip.parents)
            (changed if has_row else others).append(clip_row(task.id, number, clip))
    return changed, others


def _clip_numbers(known: Mapping[str, Task], tasks: Iterable[Task]) -> Iterator[Row]:
    """The numbers of the known clips of tasks that get more: a repair may have dropped some, and left a gap."""
    for task in tasks:
        before = known[task.id].clips if task.id in known else ()
        if len(task.clips) > len(before):
            for number, clip in enumerate(before, start=1):
                yield storable_text(task.id), storable_text(clip.id), number

"""A minimal program that imports an export: json.loads, and one executemany per table, into a library with the same
full-text index, in as many transactions, without sanitizing, comparing or folding.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.columns import CLIP_COLUMNS, TASK_COLUMNS, WORD_COLUMNS

_LINES_AT_ONCE = 2_000
_SUBMISSION = (
    *("id", "profile", "path", "body", "state", "created_at", "sent_at", "ended_at", "task_id", "request_id"),
    *("http_status", "answer"),
)
_RATING = ("clip_id", "is_starred", "rating", "heard_at", "plays", "last_played_at")
_NUMBERS = {"is_starred": 0, "rating": 0, "plays": 0, "misses": 0, "is_streaming": 0, "is_max_mode": 0}
_MAY_BE_NULL = frozenset(
    (
        *("submitted_at", "started_at", "finished_at", "checked_at", "submission_id", "duration_s", "made_in_s"),
        *("lyrics_title", "lyrics_text", "lyrics_tags", "lyrics_error", "heard_at", "last_played_at", "derivations"),
        *("audio_url", "video_url", "image_url", "created_at", "bpm", "style_weight", "weirdness", "audio_weight"),
    )
)

Item = Mapping[str, Any]


def import_bare(file: Path, db: Database) -> None:
    """Import an export into an empty library."""
    labels: dict[str, int] = {}
    with file.open("rb") as lines:
        while batch := list(islice(lines, _LINES_AT_ONCE)):
            items = [json.loads(line) for line in batch]
            with db.write() as connection:
                _submissions(connection, [item for item in items if item.get("record") == "submission"])
                for item in items:
                    if item.get("record") == "label":
                        labels[item["name"]] = len(labels) + 1
                        connection.execute(
                            "INSERT INTO label (name, key) VALUES (?, ?)", (item["name"], item["name"].lower())
                        )
                _tasks(connection, [item for item in items if item.get("record") == "task"], labels)


def _submissions(connection: sqlite3.Connection, items: Sequence[Item]) -> None:
    connection.executemany(
        f"INSERT INTO submission ({', '.join(_SUBMISSION)}, request, owner, trouble, trouble_kind) "
        f"VALUES ({_marks(len(_SUBMISSION) + 1)}, '', '', '')",
        ((*(item.get(name, "") for name in _SUBMISSION), json.dumps(item["request"])) for item in items),
    )


def _tasks(connection: sqlite3.Connection, items: Sequence[Item], labels: Mapping[str, int]) -> None:
    connection.executemany(_insert("task", TASK_COLUMNS), (_values(TASK_COLUMNS, _task(item)) for item in items))
    connection.executemany(
        _insert("clip", CLIP_COLUMNS),
        (
            _values(CLIP_COLUMNS, {**clip, "task_id": item["id"], "take": take})
            for item in items
            for take, clip in enumerate(item.get("clips", ()), 1)
        ),
    )
    connection.executemany(
        f"INSERT INTO words (rowid, {', '.join(WORD_COLUMNS)}, labels, note) "
        f"SELECT seq, {_marks(len(WORD_COLUMNS) + 2)} FROM task WHERE id = ?",
        map(_words, items),
    )
    connection.executemany("INSERT INTO answer VALUES (?, ?)", ((item["id"], item["raw"]) for item in items))
    connection.executemany(
        f"INSERT INTO opinion (task_id, {', '.join(_RATING)}) VALUES ({_marks(len(_RATING) + 1)})",
        ((item["id"], *_values(_RATING, one)) for item in items for one in item.get("opinions", ())),
    )
    connection.executemany(
        "INSERT INTO task_label (label_id, task_id) VALUES (?, ?)",
        ((labels[name], item["id"]) for item in items for name in item.get("labels", ())),
    )


def _task(item: Item) -> Item:
    first = (item.get("clips") or [{}])[0]
    title = first.get("title") or item.get("title_hint", "")
    derived = {"title": title, "title_key": title[:64], "model": first.get("model", ""), "takes": 2}
    length = first.get("duration_s")
    return {**item, **derived, "model_key": first.get("model", ""), "duration_s": length, "length_key": length or -1}


def _words(item: Item) -> tuple[Any, ...]:
    clips = item.get("clips", ())
    first = clips[0] if clips else {}
    names = ("tags", "lyrics", "lyrics", "description", "model")
    ids = " ".join((item["id"], *(clip["id"] for clip in clips)))
    texts = (first.get(name, "") for name in names)
    return (
        *(item.get("title_hint", ""), *texts, ids),
        *(" ".join(item.get("labels", ())), item.get("note", ""), item["id"]),
    )


def _values(names: str | Iterable[str], item: Item) -> tuple[Any, ...]:
    listed = names.split(", ") if isinstance(names, str) else names
    return tuple(
        " ".join(value) if isinstance(value := item.get(name), list) else _default(name) if value is None else value
        for name in listed
    )


def _default(name: str) -> Any:
    return None if name in _MAY_BE_NULL else _NUMBERS.get(name, "")


def _insert(table: str, columns: str) -> str:
    return f"INSERT INTO {table} ({columns}) VALUES ({_marks(len(columns.split(', ')))})"


def _marks(count: int) -> str:
    return ", ".join("?" * count)

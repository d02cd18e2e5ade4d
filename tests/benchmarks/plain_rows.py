"""A minimal program that saves a response: json.loads, and one executemany per table."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

_TASK = ("task_id", "action", "status", "fail_reason", "submit_time", "start_time", "finish_time", "progress")
_CLIP = ("id", "title", "status", "audio_url", "image_url", "video_url", "model_name")
_INNER = ("tags", "prompt", "duration", "gpt_description_prompt")


class PlainRows:
    """Two tables with the same values as sunotui's, equally durable: a write-ahead log, synced at each commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """`connection` is in autocommit mode, on its own file."""
        self._connection = connection
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"CREATE TABLE task ({_TASK[0]} PRIMARY KEY, {', '.join(_TASK[1:])}, raw) WITHOUT ROWID")
        columns = ", ".join((*_CLIP[1:], *_INNER))
        connection.execute(f"CREATE TABLE clip (task_id, id, {columns}, PRIMARY KEY (task_id, id)) WITHOUT ROWID")

    def show(self, body: bytes) -> None:
        """Parse the response and write its rows in one transaction."""
        tasks = json.loads(body)["data"]
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(
            f"INSERT OR REPLACE INTO task VALUES ({', '.join('?' * (len(_TASK) + 1))})",
            [(*(task[name] for name in _TASK), json.dumps(task)) for task in tasks],
        )
        self._connection.executemany(
            f"INSERT OR REPLACE INTO clip VALUES ({', '.join('?' * (len(_CLIP) + len(_INNER) + 1))})",
            [_clip_row(task["task_id"], clip) for task in tasks for clip in task["data"]],
        )
        self._connection.execute("COMMIT")


def _clip_row(task_id: str, clip: dict[str, Any]) -> tuple[Any, ...]:
    return (task_id, *(clip[name] for name in _CLIP), *(clip["metadata"][name] for name in _INNER))

"""Batch responses of a gateway, and a minimal program that writes their rows into a library."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sunotui.domain.tasks.task import Task
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.columns import CLIP_COLUMNS, TASK_COLUMNS, WORD_COLUMNS
from tests.benchmarks.big_library import PROFILE, tasks

BATCH = 50
"""The number of tasks in one response, as the program requests them."""


@dataclass(frozen=True, slots=True)
class BatchResponse:
    """One response, and the ids that were requested."""

    ids: tuple[str, ...]
    body: bytes


def batch_responses(count: int, seed: int = 11) -> list[BatchResponse]:
    """Responses with BATCH tasks each, `count` tasks in total, with two clips for each song."""
    rng, made = random.Random(seed), [task for task in tasks(count * 2, seed=seed) if task.clips][:count]
    chunks = [made[start : start + BATCH] for start in range(0, len(made), BATCH)]
    return [
        BatchResponse(
            tuple(task.id for task in chunk),
            json.dumps(
                {"code": "success", "message": "", "data": [response_item(task, rng) for task in chunk]}
            ).encode(),
        )
        for chunk in chunks
    ]


def response_item(task: Task, rng: random.Random) -> dict[str, object]:
    """A task as a gateway reports it."""
    added_at = int(task.added_at)
    return {
        "task_id": task.id,
        "notify_hook": "",
        "action": "MUSIC",
        "status": "SUCCESS",
        "fail_reason": "",
        "submit_time": added_at,
        "start_time": added_at + 4,
        "finish_time": added_at + 130,
        "progress": "100%",
        "data": [
            {
                "id": clip.id,
                "title": clip.title,
                "status": "complete",
                "model_name": clip.model,
                "audio_url": clip.audio_url,
                "image_url": clip.image_url,
                "video_url": "",
                "created_at": "2026-01-01T10:00:00.000Z",
                "play_count": rng.randrange(9),
                "metadata": {
                    "tags": clip.tags,
                    "prompt": clip.lyrics,
                    "gpt_description_prompt": clip.description,
                    "duration": clip.duration_s,
                    "error_type": None,
                    "error_message": None,
                    "history": None,
                },
            }
            for clip in task.clips
        ],
    }


def put_bare(db: Database, responses: Sequence[BatchResponse]) -> None:
    """json.loads and executemany: the same rows in as many transactions, without sanitizing, comparing or folding."""
    for response in responses:
        items = json.loads(response.body)["data"]
        with db.write() as connection:
            connection.executemany(_insert("task", TASK_COLUMNS), map(_task_row, items))
            connection.executemany(_insert("clip", CLIP_COLUMNS), _clip_rows(items))
            connection.executemany(
                f"INSERT INTO words (rowid, {', '.join(WORD_COLUMNS)}, labels, note) "
                f"SELECT seq, {', '.join('?' * len(WORD_COLUMNS))}, '', '' FROM task WHERE id = ?",
                map(_words_row, items),
            )
            connection.executemany(
                "INSERT INTO answer VALUES (?, ?)",
                ((item["task_id"], json.dumps(item, ensure_ascii=False, separators=(",", ":"))) for item in items),
            )


def _insert(table: str, columns: str) -> str:
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(', ')))})"


def _task_row(item: dict[str, object]) -> tuple[object, ...]:
    first = item["data"][0]  # type: ignore[index]
    values = {
        "id": item["task_id"],
        "profile": PROFILE,
        "kind": "music",
        "status": "success",
        "added_at": time.time(),
        "submitted_at": item["submit_time"],
        "started_at": item["start_time"],
        "finished_at": item["finish_time"],
        "checked_at": time.time(),
        "progress": item["progress"],
        "fail_reason": "",
        "misses": 0,
        "title_hint": "",
        "title": first["title"],
        "title_key": first["title"][:64],
        "model_key": first["model_name"],
        "length_key": first["metadata"]["duration"],
        "model": first["model_name"],
        "duration_s": first["metadata"]["duration"],
        "is_streaming": 0,
        "takes": 2,
    }
    return tuple(values.get(name) for name in TASK_COLUMNS.split(", "))


def _clip_rows(items: Sequence[dict[str, object]]) -> Iterator[tuple[object, ...]]:
    for item in items:
        for take, clip in enumerate(item["data"], 1):  # type: ignore[arg-type, var-annotated]
            inner = clip["metadata"]
            values = {
                **clip,
                "task_id": item["task_id"],
                "take": take,
                "tags": inner["tags"],
                "lyrics": inner["prompt"],
                "description": inner["gpt_description_prompt"],
                "model": clip["model_name"],
                "duration_s": inner["duration"],
                "error": "",
                "exclude": "",
                "parents": "",
                "musical_key": "",
                "persona_id": "",
                "is_max_mode": 0,
            }
            yield tuple(values.get(name) for name in CLIP_COLUMNS.split(", "))


def _words_row(item: dict[str, object]) -> tuple[object, ...]:
    clips = item["data"]
    inner = clips[0]["metadata"]  # type: ignore[index]
    ids = " ".join((str(item["task_id"]), *(clip["id"] for clip in clips)))  # type: ignore[attr-defined]
    first = clips[0]  # type: ignore[index]
    texts = (first["title"], inner["tags"], inner["prompt"], "", inner["gpt_description_prompt"], first["model_name"])
    return (*texts, ids, item["task_id"])

"""The addresses of an export's takes."""

from __future__ import annotations

import json

from sunotui.core.transfer.jsonl_links import with_raw_addresses
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus

TASK = Task(
    "task-1", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(Clip("clip-1", status=ClipStatus.COMPLETE),)
)


def test_an_address_is_looked_for_in_an_answer_of_one_endless_word() -> None:
    """Seen not to end: the search tried every two places of the word."""
    raw = json.dumps({"data": [{"id": "clip-1", "title": "audio" * 200_000}]})
    assert with_raw_addresses(TASK, raw) == TASK

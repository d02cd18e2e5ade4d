"""The links of an export's takes."""

from __future__ import annotations

import json

from sunotui.core.transfer.jsonl_links import with_raw_addresses
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus

TASK = Task(
    "task-1", "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0, clips=(Clip("clip-1", status=ClipStatus.COMPLETE),)
)


def test_searching_a_response_of_one_long_word_ends() -> None:
    """Regression: it did not end, since the search tried every pair of positions in the word."""
    raw = json.dumps({"data": [{"id": "clip-1", "title": "audio" * 200_000}]})
    assert with_raw_addresses(TASK, raw) == TASK

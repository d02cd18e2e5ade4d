"""Responses of a gateway to a batch fetch with any number of tasks, in a realistic shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from tests.support.paths import SAMPLES

_SAMPLE = SAMPLES / "fetch_batch_in_progress_streaming.json"


def task_ids(count: int) -> list[str]:
    """Ids like those of gateways."""
    return [f"{number:08d}-a4a1-4f49-a851-66a7dae6cfaf" for number in range(count)]


def poll_response(ids: Sequence[str], turn: int) -> bytes:
    """Tasks with two clips each; titles, tags, links and lengths differ in each turn."""
    document: dict[str, Any] = json.loads(_SAMPLE.read_text("utf-8"))
    model = document["data"][0]
    document["data"] = [_task(model, task_id, turn) for task_id in ids]
    return json.dumps(document).encode()


def _task(model: dict[str, Any], task_id: str, turn: int) -> dict[str, Any]:
    task = deepcopy(model)
    task["task_id"] = task_id
    for number, clip in enumerate(task["data"], 1):
        clip["id"] = f"{task_id[:-1]}{number}"
        clip["title"] = f"{turn}th Dance Party of {task_id[:8]}"
        clip["audio_url"] = f"https://audiopipe.suno.ai/?item_id={clip['id']}&turn={turn}"
        clip["metadata"]["tags"] = f"club banger high-energy edm {turn} bpm"
        clip["metadata"]["duration"] = 100.0 + turn
    return task

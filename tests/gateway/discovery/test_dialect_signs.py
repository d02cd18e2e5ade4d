"""Whether a task's own text tells its clips as sunoapi-like gateways do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sunotui.gateway.discovery.dialect_signs import has_sunoapi_clips

LIKE: dict[str, Any] = {
    "id": "c1",
    "status": "complete",
    "audio_url": "https://cdn1.suno.ai/c1.mp3",
    "text": "[Verse]\nRain",
    "metadata": {"type": "gen", "duration": 62.4},
}
FULL = {**LIKE, "metadata": {"type": "gen", "prompt": "[Verse]\nRain", "tags": "pop"}}
DESCRIBED = {**LIKE, "metadata": {"gpt_description_prompt": "rain"}}
WITHOUT_TEXT = {key: value for key, value in LIKE.items() if key != "text"}


def task(*clips: object) -> dict[str, Any]:
    return {"task_id": "a", "action": "MUSIC", "status": "SUCCESS", "data": [*clips]}


@pytest.mark.parametrize(
    "document",
    [
        task(LIKE),
        task(LIKE, LIKE),
        task(LIKE, WITHOUT_TEXT),
        task({**LIKE, "metadata": None}),
        task({**LIKE, "metadata": {"prompt": "", "tags": None}}),
        [LIKE],
        {"task_id": "a", "data": {"clips": {"c1": LIKE}}},
        {"clips": [LIKE]},
    ],
)
def test_words_under_text_and_nothing_of_the_request_are_the_sign(document: object) -> None:
    assert has_sunoapi_clips(json.dumps(document))


@pytest.mark.parametrize(
    "document",
    [task(FULL), task(DESCRIBED), task(LIKE, FULL), task(WITHOUT_TEXT), task({**LIKE, "text": " "}), task(), None, 7],
)
def test_anything_else_is_none(document: object) -> None:
    assert not has_sunoapi_clips(json.dumps(document))


@pytest.mark.parametrize("raw", ["", "{", "[" * 100_000])
def test_a_text_that_cannot_be_read_is_none(raw: str) -> None:
    assert not has_sunoapi_clips(raw)

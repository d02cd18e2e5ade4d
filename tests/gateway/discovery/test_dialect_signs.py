"""Detection of clips in the format of sunoapi-like gateways."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sunotui.gateway.discovery.dialect_signs import has_sunoapi_clips

SUNOAPI: dict[str, Any] = {
    "id": "c1",
    "status": "complete",
    "audio_url": "https://cdn1.suno.ai/c1.mp3",
    "text": "[Verse]\nRain",
    "metadata": {"type": "gen", "duration": 62.4},
}
FULL = {**SUNOAPI, "metadata": {"type": "gen", "prompt": "[Verse]\nRain", "tags": "pop"}}
DESCRIBED = {**SUNOAPI, "metadata": {"gpt_description_prompt": "rain"}}
WITHOUT_TEXT = {key: value for key, value in SUNOAPI.items() if key != "text"}


def task(*clips: object) -> dict[str, Any]:
    return {"task_id": "a", "action": "MUSIC", "status": "SUCCESS", "data": [*clips]}


@pytest.mark.parametrize(
    "document",
    [
        task(SUNOAPI),
        task(SUNOAPI, SUNOAPI),
        task(SUNOAPI, WITHOUT_TEXT),
        task({**SUNOAPI, "metadata": None}),
        task({**SUNOAPI, "metadata": {"prompt": "", "tags": None}}),
        [SUNOAPI],
        {"task_id": "a", "data": {"clips": {"c1": SUNOAPI}}},
        {"clips": [SUNOAPI]},
    ],
)
def test_sunoapi_clips_are_recognised(document: object) -> None:
    assert has_sunoapi_clips(json.dumps(document))


@pytest.mark.parametrize(
    "document",
    [
        task(FULL),
        task(DESCRIBED),
        task(SUNOAPI, FULL),
        task(WITHOUT_TEXT),
        task({**SUNOAPI, "text": " "}),
        task(),
        None,
        7,
    ],
)
def test_other_clips_are_not_sunoapi_clips(document: object) -> None:
    assert not has_sunoapi_clips(json.dumps(document))


@pytest.mark.parametrize("raw", ["", "{", "[" * 100_000])
def test_invalid_json_has_no_sunoapi_clips(raw: str) -> None:
    assert not has_sunoapi_clips(raw)

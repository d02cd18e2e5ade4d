"""Derived tasks in the flat and the nested form: what a clip shows of them, and which fields and ranges they need."""

from typing import Any

import pytest

from .bench import NOBODY
from .conftest import OpenBench
from .test_key4u import WORDS, Nested

Fields = dict[str, Any]
OVERRIDES = {"override_fields": ["prompt", "tags"], "tags": "polka"}


@pytest.fixture
async def flat(open_bench: OpenBench) -> Nested:
    return await Nested(open_bench("paid")).begin()


@pytest.fixture
async def nested(open_bench: OpenBench) -> Nested:
    return await Nested(open_bench("key4u")).begin()


async def refused(gateway: Nested, fields: Fields, words: str) -> None:
    """Assert that these fields are refused in these words, and cost nothing."""
    before = gateway.bench.studio.spent()
    answer = await gateway.send(fields)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), answer.text
    assert words in answer.json()["message"]
    assert gateway.bench.studio.spent() == before


# --- a voice or an instrumental is added ------------------------------------------------------------------------------


def painting(task: str, start_s: object = 0, end_s: object = 30, clip: object = "PARENT") -> Fields:
    """The three fields of an added voice or instrumental."""
    return {f"{task}_clip_id": clip, f"{task}_start_s": start_s, f"{task}_end_s": end_s}


async def shows_painting(gateway: Nested, task: str, fields: Fields) -> None:
    clip = await gateway.clip({"task": task, **fields})
    shown = {f"{task}_clip_id": gateway.parent_id, f"{task}_start_s": 0, f"{task}_end_s": 30, "task": task}
    assert {name: clip["metadata"].get(name) for name in shown} == shown
    job = gateway.bench.studio.job(gateway.task_id)
    assert job is not None
    assert clip["metadata"]["duration"] == job.takes[0].duration_s
    assert clip["title"] == "Tin"


async def test_an_instrumental_is_added_in_both_forms(flat: Nested, nested: Nested) -> None:
    await shows_painting(flat, "underpainting", painting("underpainting") | OVERRIDES | {"prompt": ""})
    await shows_painting(nested, "underpainting", {"metadata_params": painting("underpainting")})


async def test_a_voice_is_added_in_both_forms(flat: Nested, nested: Nested) -> None:
    await shows_painting(flat, "overpainting", painting("overpainting") | OVERRIDES | {"prompt": WORDS})
    await shows_painting(nested, "overpainting", {"prompt": WORDS, "metadata_params": painting("overpainting")})
    words = {"prompt": WORDS, "make_instrumental": False}
    await shows_painting(nested, "underpainting", {**words, "metadata_params": painting("underpainting")})


@pytest.mark.parametrize("task", ["underpainting", "overpainting"])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"clip": ""}, "_clip_id is empty"),
        ({"clip": 7}, "cannot unmarshal number"),
        ({"start_s": None}, "_start_s and"),
        ({"end_s": None}, "are required"),
        ({"start_s": "0"}, "cannot unmarshal string"),
        ({"start_s": 30}, "range is not inside the clip"),
        ({"start_s": -1}, "range is not inside the clip"),
        ({"end_s": 900}, "range is not inside the clip"),
    ],
)
async def test_an_added_part_needs_its_clip_and_its_range(
    flat: Nested, nested: Nested, task: str, fields: Fields, words: str
) -> None:
    lyrics = {"prompt": WORDS} if task == "overpainting" else {}
    made = painting(task, **fields)
    await refused(flat, {"task": task, **made, **OVERRIDES, **lyrics}, words)
    await refused(nested, {"task": task, "metadata_params": made, **lyrics}, words)


@pytest.mark.parametrize(
    ("task", "fields", "words"),
    [
        ("overpainting", {"prompt": WORDS, "tags": "polka"}, "override_fields must be"),
        ("overpainting", {"prompt": WORDS, **OVERRIDES, "override_fields": ["prompt"]}, "override_fields must be"),
        ("overpainting", {"prompt": WORDS, **OVERRIDES, "tags": ""}, "tags is empty"),
        ("overpainting", OVERRIDES, "prompt is empty"),
        ("underpainting", {"prompt": WORDS, **OVERRIDES}, "prompt must be empty"),
        ("underpainting", {**OVERRIDES, "mv": "chirp-v3-5"}, "does not support task"),
        ("underpainting", {**OVERRIDES, "mv": "chirp-halibut"}, "does not support task"),
    ],
)
async def test_the_flat_form_says_what_is_replaced(flat: Nested, task: str, fields: Fields, words: str) -> None:
    await refused(flat, {"task": task, **painting(task), **fields}, words)


async def test_the_nested_form_takes_no_fields_from_the_top(nested: Nested) -> None:
    await refused(nested, {"task": "underpainting", **painting("underpainting"), **OVERRIDES}, "_clip_id is empty")


async def test_an_unknown_clip_has_nothing_added(flat: Nested) -> None:
    fields = {"task": "underpainting", **painting("underpainting", clip=NOBODY), **OVERRIDES}
    assert (await flat.send(fields)).status_code == 404

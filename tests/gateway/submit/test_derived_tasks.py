"""Every derived task in every dialect: the whole body as it is sent, or the refusal before anything is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import Dialect, choose_dialect
from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.requests.request import DerivedRequest, MusicRequest, from_json, to_json
from sunotui.gateway.submit.payloads import build_payload

SONG = {"mv": "chirp-hawk", "make_instrumental": False}
WORDS = {"prompt": "la la", "tags": "folk", **SONG}
LABELS = {"title": "T", **SONG}
SECTION = {"infill_start_s": 10, "infill_end_s": 20.5}
INFILL = {
    "metadata_params": {**SECTION, "metadata": {"infill_lyrics": "la la"}},
    "continue_clip_id": "a",
    "task_id": "t",
}


def sung(task: str, **values: Any) -> DerivedRequest:
    return DerivedRequest(task, **({"clip_id": "a"} | values), lyrics="la la", style="folk", model="chirp-hawk")


def cut(task: str) -> DerivedRequest:
    return sung(task, task_id="t", start_s=10.0, end_s=20.5)


def painted(word: str) -> dict[str, Any]:
    return {f"{word}_clip_id": "a", f"{word}_start_s": 0, f"{word}_end_s": 30}


STEMS = {
    "task": "gen_stem",
    "task_id": "t",
    "continue_clip_id": "a",
    "generation_type": "TEXT",
    "stem_type_id": 91,
    "stem_type_group_name": "Two",
    "stem_task": "two",
    "continued_aligned_prompt": None,
    "continue_at": None,
}
OVERRIDE = {"override_fields": ["prompt", "tags"]}
BODIES: dict[str, tuple[DerivedRequest, dict[str, Any] | None, dict[str, Any] | None]] = {
    # name: request, flat, nested; None where there is no documented form
    "cover": (
        sung("cover"),
        {**WORDS, "task": "cover", "cover_clip_id": "a", "generation_type": "TEXT"},
        {**WORDS, "task": "cover", "metadata_params": {"clip_id": "a"}},
    ),
    "cover_extend": (
        sung("cover_extend", at_s=61.0),
        None,
        {
            **WORDS,
            "task": "cover_extend",
            "continue_clip_id": "a",
            "continue_at": 61,
            "metadata_params": {"clip_id": "a"},
        },
    ),
    "infill": (
        cut("infill"),
        {
            **WORDS,
            "task": "infill",
            "continue_clip_id": "a",
            **SECTION,
            "task_id": "t",
            "continued_aligned_prompt": None,
        },
        {**WORDS, "task": "infill", **INFILL},
    ),
    "fixed_infill": (cut("fixed_infill"), None, {**WORDS, "task": "fixed_infill", **INFILL}),
    "infill_intro": (cut("infill_intro"), None, {**WORDS, "task": "infill_intro", **INFILL}),
    "infill_outro": (cut("infill_outro"), None, {**WORDS, "task": "infill_outro", **INFILL}),
    "cover_infill": (cut("cover_infill"), None, {**WORDS, "task": "cover_infill", **INFILL}),
    "upload_infill": (
        cut("upload_infill"),
        {**WORDS, "task": "upload_infill", "infill_clip_id": "a", **SECTION, "continued_aligned_prompt": None},
        None,
    ),
    "add_instrumental": (
        DerivedRequest("add_instrumental", "a", start_s=0.0, end_s=30.0, style="folk", model="chirp-hawk"),
        {"prompt": "", "tags": "folk", **SONG, "task": "underpainting", **painted("underpainting"), **OVERRIDE},
        {"tags": "folk", **SONG, "task": "underpainting", "metadata_params": painted("underpainting")},
    ),
    "add_vocals": (
        sung("add_vocals", start_s=0.0, end_s=30.0),
        {**WORDS, "task": "overpainting", **painted("overpainting"), **OVERRIDE},
        {**WORDS, "task": "overpainting", "metadata_params": painted("overpainting")},
    ),
    "remaster": (
        DerivedRequest("remaster", "a", variation="high", title="T", model="chirp-hawk"),
        None,
        {**LABELS, "task": "remaster", "metadata_params": {"clip_id": "a", "variation_category": "high"}},
    ),
    "mashup": (
        sung("mashup", more_clip_ids=("b",)),
        None,
        {**WORDS, "task": "mashup_condition", "metadata_params": {"mashup_clip_ids": ["a", "b"]}},
    ),
    "inspired": (
        sung("inspired", more_clip_ids=("b", "c")),
        None,
        {**WORDS, "task": "playlist_condition", "metadata_params": {"playlist_clip_ids": ["a", "b", "c"]}},
    ),
    "sound": (
        DerivedRequest("sound", sound="a door", is_loop=True, title="T", model="chirp-hawk"),
        None,
        {**LABELS, "task": "sound", "metadata_params": {"sound": "a door", "type": "loop"}},
    ),
    "hum": (sung("hum"), None, {**WORDS, "task": "vox", "artist_clip_id": "a"}),
    "image": (
        sung("image", clip_id="", url="https://example.com/a.png"),
        None,
        {**WORDS, "task": "image_to_song", "image_url": "https://example.com/a.png"},
    ),
    "video": (
        sung("video", clip_id="", url="https://example.com/a.mp4"),
        None,
        {**WORDS, "task": "video_to_song", "metadata_params": {"video_url": "https://example.com/a.mp4"}},
    ),
    "stems": (
        DerivedRequest("stems", "a", "t", title="T", model="chirp-hawk"),
        {"title": "T", "mv": "chirp-hawk", "make_instrumental": True, **STEMS},
        None,
    ),
    "stems_short": (
        DerivedRequest("stems_short", "a", count=12, title="T", model="chirp-hawk"),
        {**LABELS, "clip_id": "a", "task": "all-stems"},
        None,
    ),
}


def test_every_row_of_the_table_is_here() -> None:
    assert list(BODIES) == [task.name for task in DERIVED_TASKS]
    for name, (_, flat, nested) in BODIES.items():
        forms = next(task.forms for task in DERIVED_TASKS if task.name == name)
        assert (Dialect.FLAT in forms, Dialect.NESTED in forms) == (flat is not None, nested is not None)


@pytest.mark.parametrize("dialect", [Dialect.FLAT, Dialect.NESTED, Dialect.SUNOAPI])
@pytest.mark.parametrize("name", BODIES)
def test_a_body(name: str, dialect: Dialect) -> None:
    request, flat, nested = BODIES[name]
    assert [problem for problem in request.problems() if problem.is_blocking] == []
    expected = {Dialect.FLAT: flat, Dialect.NESTED: nested, Dialect.SUNOAPI: None}[dialect]
    if expected is None:
        with pytest.raises(InvalidRequest) as refused:
            build_payload(request, dialect)
        assert "not offered here" in refused.value.what
    else:
        order = build_payload(request, dialect)
        assert (order.path, json.loads(order.body)) == ("/suno/submit/music", expected)


@pytest.mark.parametrize("name", BODIES)
def test_the_way_to_disk_and_back(name: str) -> None:
    request = BODIES[name][0]
    assert json.loads(to_json(request))["kind"] == name
    assert from_json(to_json(request)) == request


SLIDERS: dict[str, Any] = {"style_weight": 0.65, "weirdness": 0.2}


def test_flat_puts_sliders_and_gender_into_metadata() -> None:
    request = MusicRequest(lyrics="la", model="chirp-hawk", gender="f", **SLIDERS)
    assert json.loads(build_payload(request, Dialect.FLAT).body)["metadata"] == {
        "create_mode": "custom",
        "control_sliders": {"style_weight": 0.65, "weirdness_constraint": 0.2},
        "can_control_sliders": ["style_weight", "weirdness_constraint"],
        "vocal_gender": "f",
    }


def test_flat_follows_the_source_of_a_cover_by_audio_weight() -> None:
    request = DerivedRequest("cover", "a", style="folk", model="chirp-hawk", audio_weight=0.9)
    assert json.loads(build_payload(request, Dialect.FLAT).body)["metadata"] == {
        "create_mode": "custom",
        "control_sliders": {"audio_weight": 0.9},
        "can_control_sliders": ["audio_weight"],
        "is_remix": True,
    }


@pytest.mark.parametrize("host", ["api.kkiai.com", "fast-token.example"])
def test_some_flat_gateways_want_the_gender_at_the_top(host: str) -> None:
    choice = choose_dialect("", host)
    for request in (
        MusicRequest(lyrics="la", model="chirp-hawk", gender="f", **SLIDERS),
        DerivedRequest("cover", "a", style="folk", model="chirp-hawk", gender="f", **SLIDERS),
    ):
        made = json.loads(build_payload(request, choice.dialect, choice.label).body)
        assert made["vocal_gender"] == "f"
        assert "vocal_gender" not in made["metadata"]


def test_sunoapi_puts_them_at_the_top() -> None:
    request = MusicRequest(lyrics="la", model="chirp-hawk", gender="m", audio_weight=0.0, **SLIDERS)
    made = json.loads(build_payload(request, Dialect.SUNOAPI).body)
    assert (made["style_weight"], made["weirdness_constraint"], made["audio_weight"]) == (0.65, 0.2, 0.0)
    assert made["vocal_gender"] == "m"


def test_nested_takes_a_duration_and_nothing_else() -> None:
    request = MusicRequest(lyrics="la", model="chirp-fenix", duration_s=90.0)
    assert json.loads(build_payload(request, Dialect.NESTED).body)["duration"] == 90


@pytest.mark.parametrize(
    "request_",
    [
        MusicRequest(lyrics="la", model="chirp-hawk", duration_s=90.0),
        MusicRequest(description="rain", model="chirp-fenix", duration_s=90.0),
        DerivedRequest("cover", "a", style="folk", model="chirp-fenix", duration_s=90.0),
    ],
)
def test_nested_has_no_duration_for_anything_else(request_: MusicRequest | DerivedRequest) -> None:
    with pytest.raises(InvalidRequest) as refused:
        build_payload(request_, Dialect.NESTED)
    assert "v5.5 only" in refused.value.what


@pytest.mark.parametrize(
    ("values", "dialect"),
    [
        ({"weirdness": 0.5}, Dialect.NESTED),
        ({"gender": "f"}, Dialect.NESTED),
        ({"duration_s": 90.0}, Dialect.FLAT),
        ({"duration_s": 90.0}, Dialect.SUNOAPI),
        ({"audio_weight": 0.5}, Dialect.FLAT),
    ],
)
def test_a_setting_without_a_place_is_refused(values: dict[str, Any], dialect: Dialect) -> None:
    with pytest.raises(InvalidRequest):
        build_payload(MusicRequest(lyrics="la", model="chirp-hawk", **values), dialect)

"""Every derived task in every dialect: the complete body that is sent, or the refusal before anything is sent."""

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
LYRICS = {"prompt": "la la", "tags": "folk", **SONG}
LABELS = {"title": "T", **SONG}
SECTION = {"infill_start_s": 10, "infill_end_s": 20.5}
INFILL = {
    "metadata_params": {**SECTION, "metadata": {"infill_lyrics": "la la"}},
    "continue_clip_id": "a",
    "task_id": "t",
}


def request_with_lyrics(task: str, **values: Any) -> DerivedRequest:
    return DerivedRequest(task, **({"clip_id": "a"} | values), lyrics="la la", style="folk", model="chirp-hawk")


def section_request(task: str) -> DerivedRequest:
    return request_with_lyrics(task, task_id="t", start_s=10.0, end_s=20.5)


def range_fields(task: str) -> dict[str, Any]:
    return {f"{task}_clip_id": "a", f"{task}_start_s": 0, f"{task}_end_s": 30}


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
    # name: request, flat body, nested body; None without a documented form
    "cover": (
        request_with_lyrics("cover"),
        {**LYRICS, "task": "cover", "cover_clip_id": "a", "generation_type": "TEXT"},
        {**LYRICS, "task": "cover", "metadata_params": {"clip_id": "a"}},
    ),
    "cover_extend": (
        request_with_lyrics("cover_extend", at_s=61.0),
        None,
        {
            **LYRICS,
            "task": "cover_extend",
            "continue_clip_id": "a",
            "continue_at": 61,
            "metadata_params": {"clip_id": "a"},
        },
    ),
    "infill": (
        section_request("infill"),
        {
            **LYRICS,
            "task": "infill",
            "continue_clip_id": "a",
            **SECTION,
            "task_id": "t",
            "continued_aligned_prompt": None,
        },
        {**LYRICS, "task": "infill", **INFILL},
    ),
    "fixed_infill": (section_request("fixed_infill"), None, {**LYRICS, "task": "fixed_infill", **INFILL}),
    "infill_intro": (section_request("infill_intro"), None, {**LYRICS, "task": "infill_intro", **INFILL}),
    "infill_outro": (section_request("infill_outro"), None, {**LYRICS, "task": "infill_outro", **INFILL}),
    "cover_infill": (section_request("cover_infill"), None, {**LYRICS, "task": "cover_infill", **INFILL}),
    "upload_infill": (
        section_request("upload_infill"),
        {**LYRICS, "task": "upload_infill", "infill_clip_id": "a", **SECTION, "continued_aligned_prompt": None},
        None,
    ),
    "add_instrumental": (
        DerivedRequest("add_instrumental", "a", start_s=0.0, end_s=30.0, style="folk", model="chirp-hawk"),
        {"prompt": "", "tags": "folk", **SONG, "task": "underpainting", **range_fields("underpainting"), **OVERRIDE},
        {"tags": "folk", **SONG, "task": "underpainting", "metadata_params": range_fields("underpainting")},
    ),
    "add_vocals": (
        request_with_lyrics("add_vocals", start_s=0.0, end_s=30.0),
        {**LYRICS, "task": "overpainting", **range_fields("overpainting"), **OVERRIDE},
        {**LYRICS, "task": "overpainting", "metadata_params": range_fields("overpainting")},
    ),
    "remaster": (
        DerivedRequest("remaster", "a", variation="high", title="T", model="chirp-hawk"),
        None,
        {**LABELS, "task": "remaster", "metadata_params": {"clip_id": "a", "variation_category": "high"}},
    ),
    "mashup": (
        request_with_lyrics("mashup", more_clip_ids=("b",)),
        None,
        {**LYRICS, "task": "mashup_condition", "metadata_params": {"mashup_clip_ids": ["a", "b"]}},
    ),
    "inspired": (
        request_with_lyrics("inspired", more_clip_ids=("b", "c")),
        None,
        {**LYRICS, "task": "playlist_condition", "metadata_params": {"playlist_clip_ids": ["a", "b", "c"]}},
    ),
    "sound": (
        DerivedRequest("sound", sound="a door", is_loop=True, title="T", model="chirp-hawk"),
        None,
        {**LABELS, "task": "sound", "metadata_params": {"sound": "a door", "type": "loop"}},
    ),
    "hum": (request_with_lyrics("hum"), None, {**LYRICS, "task": "vox", "artist_clip_id": "a"}),
    "image": (
        request_with_lyrics("image", clip_id="", url="https://example.com/a.png"),
        None,
        {**LYRICS, "task": "image_to_song", "image_url": "https://example.com/a.png"},
    ),
    "video": (
        request_with_lyrics("video", clip_id="", url="https://example.com/a.mp4"),
        None,
        {**LYRICS, "task": "video_to_song", "metadata_params": {"video_url": "https://example.com/a.mp4"}},
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


def test_every_derived_task_is_tested() -> None:
    assert list(BODIES) == [task.name for task in DERIVED_TASKS]
    for name, (_, flat, nested) in BODIES.items():
        forms = next(task.forms for task in DERIVED_TASKS if task.name == name)
        assert (Dialect.FLAT in forms, Dialect.NESTED in forms) == (flat is not None, nested is not None)


@pytest.mark.parametrize("dialect", [Dialect.FLAT, Dialect.NESTED, Dialect.SUNOAPI])
@pytest.mark.parametrize("name", BODIES)
def test_the_body_of_a_derived_task(name: str, dialect: Dialect) -> None:
    request, flat, nested = BODIES[name]
    assert [problem for problem in request.problems() if problem.is_blocking] == []
    expected = {Dialect.FLAT: flat, Dialect.NESTED: nested, Dialect.SUNOAPI: None}[dialect]
    if expected is None:
        with pytest.raises(InvalidRequest) as refused:
            build_payload(request, dialect)
        assert "not offered here" in refused.value.what
    else:
        payload = build_payload(request, dialect)
        assert (payload.path, json.loads(payload.body)) == ("/suno/submit/music", expected)


@pytest.mark.parametrize("name", BODIES)
def test_a_request_survives_storage(name: str) -> None:
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


def test_flat_puts_the_audio_weight_of_a_cover_into_metadata() -> None:
    request = DerivedRequest("cover", "a", style="folk", model="chirp-hawk", audio_weight=0.9)
    assert json.loads(build_payload(request, Dialect.FLAT).body)["metadata"] == {
        "create_mode": "custom",
        "control_sliders": {"audio_weight": 0.9},
        "can_control_sliders": ["audio_weight"],
        "is_remix": True,
    }


@pytest.mark.parametrize("host", ["api.kkiai.com", "fast-token.example"])
def test_some_flat_gateways_expect_the_gender_at_the_top(host: str) -> None:
    choice = choose_dialect("", host)
    for request in (
        MusicRequest(lyrics="la", model="chirp-hawk", gender="f", **SLIDERS),
        DerivedRequest("cover", "a", style="folk", model="chirp-hawk", gender="f", **SLIDERS),
    ):
        made = json.loads(build_payload(request, choice.dialect, choice.label).body)
        assert made["vocal_gender"] == "f"
        assert "vocal_gender" not in made["metadata"]


def test_sunoapi_puts_sliders_and_gender_at_the_top() -> None:
    request = MusicRequest(lyrics="la", model="chirp-hawk", gender="m", audio_weight=0.0, **SLIDERS)
    made = json.loads(build_payload(request, Dialect.SUNOAPI).body)
    assert (made["style_weight"], made["weirdness_constraint"], made["audio_weight"]) == (0.65, 0.2, 0.0)
    assert made["vocal_gender"] == "m"


def test_nested_sends_a_duration_with_v5_5() -> None:
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
def test_nested_refuses_a_duration_for_anything_else(request_: MusicRequest | DerivedRequest) -> None:
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
def test_an_unsupported_setting_is_refused(values: dict[str, Any], dialect: Dialect) -> None:
    with pytest.raises(InvalidRequest):
        build_payload(MusicRequest(lyrics="la", model="chirp-hawk", **values), dialect)

"""The complete JSON body of a request in each dialect."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import Dialect
from sunotui.domain.gateways.models import MODELS, Model, find
from sunotui.domain.requests.request import DerivedRequest, LyricsRequest, MusicRequest, Request
from sunotui.gateway.submit.payloads import build_payload

CUSTOM = MusicRequest(lyrics="[Verse]\nla", title="Gulls", style="folk", exclude="jazz", model="chirp-fenix")
EXTEND = MusicRequest(
    lyrics="more", model="chirp-v4", extend_clip_id="clip-1", extend_at_s=90.0, extend_task_id="task-1"
)
UPLOAD_EXTEND = MusicRequest(
    lyrics="more", model="chirp-v4", extend_clip_id="clip-1", extend_at_s=90.5, extend_upload=True
)
PERSONA = MusicRequest(lyrics="la", model="chirp-v4", persona_id="p-1", persona_clip_id="clip-1")
COVER = DerivedRequest("cover", clip_id="clip-1", style="polka", model="chirp-v4")
SECTION = DerivedRequest("infill", clip_id="clip-1", lyrics="new words", start_s=45.0, end_s=70.0, model="chirp-v4")


def body(request: Request, dialect: Dialect) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(build_payload(request, dialect).body)
    return found


@pytest.mark.parametrize("request_", [CUSTOM, EXTEND, PERSONA, MusicRequest(description="rain", model="chirp-v4")])
def test_nested_sends_songs_and_extensions_like_flat(request_: Request) -> None:
    assert body(request_, Dialect.NESTED) == body(request_, Dialect.FLAT)


def test_nested_puts_the_clip_to_cover_into_metadata_params() -> None:
    assert body(COVER, Dialect.NESTED) == {
        "task": "cover",
        "prompt": "",
        "tags": "polka",
        "mv": "chirp-v4",
        "make_instrumental": False,
        "metadata_params": {"clip_id": "clip-1"},
    }


def test_nested_puts_a_section_and_its_lyrics_into_metadata_params() -> None:
    assert body(SECTION, Dialect.NESTED) == {
        "task": "infill",
        "prompt": "new words",
        "mv": "chirp-v4",
        "make_instrumental": False,
        "continue_clip_id": "clip-1",
        "metadata_params": {"infill_start_s": 45, "infill_end_s": 70, "metadata": {"infill_lyrics": "new words"}},
    }


def test_nested_names_the_uploaded_clip_twice() -> None:
    made = body(UPLOAD_EXTEND, Dialect.NESTED)
    assert made.pop("metadata_params") == {"clip_id": "clip-1"}
    assert made == body(UPLOAD_EXTEND, Dialect.FLAT)


def test_sunoapi_sends_lyrics_in_custom_mode() -> None:
    assert body(CUSTOM, Dialect.SUNOAPI) == {
        "custom_mode": True,
        "prompt": "[Verse]\nla",
        "style": "folk",
        "title": "Gulls",
        "negative_tags": "jazz",
        "model": "V5_5",
        "instrumental": False,
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.mv)
def test_every_spelling_of_a_model_is_recognised(model: Model) -> None:
    for dialect in Dialect:
        spelled = body(MusicRequest(description="rain", model=model.mv), dialect)
        assert find(spelled["model" if dialect is Dialect.SUNOAPI else "mv"]) is model


def test_sunoapi_sends_a_description_without_custom_mode() -> None:
    request = MusicRequest(description="rain", model="own-name", instrumental=True)
    assert body(request, Dialect.SUNOAPI) == {
        "custom_mode": False,
        "prompt": "rain",
        "model": "own-name",
        "instrumental": True,
    }


def test_sunoapi_extends_by_clip_and_second() -> None:
    assert body(EXTEND, Dialect.SUNOAPI) == {
        "custom_mode": True,
        "prompt": "more",
        "model": "V4",
        "instrumental": False,
        "continue_clip_id": "clip-1",
        "continue_at": 90,
    }


def test_sunoapi_sends_a_persona_as_style() -> None:
    made = body(PERSONA, Dialect.SUNOAPI)
    assert (made["persona_id"], made["persona_model"]) == ("p-1", "style_persona")


def test_only_sunoapi_supports_a_persona_as_voice() -> None:
    request = replace(PERSONA, persona_as_voice=True)
    assert body(request, Dialect.SUNOAPI)["persona_model"] == "voice_persona"
    for dialect in (Dialect.FLAT, Dialect.NESTED):
        with pytest.raises(InvalidRequest) as refused:
            build_payload(request, dialect)
        assert "A voice is not offered here" in refused.value.what


@pytest.mark.parametrize(
    ("request_", "dialect"),
    [
        (COVER, Dialect.SUNOAPI),
        (SECTION, Dialect.SUNOAPI),
        (UPLOAD_EXTEND, Dialect.SUNOAPI),
        (DerivedRequest("stems", clip_id="clip-1"), Dialect.SUNOAPI),
        (DerivedRequest("stems", clip_id="clip-1"), Dialect.NESTED),
    ],
)
def test_an_unsupported_task_is_refused_before_it_is_sent(request_: Request, dialect: Dialect) -> None:
    with pytest.raises(InvalidRequest) as refused:
        build_payload(request_, dialect)
    assert "not offered here" in refused.value.what


def test_lyrics_are_the_same_everywhere() -> None:
    payloads = {build_payload(LyricsRequest("rain"), dialect) for dialect in Dialect}
    assert len(payloads) == 1


@pytest.mark.parametrize("dialect", list(Dialect))
def test_extra_fields_override_others_in_every_dialect(dialect: Dialect) -> None:
    request = MusicRequest(lyrics="la", model="chirp-v4", extra='{"title": "mine", "x": 1}')
    made = body(request, dialect)
    assert (made["title"], made["x"]) == ("mine", 1)

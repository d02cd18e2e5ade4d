"""Validation of derived tasks and settings: one sentence per issue."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.request import DerivedRequest, MusicRequest, check


@pytest.mark.parametrize(
    ("task", "values", "words"),
    [
        ("cover", {"style": "folk"}, "Cover needs the id of one take"),
        ("cover", {"clip_id": "a", "more_clip_ids": ("b",), "style": "folk"}, "Cover needs the id of one take"),
        ("mashup", {"clip_id": "a", "lyrics": "la"}, "Mashup needs the ids of two takes"),
        ("mashup", {"clip_id": "a", "more_clip_ids": (" a ",), "lyrics": "la"}, "one is named twice"),
        ("inspired", {}, "Inspired by takes needs the id of one take or more"),
        ("infill", {"clip_id": "a", "start_s": 9.0, "end_s": 3.0, "lyrics": "la"}, "The section ends before it begins"),
        ("add_vocals", {"clip_id": "a", "start_s": math.nan, "end_s": 3.0, "lyrics": "la"}, "where the section is"),
        ("add_vocals", {"clip_id": "a", "start_s": 0.0, "end_s": 3.0}, "Add lyrics"),
        ("add_instrumental", {"clip_id": "a", "start_s": 0.0, "end_s": 3.0}, "Add a style"),
        ("cover_extend", {"clip_id": "a", "lyrics": "la"}, "where in the take"),
        ("remaster", {"clip_id": "a"}, "how far the remaster may go"),
        ("remaster", {"clip_id": "a", "variation": "wild"}, "one of subtle, normal, high"),
        (
            "remaster",
            {"clip_id": "a", "variation": "high", "model": "chirp-v3-5"},
            "v3.5 has no remaster; v6 remaster (chirp-halibut) has one",
        ),
        ("sound", {}, "Say which sound"),
        ("sound", {"sound": "a door", "clip_id": "a"}, "Sound effect needs no take"),
        ("image", {"url": "a.png"}, "starts with https://"),
        ("stems", {"clip_id": "a", "count": 3}, "by 2 or by 12"),
    ],
)
def test_a_derived_task_that_cannot_be_sent(task: str, values: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check(DerivedRequest(task, **values))
    assert words in refused.value.what


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, math.inf, 0.123])
@pytest.mark.parametrize("name", ["style_weight", "weirdness", "audio_weight"])
def test_a_slider_out_of_range_is_rejected(name: str, value: float) -> None:
    values: dict[str, Any] = {name: value}
    with pytest.raises(InvalidRequest) as refused:
        check(MusicRequest(lyrics="la", **values))
    assert "from 0 to 1" in refused.value.what


@pytest.mark.parametrize("value", [0.0, 1.0, 0.65, 0.07, 0.29, 0.57])
def test_a_slider_in_range_is_fine(value: float) -> None:
    assert MusicRequest(lyrics="la", style_weight=value, weirdness=value, audio_weight=value).problems() == ()


@pytest.mark.parametrize(
    "extra", ['{"a": NaN}', '{"a": [Infinity]}', '{"a": -Infinity}', '{"a": 1e400}', '{"a": [-1e400]}']
)
def test_extra_fields_that_are_not_json_are_rejected(extra: str) -> None:
    with pytest.raises(InvalidRequest, match="Extra JSON fields"):
        check(MusicRequest(lyrics="la", extra=extra))


def test_other_settings() -> None:
    for values in ({"gender": "x"}, {"duration_s": 0.0}, {"duration_s": math.nan}):
        with pytest.raises(InvalidRequest):
            check(MusicRequest(lyrics="la", **values))


@pytest.mark.parametrize("task", ["image", "video"])
@pytest.mark.parametrize("url", ["https://", "https://x/ y", "https://x/\ny", "x.example/a", ""])
def test_material_needs_a_complete_url(task: str, url: str) -> None:
    with pytest.raises(InvalidRequest, match="starts with https://"):
        check(DerivedRequest(task, url=url, lyrics="la"))


def test_vocals_are_never_instrumental() -> None:
    request = DerivedRequest("add_vocals", "a", start_s=0.0, end_s=30.0, lyrics="la", style="folk", instrumental=True)
    assert [problem.sentence for problem in request.problems() if problem.is_blocking] == [
        "Vocals cannot be instrumental: add lyrics instead"
    ]

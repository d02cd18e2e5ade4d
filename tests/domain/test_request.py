"""Requests: what is wrong with them before they are sent, and the way to disk and back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.errors import RequestImpossible
from sunotui.domain.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    check,
    from_json,
    to_json,
)

FINE: list[Request] = [
    MusicRequest(description="a song about rain"),
    MusicRequest(lyrics="[Verse]\nwords", style="pop", title="T"),
    MusicRequest(style="ambient", instrumental=True),
    MusicRequest(lyrics="more", extend_clip_id="c", extend_at_s=61.5, extend_task_id="t"),
    LyricsRequest("rain"),
    ConcatRequest("clip", is_infill=True),
    UploadRequest("https://example.com/a.mp3"),
    UploadFileRequest("/home/me/Hum One.MP3"),
    DerivedRequest("cover", "clip", lyrics="la", style="polka"),
    DerivedRequest("cover", "clip", style="polka", instrumental=True, exclude="drums"),
    DerivedRequest("infill", "clip", "task", 0.0, 12.5, lyrics="other words"),
    DerivedRequest("stems", "clip", "task", count=12),
    MusicRequest(lyrics="la", persona_id="p", persona_clip_id="c", extra='{"vocal_gender": "f"}'),
]
WRONG: list[tuple[Request, str]] = [
    (MusicRequest(), "lyrics"),
    (MusicRequest(description="  \n "), "lyrics"),
    (MusicRequest(instrumental=True), "style"),
    (MusicRequest(description="d", lyrics="l"), "description"),
    (MusicRequest(lyrics="l", extend_clip_id="c"), "extend_at_s"),
    (MusicRequest(lyrics="l", extend_clip_id="c", extend_at_s=0), "extend_at_s"),
    (LyricsRequest(" "), "prompt"),
    (ConcatRequest(""), "clip_id"),
    (UploadRequest("ftp://example.com/a"), "url"),
    (UploadRequest("https://["), "url"),
    (UploadFileRequest(""), "path"),
    (UploadFileRequest("words.txt"), "path"),
    (DerivedRequest("cover", "", style="polka"), "clip_id"),
    (DerivedRequest("cover", "c", lyrics="la"), "style"),
    (DerivedRequest("infill", "", "t", 1.0, 2.0, lyrics="la"), "clip_id"),
    (DerivedRequest("infill", "c", "t", 2.0, 1.0, lyrics="la"), "start_s"),
    (DerivedRequest("infill", "c", "t", 1.0, lyrics="la"), "start_s"),
    (DerivedRequest("infill", "c", "t", 1.0, 2.0), "lyrics"),
    (DerivedRequest("stems", "", "t"), "clip_id"),
    (DerivedRequest("stems", "c", "t", count=3), "count"),
    (MusicRequest(lyrics="la", persona_id="p"), "persona_clip_id"),
    (MusicRequest(lyrics="la", extra="[1]"), "extra"),
    (LyricsRequest("la", extra='{"a": '), "extra"),
    (ConcatRequest("c", extra="null"), "extra"),
]


@pytest.mark.parametrize("request_", FINE, ids=lambda request: type(request).__name__)
def test_a_fine_request_passes_and_survives_the_disk(request_: Request) -> None:
    check(request_)
    assert from_json(to_json(request_)) == request_


@pytest.mark.parametrize(("request_", "field"), WRONG)
def test_a_request_that_makes_no_sense_is_not_sent(request_: Request, field: str) -> None:
    blocking = [problem for problem in request_.problems() if problem.is_blocking]
    assert blocking[0].field == field
    with pytest.raises(RequestImpossible, match=re.escape(blocking[0].sentence)):
        check(request_)


def test_a_nesting_without_end_is_no_object() -> None:
    request_ = MusicRequest(lyrics="la", extra='{"a":' * 100_000)
    assert [problem.field for problem in request_.problems()] == ["extra"]


def test_a_text_over_the_limit_warns_and_does_not_block() -> None:
    long = MusicRequest(lyrics="x" * 3_001, model="chirp-v4")
    assert [problem.is_blocking for problem in long.problems()] == [False]
    assert "3,001" in long.problems()[0].sentence
    check(long)
    assert MusicRequest(lyrics="x" * 3_001, model="chirp-v5").problems() == ()


@given(st.builds(MusicRequest, description=st.text(), lyrics=st.text(), title=st.text(), instrumental=st.booleans()))
def test_any_text_comes_back_from_disk_as_it_was(request_: MusicRequest) -> None:
    assert from_json(to_json(request_)) == request_


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "opera"}', "null"])
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_json(text)


def test_fields_of_a_newer_version_are_left_out() -> None:
    assert from_json('{"kind": "lyrics", "prompt": "p", "mood": 3}') == LyricsRequest("p")

"""Requests: validation before sending, and serialization."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    UpsampleTagsRequest,
    WavRequest,
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
    (LyricsRequest("la", extra='{"a": "\\ud83d"}'), "extra"),
]
INVISIBLE = "\u200b\ufeff\u2060\u3164\0\ufffc\u0301\u20dd\u0600 \n"
EMPTY: list[tuple[Request, str]] = [
    (MusicRequest(description=INVISIBLE), "lyrics"),
    (MusicRequest(lyrics=INVISIBLE), "lyrics"),
    (MusicRequest(style=INVISIBLE, instrumental=True), "style"),
    (LyricsRequest(INVISIBLE), "prompt"),
    (ConcatRequest(INVISIBLE), "clip_id"),
    (UploadRequest(INVISIBLE), "url"),
    (DerivedRequest("cover", "c", style=INVISIBLE), "style"),
    (DerivedRequest("cover", INVISIBLE, style="pop"), "clip_id"),
    (DerivedRequest("infill", "c", "t", 1.0, 2.0, lyrics=INVISIBLE), "lyrics"),
    (DerivedRequest("sound", sound=INVISIBLE), "sound"),
    (DerivedRequest("image", url=INVISIBLE), "url"),
    (MusicRequest(lyrics="la", persona_id="p", persona_clip_id=INVISIBLE), "persona_clip_id"),
    (PersonaRequest("c", INVISIBLE), "name"),
    (UpsampleTagsRequest(INVISIBLE), "style"),
    (WavRequest(INVISIBLE), "clip_id"),
]
DAMAGED: list[tuple[Request, str]] = [
    (MusicRequest(description="caf\udce9"), "description"),
    (MusicRequest(lyrics="la", title="\ud83d"), "title"),
    (ConcatRequest("c\udce9"), "clip_id"),
    (UploadFileRequest("caf\udce9.mp3"), "path"),
    (DerivedRequest("mashup", "a", more_clip_ids=("b\udce9",), lyrics="la"), "more_clip_ids"),
    (PersonaRequest("c", "a\udce9"), "name"),
    (WavRequest("c\udce9"), "clip_id"),
]
CONTROLS: list[tuple[Request, str, str]] = [
    (MusicRequest(lyrics="la\0la"), "lyrics", "U+0000 (null)"),
    (MusicRequest(description="red \x1b[31m"), "description", "U+001B (escape)"),
    (MusicRequest(lyrics="a\rb"), "lyrics", "U+000D (carriage return)"),
    (MusicRequest(lyrics="a\x0bb", title="T"), "lyrics", "U+000B (vertical tabulation)"),
    (MusicRequest(lyrics="la", title="bell\x07"), "title", "U+0007 (bell)"),
    (MusicRequest(lyrics="la", style="pop\x7f"), "style", "U+007F (delete)"),
    (MusicRequest(lyrics="la", exclude="\x85pop"), "exclude", "U+0085"),
    (MusicRequest(lyrics="la", model="v\x085"), "model", "U+0008 (backspace)"),
    (MusicRequest(lyrics="la", extra='{"a": [{"b\\u0007": 1}]}'), "extra", "U+0007 (bell)"),
    (LyricsRequest("a\0"), "prompt", "U+0000 (null)"),
    (LyricsRequest("la", extra='{"a": ["\\u001b"]}'), "extra", "U+001B (escape)"),
    (ConcatRequest("c\x0c"), "clip_id", "U+000C (form feed)"),
    (UploadRequest("https://a.example/\x9b1.mp3"), "url", "U+009B"),
    (DerivedRequest("sound", sound="rain\x1b"), "sound", "U+001B (escape)"),
    (DerivedRequest("mashup", "a", more_clip_ids=("b\x01",), lyrics="la"), "more_clip_ids", "start of heading"),
    (PersonaRequest("c", "a\x1f"), "name", "U+001F"),
    (PersonaRequest("c", "a", "b\x1f"), "description", "U+001F"),
    (UpsampleTagsRequest("pop\0"), "style", "U+0000 (null)"),
]


@pytest.mark.parametrize("request_", FINE, ids=lambda request: type(request).__name__)
def test_a_valid_request_passes_and_is_serialized(request_: Request) -> None:
    check(request_)
    assert from_json(to_json(request_)) == request_


@pytest.mark.parametrize(("request_", "field"), WRONG)
def test_an_invalid_request_is_not_sent(request_: Request, field: str) -> None:
    blocking = [problem for problem in request_.problems() if problem.is_blocking]
    assert blocking[0].field == field
    with pytest.raises(InvalidRequest, match=re.escape(blocking[0].sentence)):
        check(request_)


@pytest.mark.guarantee("E4", ordinary="15 empty and 10 damaged fields of requests")
@pytest.mark.parametrize(("request_", "field"), EMPTY)
def test_text_without_visible_characters_is_empty(request_: Request, field: str) -> None:
    """Regression: each of these was sent, and some were billed."""
    assert field in {problem.field for problem in request_.problems() if problem.is_blocking}


@pytest.mark.guarantee("E4")
@pytest.mark.parametrize(("request_", "field"), DAMAGED)
def test_invalid_text_is_not_sent(request_: Request, field: str) -> None:
    (problem,) = [problem for problem in request_.problems() if problem.is_blocking]
    assert problem.field == field
    assert "not UTF-8" in problem.sentence


@pytest.mark.parametrize(("request_", "field", "name"), CONTROLS)
def test_a_control_character_is_named_and_not_sent(request_: Request, field: str, name: str) -> None:
    """Regression: a terminal escape sequence in lyrics was billed and returned in every take."""
    (problem,) = [problem for problem in request_.problems() if problem.is_blocking and "U+" in problem.sentence]
    assert problem.field == field
    assert name in problem.sentence
    with pytest.raises(InvalidRequest):
        check(request_)


def test_tabs_and_line_ends_are_allowed() -> None:
    check(MusicRequest(lyrics="a\tb\nc\r\nd\r\n", extra='{\r\n\t"a": "b\\tc\\n"}'))


@pytest.mark.parametrize(
    ("lyrics", "mark"),
    [
        ("[ti:Rain]\n[00:12.50]La la", "[00:12.50]"),
        ("[00:12]La", "[00:12]"),
        ("<00:12.50> La", "<00:12.50>"),
        ("[Verse 1]\nAt 10:30 I left [0:30 solo]", ""),
        ("[10 fingers]", ""),
    ],
)
def test_lyrics_with_time_marks_cause_a_warning(lyrics: str, mark: str) -> None:
    found = [problem.sentence for problem in MusicRequest(lyrics=lyrics).problems() if not problem.is_blocking]
    assert [mark in sentence for sentence in found] == ([True] if mark else [])
    check(MusicRequest(lyrics=lyrics))


def test_a_song_without_a_title_is_called_by_its_first_line() -> None:
    assert MusicRequest(lyrics="[Verse]\nThe lamp is lit\n[Chorus]\nOh").title_hint.startswith("The lamp is lit")
    assert MusicRequest(lyrics="[Intro]").title_hint == "[Intro]"


def test_lyrics_of_an_instrumental_cause_a_warning() -> None:
    both = MusicRequest(lyrics="[Verse] La", style="folk", instrumental=True)
    assert [(issue.field, issue.is_blocking) for issue in both.problems()] == [("lyrics", False)]
    assert not MusicRequest(lyrics="[Verse] La", style="folk").problems()


def test_too_deep_nesting_is_rejected() -> None:
    request_ = MusicRequest(lyrics="la", extra='{"a":' * 100_000)
    assert [problem.field for problem in request_.problems()] == ["extra"]


def test_a_text_over_the_limit_warns_and_does_not_block() -> None:
    long = MusicRequest(lyrics="x" * 3_001, model="chirp-v4")
    assert [problem.is_blocking for problem in long.problems()] == [False]
    assert "3,001" in long.problems()[0].sentence
    check(long)
    assert MusicRequest(lyrics="x" * 3_001, model="chirp-v5").problems() == ()


@given(st.builds(MusicRequest, description=st.text(), lyrics=st.text(), title=st.text(), instrumental=st.booleans()))
def test_any_text_survives_serialization(request_: MusicRequest) -> None:
    assert from_json(to_json(request_)) == request_


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": "opera"}', "null"])
def test_an_invalid_serialized_request_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_json(text)


def test_fields_of_a_newer_version_are_left_out() -> None:
    assert from_json('{"kind": "lyrics", "prompt": "p", "mood": 3}') == LyricsRequest("p")

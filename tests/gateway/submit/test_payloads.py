"""The exact request bodies: an extra field can be refused, a missing one can give another song (protocol 2)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.gateways.dialect import Dialect
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
)
from sunotui.domain.text import sendable
from sunotui.gateway.submit.payloads import build_payload

PAYLOADS: dict[str, tuple[Request, str, dict[str, object]]] = {
    "described": (
        MusicRequest(description=" rain on a tin roof ", model="chirp-v4"),
        "/suno/submit/music",
        {"gpt_description_prompt": "rain on a tin roof", "mv": "chirp-v4", "make_instrumental": False},
    ),
    "described and instrumental, without a model": (
        MusicRequest(description="rain", instrumental=True),
        "/suno/submit/music",
        {"gpt_description_prompt": "rain", "mv": "chirp-hawk", "make_instrumental": True},
    ),
    "custom": (
        MusicRequest(lyrics="[Verse]\nrain", title="Tin", style="folk", exclude="drums", model="chirp-auk"),
        "/suno/submit/music",
        {
            "prompt": "[Verse]\nrain",
            "title": "Tin",
            "tags": "folk",
            "negative_tags": "drums",
            "mv": "chirp-auk",
            "make_instrumental": False,
        },
    ),
    "custom and instrumental: the lyrics are not sent": (
        MusicRequest(lyrics="[Verse]\nrain", style="folk", model="chirp-v4", instrumental=True),
        "/suno/submit/music",
        {"prompt": "", "tags": "folk", "mv": "chirp-v4", "make_instrumental": True},
    ),
    "extend": (
        MusicRequest(
            lyrics="more", model="chirp-v4", extend_clip_id="clip-1", extend_at_s=90.0, extend_task_id="task-1"
        ),
        "/suno/submit/music",
        {
            "prompt": "more",
            "mv": "chirp-v4",
            "make_instrumental": False,
            "task": "extend",
            "continue_clip_id": "clip-1",
            "continue_at": 90,
            "task_id": "task-1",
        },
    ),
    "extend at a fraction of a second, without a task id": (
        MusicRequest(lyrics="more", model="chirp-v4", extend_clip_id="clip-1", extend_at_s=90.5),
        "/suno/submit/music",
        {
            "prompt": "more",
            "mv": "chirp-v4",
            "make_instrumental": False,
            "task": "extend",
            "continue_clip_id": "clip-1",
            "continue_at": 90.5,
        },
    ),
    "lyrics": (LyricsRequest("a girl from Mars"), "/suno/submit/lyrics", {"prompt": "a girl from Mars"}),
    "concat": (ConcatRequest("clip-1"), "/suno/submit/concat", {"clip_id": "clip-1", "is_infill": False}),
    "concat an infill": (
        ConcatRequest("clip-1", is_infill=True),
        "/suno/submit/concat",
        {"clip_id": "clip-1", "is_infill": True},
    ),
    "upload": (
        UploadRequest("https://audio.example/a.mp3"),
        "/suno/uploads/audio-url",
        {"url": "https://audio.example/a.mp3"},
    ),
    "upload a file": (UploadFileRequest("/songs/Hum.MP3"), "/suno/uploads/audio", {"extension": "mp3"}),
    "extend an upload": (
        MusicRequest(lyrics="more", extend_clip_id="clip-1", extend_at_s=9.0, extend_task_id="t", extend_upload=True),
        "/suno/submit/music",
        {
            "prompt": "more",
            "mv": "chirp-hawk",
            "make_instrumental": False,
            "task": "upload_extend",
            "continue_clip_id": "clip-1",
            "continue_at": 9,
            "task_id": "t",
        },
    ),
    "with a persona": (
        MusicRequest(lyrics="la", persona_id="voice-1", persona_clip_id="clip-1"),
        "/suno/submit/music",
        {
            "prompt": "la",
            "mv": "chirp-hawk",
            "make_instrumental": False,
            "task": "artist_consistency",
            "persona_id": "voice-1",
            "artist_clip_id": "clip-1",
            "generation_type": "TEXT",
        },
    ),
    "cover": (
        DerivedRequest("cover", "clip-1", lyrics="la", style="polka", exclude="drums", model="chirp-auk"),
        "/suno/submit/music",
        {
            "prompt": "la",
            "tags": "polka",
            "negative_tags": "drums",
            "mv": "chirp-auk",
            "make_instrumental": False,
            "task": "cover",
            "cover_clip_id": "clip-1",
            "generation_type": "TEXT",
        },
    ),
    "infill": (
        DerivedRequest("infill", "clip-1", "task-1", 12.0, 20.25, lyrics="other words", style="folk"),
        "/suno/submit/music",
        {
            "prompt": "other words",
            "tags": "folk",
            "mv": "chirp-hawk",
            "make_instrumental": False,
            "task": "infill",
            "continue_clip_id": "clip-1",
            "infill_start_s": 12,
            "infill_end_s": 20.25,
            "task_id": "task-1",
            "continued_aligned_prompt": None,
        },
    ),
    "stems": (
        DerivedRequest("stems", "clip-1", "task-1", count=12),
        "/suno/submit/music",
        {
            "task": "gen_stem",
            "task_id": "task-1",
            "continue_clip_id": "clip-1",
            "mv": "chirp-hawk",
            "generation_type": "TEXT",
            "make_instrumental": True,
            "stem_type_id": 91,
            "stem_type_group_name": "Twelve",
            "stem_task": "twelve",
            "continued_aligned_prompt": None,
            "continue_at": None,
        },
    ),
    "with unknown extra fields": (
        LyricsRequest("rain", extra='{"lyrics_model": "remi-v1", "prompt": "snow", "odd": "\\ud800"}'),
        "/suno/submit/lyrics",
        {"prompt": "snow", "lyrics_model": "remi-v1", "odd": "\ufffd"},
    ),
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_payload_of_a_request(name: str) -> None:
    request, path, body = PAYLOADS[name]
    payload = build_payload(request)
    assert (payload.path, json.loads(payload.body)) == (path, body)
    # A whole second is sent as an integer: some servers distinguish 90 and 90.0.
    assert "90.0" not in payload.body


@given(st.text(), st.text(), st.text())
def test_any_text_gives_a_valid_body(description: str, title: str, model: str) -> None:
    request = MusicRequest(description=description, title=title, model=model)
    payload = build_payload(request)
    assert payload == build_payload(request)
    read = json.loads(payload.body.encode())
    if "gpt_description_prompt" in read:
        assert read["gpt_description_prompt"] == sendable(description)


_ENDS = "\ufeff\u200b "
_IN_ENDS = f"{_ENDS}x\u200by{_ENDS}"


@pytest.mark.parametrize(
    "request_",
    [
        MusicRequest(description=_IN_ENDS, model=f"chirp-v4{_ENDS}", extra='\ufeff{"a": 1}'),
        MusicRequest(
            lyrics=_IN_ENDS,
            title=_IN_ENDS,
            style=_IN_ENDS,
            exclude=_IN_ENDS,
            model=_IN_ENDS,
            persona_id=_IN_ENDS,
            persona_clip_id=_IN_ENDS,
            extend_clip_id=_IN_ENDS,
            extend_task_id=_IN_ENDS,
            extend_at_s=1.0,
        ),
        LyricsRequest(_IN_ENDS),
        ConcatRequest(_IN_ENDS),
        UploadRequest(_IN_ENDS),
        PersonaRequest(_IN_ENDS, _IN_ENDS, _IN_ENDS),
        UpsampleTagsRequest(_IN_ENDS),
        DerivedRequest("cover", _IN_ENDS, style=_IN_ENDS, lyrics=_IN_ENDS),
    ],
    ids=lambda request: request.kind,
)
def test_invisible_characters_at_the_ends_of_a_text_are_not_sent(request_: Request) -> None:
    """A byte order mark before the lyrics and a zero-width space after the model name were sent once."""
    body = json.loads(build_payload(request_).body)
    texts = [text for value in body.values() for text in (value if isinstance(value, list) else [value])]
    texts = [text for text in texts if isinstance(text, str)]
    assert not [text for text in texts if not text.isascii() and text != "x\u200by"]
    assert "x\u200by" in texts
    assert "\ufeff" not in str(body)


def test_a_text_of_invisible_characters_is_left_out() -> None:
    empty = build_payload(MusicRequest(lyrics="la", style="\u200b", exclude="\ufeff", title="\u3164", model="\u2060"))
    assert empty == build_payload(MusicRequest(lyrics="la"))


def test_windows_line_ends_are_sent_as_newlines() -> None:
    lyrics = "[Verse]\r\nla\r\n"
    cover, plain = (DerivedRequest("cover", "c", style=f"pop{end}x", lyrics=lyrics) for end in ("\r\n", "\n"))
    assert build_payload(cover) == build_payload(plain)
    assert json.loads(build_payload(MusicRequest(lyrics=lyrics)).body)["prompt"] == "[Verse]\nla"
    sound = build_payload(DerivedRequest("sound", sound="rain\r\nroof"), Dialect.NESTED)
    assert "\\r" not in sound.body

"""The command that sends a request again has the syntax of the command line."""

from __future__ import annotations

import shlex

import pytest

from sunotui.cli.arguments.parser import parse
from sunotui.cli.arguments.request_command import request_command
from sunotui.domain.requests.derived import DERIVED_TASKS
from sunotui.domain.requests.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MidiRequest,
    Mp4Request,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    UpsampleTagsRequest,
    WavRequest,
)

PLAIN: list[tuple[Request, str]] = [
    (MusicRequest(description="rain"), "music --describe TEXT"),
    (MusicRequest(lyrics="la"), "music --lyrics-file FILE"),
    (MusicRequest(instrumental=True, style="pop"), "music --instrumental --style TAGS"),
    (
        MusicRequest(lyrics="la", extend_clip_id="c-1", extend_at_s=90.5),
        "music --extend c-1 --at 90.5 --lyrics-file FILE",
    ),
    (LyricsRequest("rain"), "lyrics PROMPT"),
    (ConcatRequest("c-1"), "concat c-1"),
    (UploadRequest("https://a.example/a b.mp3"), "upload 'https://a.example/a b.mp3'"),
    (UploadRequest("https://a.example/" + "a" * 300), "upload URL_OR_FILE"),
    (UploadFileRequest("/tmp/hum.mp3"), "upload /tmp/hum.mp3"),
    (PersonaRequest("c-1", "Ada"), "persona c-1 --name NAME"),
    (UpsampleTagsRequest("pop"), "tags TEXT"),
    (WavRequest("c-1"), "wav c-1"),
    (Mp4Request("c-1"), "video c-1"),
    (MidiRequest("c-1"), "midi c-1 -o FILE"),
]


@pytest.mark.parametrize(("request_", "words"), PLAIN, ids=[words for _, words in PLAIN])
def test_a_request_has_its_command(request_: Request, words: str) -> None:
    assert request_command(request_) == f"sunotui {words}"


DERIVED = [
    DerivedRequest(
        task.name,
        "c-1" if task.clips else "",
        more_clip_ids=("c-2",) if task.clips == 2 else (),
        sound="rain" if "sound" in task.needs else "",
        url="https://a.example/1" if "url" in task.needs else "",
    )
    for task in DERIVED_TASKS
]


@pytest.mark.parametrize("request_", [*(request for request, _ in PLAIN), *DERIVED], ids=lambda request: request.kind)
def test_the_command_line_accepts_every_request_command(request_: Request) -> None:
    words = shlex.split(request_command(request_))
    assert words.pop(0) == "sunotui"
    parse([word.replace("TIME", "1:30") for word in words])

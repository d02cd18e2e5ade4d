"""Why a take has no link: each reason has its own sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sunotui.core.library.missing_link import missing_link
from sunotui.domain.tasks.clip import Clip, ClipStatus

YET = "This take has no audio yet"
NO_DOWNLOAD = "This gateway gives no download of this take's audio"
UNUSABLE = "The gateway's audio link of this take cannot be used: "


def words(status: ClipStatus = ClipStatus.COMPLETE, kind: str = "audio", **fields: Any) -> str:
    """The sentence for a clip with these fields in its task's JSON."""
    other = {"id": "other", "audio_url": "javascript:x"}
    raw = json.dumps({"task_id": "t", "data": {"clips": [other, {"id": "a", **fields}]}})
    return missing_link(raw, Clip("a", status=status), kind).reason


@pytest.mark.parametrize("url", ["https://cdn1.suno.ai/None.mp3", "https://suno.com/api/forbidden", "//x/null.mp3"])
def test_a_gateway_without_downloads_is_named(url: str) -> None:
    """Regression: all sentences had a "yet", so users waited forever."""
    assert words(audio_url=url) == NO_DOWNLOAD
    assert words(audioUrl=url, status=ClipStatus.ERROR) == NO_DOWNLOAD
    assert words(video_url=url, kind="video") == NO_DOWNLOAD.replace("audio", "video")
    # Before the end, some gateways return it temporarily.
    assert words(audio_url=url, status=ClipStatus.STREAMING) == YET


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("javascript:alert(1)", "it is no http or https address"),
        ("ftp://x.example/a.mp3", "it is no http or https address"),
        ("https://x.example/\x1b[2J.mp3", "it has control characters in it"),
        ("https://-é-.example/a.mp3", "its host name is not valid"),
        ("https://[::1/a.mp3", "its host name is not valid"),
        ("https://[1.2.3]/a.mp3", "its host name is not valid"),
        ("https://xn--a/a.mp3", "its host name is not valid"),
        ("https://x.example:99999/a.mp3", "its port is not a number from 0 to 65535"),
        ("https://快.example:port/a.mp3", "its port is not a number from 0 to 65535"),
        ("https://x.example/" + "x" * 3_000, "it is longer than 2,048 characters"),
    ],
)
def test_a_rejected_link_has_a_reason(url: str, reason: str) -> None:
    assert words(audio_url=url) == UNUSABLE + reason


@pytest.mark.parametrize("url", ["", None, "null", 7, "https://x.example/快.mp3"])
def test_a_link_that_may_arrive_is_not_available_yet(url: object) -> None:
    """Also a link that an earlier version rejected: the next response will include it."""
    assert words(audio_url=url) == YET


@pytest.mark.parametrize("raw", ["", "{", "[]", "7", '[{"id": 7}]', '{"id": "a", "audio_url": {}}', "[" * 100_000])
def test_any_response_gives_a_sentence(raw: str) -> None:
    assert missing_link(raw, Clip("a"), "audio").reason == YET


@pytest.mark.parametrize(
    ("url", "may_come"), [("https://suno.com/api/forbidden", False), ("ftp://x/a.mp3", True), ("", True)]
)
def test_whether_another_request_may_help(url: str, may_come: bool) -> None:
    raw = json.dumps({"id": "a", "audio_url": url})
    assert missing_link(raw, Clip("a", status=ClipStatus.COMPLETE), "audio").may_come is may_come

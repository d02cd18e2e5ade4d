"""A gateway that echoes the token: no result contains it, whatever field the token is in (K1)."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from sunotui.domain.errors import GatewayFailed, SunotuiError
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import UploadFileRequest
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskReport, TaskStatus
from sunotui.gateway.endpoints import SUBMIT_MUSIC
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.gateway.submit.payloads import Payload, build_payload
from sunotui.gateway.transport.redaction import body_without_secret, masked, without_secret
from sunotui.gateway.transport.secret_search import has_secret
from tests.gateway.conftest import Client
from tests.gateway.loopback import loopback_server, response
from tests.gateway.upload_server import CLIP, INITIALIZE, both

pytestmark = pytest.mark.guarantee("K1", ordinary="every text field of a response echoes the token")

SECRET = "Key-of-the-Test-1234567890"
TEXTS = [name for name, kind in Clip.__annotations__.items() if kind in (str, "str") or name.endswith("_url")]


@pytest.mark.parametrize("name", TEXTS)
def test_no_field_of_a_clip_keeps_the_token(name: str) -> None:
    texts: dict[str, Any] = {"id": "c", name: f"https://a.example/?k={SECRET}&z"}
    clip = Clip(**texts)
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("other"), clip))
    for value in (without_secret(report, SECRET), without_secret(Accepted("t", (clip,)), SECRET)):
        assert SECRET not in repr(value)
    reported = getattr(without_secret(clip, SECRET), name)
    assert reported is None if name.endswith("_url") else "•••" in reported


def test_lyrics_and_the_raw_response_do_not_keep_the_token() -> None:
    report = TaskReport(
        "t", TaskStatus.FAILURE, fail_reason=SECRET, raw=f'{{"k":"{SECRET}"}}', lyrics=Lyrics(SECRET, SECRET, (SECRET,))
    )
    assert SECRET not in repr(without_secret(report, SECRET))


def test_no_text_of_an_error_keeps_the_token() -> None:
    text = f"it says {SECRET}"
    error = GatewayFailed(text, advice=text, detail=text, answer=text, request_id=text)
    reported = without_secret(Unknown(error, answer=text), SECRET)
    assert reported.error is error
    assert SECRET not in f"{vars(error)} {error} {error!r} {error.worded(with_request_id=True)} {reported}"


LEAKS: dict[str, bytes] = {
    "a redirect's request id": response(
        302, "", headers={"Location": "/login", "X-Request-Id": f"{'x' * 115}{SECRET}"}
    ),
    "a redirect's host": response(302, "", headers={"Location": f"https://{SECRET}.example/"}),
    "a redirect's host in small letters": response(302, "", headers={"Location": f"https://{SECRET.lower()}.example/"}),
    "a failure": response(502, f"<html>{SECRET}</html>", headers={"X-Request-Id": SECRET}),
    "a refusal": response(400, {"code": SECRET, "message": f"no {SECRET}"}, headers={"X-Request-Id": SECRET}),
    "a hint": response(502, {"task_id": f"abc-{SECRET}"}),
}


@pytest.mark.parametrize("name", LEAKS)
async def test_no_outcome_keeps_the_token(name: str, client_for: Client, song: Path) -> None:
    async with loopback_server(LEAKS[name]) as gateway:
        client = client_for(gateway.base_url, token=Token(SECRET))
        for payload in (Payload(SUBMIT_MUSIC, "{}"), build_payload(UploadFileRequest(str(song)))):
            outcome = await client.submit(payload)
            assert not contains_token(outcome)
        with pytest.raises(SunotuiError) as raised:
            await client.feed(["clip-1"])
    assert not contains_token(raised.value)


@pytest.mark.parametrize("data", [SECRET, f"task-{SECRET}", {"task_id": SECRET}, [{"id": SECRET, "audio_url": ""}]])
async def test_the_token_is_not_accepted_as_a_task_id(data: object, client_for: Client, song: Path) -> None:
    async with loopback_server(response(200, {"code": "success", "data": data})) as gateway:
        outcome = await client_for(gateway.base_url, token=Token(SECRET)).submit(Payload(SUBMIT_MUSIC, "{}"))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == ()
    assert not contains_token(outcome)


async def test_the_token_is_not_accepted_as_the_clip_id_of_an_upload(client_for: Client, song: Path) -> None:
    async with both({INITIALIZE: response(200, {"clip_id": f"c-{SECRET}"})}) as site:
        client = client_for(site.gateway.base_url, token=Token(SECRET))
        outcome = await client.submit(build_payload(UploadFileRequest(str(song))))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == (CLIP,)
    assert not contains_token(outcome)


async def test_the_error_of_a_storage_does_not_keep_the_token(client_for: Client, song: Path) -> None:
    why = f"<Error><Code>{'x' * 185}</Code><Message>{SECRET}</Message></Error>"
    async with both(stored=response(403, why, kind="application/xml")) as site:
        client = client_for(site.gateway.base_url, token=Token(SECRET))
        outcome = await client.submit(build_payload(UploadFileRequest(str(song))))
    assert isinstance(outcome, Rejected)
    assert not contains_token(outcome)


ZERO_WIDTH = "\u200b".join(SECRET)
ENCODINGS = {
    "plain": SECRET,
    "zero-width": SECRET.replace("-", "\u200b-"),
    "zero-width everywhere": ZERO_WIDTH,
    "control characters": SECRET.replace("-", "\x1b-\x00"),
    "percent-encoded": SECRET.replace("-", "%2D"),
    "percent-encoded twice": SECRET.replace("-", "%252d"),
    "every character percent-encoded": "".join(f"%{ord(char):02X}" for char in SECRET),
    "escaped": SECRET.replace("-", "\\u002d"),
    **{
        f"base64 after {start!r}": base64.b64encode(f"{start}{SECRET}{end}".encode()).decode()
        for start, end in (("", ""), ("Bearer ", ""), ("a:", ":z"), ("u:", "\n"))
    },
    "base64 for URLs": base64.urlsafe_b64encode(f"Bearer {SECRET}?>".encode()).decode(),
}
CUTS = (0, 8, 32, 56, 92, 120, 190, 1_990)
"""Numbers of characters before the token, chosen so that the length limit of each field falls inside the token."""


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("is_ascii", [True, False])
async def test_no_encoding_of_the_token_and_no_cut_half_of_it_is_read(
    encoding: str, is_ascii: bool, client_for: Client
) -> None:
    """Fails if a field is cut before the token is removed, and if an encoding of the token is not recognised."""
    for before in CUTS:
        text = f"{'x' * before} {ENCODINGS[encoding]}"
        body = json.dumps({"code": "success", "data": [task_with_text(text)]}, ensure_ascii=is_ascii)
        async with loopback_server(response(200, body)) as gateway:
            (report,) = (await client_for(gateway.base_url, token=Token(SECRET)).fetch_tasks(["t1"])).reports
        (clip,) = report.clips
        assert clip.audio_url is None
        for found in (f"{report!r}", INVISIBLE_ESCAPES.sub("", f"{report!r}"), unquote(unquote(f"{report!r}"))):
            assert SECRET[:7] not in found
            assert SECRET[-7:] not in found
        assert ENCODINGS[encoding] not in f"{report.raw} {clip.lyrics}"


INVISIBLE_ESCAPES = re.compile(r"\\u200b|\\x1b|\\x00|\u200b")


def task_with_text(text: str) -> dict[str, object]:
    """A finished task with `text` in every string."""
    clip = {
        "id": "c1",
        "title": text,
        "status": "complete",
        "audio_url": f"https://cdn.example.com/{text}.mp3",
        "model_name": text,
        "metadata": {"tags": text, "prompt": text, "gpt_description_prompt": text, "duration": 10},
    }
    return {
        "task_id": "t1",
        "action": "MUSIC",
        "status": "SUCCESS",
        "fail_reason": text,
        "progress": text,
        "data": [clip],
    }


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_encoding_of_the_token_stays_in_a_text(encoding: str) -> None:
    for text in (ENCODINGS[encoding], f"雨 {ENCODINGS[encoding]}\n雨"):
        shown = masked(text, SECRET)
        assert "•••" in shown
        assert not has_secret(shown, SECRET)
        assert "•••" in without_secret(Clip("c", title=text), SECRET).title


def test_texts_similar_to_the_token_are_unchanged() -> None:
    short = (SECRET[:11], SECRET[-11:], SECRET.replace("-", " "), SECRET.replace("-", "\n"))
    for text in (*short, "100%25 雨\u200b", "%2D", "\\u002d"):
        assert masked(text, SECRET) == text
    body = b'{"code": "success"}'
    with_short = body_without_secret(body, "code", "•••")
    assert with_short == (body, False), "a short token may be an ordinary word of the response"
    assert body_without_secret(body + b"\xff", SECRET, "•••") == (body + b"\xff", True)


def contains_token(reported: object) -> bool:
    """Whether an outcome or an error contains the token or its first half."""
    error = reported if isinstance(reported, SunotuiError) else getattr(reported, "error", None)
    return SECRET[:9].lower() in f"{reported!r} {vars(error) if error else ''}".lower()


def test_a_value_without_the_token_is_returned_unchanged() -> None:
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("c", status=ClipStatus.COMPLETE),))
    assert without_secret(report, SECRET) is report

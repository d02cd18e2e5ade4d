"""A gateway that sends the token back: it goes no further, whatever field it stands in (K1)."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import pytest

from sunotui.domain.errors import GatewayFailed, SunotuiError
from sunotui.domain.requests.request import UploadFileRequest
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import TaskReport, TaskStatus
from sunotui.domain.token import Token
from sunotui.gateway.endpoints import SUBMIT_MUSIC
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.gateway.submit.payloads import Payload, build_payload
from sunotui.gateway.transport.redaction import body_without_secret, masked, without_secret
from sunotui.gateway.transport.secret_search import has_secret
from tests.gateway.conftest import Client
from tests.gateway.loopback import answer, listening
from tests.gateway.upload_bench import CLIP, MAKE, both

pytestmark = pytest.mark.guarantee("K1", ordinary="every text field of a response echoes the token")

SECRET = "Key-of-the-Test-1234567890"
TEXTS = [field.name for field in fields(Clip) if field.type in (str, "str") or field.name.endswith("_url")]


@pytest.mark.parametrize("name", TEXTS)
def test_no_field_of_a_clip_keeps_it(name: str) -> None:
    clip = Clip(**{"id": "c", name: f"https://a.example/?k={SECRET}&z"})
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("other"), clip))
    for value in (without_secret(report, SECRET), without_secret(Accepted("t", (clip,)), SECRET)):
        assert SECRET not in repr(value)
    reported = getattr(without_secret(clip, SECRET), name)
    assert reported is None if name.endswith("_url") else "•••" in reported


def test_lyrics_and_the_raw_answer_too() -> None:
    report = TaskReport(
        "t", TaskStatus.FAILURE, fail_reason=SECRET, raw=f'{{"k":"{SECRET}"}}', lyrics=Lyrics(SECRET, SECRET, (SECRET,))
    )
    assert SECRET not in repr(without_secret(report, SECRET))


def test_no_text_of_a_trouble_keeps_it() -> None:
    messages = f"it says {SECRET}"
    trouble = GatewayFailed(messages, advice=messages, detail=messages, answer=messages, request_id=messages)
    reported = without_secret(Unknown(trouble, answer=messages), SECRET)
    assert reported.error is trouble
    assert SECRET not in f"{vars(trouble)} {trouble} {trouble!r} {trouble.full_sentence} {reported}"


LEAKS: dict[str, bytes] = {
    "a redirect's request id": answer(302, "", headers={"Location": "/login", "X-Request-Id": f"{'x' * 115}{SECRET}"}),
    "a redirect's host": answer(302, "", headers={"Location": f"https://{SECRET}.example/"}),
    "a redirect's host in small letters": answer(302, "", headers={"Location": f"https://{SECRET.lower()}.example/"}),
    "a failure": answer(502, f"<html>{SECRET}</html>", headers={"X-Request-Id": SECRET}),
    "a refusal": answer(400, {"code": SECRET, "message": f"no {SECRET}"}, headers={"X-Request-Id": SECRET}),
    "a hint": answer(502, {"task_id": f"abc-{SECRET}"}),
}


@pytest.mark.parametrize("name", LEAKS)
async def test_no_outcome_keeps_it(name: str, client_for: Client, song: Path) -> None:
    async with listening(LEAKS[name]) as gateway:
        client = client_for(gateway.base_url, token=Token(SECRET))
        for order in (Payload(SUBMIT_MUSIC, "{}"), build_payload(UploadFileRequest(str(song)))):
            outcome = await client.submit(order)
            assert not has_part_of_it(outcome)
        with pytest.raises(SunotuiError) as raised:
            await client.feed(["clip-1"])
    assert not has_part_of_it(raised.value)


@pytest.mark.parametrize("data", [SECRET, f"task-{SECRET}", {"task_id": SECRET}, [{"id": SECRET, "audio_url": ""}]])
async def test_the_token_is_no_id(data: object, client_for: Client, song: Path) -> None:
    async with listening(answer(200, {"code": "success", "data": data})) as gateway:
        outcome = await client_for(gateway.base_url, token=Token(SECRET)).submit(Payload(SUBMIT_MUSIC, "{}"))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == ()
    assert not has_part_of_it(outcome)


async def test_the_token_is_no_id_of_an_uploads_clip(client_for: Client, song: Path) -> None:
    async with both({MAKE: answer(200, {"clip_id": f"c-{SECRET}"})}) as site:
        client = client_for(site.gateway.base_url, token=Token(SECRET))
        outcome = await client.submit(build_payload(UploadFileRequest(str(song))))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == (CLIP,)
    assert not has_part_of_it(outcome)


async def test_a_storage_that_was_given_it(client_for: Client, song: Path) -> None:
    why = f"<Error><Code>{'x' * 185}</Code><Message>{SECRET}</Message></Error>"
    async with both(stored=answer(403, why, kind="application/xml")) as site:
        client = client_for(site.gateway.base_url, token=Token(SECRET))
        outcome = await client.submit(build_payload(UploadFileRequest(str(song))))
    assert isinstance(outcome, Rejected)
    assert not has_part_of_it(outcome)


ZERO_WIDTH = "\u200b".join(SECRET)
FORMS = {
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
    "base64 for addresses": base64.urlsafe_b64encode(f"Bearer {SECRET}?>".encode()).decode(),
}
CUTS = (0, 8, 32, 56, 92, 120, 190, 1_990)
"""Characters before the token, so that the limit of each field falls inside it."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("is_ascii", [True, False])
async def test_no_form_of_it_is_read_and_no_cut_leaves_half_of_it(
    form: str, is_ascii: bool, client_for: Client
) -> None:
    """A field was cut before the token was taken out, so its first half stayed; and other forms were not known."""
    for before in CUTS:
        messages = f"{'x' * before} {FORMS[form]}"
        body = json.dumps({"code": "success", "data": [task_saying(messages)]}, ensure_ascii=is_ascii)
        async with listening(answer(200, body)) as gateway:
            (report,) = (await client_for(gateway.base_url, token=Token(SECRET)).fetch_tasks(["t1"])).reports
        (clip,) = report.clips
        assert clip.audio_url is None
        for found in (f"{report!r}", FORMS_SEEN.sub("", f"{report!r}"), unquote(unquote(f"{report!r}"))):
            assert SECRET[:7] not in found
            assert SECRET[-7:] not in found
        assert FORMS[form] not in f"{report.raw} {clip.lyrics}"


FORMS_SEEN = re.compile(r"\\u200b|\\x1b|\\x00|\u200b")


def task_saying(messages: str) -> dict[str, object]:
    """A finished task with this in every text of it."""
    clip = {
        "id": "c1",
        "title": messages,
        "status": "complete",
        "audio_url": f"https://cdn.example.com/{messages}.mp3",
        "model_name": messages,
        "metadata": {"tags": messages, "prompt": messages, "gpt_description_prompt": messages, "duration": 10},
    }
    return {
        "task_id": "t1",
        "action": "MUSIC",
        "status": "SUCCESS",
        "fail_reason": messages,
        "progress": messages,
        "data": [clip],
    }


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_it_stays_in_a_text(form: str) -> None:
    for text in (FORMS[form], f"雨 {FORMS[form]}\n雨"):
        shown = masked(text, SECRET)
        assert "•••" in shown
        assert not has_secret(shown, SECRET)
        assert "•••" in without_secret(Clip("c", title=text), SECRET).title


def test_what_only_looks_like_it_stays() -> None:
    short = (SECRET[:11], SECRET[-11:], SECRET.replace("-", " "), SECRET.replace("-", "\n"))
    for text in (*short, "100%25 雨\u200b", "%2D", "\\u002d"):
        assert masked(text, SECRET) == text
    body = b'{"code": "success"}'
    assert body_without_secret(body, "code", "•••") is body, "a short token may be a word of the answer's own"
    assert body_without_secret(body + b"\xff", SECRET, "•••") == body + b"\xff"


def has_part_of_it(reported: object) -> bool:
    """Whether the token, or its first half that a cut left, stands in an outcome or a trouble."""
    trouble = reported if isinstance(reported, SunotuiError) else getattr(reported, "trouble", None)
    return SECRET[:9].lower() in f"{reported!r} {vars(trouble) if trouble else ''}".lower()


def test_what_does_not_have_it_stays_the_same_value() -> None:
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("c", status=ClipStatus.COMPLETE),))
    assert without_secret(report, SECRET) is report

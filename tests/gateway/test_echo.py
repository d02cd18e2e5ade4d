"""A gateway that sends the token back: it goes no further, whatever field it stands in (K1)."""

from dataclasses import fields
from pathlib import Path

import pytest

from sunotui.domain.clip import Clip, ClipStatus
from sunotui.domain.errors import GatewayFailed, Trouble
from sunotui.domain.lyrics import Lyrics
from sunotui.domain.request import UploadFileRequest
from sunotui.domain.task import TaskReport, TaskStatus
from sunotui.domain.token import Token
from sunotui.gateway.echo import without_secret
from sunotui.gateway.endpoints import SUBMIT_MUSIC
from sunotui.gateway.orders import Order, order_for
from sunotui.gateway.outcome import Accepted, Rejected, Unknown

from .conftest import Client
from .loopback import answer, listening
from .upload_bench import CLIP, MAKE, both

SECRET = "Key-of-the-Test-1234567890"
TEXTS = [field.name for field in fields(Clip) if field.type in (str, "str") or field.name.endswith("_url")]


@pytest.mark.parametrize("name", TEXTS)
def test_no_field_of_a_clip_keeps_it(name: str) -> None:
    clip = Clip(**{"id": "c", name: f"https://a.example/?k={SECRET}&z"})
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("other"), clip))
    for value in (without_secret(report, SECRET), without_secret(Accepted("t", (clip,)), SECRET)):
        assert SECRET not in repr(value)
    told = getattr(without_secret(clip, SECRET), name)
    assert told is None if name.endswith("_url") else "•••" in told


def test_lyrics_and_the_raw_answer_too() -> None:
    report = TaskReport(
        "t", TaskStatus.FAILURE, fail_reason=SECRET, raw=f'{{"k":"{SECRET}"}}', lyrics=Lyrics(SECRET, SECRET, (SECRET,))
    )
    assert SECRET not in repr(without_secret(report, SECRET))


def test_no_text_of_a_trouble_keeps_it() -> None:
    said = f"it says {SECRET}"
    trouble = GatewayFailed(said, advice=said, detail=said, answer=said, request_id=said)
    told = without_secret(Unknown(trouble, answer=said), SECRET)
    assert told.trouble is trouble
    assert SECRET not in f"{vars(trouble)} {trouble} {trouble!r} {trouble.full_sentence} {told}"


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
        for order in (Order(SUBMIT_MUSIC, "{}"), order_for(UploadFileRequest(str(song)))):
            outcome = await client.submit(order)
            assert not has_part_of_it(outcome)
        with pytest.raises(Trouble) as raised:
            await client.feed(["clip-1"])
    assert not has_part_of_it(raised.value)


@pytest.mark.parametrize("data", [SECRET, f"task-{SECRET}", {"task_id": SECRET}, [{"id": SECRET, "audio_url": ""}]])
async def test_the_token_is_no_id(data: object, client_for: Client, song: Path) -> None:
    async with listening(answer(200, {"code": "success", "data": data})) as gateway:
        outcome = await client_for(gateway.base_url, token=Token(SECRET)).submit(Order(SUBMIT_MUSIC, "{}"))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == ()
    assert not has_part_of_it(outcome)


async def test_the_token_is_no_id_of_an_uploads_clip(client_for: Client, song: Path) -> None:
    async with both({MAKE: answer(200, {"clip_id": f"c-{SECRET}"})}) as site:
        client = client_for(site.gateway.base_url, token=Token(SECRET))
        outcome = await client.submit(order_for(UploadFileRequest(str(song))))
    assert isinstance(outcome, Unknown)
    assert outcome.hints == (CLIP,)
    assert not has_part_of_it(outcome)


async def test_a_storage_that_was_given_it(client_for: Client, song: Path) -> None:
    why = f"<Error><Code>{'x' * 185}</Code><Message>{SECRET}</Message></Error>"
    async with both(stored=answer(403, why, kind="application/xml")) as site:
        client = client_for(site.gateway.base_url, token=Token(SECRET))
        outcome = await client.submit(order_for(UploadFileRequest(str(song))))
    assert isinstance(outcome, Rejected)
    assert not has_part_of_it(outcome)


def has_part_of_it(told: object) -> bool:
    """Whether the token, or its first half that a cut left, stands in an outcome or a trouble."""
    trouble = told if isinstance(told, Trouble) else getattr(told, "trouble", None)
    return SECRET[:9].lower() in f"{told!r} {vars(trouble) if trouble else ''}".lower()


def test_what_does_not_have_it_stays_the_same_value() -> None:
    report = TaskReport("t", TaskStatus.SUCCESS, clips=(Clip("c", status=ClipStatus.COMPLETE),))
    assert without_secret(report, SECRET) is report

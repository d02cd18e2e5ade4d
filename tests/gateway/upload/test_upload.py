"""A file's way to a gateway: step by step, and never charged before the last one."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sunotui.domain.errors import (
    Charge,
    GatewayFailed,
    NetworkError,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TimedOut,
    TokenRejected,
)
from sunotui.domain.requests.request import UploadFileRequest
from sunotui.domain.tasks.clip import ClipStatus
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown
from sunotui.gateway.submit.payloads import build_payload
from sunotui.gateway.transport.connection import TimeLimits
from sunotui.gateway.upload.upload import MOST_FAILURES
from tests.gateway.conftest import SOUND, Client
from tests.gateway.loopback import TOKEN, Asked, answer, listening, page
from tests.gateway.upload_bench import (
    CLIP,
    DONE,
    FIELDS,
    FINISH,
    LOOK,
    MAKE,
    START,
    UPLOAD,
    Step,
    Steps,
    both,
    cut,
    rejected,
    uploaded,
)

# --- the way it should go ---------------------------------------------------------------------------------------------


async def test_a_file_becomes_a_clip(client_for: Client, song: Path) -> None:
    document: list[tuple[int, int]] = []
    async with both(looks=({"status": "processing"}, {"status": "passed_artist_moderation"}, DONE)) as site:
        outcome = await uploaded(client_for, site, song, lambda sent, size: document.append((sent, size)))
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == CLIP
    (clip,) = outcome.clips
    assert (clip.id, clip.title, clip.status) == (CLIP, "My Hum", ClipStatus.COMPLETE)
    assert site.steps == [START, FINISH, LOOK, LOOK, LOOK, MAKE]
    start, finish = site.gateway.asked[0], site.gateway.asked[1]
    assert json.loads(start.body) == {"extension": "mp3"}
    assert json.loads(finish.body) == {"upload_type": "file_upload", "upload_filename": "my secret hum.mp3"}
    assert all(asked.headers["authorization"] == f"Bearer {TOKEN.reveal()}" for asked in site.gateway.asked)
    assert document == [(0, len(SOUND)), (len(SOUND), len(SOUND))]


async def test_the_storage_gets_the_form_and_nothing_of_ours(client_for: Client, song: Path) -> None:
    async with both() as site:
        await uploaded(client_for, site, song)
    (form,) = site.storage.asked
    assert (form.method, form.path) == ("POST", "/bucket/")
    assert TOKEN.reveal().encode() not in form.body
    assert TOKEN.reveal() not in str(form.headers)
    assert set(form.headers) <= {
        "host", "accept", "accept-encoding", "accept-language", "connection", "user-agent", "content-type",
        "content-length",
    }  # fmt: skip
    boundary = form.headers["content-type"].split("boundary=")[1].encode()
    parts = form.body.split(b"--" + boundary)
    assert (parts[0], parts[-1]) == (b"", b"--\r\n")
    fields = [part.strip(b"\r\n").split(b"\r\n\r\n", 1) for part in parts[1:-1]]
    document = {head.split(b'name="')[1].split(b'"')[0].decode(): value for head, value in fields}
    assert {name: value.decode() for name, value in document.items() if name != "file"} == FIELDS
    # A storage reads nothing behind the file, and its name is nobody's business there.
    assert list(document)[-1] == "file"
    assert document["file"] == SOUND
    assert b"secret" not in form.body


@pytest.mark.parametrize("fields", [None, {}])
async def test_without_fields_the_file_is_put(fields: object, client_for: Client, song: Path) -> None:
    def place(url: str) -> object:
        return {"id": UPLOAD, "url": f"{url}x.mp3?X-Amz-Signature=abc%2F", "fields": fields}

    async with both(place=place) as site:
        assert isinstance(await uploaded(client_for, site, song), Accepted)
    (put,) = site.storage.asked
    assert (put.method, put.path, put.body) == ("PUT", "/bucket/x.mp3?X-Amz-Signature=abc%2F", SOUND)
    assert "authorization" not in put.headers
    assert put.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_answers_in_an_envelope(status: int, client_for: Client, song: Path) -> None:
    def wrapped(payload: object) -> bytes:
        return answer(status, {"code": "success", "message": "", "data": payload})

    steps: Steps = {
        FINISH: answer(200, ""),
        LOOK: wrapped(DONE),
        MAKE: wrapped({"clip_id": CLIP, "id": "not-this"}),
    }
    async with both(
        steps, place=lambda url: {"code": "success", "data": {"id": UPLOAD, "url": url, "fields": FIELDS}}
    ) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Accepted)
    assert (outcome.task_id, outcome.http_status) == (CLIP, status)


async def test_under_a_prefix(client_for: Client, song: Path) -> None:
    async with listening(page(404)) as gateway:
        client = client_for(replace(gateway.base_url, prefix="/v1"))
        rejected(await client.submit(build_payload(UploadFileRequest(str(song)))), NotSupported)
    assert [asked.path for asked in gateway.asked] == [f"/v1{START}"]


# --- steps that fail: nothing was made --------------------------------------------------------------------------------

REFUSED = answer(401, {"error": {"message": "无效的令牌", "type": "new_api_error"}})
BAD_REQUEST = answer(400, {"code": "x", "message": "no"})
FAILING: dict[str, tuple[Steps, type[SunotuiError], str, list[str]]] = {
    "no such page": ({START: page(200, "New API")}, NotSupported, "does not offer file uploads", [START]),
    "gin's 404": ({START: answer(404, "404 page not found", kind="text/plain")}, NotSupported, "file uploads", [START]),
    "the token": ({START: REFUSED}, TokenRejected, "asked where to send the file", [START]),
    "a limit": ({START: answer(429, {"code": "x", "message": "slow"})}, RateLimited, "asked where to send", [START]),
    "completed in vain": ({FINISH: page(502)}, GatewayFailed, "reported as complete", [START, FINISH]),
    "a page when told": ({FINISH: page(200)}, NotSupported, "file uploads", [START, FINISH]),
    "refused on completion": (
        {FINISH: answer(400, {"code": "x", "message": "no"})},
        RequestRejected,
        "reported",
        [START, FINISH],
    ),
    "not taken in": (
        {LOOK: answer(200, {"status": "error", "error_message": "Uploaded audio matches existing work of art."})},
        RequestRejected,
        "matches existing work",
        [START, FINISH, LOOK],
    ),
    "lost sight of": ({LOOK: page(502)}, GatewayFailed, "took the file in", [START, FINISH, *[LOOK] * MOST_FAILURES]),
    "a limit at the last": (
        {MAKE: answer(429, {"code": "x", "message": "slow down"})},
        RateLimited,
        "",
        [START, FINISH, LOOK, MAKE],
    ),
}


@pytest.mark.parametrize("name", FAILING)
async def test_a_step_that_fails_made_nothing(name: str, client_for: Client, song: Path) -> None:
    steps, expected, words, asked = FAILING[name]
    async with both(steps) as site:
        trouble = rejected(await uploaded(client_for, site, song), expected)
    assert words in trouble.sentence
    assert site.steps == asked
    if asked[-1] != MAKE:
        assert "nothing was made or charged" in trouble.sentence


# --- steps that may have made something -------------------------------------------------------------------------------

TASK = "task_7f11c4b772f44710ac0fae0d5b3dc4c1"
MADE = {"code": "success", "message": "", "data": TASK}
REFUSED_WITH_ID = {"code": "x", "message": "late", "clip_id": CLIP}


@pytest.mark.parametrize("document", [MADE, {**MADE, "data": {"task_id": TASK}}, {"task_id": TASK}])
@pytest.mark.parametrize("step", [START, FINISH, LOOK])
async def test_a_step_that_names_a_task_is_accepted(
    step: str, document: object, client_for: Client, song: Path
) -> None:
    async with both({step: answer(200, document)}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == TASK
    assert site.steps[-1] == step


NAMING: dict[str, Steps] = {
    "a clip at once": {START: answer(200, {"clip_id": CLIP})},
    "a clip beside the place": {START: answer(200, {"id": UPLOAD, "url": "https://a.example/", "clip_id": CLIP})},
    "a clip around the place": {
        START: answer(200, {"clip_id": CLIP, "data": {"id": UPLOAD, "url": "https://a.example/"}})
    },
    "a clip in a refusal": {START: answer(400, REFUSED_WITH_ID)},
    "a clip when told": {FINISH: answer(200, {"id": UPLOAD, "clip_id": CLIP})},
    "a clip in an envelope": {FINISH: answer(200, {"code": "success", "data": {"id": UPLOAD, "clip_id": CLIP}})},
    "a clip in a failure when told": {FINISH: answer(500, REFUSED_WITH_ID)},
    "a clip at a look": {LOOK: answer(200, {"id": UPLOAD, "status": "error", "clip_id": CLIP})},
    "a clip in a failed look": {LOOK: answer(404, REFUSED_WITH_ID)},
    "a clip in the last refusal": {MAKE: answer(404, REFUSED_WITH_ID)},
}


@pytest.mark.parametrize("name", NAMING)
async def test_a_step_that_names_a_clip_is_no_rejection(name: str, client_for: Client, song: Path) -> None:
    async with both(NAMING[name]) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    assert CLIP in outcome.hints
    assert site.steps[-1] == next(iter(NAMING[name]))


LOST: dict[str, Step] = {
    "a cut": cut,
    "a failure": answer(500, {"error": {"message": "x"}}),
    "a proxy's page": page(502),
    "a time-out": page(524),
    "nothing": answer(200, ""),
    "no JSON": answer(200, "x"),
    "a bare null": answer(200, "null"),
    "no id": answer(200, {"url": "https://a.example/"}),
    "no address": answer(200, {"id": UPLOAD, "fields": {}}),
}


@pytest.mark.parametrize("name", LOST)
async def test_a_lost_answer_of_the_first_step_is_unknown(name: str, client_for: Client, song: Path) -> None:
    """Where that path makes a task of a file (protocol 1.2), it may have made one."""
    async with both({START: LOST[name]}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    assert "nothing was made" not in outcome.error.sentence
    assert outcome.hints == ((UPLOAD,) if name == "no address" else ())
    assert site.steps == [START]


@pytest.mark.parametrize("document", [{"id": UPLOAD}, {"data": "uploaded"}, {"data": UPLOAD}, {"data": {"id": UPLOAD}}])
async def test_a_step_may_repeat_the_uploads_own_id(
    document: dict[str, object], client_for: Client, song: Path
) -> None:
    async with both({FINISH: answer(200, {"code": "success", **document})}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == CLIP
    refusal = answer(404, {"code": "x", "message": f"upload {UPLOAD} not found"})
    async with both({MAKE: refusal}) as site:
        assert isinstance(await uploaded(client_for, site, song), Rejected)


async def test_a_first_step_that_never_left_is_a_rejection(client_for: Client, song: Path) -> None:
    async with listening(page(200)) as gone:
        base_url = gone.base_url
    trouble = rejected(await client_for(base_url).submit(build_payload(UploadFileRequest(str(song)))), NetworkError)
    assert "nothing was made or charged" in trouble.sentence


# --- looks ------------------------------------------------------------------------------------------------------------


async def test_a_few_failed_looks_are_nothing(client_for: Client, song: Path) -> None:
    document = [page(502), answer(429, ""), answer(200, "x"), answer(200, DONE)]
    async with both({LOOK: lambda asked: document.pop(0)}) as site:
        assert isinstance(await uploaded(client_for, site, song), Accepted)


async def test_a_file_that_is_never_taken_in(client_for: Client, song: Path) -> None:
    limits = TimeLimits(upload_poll_s=0.01, upload_made_s=0.2)
    async with both(looks=({"status": "processing"},)) as site:
        trouble = rejected(await uploaded(client_for, site, song, limits=limits), TimedOut)
    assert "while it took the file in; nothing was made" in trouble.sentence
    assert MAKE not in site.steps


# --- the last step ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lost",
    [
        answer(200, ""),
        page(200),
        page(502),
        answer(200, {"clip_id": None}),
        answer(500, {"error": {"message": "x"}}),
        cut,
    ],
)
async def test_a_lost_answer_of_the_last_step_is_unknown(lost: Step, client_for: Client, song: Path) -> None:
    async with both({MAKE: lost}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    # The storage's id is the clip's: what a person can look for.
    assert outcome.hints == (CLIP,)
    assert site.steps.count(MAKE) == 1


async def test_a_last_step_without_answer_in_time(client_for: Client, song: Path) -> None:
    async def never(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    limits = TimeLimits(upload_poll_s=0.01, submit_s=0.2)
    async with both({MAKE: never}) as site:
        outcome = await uploaded(client_for, site, song, limits=limits)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, TimedOut)


async def test_an_upload_can_be_called_off(client_for: Client, song: Path) -> None:
    reached = asyncio.Event()

    async def never(asked: Asked, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await asyncio.sleep(60)

    async with both(stored=never) as site:
        sending = asyncio.create_task(uploaded(client_for, site, song))
        await reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert site.steps == [START]

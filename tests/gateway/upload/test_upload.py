"""File uploads: all steps, and no charge before the last one."""

from __future__ import annotations

import asyncio
import json
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
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, response
from tests.gateway.upload_server import (
    CLIP,
    DONE,
    FIELDS,
    FINISH,
    INITIALIZE,
    POLL,
    START,
    UPLOAD,
    Step,
    Steps,
    both,
    cut,
    rejected,
    uploaded,
)

# --- successful uploads -----------------------------------------------------------------------------------------------


async def test_a_file_becomes_a_clip(client_for: Client, song: Path) -> None:
    document: list[tuple[int, int]] = []
    async with both(polls=({"status": "processing"}, {"status": "passed_artist_moderation"}, DONE)) as site:
        outcome = await uploaded(client_for, site, song, lambda sent, size: document.append((sent, size)))
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == CLIP
    (clip,) = outcome.clips
    assert (clip.id, clip.title, clip.status) == (CLIP, "My Hum", ClipStatus.COMPLETE)
    assert site.steps == [START, FINISH, POLL, POLL, POLL, INITIALIZE]
    start, finish = site.gateway.requests[0], site.gateway.requests[1]
    assert json.loads(start.body) == {"extension": "mp3"}
    assert json.loads(finish.body) == {"upload_type": "file_upload", "upload_filename": "my secret hum.mp3"}
    assert all(request.headers["authorization"] == f"Bearer {TOKEN.reveal()}" for request in site.gateway.requests)
    assert document == [(0, len(SOUND)), (len(SOUND), len(SOUND))]


async def test_the_storage_gets_the_form_without_our_headers(client_for: Client, song: Path) -> None:
    async with both() as site:
        await uploaded(client_for, site, song)
    (form,) = site.storage.requests
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
    # A storage ignores fields after the file, and the private file name is not sent to it.
    assert list(document)[-1] == "file"
    assert document["file"] == SOUND
    assert b"secret" not in form.body


@pytest.mark.parametrize("fields", [None, {}])
async def test_without_fields_the_file_is_sent_by_put(fields: object, client_for: Client, song: Path) -> None:
    def target(url: str) -> object:
        return {"id": UPLOAD, "url": f"{url}x.mp3?X-Amz-Signature=abc%2F", "fields": fields}

    async with both(target=target) as site:
        assert isinstance(await uploaded(client_for, site, song), Accepted)
    (put,) = site.storage.requests
    assert (put.method, put.path, put.body) == ("PUT", "/bucket/x.mp3?X-Amz-Signature=abc%2F", SOUND)
    assert "authorization" not in put.headers
    assert put.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_responses_in_an_envelope(status: int, client_for: Client, song: Path) -> None:
    def wrapped(payload: object) -> bytes:
        return response(status, {"code": "success", "message": "", "data": payload})

    steps: Steps = {
        FINISH: response(200, ""),
        POLL: wrapped(DONE),
        INITIALIZE: wrapped({"clip_id": CLIP, "id": "not-this"}),
    }
    async with both(
        steps, target=lambda url: {"code": "success", "data": {"id": UPLOAD, "url": url, "fields": FIELDS}}
    ) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Accepted)
    assert (outcome.task_id, outcome.http_status) == (CLIP, status)


async def test_the_prefix_of_the_base_url_is_used(client_for: Client, song: Path) -> None:
    async with loopback_server(page(404)) as gateway:
        client = client_for(gateway.base_url._replace(prefix="/v1"))
        rejected(await client.submit(build_payload(UploadFileRequest(str(song)))), NotSupported)
    assert [request.path for request in gateway.requests] == [f"/v1{START}"]


# --- failing steps without a charge -----------------------------------------------------------------------------------

REFUSED = response(401, {"error": {"message": "无效的令牌", "type": "new_api_error"}})
BAD_REQUEST = response(400, {"code": "x", "message": "no"})
FAILING: dict[str, tuple[Steps, type[SunotuiError], str, list[str]]] = {
    "no such page": ({START: page(200, "New API")}, NotSupported, "does not offer file uploads", [START]),
    "gin's 404": (
        {START: response(404, "404 page not found", kind="text/plain")},
        NotSupported,
        "file uploads",
        [START],
    ),
    "the token": ({START: REFUSED}, TokenRejected, "asked where to send the file", [START]),
    "a limit": ({START: response(429, {"code": "x", "message": "slow"})}, RateLimited, "asked where to send", [START]),
    "an error on completion": ({FINISH: page(502)}, GatewayFailed, "reported as complete", [START, FINISH]),
    "a page on completion": ({FINISH: page(200)}, NotSupported, "file uploads", [START, FINISH]),
    "refused on completion": (
        {FINISH: response(400, {"code": "x", "message": "no"})},
        RequestRejected,
        "reported",
        [START, FINISH],
    ),
    "refused by moderation": (
        {POLL: response(200, {"status": "error", "error_message": "Uploaded audio matches existing work of art."})},
        RequestRejected,
        "matches existing work",
        [START, FINISH, POLL],
    ),
    "failing polls": ({POLL: page(502)}, GatewayFailed, "took the file in", [START, FINISH, *[POLL] * MOST_FAILURES]),
    "a limit at the last step": (
        {INITIALIZE: response(429, {"code": "x", "message": "slow down"})},
        RateLimited,
        "",
        [START, FINISH, POLL, INITIALIZE],
    ),
}


@pytest.mark.parametrize("name", FAILING)
async def test_a_failing_step_is_a_rejection_without_a_charge(name: str, client_for: Client, song: Path) -> None:
    steps, expected, text, paths = FAILING[name]
    async with both(steps) as site:
        error = rejected(await uploaded(client_for, site, song), expected)
    assert text in error.sentence
    assert site.steps == paths
    if paths[-1] != INITIALIZE:
        assert "nothing was made or charged" in error.sentence


# --- steps that may have created something ----------------------------------------------------------------------------

TASK = "task_7f11c4b772f44710ac0fae0d5b3dc4c1"
WITH_TASK = {"code": "success", "message": "", "data": TASK}
REFUSED_WITH_ID = {"code": "x", "message": "late", "clip_id": CLIP}


@pytest.mark.parametrize("document", [WITH_TASK, {**WITH_TASK, "data": {"task_id": TASK}}, {"task_id": TASK}])
@pytest.mark.parametrize("step", [START, FINISH, POLL])
async def test_a_step_that_names_a_task_is_accepted(
    step: str, document: object, client_for: Client, song: Path
) -> None:
    async with both({step: response(200, document)}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == TASK
    assert site.steps[-1] == step


WITH_CLIP: dict[str, Steps] = {
    "a clip at once": {START: response(200, {"clip_id": CLIP})},
    "a clip beside the target": {START: response(200, {"id": UPLOAD, "url": "https://a.example/", "clip_id": CLIP})},
    "a clip around the target": {
        START: response(200, {"clip_id": CLIP, "data": {"id": UPLOAD, "url": "https://a.example/"}})
    },
    "a clip in a refusal": {START: response(400, REFUSED_WITH_ID)},
    "a clip on completion": {FINISH: response(200, {"id": UPLOAD, "clip_id": CLIP})},
    "a clip in an envelope": {FINISH: response(200, {"code": "success", "data": {"id": UPLOAD, "clip_id": CLIP}})},
    "a clip in a failed completion": {FINISH: response(500, REFUSED_WITH_ID)},
    "a clip in a poll": {POLL: response(200, {"id": UPLOAD, "status": "error", "clip_id": CLIP})},
    "a clip in a failed poll": {POLL: response(404, REFUSED_WITH_ID)},
    "a clip in the last refusal": {INITIALIZE: response(404, REFUSED_WITH_ID)},
}


@pytest.mark.parametrize("name", WITH_CLIP)
async def test_a_step_that_names_a_clip_is_unknown(name: str, client_for: Client, song: Path) -> None:
    async with both(WITH_CLIP[name]) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    assert CLIP in outcome.hints
    assert site.steps[-1] == next(iter(WITH_CLIP[name]))


AMBIGUOUS: dict[str, Step] = {
    "a closed connection": cut,
    "a failure": response(500, {"error": {"message": "x"}}),
    "a proxy's page": page(502),
    "a time-out": page(524),
    "an empty body": response(200, ""),
    "not JSON": response(200, "x"),
    "a bare null": response(200, "null"),
    "no id": response(200, {"url": "https://a.example/"}),
    "no url": response(200, {"id": UPLOAD, "fields": {}}),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_a_lost_response_to_the_first_step_is_unknown(name: str, client_for: Client, song: Path) -> None:
    """A gateway where that path creates a task from a file (protocol 1.2) may have created one."""
    async with both({START: AMBIGUOUS[name]}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    assert "nothing was made" not in outcome.error.sentence
    assert outcome.hints == ((UPLOAD,) if name == "no url" else ())
    assert site.steps == [START]


@pytest.mark.parametrize("document", [{"id": UPLOAD}, {"data": "uploaded"}, {"data": UPLOAD}, {"data": {"id": UPLOAD}}])
async def test_a_step_may_repeat_the_upload_id(document: dict[str, object], client_for: Client, song: Path) -> None:
    async with both({FINISH: response(200, {"code": "success", **document})}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == CLIP
    refusal = response(404, {"code": "x", "message": f"upload {UPLOAD} not found"})
    async with both({INITIALIZE: refusal}) as site:
        assert isinstance(await uploaded(client_for, site, song), Rejected)


async def test_a_first_step_that_was_never_sent_is_a_rejection(client_for: Client, song: Path) -> None:
    async with loopback_server(page(200)) as gone:
        base_url = gone.base_url
    error = rejected(await client_for(base_url).submit(build_payload(UploadFileRequest(str(song)))), NetworkError)
    assert "nothing was made or charged" in error.sentence


async def test_an_error_of_ours_after_a_step_is_an_unknown_outcome(
    client_for: Client, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a rejection, although the response that was not understood may name a task."""

    def broken(*_: object) -> None:
        raise KeyError("url")

    monkeypatch.setattr("sunotui.gateway.upload.upload.upload_target_in", broken)
    async with both() as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    assert site.steps == [START]


async def test_an_error_of_the_system_before_the_last_step_is_a_rejection(
    client_for: Client, song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("sunotui.gateway.upload.upload.upload_target_in", broken)
    async with both() as site:
        rejected(await uploaded(client_for, site, song), NetworkError)
    assert site.steps == [START]


# --- polls ------------------------------------------------------------------------------------------------------------


async def test_a_few_failed_polls_are_ignored(client_for: Client, song: Path) -> None:
    document = [page(502), response(429, ""), response(200, "x"), response(200, DONE)]
    async with both({POLL: lambda request: document.pop(0)}) as site:
        assert isinstance(await uploaded(client_for, site, song), Accepted)


async def test_a_file_that_is_never_processed_times_out(client_for: Client, song: Path) -> None:
    limits = TimeLimits(upload_poll_s=0.01, upload_made_s=0.2)
    async with both(polls=({"status": "processing"},)) as site:
        error = rejected(await uploaded(client_for, site, song, limits=limits), TimedOut)
    assert "while it took the file in; nothing was made" in error.sentence
    assert INITIALIZE not in site.steps


# --- the last step ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lost",
    [
        response(200, ""),
        page(200),
        page(502),
        response(200, {"clip_id": None}),
        response(500, {"error": {"message": "x"}}),
        cut,
    ],
)
async def test_a_lost_response_to_the_last_step_is_unknown(lost: Step, client_for: Client, song: Path) -> None:
    async with both({INITIALIZE: lost}) as site:
        outcome = await uploaded(client_for, site, song)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE
    # The id in the storage is the clip id, by which the user can look for the clip.
    assert outcome.hints == (CLIP,)
    assert site.steps.count(INITIALIZE) == 1


async def test_a_last_step_without_a_response_is_unknown(client_for: Client, song: Path) -> None:
    async def never(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    limits = TimeLimits(upload_poll_s=0.01, submit_s=0.2)
    async with both({INITIALIZE: never}) as site:
        outcome = await uploaded(client_for, site, song, limits=limits)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, TimedOut)


async def test_an_upload_can_be_cancelled(client_for: Client, song: Path) -> None:
    reached = asyncio.Event()

    async def never(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await asyncio.sleep(60)

    async with both(stored=never) as site:
        sending = asyncio.create_task(uploaded(client_for, site, song))
        await reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
    assert site.steps == [START]

"""Paid requests that create no song: the request in each dialect, the result in the response, unknown outcomes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from sunotui.domain.errors import Charge, InvalidRequest, NotFound, NotSupported, TimedOut, UnreadableResponse
from sunotui.domain.gateways.dialect import Dialect, choose_dialect
from sunotui.domain.music.midi import Instrument, Note, notes_from_json
from sunotui.domain.requests.request import (
    MidiRequest,
    Mp4Request,
    PersonaRequest,
    Request,
    UpsampleTagsRequest,
    WavRequest,
)
from sunotui.gateway.parsing.results import read_result
from sunotui.gateway.submit.outcome import Accepted, Delivered, Outcome, Rejected, Unknown
from sunotui.gateway.submit.payloads import build_payload
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, response
from tests.support.paths import SAMPLES

CLIP = "e9893d04-6a63-4007-8473-64b706eca4d1"
TASK = "736a6f88-bd29-4b1e-b110-37132a5325ac"
LINK = f"https://cdn1.suno.ai/{CLIP}.wav"
PERSONA = PersonaRequest(CLIP, " Mara ", "a low voice", "soul", 10.0, 40.5)
TAGS = UpsampleTagsRequest(" student ")
RAW_PERSONA = {"root_clip_id": CLIP, "name": "Mara", "description": "a low voice", "clips": [CLIP], "is_public": False}
TASK_PERSONA = {"root_clip_id": CLIP, "vocal_start_s": 10, "vocal_end_s": 40.5, "user_input_styles": "soul"}
FLAT, NESTED, SUNOAPI = Dialect.FLAT, Dialect.NESTED, Dialect.SUNOAPI

REQUESTS: list[tuple[Request, Dialect, str, str, dict[str, Any] | None]] = [
    (PERSONA, FLAT, "POST", "/suno/persona/create", RAW_PERSONA),
    (PERSONA, SUNOAPI, "POST", "/suno/persona/create", RAW_PERSONA),
    (PERSONA, NESTED, "POST", "/suno/submit/persona", TASK_PERSONA),
    (TAGS, FLAT, "POST", "/suno/act/tags", {"original_tags": "student"}),
    (TAGS, SUNOAPI, "POST", "/suno/act/tags", {"original_tags": "student"}),
    (TAGS, NESTED, "POST", "/suno/submit/upsample-tags", {"original_tags": "student"}),
    (WavRequest(CLIP, TASK), FLAT, "GET", f"/suno/act/wav/{CLIP}", None),
    (WavRequest(CLIP, TASK), NESTED, "GET", f"/suno/act/wav/{CLIP}", None),
    (Mp4Request(CLIP), FLAT, "GET", f"/suno/act/mp4/{CLIP}", None),
    (Mp4Request(CLIP, TASK), NESTED, "GET", f"/suno/act/mp4-state?taskBatchId={TASK}", None),
    (MidiRequest(CLIP), FLAT, "GET", f"/suno/act/midi/{CLIP}", None),
    (MidiRequest(CLIP), NESTED, "GET", f"/suno/act/midi?clipId={CLIP}", None),
    (MidiRequest(CLIP, stem_of="song"), NESTED, "GET", f"/suno/act/midi?clipId=song&stemClipId={CLIP}", None),
    (MidiRequest(CLIP, stem_of="song"), FLAT, "GET", f"/suno/act/midi/{CLIP}", None),
]


@pytest.mark.parametrize(("request_", "dialect", "method", "path", "body"), REQUESTS)
async def test_the_request_that_is_sent(
    request_: Request, dialect: Dialect, method: str, path: str, body: dict[str, Any] | None, client_for: Client
) -> None:
    payload = build_payload(request_, dialect)
    async with loopback_server(response(200, {"code": "success", "data": TASK})) as gateway:
        await client_for(gateway.base_url).submit(payload)
    (request,) = gateway.requests
    assert (request.method, request.path) == (method, path)
    assert (json.loads(request.body) if request.body else None) == body
    assert request.headers["authorization"] == f"Bearer {TOKEN.reveal()}"


def test_ccapi_has_its_own_format() -> None:
    choice = choose_dialect("", "api.ccapi.ai")
    assert (choice.label, choice.is_proved) == ("ccapi", False)
    payload = build_payload(TAGS, choice.dialect, choice.label)
    assert (payload.path, json.loads(payload.body)) == ("/suno/submit/UPSAMPLE_TAGS", {"tags": "student"})


@pytest.mark.parametrize(
    ("request_", "dialect"),
    [
        (PersonaRequest(CLIP, "Mara"), NESTED),
        (Mp4Request(CLIP), NESTED),
        (WavRequest("a b"), FLAT),
        (MidiRequest("x" * 200), NESTED),
    ],
)
def test_a_request_without_required_fields_is_not_sent(request_: Request, dialect: Dialect) -> None:
    with pytest.raises(InvalidRequest):
        build_payload(request_, dialect)


# --- results in responses ---------------------------------------------------------------------------------------------


def wrapped(payload: object) -> dict[str, object]:
    return {"code": "success", "message": "", "data": payload}


NOTES = [{"name": "Piano", "notes": [{"pitch": 60, "start": 0.5, "end": 1.25, "velocity": 0.5}]}]
VALUES: list[tuple[str, object, str]] = [
    ("persona", {"id": "per-1", "name": "Mara", "root_clip_id": CLIP}, "per-1"),
    ("persona", wrapped({"persona_id": "per-1"}), "per-1"),
    ("persona", wrapped({"persona": {"id": "per-1"}, "id": "else"}), "per-1"),
    ("persona", wrapped(None), ""),
    ("upsample_tags", wrapped(["slow", "soul"]), "slow, soul"),
    ("upsample_tags", wrapped("slow soul"), "slow soul"),
    ("upsample_tags", wrapped({"tags": ["slow", "soul"]}), "slow, soul"),
    ("upsample_tags", wrapped(TASK), ""),
    ("wav", {"wav_file_url": LINK}, LINK),
    ("wav", {"data": LINK}, LINK),
    ("wav", wrapped({"audio_url": LINK + "?x=1"}), LINK + "?x=1"),
    ("wav", {"status": "processing", "url": ""}, ""),
    ("wav", wrapped({"audio_url": f"https://cdn1.suno.ai/{CLIP}.mp3"}), ""),
    ("wav", {"url": "https://cdn1.suno.ai/None.mp3"}, ""),
    ("wav", {"url": "file:///etc/passwd"}, ""),
    ("wav", {"url": ["https://a.example/x.wav"]}, ""),
    ("wav", wrapped(CLIP), ""),
    ("wav", wrapped(None), ""),
    ("mp4", wrapped({"mp4_file_url": "https://a.example/x.mp4"}), "https://a.example/x.mp4"),
    ("mp4", wrapped([{"mp4_file_url": "https://a.example/x.mp4"}]), "https://a.example/x.mp4"),
    ("mp4", wrapped({"state": "running"}), ""),
    ("midi", {"state": "running"}, ""),
    ("midi", {"state": "running", "instruments": NOTES}, ""),
    ("midi", {"state": "complete"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "document", "value"), VALUES)
def test_the_result_in_a_response(kind: str, document: object, value: str) -> None:
    assert read_result(kind, document) == (value, False)


def test_the_documented_response_to_upsample_tags() -> None:
    found = read_result("upsample_tags", json.loads((SAMPLES / "tags_upsample.json").read_text()))
    assert found.value.startswith("Laid-back indie pop driven by a clean guitar riff")


@pytest.mark.parametrize("document", [{"state": "complete", "instruments": NOTES}, wrapped({"instruments": NOTES})])
def test_notes_are_parsed(document: object) -> None:
    found = read_result("midi", document)
    assert notes_from_json(found.value) == (Instrument("Piano", (Note(60, 0.5, 1.25, 64),)),)


def test_invalid_notes_do_not_hide_the_others() -> None:
    bad = [None, {}, {"pitch": 128, "start": 0, "end": 1}, {"pitch": 1, "start": 2, "end": 1}, {"pitch": "x"}]
    good = {"pitch": 127, "start": "1", "end": 1, "velocity": 300}
    reported = {"state": "complete", "instruments": ["x", {"name": 5}, {"name": "\x1b[2J", "notes": [*bad, good]}]}
    assert notes_from_json(read_result("midi", reported).value) == (
        Instrument("5", ()),
        Instrument("[2J", (Note(127, 1.0, 1.0, 127),)),
    )


@pytest.mark.parametrize("kind", ["wav", "mp4", "midi"])
@pytest.mark.parametrize("document", [{"state": "failed"}, wrapped({"status": "error"})])
def test_a_failed_result_is_recognised(kind: str, document: object) -> None:
    assert read_result(kind, document) == ("", True)


# --- outcomes ---------------------------------------------------------------------------------------------------------

DELIVERED: dict[str, tuple[Request, object, str]] = {
    "persona": (PERSONA, {"id": "per-1"}, "per-1"),
    "tags": (TAGS, {"upsampled_tags": "slow"}, "slow"),
    "wav": (WavRequest(CLIP), {"url": LINK}, LINK),
    "wav, a bare id": (WavRequest(CLIP), wrapped(CLIP), ""),
    "wav, not yet": (WavRequest(CLIP), {"status": "processing"}, ""),
    "midi, not yet": (MidiRequest(CLIP), {"state": "running"}, ""),
    "mp4, nothing": (Mp4Request(CLIP), wrapped(None), ""),
}
REQUEST_BY_NAME: dict[str, Request] = {
    "persona": PERSONA,
    "tags": TAGS,
    "wav": WavRequest(CLIP),
    "midi": MidiRequest(CLIP),
}
WITH_RESULT_IN_RESPONSE = ("persona", "tags")


async def outcome_of(request: Request, reported: bytes, client_for: Client) -> Outcome:
    async with loopback_server(reported) as gateway:
        outcome = await client_for(gateway.base_url).submit(build_payload(request))
    assert len(gateway.requests) == 1
    return outcome


@pytest.mark.parametrize("name", DELIVERED)
async def test_a_result_is_delivered(name: str, client_for: Client) -> None:
    request, document, value = DELIVERED[name]
    outcome = await outcome_of(request, response(200, document), client_for)
    assert isinstance(outcome, Delivered)
    assert outcome.result == value


@pytest.mark.parametrize("status", [201, 202])
async def test_status_201_and_202_are_successes(status: int, client_for: Client) -> None:
    outcome = await outcome_of(PERSONA, response(status, {"id": CLIP, "name": "Mara"}), client_for)
    assert isinstance(outcome, Delivered)
    assert (outcome.result, outcome.http_status) == (CLIP, status)


async def test_a_response_with_a_task_id_is_accepted(client_for: Client) -> None:
    async with loopback_server(response(200, wrapped(TASK))) as gateway:
        outcome = await client_for(gateway.base_url).submit(build_payload(PERSONA, NESTED))
    assert isinstance(outcome, Accepted)
    assert outcome.task_id == TASK


UNKNOWN: dict[str, bytes] = {
    "an empty body": response(200, ""),
    "truncated JSON": response(200, '{"id": "p'),
    "two documents": response(200, '{"id": "p"}{"id": "p"}'),
    "a failing envelope under 200": response(200, {"code": "fail", "message": "no"}),
    "a proxy": page(502),
    "a panic": response(500, {"error": {"message": "x"}}),
    "a refusal that names a task": response(400, {"code": "x", "message": f"task {TASK} failed"}),
}


@pytest.mark.parametrize("reported", UNKNOWN)
@pytest.mark.parametrize("name", REQUEST_BY_NAME)
async def test_an_ambiguous_response_is_unknown(name: str, reported: str, client_for: Client) -> None:
    outcome = await outcome_of(REQUEST_BY_NAME[name], UNKNOWN[reported], client_for)
    assert isinstance(outcome, Unknown)
    assert outcome.error.charge is Charge.MAYBE


@pytest.mark.parametrize("name", WITH_RESULT_IN_RESPONSE)
@pytest.mark.parametrize("body", [{}, wrapped(None), wrapped(TASK), []])
async def test_a_success_without_the_result_is_unknown(name: str, body: object, client_for: Client) -> None:
    outcome = await outcome_of(REQUEST_BY_NAME[name], response(200, body), client_for)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, UnreadableResponse)


@pytest.mark.parametrize("name", REQUEST_BY_NAME)
async def test_a_request_without_a_response_is_not_repeated(name: str, client_for: Client) -> None:
    async def never(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with loopback_server(never) as gateway:
        client = client_for(gateway.base_url, limits=TimeLimits(extra_s=0.2))
        outcome = await client.submit(build_payload(REQUEST_BY_NAME[name]))
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, TimedOut)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("name", REQUEST_BY_NAME)
async def test_a_request_that_was_never_sent_is_rejected(name: str, client_for: Client) -> None:
    async with loopback_server(b"") as gateway:
        pass
    outcome = await client_for(gateway.base_url).submit(build_payload(REQUEST_BY_NAME[name]))
    assert isinstance(outcome, Rejected)
    assert outcome.error.charge is Charge.NO


REFUSED: dict[str, bytes] = {
    "the relays' page": page(200, "New API"),
    "gin's 404": response(404, "404 page not found", kind="text/plain"),
    "an unknown action": response(400, {"code": "invalid_action", "message": "invalid action"}),
    "no channel": response(503, {"error": {"message": "无可用渠道", "type": "new_api_error"}}),
}


@pytest.mark.parametrize("reported", REFUSED)
@pytest.mark.parametrize("name", REQUEST_BY_NAME)
async def test_an_unsupported_request_is_rejected(name: str, reported: str, client_for: Client) -> None:
    outcome = await outcome_of(REQUEST_BY_NAME[name], REFUSED[reported], client_for)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, NotSupported)


@pytest.mark.parametrize("name", REQUEST_BY_NAME)
async def test_an_unknown_clip_is_rejected_as_not_found(name: str, client_for: Client) -> None:
    reported = response(404, {"code": "error", "message": "clip not found", "data": None})
    outcome = await outcome_of(REQUEST_BY_NAME[name], reported, client_for)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, NotFound)


@pytest.mark.parametrize("name", REQUEST_BY_NAME)
async def test_a_result_that_contains_the_token_is_dropped(name: str, client_for: Client) -> None:
    secret = TOKEN.reveal()
    echo = {"id": secret, "upsampled_tags": secret, "url": f"https://a.example/{secret}.wav"}
    outcome = await outcome_of(REQUEST_BY_NAME[name], response(200, echo), client_for)
    assert secret not in repr(outcome)
    assert not isinstance(outcome, Delivered) or not outcome.result or secret not in outcome.result

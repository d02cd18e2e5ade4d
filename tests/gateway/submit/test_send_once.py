"""Every failure of a submission against a real server: at most one POST, and the right outcome (S2, S3)."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from dataclasses import dataclass

import httpx
import pytest

from sunotui.domain.errors import (
    Charge,
    GatewayFailed,
    NetworkError,
    NotAGateway,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TimedOut,
    TokenLimited,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.gateway.submit.outcome import HINT_ADVICE, UNKNOWN_ADVICE, Accepted, Outcome, Rejected, Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, Responder, loopback_server, page, reset, response
from tests.support.waiting import until_async

pytestmark = pytest.mark.guarantee("S2", ordinary="more than 40 faults over a real socket, each with at most one POST")

PAYLOAD = Payload("/suno/submit/music", '{"gpt_description_prompt": "雨", "mv": "chirp-v4"}')
SHORT_LIMITS = TimeLimits(submit_s=0.4, connect_s=0.2, fetch_s=0.4, check_s=0.4)
GOOD = {"code": "success", "message": "", "data": "736a6f88-bd29-4b1e-b110-37132a5325ac"}


def refusal(code: str = "invalid_request", message: str = "no") -> dict[str, object]:
    return {"code": code, "message": message, "data": None}


def openai_error(message: str = "no", **more: object) -> dict[str, object]:
    return {"error": {"message": message, "type": "new_api_error", **more}}


def with_id(task_id: object) -> bytes:
    return response(200, {"code": "success", "message": "", "data": task_id})


async def never(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip_headers(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Drip: 1\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def drip_body(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless_hints(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.002)


async def endless_body(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        writer.write(b"[" * 65_536)
        await writer.drain()


async def reset_connection(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def truncated_body(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 80\r\n\r\n{"code":"success","data":"736a6f')
    await writer.drain()


async def truncated_headers(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Len")
    await writer.drain()


@dataclass(frozen=True)
class Fault:
    responder: Responder
    outcome: type[Outcome]
    error_type: type[SunotuiError] | None = None


def redirect(location: str, status: int) -> Fault:
    return Fault(response(status, "", headers={"Location": location}), Unknown, NotAGateway)


GOOD_BYTES = json.dumps(GOOD).encode()
BOMB = gzip.compress(b" " * 4_000_000)
RAW_STEMS = {"id": "s1", "clips": [{"id": "c1"}, {"id": "c2"}]}

FAULTS: dict[str, Fault] = {
    # accepted: every format of protocol 3.2
    "good": Fault(response(200, GOOD), Accepted),
    "good with a BOM": Fault(response(200, b"\xef\xbb\xbf" + json.dumps(GOOD).encode()), Accepted),
    "id under task_id": Fault(with_id({"task_id": "a-1"}), Accepted),
    "id under taskId": Fault(response(200, {"code": 200, "msg": "success", "data": {"taskId": "a-1"}}), Accepted),
    "id under id": Fault(with_id({"id": "a-1"}), Accepted),
    "id under result": Fault(response(200, {"code": 1, "description": "ok", "result": "a-1"}), Accepted),
    "raw with id": Fault(response(200, RAW_STEMS), Accepted),
    "raw without id": Fault(response(200, {"clips": [{"id": "c1"}]}), Accepted),
    "compressed": Fault(response(200, gzip.compress(GOOD_BYTES), headers={"Content-Encoding": "gzip"}), Accepted),
    "longest id": Fault(with_id("x" * 128), Accepted),
    "id a number": Fault(with_id(17350521802760039), Accepted),
    "id a number in an object": Fault(with_id({"task_id": 7}), Accepted),
    "raw with a numeric id": Fault(response(200, {"id": 7, "clips": [{"id": "c1"}]}), Accepted),
    "201": Fault(response(201, GOOD), Accepted),
    "202": Fault(response(202, GOOD), Accepted),
    # 200, but no usable id
    "empty 200": Fault(response(200, ""), Unknown, UnreadableResponse),
    "two documents": Fault(
        response(200, json.dumps(GOOD) + '{"code":"success","data":"B"}'), Unknown, UnreadableResponse
    ),
    "truncated JSON": Fault(response(200, '{"code":"success","data":"736'), Unknown, UnreadableResponse),
    "id missing": Fault(response(200, {"code": "success", "message": ""}), Unknown, UnreadableResponse),
    "id null": Fault(with_id(None), Unknown, UnreadableResponse),
    "id empty": Fault(with_id(""), Unknown, UnreadableResponse),
    "id zero": Fault(with_id(0), Unknown, UnreadableResponse),
    "id a negative number": Fault(with_id(-7), Unknown, UnreadableResponse),
    "id a float": Fault(with_id(1.735052180276e16), Unknown, UnreadableResponse),
    "id a number of 41 digits": Fault(with_id(10**40), Unknown, UnreadableResponse),
    "id true": Fault(with_id(True), Unknown, UnreadableResponse),
    "id a list": Fault(with_id(["a-1"]), Unknown, UnreadableResponse),
    "id an empty object": Fault(with_id({}), Unknown, UnreadableResponse),
    "id a float in an object": Fault(with_id({"task_id": 7.0}), Unknown, UnreadableResponse),
    "id of 4 kB": Fault(with_id("x" * 4096), Unknown, UnreadableResponse),
    "id of 129": Fault(with_id("x" * 129), Unknown, UnreadableResponse),
    "id with ESC": Fault(with_id("a\x1b]0;x\x07"), Unknown, UnreadableResponse),
    "id with a blank": Fault(with_id("a b"), Unknown, UnreadableResponse),
    "id with a newline": Fault(with_id("a-1\n"), Unknown, UnreadableResponse),
    "id in Cyrillic": Fault(with_id("задача"), Unknown, UnreadableResponse),
    "id a lone surrogate": Fault(response(200, '{"code":"success","data":"\\ud800"}'), Unknown, UnreadableResponse),
    "raw with a float for an id": Fault(
        response(200, {"id": 7.5, "clips": [{"id": "c1"}]}), Unknown, UnreadableResponse
    ),
    "raw without clips": Fault(response(200, {"clips": []}), Unknown, UnreadableResponse),
    "a bare string": Fault(response(200, '"a-1"'), Unknown, UnreadableResponse),
    "a list": Fault(response(200, ["a-1"]), Unknown, UnreadableResponse),
    "not JSON": Fault(response(200, "ok"), Unknown, UnreadableResponse),
    "a web page": Fault(page(200, "New API"), Unknown, NotAGateway),
    "failing envelope under 200": Fault(response(200, refusal("error")), Unknown, GatewayFailed),
    "error object under 200": Fault(response(200, openai_error()), Unknown, GatewayFailed),
    "code false": Fault(response(200, {"code": False, "data": "a-1"}), Unknown, GatewayFailed),
    "201 without an id": Fault(response(201, {"code": "success", "message": ""}), Unknown, UnreadableResponse),
    "201 empty": Fault(response(201, ""), Unknown, UnreadableResponse),
    "202 with a failing envelope": Fault(response(202, refusal("error")), Unknown, GatewayFailed),
    "203": Fault(response(203, GOOD), Unknown, UnreadableResponse),
    "204": Fault(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", Unknown, UnreadableResponse),
    # rejected with proof
    "400": Fault(response(400, refusal()), Rejected, RequestRejected),
    "401": Fault(response(401, openai_error("无效的令牌")), Rejected, TokenRejected),
    "403": Fault(response(403, openai_error()), Rejected, TokenLimited),
    "413": Fault(response(413, refusal()), Rejected, RequestRejected),
    "422": Fault(response(422, openai_error()), Rejected, RequestRejected),
    "429": Fault(response(429, refusal(), headers={"Retry-After": "7"}), Rejected, RateLimited),
    "429 without Retry-After": Fault(response(429, openai_error()), Rejected, RateLimited),
    "503 no channel, 2025": Fault(
        response(503, openai_error("当前分组 default 下对于模型 suno_music 无可用渠道")), Rejected, NotSupported
    ),
    "503 no channel, 2026": Fault(response(503, openai_error(code="model_not_found")), Rejected, NotSupported),
    "503 processor overloaded": Fault(
        response(503, openai_error(code="system_cpu_overloaded")), Rejected, GatewayFailed
    ),
    "503 memory overloaded": Fault(
        response(503, openai_error(code="system_memory_overloaded")), Rejected, GatewayFailed
    ),
    "503 disk overloaded": Fault(response(503, openai_error(code="system_disk_overloaded")), Rejected, GatewayFailed),
    "500 of one-hub, parent unknown": Fault(
        response(500, refusal("get_origin_task_failed", "origin task not found")), Rejected, RequestRejected
    ),
    "430 of a sunoapi-like gateway": Fault(
        response(430, {"code": 430, "msg": "too fast", "data": None}), Rejected, RateLimited
    ),
    "455 of a sunoapi-like gateway": Fault(
        response(455, {"code": 455, "msg": "System under maintenance", "data": None}), Rejected, GatewayFailed
    ),
    "503 overloaded, passed on": Fault(
        response(503, refusal("fail_to_fetch_task", '{"error":{"message":"x","code":"system_cpu_overloaded"}}')),
        Rejected,
        RateLimited,
    ),
    "503 no channel, passed on": Fault(
        response(503, refusal("fail_to_fetch_task", '{"error":{"message":"x","code":"model_not_found"}}')),
        Rejected,
        NotSupported,
    ),
    # rejected without proof
    "430 in plain text": Fault(response(430, "too fast", kind="text/plain"), Unknown, RateLimited),
    "430 under 200": Fault(response(200, {"code": 430, "msg": "too fast", "data": None}), Unknown, RateLimited),
    "455 under 200": Fault(
        response(200, {"code": 455, "msg": "System under maintenance", "data": None}), Unknown, GatewayFailed
    ),
    "400 in plain text": Fault(response(400, "bad request", kind="text/plain"), Unknown, RequestRejected),
    "400 with an id inside": Fault(response(400, {**refusal(), "data": "a-1"}), Unknown, RequestRejected),
    "403 challenge page": Fault(page(403, "Just a moment..."), Unknown, NotAGateway),
    "404 in plain text": Fault(response(404, "404 page not found", kind="text/plain"), Unknown, NotSupported),
    "404 of another framework": Fault(response(404, {"detail": "Not Found"}), Unknown, NotSupported),
    "408": Fault(response(408, refusal()), Unknown, TimedOut),
    "409": Fault(response(409, refusal()), Unknown, RequestRejected),
    "429 empty": Fault(response(429, ""), Unknown, RateLimited),
    "500": Fault(response(500, refusal("task failed")), Unknown, GatewayFailed),
    "500 page": Fault(page(500), Unknown, GatewayFailed),
    "500 empty": Fault(response(500, ""), Unknown, GatewayFailed),
    "502 JSON": Fault(response(502, openai_error()), Unknown, GatewayFailed),
    "502 page": Fault(page(502), Unknown, GatewayFailed),
    "503 busy": Fault(response(503, openai_error("busy")), Unknown, GatewayFailed),
    "503 page": Fault(page(503), Unknown, GatewayFailed),
    "504 page": Fault(page(504), Unknown, GatewayFailed),
    "524 page": Fault(page(524, "A timeout occurred"), Unknown, GatewayFailed),
    # redirects are never followed
    "301": redirect("https://elsewhere.example/suno", 301),
    "302": redirect("/login", 302),
    "303": redirect("/suno/fetch", 303),
    "307": redirect("/suno/submit/music", 307),
    "308": redirect("http://127.0.0.1:1/suno/submit/music", 308),
    "302 to a script": redirect("javascript:alert(1)", 302),
    "302 to an invalid URL": redirect("http://[", 302),
    # connection failures
    "never responds": Fault(never, Unknown, TimedOut),
    "drips headers": Fault(drip_headers, Unknown, TimedOut),
    "drips the body": Fault(drip_body, Unknown, TimedOut),
    "flood of 1xx": Fault(endless_hints, Unknown, TimedOut),
    "endless body": Fault(endless_body, Unknown, UnreadableResponse),
    "RST after reading": Fault(reset_connection, Unknown, NetworkError),
    "closed after reading": Fault(b"connection: close", Unknown, NetworkError),
    "truncated headers": Fault(truncated_headers, Unknown, NetworkError),
    "truncated body": Fault(truncated_body, Unknown, NetworkError),
    "gzip bomb": Fault(response(200, BOMB, headers={"Content-Encoding": "gzip"}), Unknown, UnreadableResponse),
    "good but compressed twice": Fault(
        response(200, gzip.compress(gzip.compress(GOOD_BYTES)), headers={"Content-Encoding": "gzip, gzip"}),
        Unknown,
        UnreadableResponse,
    ),
    "good, compressed and cut off": Fault(
        response(200, gzip.compress(GOOD_BYTES)[:-4], headers={"Content-Encoding": "gzip"}), Unknown, UnreadableResponse
    ),
    "another protocol": Fault(b"SSH-2.0-OpenSSH_9.2\r\n\r\nConnection: close", Unknown, NetworkError),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_one_post_and_the_right_outcome(name: str, client_for: Client) -> None:
    fault = FAULTS[name]
    is_slow = fault.error_type is TimedOut and not isinstance(fault.responder, bytes)
    async with loopback_server(fault.responder) as gateway:
        client = client_for(gateway.base_url, limits=SHORT_LIMITS if is_slow else TimeLimits(submit_s=20))
        outcome = await client.submit(PAYLOAD)
        await client.aclose()
    assert gateway.posts == 1
    assert gateway.requests[0].path == PAYLOAD.path
    assert gateway.requests[0].body == PAYLOAD.body.encode()
    assert type(outcome) is fault.outcome
    if isinstance(outcome, Accepted):
        assert fault.error_type is None
        return
    assert isinstance(outcome, Rejected | Unknown)
    assert type(outcome.error) is fault.error_type
    if isinstance(outcome, Unknown):
        assert (outcome.error.charge, outcome.error.advice) == (
            Charge.MAYBE,
            HINT_ADVICE if outcome.hints else UNKNOWN_ADVICE,
        )
    else:
        assert outcome.error.charge is Charge.NO
    assert TOKEN.reveal() not in outcome.error.sentence


def test_there_are_enough_faults() -> None:
    assert sum(fault.outcome is not Accepted for fault in FAULTS.values()) >= 40


async def test_two_documents_keep_both_ids_readable(client_for: Client) -> None:
    async with loopback_server(FAULTS["two documents"].responder) as gateway:
        outcome = await client_for(gateway.base_url).submit(PAYLOAD)
    assert isinstance(outcome, Unknown)
    assert '"736a6f88-bd29-4b1e-b110-37132a5325ac"' in outcome.answer
    assert '"data":"B"' in outcome.answer
    assert outcome.hints == ("736a6f88-bd29-4b1e-b110-37132a5325ac",)
    assert outcome.error.advice == HINT_ADVICE


async def test_retry_after_is_read(client_for: Client) -> None:
    async with loopback_server(FAULTS["429"].responder) as gateway:
        outcome = await client_for(gateway.base_url).submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert outcome.error.retry_after_s == 7


# --- proof that nothing was sent --------------------------------------------------------------------------------------


async def test_refused_connection_is_rejected(client_for: Client) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # bound but not listening, so that no other process can listen there
        outcome = await client_for(BaseUrl("http", "127.0.0.1", bound.getsockname()[1])).submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert (type(outcome.error), outcome.error.charge) == (NetworkError, Charge.NO)
    assert "refused" in outcome.error.detail


async def test_unknown_name_is_rejected(client_for: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_such_name(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_name)
    outcome = await client_for(BaseUrl("https", "gateway.example", 443)).submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, NetworkError)
    assert "name was not found" in outcome.error.detail


@pytest.mark.parametrize("limits", [TimeLimits(submit_s=9, connect_s=0.1), TimeLimits(submit_s=0.1, connect_s=9)])
async def test_connecting_for_too_long_is_rejected(
    limits: TimeLimits, client_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", hang)
    outcome = await client_for(BaseUrl("http", "gateway.example", 80), limits=limits).submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, TimedOut)


async def test_tls_failure_is_rejected(client_for: Client) -> None:
    def respond_without_tls(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with loopback_server(response(200, GOOD), on_connect=respond_without_tls) as gateway:
        outcome = await client_for(BaseUrl("https", "127.0.0.1", gateway.port)).submit(PAYLOAD)
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, NetworkError)
    assert gateway.requests == []


async def test_reset_before_reading_is_unknown(client_for: Client) -> None:
    async with loopback_server(response(200, GOOD), on_connect=reset) as gateway:
        outcome = await client_for(gateway.base_url).submit(PAYLOAD)
    assert isinstance(outcome, Unknown)
    assert isinstance(outcome.error, NetworkError)
    assert gateway.posts <= 1
    assert gateway.connections == 1


async def test_certificates_that_cannot_be_read_are_rejected(
    client_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certifi.where", lambda: "/nowhere/cacert.pem")
    outcome = await client_for(BaseUrl("https", "127.0.0.1", 1)).submit(PAYLOAD)
    assert isinstance(outcome, Rejected)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx.PoolTimeout("x"), Rejected),
        (httpx.ConnectError("x"), Rejected),
        (httpx.ReadError("x"), Unknown),
        (httpx.WriteError("x"), Unknown),
        (httpx.RemoteProtocolError("x"), Unknown),
        (RecursionError("x"), Unknown),
        (UnicodeError("x"), Unknown),
        (OSError(28, "x"), Unknown),
    ],
)
async def test_an_exception_is_proof_only_if_its_type_is(
    error: Exception, expected: type[Outcome], client_for: Client
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    client = client_for(BaseUrl("https", "gateway.example", 443), transport=httpx.MockTransport(fail))
    assert type(await client.submit(PAYLOAD)) is expected


async def test_cancelling_is_the_only_thing_raised(client_for: Client) -> None:
    async with loopback_server(never) as gateway:
        sending = asyncio.create_task(client_for(gateway.base_url).submit(PAYLOAD))
        await until_async(lambda: gateway.posts == 1, "the submission")
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_closing_waits_for_a_paid_response(client_for: Client) -> None:
    may_respond = asyncio.Event()

    async def late(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        await may_respond.wait()
        writer.write(response(200, GOOD))
        await writer.drain()

    async with loopback_server(late) as gateway:
        client = client_for(gateway.base_url)
        sending = asyncio.create_task(client.submit(PAYLOAD))
        await until_async(lambda: gateway.posts == 1, "the submission")
        await client.aclose()
        may_respond.set()
        assert isinstance(await sending, Accepted)

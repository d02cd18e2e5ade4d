"""For any response bytes, cut at any position, there is one of three outcomes, and never "rejected" for a request that
the gateway accepted (S3).

Fails if a refusal is accepted with any status, if a refusing status is accepted without an error object (an accepted
task became "rejected"), and if a status is added to or removed from a row of the table below.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown, outcome_of_response
from sunotui.gateway.submit.payloads import Payload
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server

pytestmark = pytest.mark.guarantee(
    "S3",
    ordinary="every status of a separate table; 200 generated responses over a real socket",
    long="5,000 generated responses over a real socket",
    last_long_run="2026-11-25: 5,000 responses, 18 s",
    gaps="That a gateway refuses only requests it did not accept is its own claim (G16); a hostile one can lie.",
)

PAYLOAD = Payload("/suno/submit/music", '{"gpt_description_prompt": "rain", "mv": "chirp-v4"}')
TASK = "736a6f88-bd29-4b1e-b110-37132a5325ac"
BEFORE_SPENDING = frozenset({400, 401, 402, 403, 404, 413, 422, 429, 430, 455})
"""Statuses of refusals before a charge (protocol 5). Sunoapi-like gateways use 430 and 455."""
REFUSING = {*BEFORE_SPENDING, 500, 503}
ACCEPTING = frozenset({200, 201, 202})
NO_STATUS: frozenset[int] = frozenset()


class Case(NamedTuple):
    """One response body and the statuses with which it is accepted or rejected; with any other it is unknown."""

    document: object
    accepted: frozenset[int] = NO_STATUS
    rejected: frozenset[int] = NO_STATUS

    @property
    def body(self) -> bytes:
        """The body as bytes. A string is not encoded as JSON."""
        return self.document.encode() if isinstance(self.document, str) else json.dumps(self.document).encode()


UPSTREAM_NO = json.dumps({"error": {"message": "no", "type": "x"}})
CASES: dict[str, Case] = {
    "a refusal": Case({"code": "invalid_request", "message": "no", "data": None}, NO_STATUS, BEFORE_SPENDING),
    "a refusal like OpenAI's": Case(
        {"error": {"message": "no", "type": "new_api_error", "code": "insufficient_user_quota"}},
        NO_STATUS,
        BEFORE_SPENDING,
    ),
    "no channel, in a message": Case(
        {"error": {"message": "no available channel", "type": "new_api_error"}}, NO_STATUS, BEFORE_SPENDING | {503}
    ),
    "no channel, in Chinese": Case({"error": {"message": "无可用渠道"}}, NO_STATUS, BEFORE_SPENDING | {503}),
    "no channel, passed on": Case(
        {"code": "x", "message": "no available channel", "data": None}, NO_STATUS, BEFORE_SPENDING
    ),
    "no channel, by code": Case(
        {"code": "model_not_found", "message": "no", "data": None}, NO_STATUS, BEFORE_SPENDING | {503}
    ),
    "no provider, by code": Case(
        {"code": "provider_not_found", "message": "no", "data": None}, NO_STATUS, BEFORE_SPENDING | {503}
    ),
    "overloaded": Case(
        {"error": {"message": "no", "code": "system_cpu_overloaded"}}, NO_STATUS, BEFORE_SPENDING | {503}
    ),
    "the parent is unknown": Case(
        {"code": "get_origin_task_failed", "message": "no", "data": None}, NO_STATUS, BEFORE_SPENDING | {500}
    ),
    "new-api passes a refusal on": Case(
        {"code": "fail_to_fetch_task", "message": UPSTREAM_NO, "data": None}, NO_STATUS, BEFORE_SPENDING | {500, 503}
    ),
    "new-api passes on that its upstream is unsure": Case(
        {"code": "fail_to_fetch_task", "message": json.dumps({"error": {"message": "timeout"}}), "data": None},
        NO_STATUS,
        BEFORE_SPENDING,
    ),
    "new-api passes a page on": Case(
        {"code": "fail_to_fetch_task", "message": "<html>no</html>", "data": None}, NO_STATUS, BEFORE_SPENDING
    ),
    "new-api passes a success on": Case(
        {"code": "fail_to_fetch_task", "message": json.dumps({"code": "success", "data": TASK}), "data": None}
    ),
    "one-hub passes a refusal on": Case(
        {"code": "submit_failed", "message": "no", "data": None}, NO_STATUS, BEFORE_SPENDING | {500}
    ),
    "one-hub passes on that its upstream is unsure": Case(
        {"code": "submit_failed", "message": "internal server error", "data": None}, NO_STATUS, BEFORE_SPENDING
    ),
    "one-hub's upstream gave no reason": Case(
        {"code": "submit_failed", "message": "", "data": None}, NO_STATUS, BEFORE_SPENDING
    ),
    "a refusal that names a task": Case({"code": "quota", "message": "no", "data": {"task_id": TASK}}),
    "a refusal with an id that is not a UUID": Case({"error": {"message": "no", "id": "job-12345678"}}),
    "a panic": Case({"error": {"message": "panic", "type": "new_api_panic"}}, NO_STATUS, BEFORE_SPENDING),
    "a success with its task": Case({"code": "success", "message": "", "data": TASK}, ACCEPTING),
    "a bare task": Case({"task_id": TASK}, ACCEPTING),
    "clips": Case({"id": TASK, "clips": [{"id": "c1", "status": "submitted"}]}, ACCEPTING),
    "a success without a task": Case({"code": "success", "message": "", "data": None}),
    "two documents": Case(json.dumps({"code": "success", "data": TASK}) * 2),
    "truncated JSON": Case(f'{{"code": "success", "data": "{TASK}"'),
    "an empty body": Case(""),
    "a page": Case("<html><title>502</title></html>"),
    "a word": Case('"no"'),
    "a number": Case("7"),
    "null": Case("null"),
    "an empty object": Case({}),
    "an empty list": Case([]),
}
_BY_BODY = {case.body: case for case in CASES.values()}

_words = st.sampled_from(["error", "message", "code", "data", "success", "clips", "id", "令牌", "\x1b[2J", "\ud800"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _words | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode())
_cases = st.sampled_from([case.body for case in CASES.values()])
_accepted_bodies = st.sampled_from(
    [case.body for case in CASES.values() if TASK.encode() in case.body] + [b"", b"<html>"]
)
_status = st.sampled_from([200, 200, 201, 202, 204, 302, 307, *sorted(REFUSING), 500, 502, 504, 524]) | st.integers(
    100, 599
)
_headers = st.lists(
    st.sampled_from(
        [
            "Content-Type: application/json",
            "Content-Type: text/html; charset=zlib_codec",
            "Content-Encoding: gzip",
            "Location: http://127.0.0.1:1/elsewhere",
            "Retry-After: -9e99",
            "Set-Cookie: a=b",
            "X-\x07: bell",
            "X-Oneapi-Request-Id: \x1b[31m",
            "no colon at all",
        ]
    ),
    max_size=3,
)
_framing = st.sampled_from(["right", "right", "none", "long", "short", "chunked", "broken chunk", "nonsense"])
_cut = st.none() | st.none() | st.floats(0, 1)


def _response(status: int, headers: list[str], body: bytes, framing: str, cut: float | None) -> bytes:
    """The bytes of one HTTP response with this framing, cut at a fraction of its length."""
    length = {"right": len(body), "long": len(body) + 9, "short": max(0, len(body) - 5), "nonsense": "-1e3"}
    lines = [f"HTTP/1.1 {status} Word", *headers, "Connection: close"]
    if framing in length:
        lines.append(f"Content-Length: {length[framing]}")
    elif "chunk" in framing:
        lines.append("Transfer-Encoding: chunked")
        size = f"{len(body):x}" if framing == "chunked" else "zz"
        body = size.encode() + b"\r\n" + body + b"\r\n0\r\n\r\n"
    whole = "\r\n".join([*lines, "", ""]).encode() + body
    return whole if cut is None else whole[: int(len(whole) * cut)]


class Exchange:
    """A client and a server whose next response the test sets, on one event loop."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._next = b""

    def submit(self, response: bytes) -> object:
        """The outcome of a submission with this response."""
        self._next = response
        return self._runner.run(self._submit())

    async def _submit(self) -> object:
        def respond(request: ReceivedRequest, writer: asyncio.StreamWriter) -> object:
            return self._respond(writer)

        async with loopback_server(respond) as gateway:  # type: ignore[arg-type]
            client = GatewayClient(gateway.base_url, TOKEN)
            try:
                outcome = await client.submit(PAYLOAD)
            finally:
                await client.aclose()
            assert gateway.posts <= 1
            return outcome

    async def _respond(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self._next)
        await writer.drain()


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with asyncio.Runner() as runner:
        yield Exchange(runner)


def _check(exchange: Exchange, status: int, response: bytes, body: bytes, *, was_accepted: bool) -> None:
    outcome = exchange.submit(response)
    assert isinstance(outcome, Accepted | Rejected | Unknown)
    case = _BY_BODY.get(body)
    if isinstance(outcome, Accepted):
        assert status in (ACCEPTING if case is None else case.accepted)
    if isinstance(outcome, Rejected):
        assert case is None or status in case.rejected
        assert status in REFUSING
        assert not was_accepted, "an accepted request was classified as rejected"
        assert TASK.encode() not in response


@pytest.mark.parametrize("name", CASES)
def test_every_status_of_the_table(name: str) -> None:
    """Every status of every case: accepted or rejected as in the table, otherwise unknown."""
    case = CASES[name]
    for status in range(100, 600):
        expected = Accepted if status in case.accepted else Rejected if status in case.rejected else Unknown
        assert type(outcome_of_response(status, {}, case.body)) is expected, status


@pytest.mark.parametrize("name", ["a refusal", "the parent is unknown", "a bare task", "a page", "an empty body"])
def test_the_table_over_a_socket(exchange: Exchange, name: str) -> None:
    case = CASES[name]
    for status in (200, 201, 202, 203, 302, 400, 409, 429, 430, 455, 500, 502, 503):
        expected = Accepted if status in case.accepted else Rejected if status in case.rejected else Unknown
        assert type(exchange.submit(_response(status, [], case.body, "right", None))) is expected, status


_any = given(_status, _headers, st.binary(max_size=200) | _json | _cases, _framing, _cut)
_any_accepted = given(_status, _headers, _accepted_bodies, _framing, _cut)


def _anything(
    exchange: Exchange, status: int, headers: list[str], body: bytes, framing: str, cut: float | None
) -> None:
    _check(exchange, status, _response(status, headers, body, framing, cut), body, was_accepted=False)


def _anything_accepted(
    exchange: Exchange, status: int, headers: list[str], body: bytes, framing: str, cut: float | None
) -> None:
    _check(exchange, status, _response(status, headers, body, framing, cut), body, was_accepted=True)


test_any_response_has_one_of_three_outcomes = settings(max_examples=100)(_any(_anything))
test_an_accepted_request_is_never_rejected = settings(max_examples=100)(_any_accepted(_anything_accepted))
test_any_response_has_one_of_three_outcomes_long = pytest.mark.long(
    pytest.mark.timeout(600)(settings(max_examples=2_500)(_any(_anything)))
)
test_an_accepted_request_is_never_rejected_long = pytest.mark.long(
    pytest.mark.timeout(600)(settings(max_examples=2_500)(_any_accepted(_anything_accepted)))
)

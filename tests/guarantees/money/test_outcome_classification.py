"""Whatever bytes a gateway returns, wherever they are cut, the outcome is one of three, and never "rejected" for what
the gateway accepted (S3).

Fails when a refusal is believed under any status, when a refusing status is believed without its error object (an
accepted task became "rejected"), and when a status joins or leaves a row of the table below.
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
from sunotui.gateway.submit.outcome import Accepted, Rejected, Unknown, outcome_of_answer
from sunotui.gateway.submit.payloads import Payload
from tests.gateway.loopback import TOKEN, Asked, listening

pytestmark = pytest.mark.guarantee(
    "S3",
    ordinary="every status of a separate table; 200 generated responses over a real socket",
    long="5,000 generated responses over a real socket",
    last_long_run="2026-11-25: 5,000 responses, 18 s",
    gaps="That a gateway refuses only what it did not accept is its own word (G16); a hostile one can lie.",
)

ORDER = Payload("/suno/submit/music", '{"gpt_description_prompt": "rain", "mv": "chirp-v4"}')
TASK = "736a6f88-bd29-4b1e-b110-37132a5325ac"
BEFORE_SPENDING = frozenset({400, 401, 402, 403, 404, 413, 422, 429, 430, 455})
"""Statuses by which gateways refuse before they spend (protocol 5); 430 and 455 are those of sunoapi-like ones."""
REFUSING = {*BEFORE_SPENDING, 500, 503}
TAKING = frozenset({200, 201, 202})
NOWHERE: frozenset[int] = frozenset()


class Form(NamedTuple):
    """One form of response and the statuses that give it a meaning; with any other it is unknown."""

    document: object
    accepted: frozenset[int] = NOWHERE
    rejected: frozenset[int] = NOWHERE

    @property
    def body(self) -> bytes:
        """The body in bytes; a string is not encoded as JSON."""
        return self.document.encode() if isinstance(self.document, str) else json.dumps(self.document).encode()


UPSTREAM_NO = json.dumps({"error": {"message": "no", "type": "x"}})
FORMS: dict[str, Form] = {
    "a refusal": Form({"code": "invalid_request", "message": "no", "data": None}, NOWHERE, BEFORE_SPENDING),
    "a refusal like OpenAI's": Form(
        {"error": {"message": "no", "type": "new_api_error", "code": "insufficient_user_quota"}},
        NOWHERE,
        BEFORE_SPENDING,
    ),
    "no channel, in words": Form(
        {"error": {"message": "no available channel", "type": "new_api_error"}}, NOWHERE, BEFORE_SPENDING | {503}
    ),
    "no channel, in Chinese": Form({"error": {"message": "无可用渠道"}}, NOWHERE, BEFORE_SPENDING | {503}),
    "no channel, passed on": Form(
        {"code": "x", "message": "no available channel", "data": None}, NOWHERE, BEFORE_SPENDING
    ),
    "no channel, by code": Form(
        {"code": "model_not_found", "message": "no", "data": None}, NOWHERE, BEFORE_SPENDING | {503}
    ),
    "no provider, by code": Form(
        {"code": "provider_not_found", "message": "no", "data": None}, NOWHERE, BEFORE_SPENDING | {503}
    ),
    "overloaded": Form({"error": {"message": "no", "code": "system_cpu_overloaded"}}, NOWHERE, BEFORE_SPENDING | {503}),
    "the parent is not known": Form(
        {"code": "get_origin_task_failed", "message": "no", "data": None}, NOWHERE, BEFORE_SPENDING | {500}
    ),
    "new-api passes a refusal on": Form(
        {"code": "fail_to_fetch_task", "message": UPSTREAM_NO, "data": None}, NOWHERE, BEFORE_SPENDING | {500, 503}
    ),
    "new-api passes on that its upstream is unsure": Form(
        {"code": "fail_to_fetch_task", "message": json.dumps({"error": {"message": "timeout"}}), "data": None},
        NOWHERE,
        BEFORE_SPENDING,
    ),
    "new-api passes a page on": Form(
        {"code": "fail_to_fetch_task", "message": "<html>no</html>", "data": None}, NOWHERE, BEFORE_SPENDING
    ),
    "new-api passes a success on": Form(
        {"code": "fail_to_fetch_task", "message": json.dumps({"code": "success", "data": TASK}), "data": None}
    ),
    "one-hub passes a refusal on": Form(
        {"code": "submit_failed", "message": "no", "data": None}, NOWHERE, BEFORE_SPENDING | {500}
    ),
    "one-hub passes on that its upstream is unsure": Form(
        {"code": "submit_failed", "message": "internal server error", "data": None}, NOWHERE, BEFORE_SPENDING
    ),
    "one-hub's upstream was mute": Form(
        {"code": "submit_failed", "message": "", "data": None}, NOWHERE, BEFORE_SPENDING
    ),
    "a refusal that names a task": Form({"code": "quota", "message": "no", "data": {"task_id": TASK}}),
    "a refusal that names an id of another look": Form({"error": {"message": "no", "id": "job-12345678"}}),
    "a panic": Form({"error": {"message": "panic", "type": "new_api_panic"}}, NOWHERE, BEFORE_SPENDING),
    "a success with its task": Form({"code": "success", "message": "", "data": TASK}, TAKING),
    "a bare task": Form({"task_id": TASK}, TAKING),
    "clips": Form({"id": TASK, "clips": [{"id": "c1", "status": "submitted"}]}, TAKING),
    "a success without a task": Form({"code": "success", "message": "", "data": None}),
    "two documents": Form(json.dumps({"code": "success", "data": TASK}) * 2),
    "half a document": Form(f'{{"code": "success", "data": "{TASK}"'),
    "nothing": Form(""),
    "a page": Form("<html><title>502</title></html>"),
    "a word": Form('"no"'),
    "a number": Form("7"),
    "null": Form("null"),
    "an empty object": Form({}),
    "an empty list": Form([]),
}
_BY_BODY = {form.body: form for form in FORMS.values()}

_words = st.sampled_from(["error", "message", "code", "data", "success", "clips", "id", "令牌", "\x1b[2J", "\ud800"])
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _words | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode())
_forms = st.sampled_from([form.body for form in FORMS.values()])
_taken = st.sampled_from([form.body for form in FORMS.values() if TASK.encode() in form.body] + [b"", b"<html>"])
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


def _answer(status: int, headers: list[str], body: bytes, framing: str, cut: float | None) -> bytes:
    """The bytes of one response."""
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


class Desk:
    """A client and a server whose next response the test chooses, on one event loop."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._next = b""

    def ask(self, told: bytes) -> object:
        """The outcome of a submission with this response."""
        self._next = told
        return self._runner.run(self._ask())

    async def _ask(self) -> object:
        def tell(asked: Asked, writer: asyncio.StreamWriter) -> object:
            return self._tell(writer)

        async with listening(tell) as gateway:  # type: ignore[arg-type]
            client = GatewayClient(gateway.base_url, TOKEN)
            try:
                outcome = await client.submit(ORDER)
            finally:
                await client.aclose()
            assert gateway.posts <= 1
            return outcome

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self._next)
        await writer.drain()


@pytest.fixture(scope="module")
def storage() -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        yield Desk(runner)


def _check(storage: Desk, status: int, told: bytes, body: bytes, *, is_taken: bool) -> None:
    outcome = storage.ask(told)
    assert isinstance(outcome, Accepted | Rejected | Unknown)
    form = _BY_BODY.get(body)
    if isinstance(outcome, Accepted):
        assert status in (TAKING if form is None else form.accepted)
    if isinstance(outcome, Rejected):
        assert form is None or status in form.rejected
        assert status in REFUSING
        assert not is_taken, "the gateway took it, and it is called rejected"
        assert TASK.encode() not in told


@pytest.mark.parametrize("name", FORMS)
def test_every_status_of_the_table(name: str) -> None:
    """A separate table, status by status: accepted, rejected, and unknown for all others."""
    form = FORMS[name]
    for status in range(100, 600):
        expected = Accepted if status in form.accepted else Rejected if status in form.rejected else Unknown
        assert type(outcome_of_answer(status, {}, form.body)) is expected, status


@pytest.mark.parametrize("name", ["a refusal", "the parent is not known", "a bare task", "a page", "nothing"])
def test_the_same_over_a_socket(storage: Desk, name: str) -> None:
    form = FORMS[name]
    for status in (200, 201, 202, 203, 302, 400, 409, 429, 430, 455, 500, 502, 503):
        expected = Accepted if status in form.accepted else Rejected if status in form.rejected else Unknown
        assert type(storage.ask(_answer(status, [], form.body, "right", None))) is expected, status


_any = given(_status, _headers, st.binary(max_size=200) | _json | _forms, _framing, _cut)
_any_taken = given(_status, _headers, _taken, _framing, _cut)


def _anything(storage: Desk, status: int, headers: list[str], body: bytes, framing: str, cut: float | None) -> None:
    _check(storage, status, _answer(status, headers, body, framing, cut), body, is_taken=False)


def _anything_taken(
    storage: Desk, status: int, headers: list[str], body: bytes, framing: str, cut: float | None
) -> None:
    _check(storage, status, _answer(status, headers, body, framing, cut), body, is_taken=True)


test_any_answer_is_one_of_three = settings(max_examples=100)(_any(_anything))
test_what_was_taken_is_never_called_rejected = settings(max_examples=100)(_any_taken(_anything_taken))
test_any_answer_is_one_of_three_long = pytest.mark.long(
    pytest.mark.timeout(600)(settings(max_examples=2_500)(_any(_anything)))
)
test_what_was_taken_is_never_called_rejected_long = pytest.mark.long(
    pytest.mark.timeout(600)(settings(max_examples=2_500)(_any_taken(_anything_taken)))
)

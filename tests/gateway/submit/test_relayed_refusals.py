"""Failures of an upstream passed on by a relay: whether they prove that nothing was charged, and who caused them.

The responses were recorded from servers: new-api of April 2025 and August 2026, and one-hub. The balance of the account
was the same before and after each.
"""

from __future__ import annotations

import json

import pytest

from sunotui.domain.errors import ErrorSource, GatewayFailed, NotSupported, RequestRejected, SunotuiError
from sunotui.gateway.submit.outcome import _UNSURE, Rejected, Unknown, outcome_of_response
from tests.support.regex_alternatives import reached

NO_CHANNEL = {
    "error": {
        "code": "model_not_found",
        "message": "No available channel for model suno_music under group default (distributor)",
        "type": "new_api_error",
    }
}
PARENT_AT_2025 = {"code": "task_not_exist", "message": "task_origin_not_exist", "data": None}
PARENT_AT_ONE_HUB = {"code": "get_origin_task_failed", "message": "origin task not found"}
ID = "736a6f88-bd29-4b1e-b110-37132a5325ac"


def relayed(upstream: object) -> dict[str, object]:
    """The response of new-api to an error response of its upstream."""
    message = upstream if isinstance(upstream, str) else json.dumps(upstream)
    return {"code": "fail_to_fetch_task", "message": message, "data": None}


REFUSED: dict[str, tuple[int, object, type[SunotuiError]]] = {
    "no channel upstream": (503, relayed(NO_CHANNEL), NotSupported),
    "no channel upstream, in Chinese": (
        503,
        relayed({"error": {"message": "当前分组 default 下对于模型 suno_music 无可用渠道", "type": "new_api_error"}}),
        NotSupported,
    ),
    "no channel two relays away": (503, relayed(relayed(NO_CHANNEL)), NotSupported),
    "an error object": (500, relayed({"error": {"message": "upstream said no", "type": "e"}}), GatewayFailed),
    "an envelope": (500, relayed({"code": "error", "message": "model not supported", "data": None}), GatewayFailed),
    "one-hub: a failure under 200": (500, {"code": "submit_failed", "message": "model not supported"}, GatewayFailed),
    "the parent, at new-api 2025": (400, relayed(PARENT_AT_2025), RequestRejected),
    "the parent, at one-hub": (500, relayed(PARENT_AT_ONE_HUB), RequestRejected),
}
UNKNOWN: dict[str, tuple[int, object]] = {
    "a web page": (503, relayed("<html><title>503</title></html>")),
    "empty": (500, relayed("")),
    "plain text": (500, relayed("upstream said no")),
    "a success": (500, relayed({"code": "success", "message": "", "data": None})),
    "an id": (500, relayed({"code": "error", "message": "late", "data": ID})),
    "an id in the message": (500, relayed({"code": "error", "message": f"late: {ID}"})),
    "Suno-API, after Suno accepted": (500, relayed({"code": "internal_error", "message": "task failed", "data": None})),
    "lost upstream": (500, relayed({"code": "do_request_failed", "message": "x", "data": None})),
    "lost upstream, in Chinese": (500, relayed({"code": "error", "message": "请求上游地址失败", "data": None})),
    "lost upstream, two relays away": (500, relayed(relayed({"code": "do_request_failed", "message": "x"}))),
    "an upstream that timed out": (503, relayed({"error": {"message": "context deadline exceeded", "type": "e"}})),
    "an upstream's proxy": (503, relayed({"error": {"message": "Bad Gateway", "type": "e"}})),
    "an unavailable upstream": (500, relayed({"code": "error", "message": "Service unavailable", "data": None})),
    "an unknown upstream error": (500, relayed({"code": "error", "message": "Unknown error", "data": None})),
    "an upstream that gave up": (500, relayed({"code": "error", "message": "context canceled", "data": None})),
    "a closed connection": (500, relayed({"code": "error", "message": "write: broken pipe", "data": None})),
    "an internal error, in Chinese": (500, relayed({"code": "error", "message": "服务器内部错误", "data": None})),
    "an unknown error, in Chinese": (500, {"code": "submit_failed", "message": "未知错误"}),
    "a network error, in Chinese": (500, relayed({"code": "error", "message": "网络连接失败", "data": None})),
    "a timeout of the relay": (504, relayed(NO_CHANNEL)),
    "another status": (502, relayed(NO_CHANNEL)),
    "new-api: a failure under 200": (500, {"code": "error", "message": "model not supported", "data": None}),
    "new-api: a 200 without a code": (500, {"code": "", "message": "", "data": None}),
    "one-hub: a 200 without a code": (500, {"code": "submit_failed", "message": ""}),
    "one-hub: a lost upstream": (500, {"code": "submit_failed", "message": "task failed"}),
    "one-hub: an unrecognised success": (500, {"code": "submit_failed", "message": "Submitted"}),
    "one-hub: no message": (503, {"code": "bad_response_status_code", "message": "Provider API error: bad response"}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_of_an_upstream_proves_that_nothing_was_charged(name: str) -> None:
    status, document, error_type = REFUSED[name]
    outcome = outcome_of_response(status, {}, json.dumps(document).encode())
    assert isinstance(outcome, Rejected)
    assert type(outcome.error) is error_type
    assert outcome.error.source is ErrorSource.UPSTREAM


@pytest.mark.parametrize("name", UNKNOWN)
def test_other_failures_stay_unknown(name: str) -> None:
    status, document = UNKNOWN[name]
    assert isinstance(outcome_of_response(status, {}, json.dumps(document).encode()), Unknown)


UNSURE = (
    *("internal_error", "internal error", "internal server error", "internal_server_error", "a server error"),
    *(
        "task failed",
        "a panic",
        "new_api_panic",
        "time out",
        "timed out",
        "timeout",
        "time_out",
        "deadline",
        "请求超时",
    ),
    *("do_request_failed", "http_request_failed", "read_response_body_failed", "decode_response_failed"),
    *(
        "insert_task_failed",
        "请求上游地址失败",
        "dial tcp 127.0.0.1",
        'Post "https://x.example"',
        "get http://x.example",
    ),
    *("post https://x.example", "connection reset by peer", "connection refused", "unexpected EOF", "502 bad gateway"),
    *("cannot unmarshal", "invalid character", "unexpected end of json", "success", "ok", "accepted", "submitted"),
    *("queued", "Service unavailable", "unknown error", "context canceled", "context cancelled", "broken pipe"),
    *("服务器内部错误", "系统错误", "系统异常", "未知错误", "网络异常"),
)
"""Messages after which the upstream may have created the task, and messages of success."""


@pytest.mark.parametrize("message", UNSURE)
def test_an_unsure_message_of_an_upstream_proves_nothing(message: str) -> None:
    for text in (message, message.upper(), f"sorry: {message}, no"):
        for status, document in (
            (500, relayed({"error": {"message": text, "type": "e"}})),
            (503, relayed({"code": "error", "message": text, "data": None})),
            (500, {"code": "submit_failed", "message": text}),
        ):
            assert isinstance(outcome_of_response(status, {}, json.dumps(document).encode()), Unknown), document


def test_an_unsure_code_of_an_upstream_proves_nothing() -> None:
    document = relayed({"code": "insert_task_failed", "message": "no", "data": None})
    assert isinstance(outcome_of_response(500, {}, json.dumps(document).encode()), Unknown)


@pytest.mark.parametrize(
    "message", ["no token", "a getaway", "look at it", "geofence", "50 songs", "sometimes", "tasks"]
)
def test_other_messages_are_a_refusal(message: str) -> None:
    document = relayed({"error": {"message": message, "type": "e"}})
    assert isinstance(outcome_of_response(500, {}, json.dumps(document).encode()), Rejected)


def test_every_unsure_wording_has_an_example() -> None:
    texts = [message.lower() for message in UNSURE]
    assert [one for one, is_reached in reached(_UNSURE.pattern, texts) if not is_reached] == []


@pytest.mark.parametrize("code", ["", "submit_failed"])
def test_an_upstream_without_a_reason_is_named_as_the_source(code: str) -> None:
    outcome = outcome_of_response(500, {}, json.dumps({"code": code, "message": "", "data": None}).encode())
    assert isinstance(outcome, Unknown)
    assert outcome.error.source is ErrorSource.UPSTREAM
    assert "neither a song nor a reason" in outcome.error.what


@pytest.mark.parametrize(("status", "upstream"), [(400, PARENT_AT_2025), (500, PARENT_AT_ONE_HUB)])
def test_a_parent_unknown_to_the_upstream_is_not_blamed_on_the_clip(status: int, upstream: object) -> None:
    outcome = outcome_of_response(status, {}, json.dumps(relayed(upstream)).encode())
    assert not isinstance(outcome, Unknown)
    reported = outcome.error.worded(with_request_id=True)  # type: ignore[union-attr]
    assert reported.startswith("The gateway's upstream does not know the song that this continues")
    assert "this gateway made for this account" not in reported


@pytest.mark.parametrize("upstream", [PARENT_AT_2025, PARENT_AT_ONE_HUB])
def test_a_parent_unknown_to_the_gateway_is_explained(upstream: dict[str, object]) -> None:
    outcome = outcome_of_response(400, {}, json.dumps(upstream).encode())
    assert isinstance(outcome, Rejected)
    assert "Only a take that this gateway made for this account can be continued" in outcome.error.worded(
        with_request_id=True
    )


def test_a_missing_channel_of_the_upstream_is_attributed_to_it() -> None:
    outcome = outcome_of_response(503, {}, json.dumps(relayed(NO_CHANNEL)).encode())
    assert isinstance(outcome, Rejected)
    assert outcome.error.what == "The gateway's upstream has no channel for that model or action"

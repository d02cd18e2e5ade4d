"""Classification of failures by code, message and status; a status alone always has a class (protocol 5)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.errors import (
    ErrorSource,
    GatewayFailed,
    GatewayLoginExpired,
    InsufficientBalance,
    NotSupported,
    RateLimited,
    RequestRejected,
    SunotuiError,
    TimedOut,
    TokenLimited,
    TokenRejected,
)
from sunotui.gateway.errors.classification import classify, classify_envelope, classify_status
from sunotui.gateway.errors.message_rules import UPSTREAM_MUTE, ErrorClass
from sunotui.gateway.parsing.envelope import open_envelope

FILTER = "The gateway's filter refused the words"
BY_STATUS: dict[int, tuple[type[SunotuiError], str]] = {
    400: (RequestRejected, ""),
    401: (TokenRejected, ""),
    402: (InsufficientBalance, ""),
    403: (TokenLimited, ""),
    404: (NotSupported, ""),
    405: (NotSupported, ""),
    408: (TimedOut, ""),
    409: (RequestRejected, ""),
    413: (RequestRejected, "The text is longer than the gateway takes"),
    422: (RequestRejected, ""),
    429: (RateLimited, ""),
    430: (RateLimited, "The gateway was asked too often"),
    451: (RequestRejected, FILTER),
    455: (GatewayFailed, "The gateway is under maintenance"),
    499: (RequestRejected, ""),
    500: (GatewayFailed, ""),
    502: (GatewayFailed, ""),
    599: (GatewayFailed, ""),
}
UPSTREAM: dict[int, tuple[type[SunotuiError], str, ErrorSource | None]] = {
    400: (RequestRejected, "The gateway's upstream refused the request", None),
    401: (GatewayLoginExpired, "", None),
    402: (GatewayFailed, "The gateway's own account at its upstream has no credit left", ErrorSource.UPSTREAM),
    403: (GatewayLoginExpired, "The gateway's upstream refused the gateway's own login; your token is fine", None),
    404: (NotSupported, "The gateway's upstream does not know the take or the action", ErrorSource.UPSTREAM),
    422: (RequestRejected, "The gateway's upstream refused the request", ErrorSource.UPSTREAM),
    429: (RateLimited, "The gateway's upstream is full", ErrorSource.UPSTREAM),
    430: (RateLimited, "The gateway's upstream is full", ErrorSource.UPSTREAM),
    500: (GatewayFailed, "The gateway's upstream failed", ErrorSource.UPSTREAM),
    503: (GatewayFailed, "The gateway's upstream failed", ErrorSource.UPSTREAM),
    451: (RequestRejected, FILTER, None),
}


def type_and_text(meaning: ErrorClass) -> tuple[type[SunotuiError], str]:
    return meaning.error_type, meaning.what


@pytest.mark.parametrize("status", BY_STATUS)
def test_a_status_alone_is_classified(status: int) -> None:
    assert type_and_text(classify_status(status)) == BY_STATUS[status]
    assert type_and_text(classify(status, "", "")) == BY_STATUS[status]
    assert type_and_text(classify(status, "something", "unknown reason")) == BY_STATUS[status]


@pytest.mark.parametrize("status", UPSTREAM)
def test_a_status_of_an_upstream_is_classified(status: int) -> None:
    meaning = classify(status, "upstream_error", "it said no")
    assert (meaning.error_type, meaning.what, meaning.source) == UPSTREAM[status]


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize(
    ("code", "kind", "what"),
    [
        ("401", TokenRejected, ""),
        ("404", NotSupported, ""),
        ("405", RateLimited, "The gateway was asked too often"),
        ("429", InsufficientBalance, ""),
        ("430", RateLimited, "The gateway was asked too often"),
        ("451", RequestRejected, FILTER),
        ("455", GatewayFailed, "The gateway is under maintenance"),
        ("503", GatewayFailed, ""),
        # Not a status: a word, too short, too long, digits that int() accepts or refuses, and nothing.
        ("abc", GatewayFailed, "The gateway reported a failure"),
        ("40", GatewayFailed, "The gateway reported a failure"),
        ("4040", GatewayFailed, "The gateway reported a failure"),
        ("40x", GatewayFailed, "The gateway reported a failure"),
        ("-40", GatewayFailed, "The gateway reported a failure"),
        ("\u0664\u0660\u0664", GatewayFailed, "The gateway reported a failure"),
        ("\u00b2\u00b3\u00b9", GatewayFailed, "The gateway reported a failure"),
        ("", GatewayFailed, "The gateway reported a failure"),
    ],
)
def test_a_status_in_the_code_of_a_successful_response_is_classified(
    status: int, code: str, kind: type[SunotuiError], what: str
) -> None:
    assert type_and_text(classify(status, code, "unknown reason")) == (kind, what)


def test_the_status_of_a_failure_outranks_its_code_except_for_two() -> None:
    assert type_and_text(classify(400, "404", "no")) == BY_STATUS[400]
    assert type_and_text(classify(400, "429", "no")) == (InsufficientBalance, "")
    assert type_and_text(classify(400, "405", "no")) == (RateLimited, "The gateway was asked too often")


def test_the_only_error_code_of_gptproto() -> None:
    assert classify(403, "error", "no").error_type is InsufficientBalance
    assert classify(400, "error", "no").error_type is RequestRejected
    assert classify(403, "errors", "no").error_type is TokenLimited


def test_the_code_of_an_upstream_is_used() -> None:
    assert classify(400, "x", "no", "sensitive_words_detected").what == FILTER


@pytest.mark.parametrize(
    ("status", "document", "is_mute"),
    [
        (500, {"code": "", "message": ""}, True),
        (500, {"code": "submit_failed", "message": " "}, True),
        (500, {"code": "submit_failed", "message": "no"}, False),
        (500, {"code": "other", "message": ""}, False),
        (500, {"message": ""}, False),
        (503, {"code": "submit_failed", "message": ""}, False),
    ],
)
def test_an_upstream_without_task_and_reason(status: int, document: dict[str, str], is_mute: bool) -> None:
    assert (classify_envelope(status, open_envelope(document)) is UPSTREAM_MUTE) == is_mute


@given(st.integers(0, 999), st.text(max_size=6), st.text(max_size=20), st.text(max_size=6))
def test_every_failure_has_a_class(status: int, code: str, text: str, inner_code: str) -> None:
    assert isinstance(classify(status, code, text, inner_code), ErrorClass)

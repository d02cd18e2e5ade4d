"""Classifies a failure by its code word, message and HTTP status, for every known server (protocol 5)."""

from __future__ import annotations

from sunotui.domain.errors import (
    ErrorSource,
    GatewayFailed,
    GatewayLoginExpired,
    InsufficientBalance,
    NotSupported,
    RateLimited,
    RequestRejected,
    TimedOut,
    TokenLimited,
    TokenRejected,
)
from sunotui.gateway.errors.message_rules import (
    MAINTENANCE,
    TOO_LONG,
    TOO_OFTEN,
    UPSTREAM_EMPTY,
    UPSTREAM_FAILED,
    UPSTREAM_FULL,
    UPSTREAM_MUTE,
    WORDS_REFUSED,
    ErrorClass,
    classify_message,
    is_from_upstream,
)
from sunotui.gateway.parsing.envelope import SUCCESS_STATUSES, Envelope

_BY_STATUS: dict[int, ErrorClass] = {
    401: ErrorClass(TokenRejected),
    402: ErrorClass(InsufficientBalance),
    403: ErrorClass(TokenLimited),
    404: ErrorClass(NotSupported),
    405: ErrorClass(NotSupported),
    408: ErrorClass(TimedOut),
    413: TOO_LONG,
    429: ErrorClass(RateLimited),
    430: TOO_OFTEN,
    451: WORDS_REFUSED,
    455: MAINTENANCE,
}
# Builds in front of a sunoapi.org-like upstream have numeric codes in the envelope: there 429 means money, not rate.
_BY_NUMBER: dict[int, ErrorClass] = {405: TOO_OFTEN, 429: ErrorClass(InsufficientBalance)}
_UPSTREAM_BY_STATUS: dict[int, ErrorClass] = {
    400: ErrorClass(RequestRejected, "The gateway's upstream refused the request"),
    401: ErrorClass(GatewayLoginExpired),
    402: UPSTREAM_EMPTY,
    403: ErrorClass(GatewayLoginExpired, "The gateway's upstream refused the gateway's own login; your token is fine"),
    404: ErrorClass(
        NotSupported,
        "The gateway's upstream does not know the take or the action",
        "Check the take's id, or use another gateway",
        ErrorSource.UPSTREAM,
    ),
    422: ErrorClass(
        RequestRejected,
        "The gateway's upstream refused the request",
        "Change the request, or use another gateway",
        ErrorSource.UPSTREAM,
    ),
    429: UPSTREAM_FULL,
    430: UPSTREAM_FULL,
}
_MUTE_CODES = frozenset({"", "submit_failed"})
"""What new-api and one-hub return, with status 500, for an upstream's 200 in which they find neither success nor a
message."""
_FIXED_WORD = "error"
"""gptproto's code word for all errors; its 403 concerns money."""


def classify_envelope(status: int, envelope: Envelope) -> ErrorClass:
    """The error class of a failure in a JSON object with this HTTP status. Never raises."""
    if status == 500 and envelope.has_code and envelope.code in _MUTE_CODES and not envelope.text.strip():
        return UPSTREAM_MUTE
    return classify(status, envelope.code, envelope.text, " ".join(envelope.inner_codes))


def classify(status: int, code: str, text: str, inner_code: str = "") -> ErrorClass:
    """The error class of a failure with this HTTP status, code word and text. Never raises.

    `inner_code` is the code word in an upstream's response that a relay passes on.
    """
    # A few forks use HTTP 200 (or 201, 202) and put the real status into `code`.
    number = int(code) if code.isascii() and code.isdigit() and len(code) == 3 else 0
    is_masked = status in SUCCESS_STATUSES
    status = (number or 500) if is_masked else status
    is_upstream = is_from_upstream(code, text)
    by_words = classify_message(f"{code} {inner_code} {text}", status, is_upstream=is_upstream)
    if by_words is not None:
        return by_words
    if is_upstream:
        return _UPSTREAM_BY_STATUS.get(status) or (UPSTREAM_FAILED if status >= 500 else classify_status(status))
    if code == _FIXED_WORD and status == 403:
        return ErrorClass(InsufficientBalance)
    if is_masked and not number:
        return ErrorClass(GatewayFailed, "The gateway reported a failure")
    return _BY_NUMBER.get(number) or classify_status(status)


def classify_status(status: int) -> ErrorClass:
    """The error class of an HTTP status alone."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return ErrorClass(RequestRejected) if 400 <= status < 500 else ErrorClass(GatewayFailed)

"""Maps every unsuccessful response and every network exception to a SunotuiError: what failed, where the fault lies,
what to do."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from sunotui.domain.errors import (
    GatewayFailed,
    NetworkError,
    NotAGateway,
    SunotuiError,
    TimedOut,
    TokenRejected,
    UnreadableResponse,
)
from sunotui.gateway.errors.classification import classify_envelope
from sunotui.gateway.errors.message_rules import ErrorClass
from sunotui.gateway.errors.non_gateway_pages import read_other
from sunotui.gateway.parsing.envelope import open_envelope, read_document
from sunotui.gateway.transport.redaction import head_of, redacted_text

RETRY_AFTER_CAP_S = 600.0
"""The maximum Retry-After, in seconds, that a gateway can impose (P4)."""

_REQUEST_ID_HEADERS = ("x-oneapi-request-id", "x-any2api-request-id", "x-request-id", "cf-ray")
_REQUEST_ID = re.compile(r"\(request id: ([!-'*-~]{1,128})\)", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,6})?")
_TRIMMED_BY_REFERENCE = "Bear"
_TRIM_ADVICE = (
    "Check the key on your gateway's page. If it is right: Suno-API servers cannot accept a key that begins with "
    "B, e, a or r, so ask for another key"
)


def error_from_response(status: int, headers: Mapping[str, str], body: bytes, *, secret: str = "") -> SunotuiError:
    """The error that an unsuccessful or unusable response represents. Never raises; `secret` never appears in it."""
    headers = {name.lower(): value for name, value in headers.items()}
    if 300 <= status < 400:
        return redirect_error(status, headers, secret)
    text, error_class = _read(status, headers, body)
    in_text = _REQUEST_ID.search(text[:4_096])
    error = error_class.error_type(
        error_class.what,
        advice=error_class.advice or None,
        source=error_class.source,
        answer=head_of(body, secret),
        detail=redacted_text(_REQUEST_ID.sub("", text[:4_096]), secret),
        request_id=request_id_of(headers, secret) or (redacted_text(in_text[1], secret, 128) if in_text else ""),
        http_status=status,
        retry_after_s=retry_after_s(headers) if status >= 400 else None,
    )
    if isinstance(error, TokenRejected) and secret[:1] and secret[0] in _TRIMMED_BY_REFERENCE:
        error.advice = _TRIM_ADVICE
    return error


def _read(status: int, headers: Mapping[str, str], body: bytes) -> tuple[str, ErrorClass]:
    """The text of a response and its error class."""
    try:
        document = read_document(body)
    except UnreadableResponse:
        return read_other(status, headers, body)
    envelope = open_envelope(document)
    if status < 300 and not envelope.is_failure:
        return "", ErrorClass(UnreadableResponse, "The gateway's response has an unknown form")
    return envelope.text or envelope.code, classify_envelope(status, envelope)


def redirect_error(status: int, headers: Mapping[str, str], secret: str = "") -> SunotuiError:
    """The error for a redirect, which is never followed: the token and the request would go to any host that it names
    (K2)."""
    try:
        host = urlsplit(headers.get("location", "")).hostname or ""
    except ValueError:
        host = ""
    # Hosts are parsed in lower case, so a token in one would not be recognized.
    is_safe = not secret or secret.lower() not in host
    where = (is_safe and redacted_text(host, secret, 100)) or "another page"
    return NotAGateway(
        f"The gateway sent us on to {where}, which is not followed",
        advice="If that is the gateway's own new address, use it as the base URL",
        request_id=request_id_of(headers, secret),
        http_status=status,
    )


def request_id_of(headers: Mapping[str, str], secret: str = "") -> str:
    """The id by which the gateway's support finds a request (protocol 5), or empty. Header names are in lower case."""
    for name in _REQUEST_ID_HEADERS:
        if headers.get(name):
            return redacted_text(headers[name], secret, 128)
    return ""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, 0 to 600. A date is relative to the response's own Date, so the local clock does not matter;
    None for an invalid value or a past date."""
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), RETRY_AFTER_CAP_S)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    seconds = wait.total_seconds()
    return min(seconds, RETRY_AFTER_CAP_S) if seconds >= 0 else None


def error_from_exception(error: BaseException) -> SunotuiError:
    """The error for an exception of a request. The exception's own text is never shown: it may quote the token (F9)."""
    if isinstance(error, SunotuiError):
        return error
    if isinstance(error, httpx.ConnectTimeout):
        return TimedOut("The gateway could not be reached over the network in time", advice=NetworkError.advice)
    if isinstance(error, httpx.PoolTimeout):
        return TimedOut("Too many requests are waiting for this gateway")
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return TimedOut()
    if isinstance(error, httpx.ConnectError):
        return NetworkError(detail=why_unreachable(error))
    if isinstance(error, httpx.TransportError | OSError):
        return NetworkError("The network connection to the gateway was cut", advice="Check the network and try again")
    return GatewayFailed("The gateway's response broke the rules of HTTP", detail=type(error).__name__)


def why_unreachable(error: BaseException) -> str:
    """Why no connection was made, as a short phrase; empty when unknown."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return redacted_text(f"its certificate is not trusted: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            return "no TLS connection could be agreed on"
        if isinstance(cause, socket.gaierror):
            return "its name was not found"
        if isinstance(cause, ConnectionRefusedError):
            return "it refused the connection"
    return ""


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and its causes, including those in exception groups: several addresses of one host are tried at
    once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions

"""Classifies responses that are not from a gateway: pages of nginx, Cloudflare or a web site, plain text, or nothing
(protocol 5)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sunotui.domain.errors import (
    ErrorSource,
    GatewayFailed,
    NotAGateway,
    RateLimited,
    RequestRejected,
    UnreadableResponse,
)
from sunotui.gateway.errors.classification import classify, classify_status
from sunotui.gateway.errors.message_rules import TOO_LONG, ErrorClass

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,400})", re.IGNORECASE)
_PROXY_MARKS = re.compile(r"nginx|cloudflare|openresty|cf-ray|caddy|envoy|akamai|tengine", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"just a moment|challenge|attention required|captcha|enable javascript and cookies", re.IGNORECASE
)
_PLAIN_PROXY = re.compile(r"error code: \d{3,4}|no healthy upstream|upstream (?:connect|request)", re.IGNORECASE)
_API_ADDRESS = "Use the address that the gateway names for its API, or ask its support"
_PROXY = "A proxy in front of the gateway"

_NO_RESPONSE = ErrorClass(GatewayFailed, f"{_PROXY} got no usable response from it", source=ErrorSource.PROXY)
_NOT_REACHED = ErrorClass(GatewayFailed, f"{_PROXY} could not reach it", source=ErrorSource.PROXY)
_GAVE_UP = ErrorClass(
    GatewayFailed,
    f"{_PROXY} stopped waiting for its response, while the gateway may still be at work",
    "Wait a few minutes and try again",
    ErrorSource.PROXY,
)
_PROXY_FAILED = ErrorClass(GatewayFailed, f"{_PROXY} returned an error of its own", source=ErrorSource.PROXY)
_BY_STATUS: dict[int, ErrorClass] = {
    401: ErrorClass(NotAGateway, f"{_PROXY} wants a login of its own", _API_ADDRESS, ErrorSource.PROXY),
    403: ErrorClass(NotAGateway, f"{_PROXY} refused the request", _API_ADDRESS, ErrorSource.PROXY),
    413: ErrorClass(RequestRejected, f"{_PROXY} refused the request as too large", TOO_LONG.advice, ErrorSource.PROXY),
    429: ErrorClass(RateLimited, f"{_PROXY} was asked too often", source=ErrorSource.PROXY),
    502: _NO_RESPONSE,
    504: _GAVE_UP,
    520: _NO_RESPONSE,
    521: _NOT_REACHED,
    522: _NOT_REACHED,
    523: _NOT_REACHED,
    524: _GAVE_UP,
    525: ErrorClass(GatewayFailed, f"{_PROXY} could not agree with it on a safe connection", source=ErrorSource.PROXY),
    526: ErrorClass(GatewayFailed, f"{_PROXY} does not trust its certificate", source=ErrorSource.PROXY),
    527: _NO_RESPONSE,
    530: _NOT_REACHED,
}
_GUARDED = ErrorClass(NotAGateway, f"{_PROXY} lets browsers through and no programs", _API_ADDRESS, ErrorSource.PROXY)
_WEB_PAGE = ErrorClass(NotAGateway, "That address responded with a web page, not as a Suno gateway")
_ONLY_PROXIES_SAY = frozenset(status for status in _BY_STATUS if status >= 500)


def read_other(status: int, headers: Mapping[str, str], body: bytes) -> tuple[str, ErrorClass]:
    """The text of a response that is not JSON, and its error class. Header names are in lower case."""
    words = body[:4_096].decode("utf-8", "replace").strip()
    # An empty body is not a page, whatever its content type: one-hub returns an empty 200 for a job that it accepted
    # (G3).
    if words and ("html" in headers.get("content-type", "").lower() or words.startswith("<")):
        title = _TITLE.search(words)
        return title[1].strip() if title else "", _of_page(status, headers, words)
    if status < 400:
        return words, ErrorClass(UnreadableResponse, "" if body else "The gateway sent an empty response")
    if status in _ONLY_PROXIES_SAY or _PLAIN_PROXY.match(words):
        return words, _BY_STATUS.get(status, _PROXY_FAILED)
    if not words and status >= 500:
        return "", ErrorClass(GatewayFailed, "The gateway failed without a reason")
    return words, classify(status, "", words) if words else classify_status(status)


def _of_page(status: int, headers: Mapping[str, str], words: str) -> ErrorClass:
    """The error class of a page: its status is that of the server that wrote the page."""
    if status in {403, 503} and ("cf-mitigated" in headers or _CHALLENGE.search(words)):
        return _GUARDED
    if status >= 500:
        return _BY_STATUS.get(status, _PROXY_FAILED)
    if status == 429:
        return _BY_STATUS[status]
    is_marked = _PROXY_MARKS.search(f"{words} {headers.get('server', '')}") or "cf-ray" in headers
    return _BY_STATUS.get(status, _WEB_PAGE) if is_marked and status >= 400 else _WEB_PAGE

"""Retry-After, redirects and exceptions mapped to errors."""

from __future__ import annotations

import asyncio
import socket
import ssl

import httpx
import pytest

from sunotui.domain.errors import GatewayFailed, NetworkError, NotAGateway, RateLimited, SunotuiError, TimedOut
from sunotui.gateway.errors.mapping import (
    RETRY_AFTER_CAP_S,
    error_from_exception,
    error_from_response,
    request_id_of,
    retry_after_s,
)

DATE = "Sun, 29 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("7.25", 7.25),
        ("600", 600.0),
        ("601", RETRY_AFTER_CAP_S),
        ("999999999", RETRY_AFTER_CAP_S),
        ("9999999999", None),
        ("-1", None),
        ("1e3", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": value}) == seconds


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("Sun, 29 Nov 2026 10:00:30 GMT", DATE, 30.0),
        ("Sun, 29 Nov 2026 11:00:30 +0100", DATE, 30.0),
        (DATE, DATE, 0.0),
        ("Sun, 29 Nov 2026 11:00:00 GMT", DATE, RETRY_AFTER_CAP_S),
        ("Sun, 29 Nov 2026 09:59:59 GMT", DATE, None),
        # Without the Date header the wait is unknown: our clock may be wrong.
        ("Sun, 29 Nov 2026 10:00:30 GMT", None, None),
        ("Sun, 29 Nov 2026 10:00:30 GMT", "yesterday", None),
        # -0000 means an unknown time zone.
        ("Sun, 29 Nov 2026 10:00:30 -0000", DATE, None),
        ("Sun, 29 Nov 2026 10:00:30 GMT", "Sun, 29 Nov 2026 10:00:00 -0000", None),
        ("Sun, 29 Nov 2026 10:00:30 -0000", "Sun, 29 Nov 2026 10:00:00 -0000", 30.0),
        ("Fri, 31 Dec 9999 23:59:59 -2359", "Mon, 01 Jan 0001 00:00:00 +2359", RETRY_AFTER_CAP_S),
        ("Sun, 99 Nov 2026 10:00:30 GMT", DATE, None),
        ("Sun, 29 Nov 2026 10:00:30 +999999999999", DATE, None),
        (",", DATE, None),
    ],
)
def test_retry_after_as_a_date_is_relative_to_the_date_header(
    value: str, date: str | None, seconds: float | None
) -> None:
    headers = {"retry-after": value} if date is None else {"retry-after": value, "date": date}
    assert retry_after_s(headers) == seconds


def test_without_retry_after_there_is_no_wait() -> None:
    assert retry_after_s({}) is None
    assert retry_after_s({"date": DATE}) is None


def test_only_errors_have_a_retry_time() -> None:
    headers = {"Retry-After": "Sun, 29 Nov 2026 10:00:30 GMT", "Date": DATE}
    busy = error_from_response(429, headers, b'{"message": "no"}')
    assert isinstance(busy, RateLimited)
    assert busy.retry_after_s == 30.0
    assert error_from_response(200, headers, b'{"code": "error", "message": "no"}').retry_after_s is None
    assert error_from_response(302, headers, b"").retry_after_s is None


def test_the_request_id_header_of_the_gateway_has_priority() -> None:
    headers = {"cf-ray": "c", "x-request-id": "r", "x-any2api-request-id": "a", "x-oneapi-request-id": "o"}
    for expected in ("o", "a", "r", "c", ""):
        assert request_id_of(headers) == expected
        if expected:
            headers = {name: value for name, value in headers.items() if value != expected}
    assert "secret" not in request_id_of({"cf-ray": "a-secret-b"}, "secret")


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("https://Other.example/a?b", "other.example"),
        ("/relative", "another page"),
        ("http://[", "another page"),
        ("https://sk-canary.example/", "another page"),
        (None, "another page"),
    ],
)
def test_a_redirect_names_its_host_without_the_token(location: str | None, text: str) -> None:
    headers = {} if location is None else {"Location": location}
    failure = error_from_response(308, headers, b"", secret="SK-Canary")
    assert isinstance(failure, NotAGateway)
    assert failure.what == f"The gateway sent us on to {text}, which is not followed"


def caused_by(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (httpx.ConnectTimeout("x"), TimedOut, "could not be reached"),
        (httpx.PoolTimeout("x"), TimedOut, "Too many requests"),
        (httpx.ReadTimeout("x"), TimedOut, ""),
        (TimeoutError(), TimedOut, ""),
        (httpx.ConnectError("x"), NetworkError, ""),
        (caused_by(httpx.ConnectError("x"), socket.gaierror()), NetworkError, "its name was not found"),
        (caused_by(httpx.ConnectError("x"), ConnectionRefusedError()), NetworkError, "it refused the connection"),
        (caused_by(httpx.ConnectError("x"), ssl.SSLError()), NetworkError, "no TLS connection"),
        (
            caused_by(httpx.ConnectError("x"), ExceptionGroup("x", [OSError(), ConnectionRefusedError()])),
            NetworkError,
            "it refused the connection",
        ),
        (httpx.ReadError("x"), NetworkError, "was cut"),
        (ConnectionResetError(), NetworkError, "was cut"),
        (httpx.DecodingError("x"), GatewayFailed, "DecodingError"),
        (ValueError("sk-canary"), GatewayFailed, "ValueError"),
        (asyncio.CancelledError(), GatewayFailed, "CancelledError"),
    ],
)
def test_an_exception_becomes_an_error(error: BaseException, kind: type[SunotuiError], text: str) -> None:
    failure = error_from_exception(error)
    assert type(failure) is kind
    assert text in failure.sentence
    assert "sk-canary" not in failure.sentence


def test_an_error_is_unchanged_and_a_cycle_of_causes_ends() -> None:
    failure = RateLimited()
    assert error_from_exception(failure) is failure
    error = httpx.ConnectError("x")
    error.__cause__ = other = OSError()
    other.__context__ = error
    assert isinstance(error_from_exception(error), NetworkError)

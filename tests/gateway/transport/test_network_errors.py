"""The exact messages of network errors before any response; they never contain the token."""

from __future__ import annotations

import socket
import ssl

import httpx
import pytest

from sunotui.domain.errors import ErrorSource, NetworkError, SunotuiError, TimedOut, TokenRejected, UnreadableResponse
from sunotui.gateway.errors.mapping import error_from_exception, error_from_response

UNREACHED = "The gateway could not be reached over the network"
CHECK = "Check the network and the base URL."


def caused(error: Exception, cause: BaseException) -> Exception:
    """`error` with `cause` as its cause."""
    error.__cause__ = cause
    return error


def untrusted() -> ssl.SSLCertVerificationError:
    """The error for a self-signed certificate."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


NETWORK: dict[str, tuple[Exception, type[SunotuiError], str]] = {
    "name not found": (
        caused(httpx.ConnectError("sk-secret1234"), socket.gaierror(socket.EAI_NONAME, "unknown")),
        NetworkError,
        f"{UNREACHED} (its name was not found). {CHECK}",
    ),
    "refused": (
        caused(httpx.ConnectError("x"), ConnectionRefusedError()),
        NetworkError,
        f"{UNREACHED} (it refused the connection). {CHECK}",
    ),
    "refused at every address": (
        caused(httpx.ConnectError("x"), ExceptionGroup("tried", [ConnectionRefusedError(), ConnectionRefusedError()])),
        NetworkError,
        f"{UNREACHED} (it refused the connection). {CHECK}",
    ),
    "certificate": (
        caused(httpx.ConnectError("x"), untrusted()),
        NetworkError,
        f"{UNREACHED} (its certificate is not trusted: self-signed certificate). {CHECK}",
    ),
    "no TLS": (
        caused(httpx.ConnectError("x"), ssl.SSLError(1, "wrong version number")),
        NetworkError,
        f"{UNREACHED} (no TLS connection could be agreed on). {CHECK}",
    ),
    "no reason": (httpx.ConnectError("x"), NetworkError, f"{UNREACHED}. {CHECK}"),
    "closed": (
        httpx.ReadError("sk-secret1234"),
        NetworkError,
        "The network connection to the gateway was cut. Check the network and try again.",
    ),
    "reset": (
        ConnectionResetError(),
        NetworkError,
        "The network connection to the gateway was cut. Check the network and try again.",
    ),
    "connecting for too long": (
        httpx.ConnectTimeout("x"),
        TimedOut,
        f"{UNREACHED} in time. {CHECK}",
    ),
    "no response": (
        httpx.ReadTimeout("x"),
        TimedOut,
        "No response from the gateway came over the network in time. Wait and try again.",
    ),
    "own time limit": (
        TimeoutError(),
        TimedOut,
        "No response from the gateway came over the network in time. Wait and try again.",
    ),
}


@pytest.mark.parametrize("name", NETWORK)
def test_the_exact_sentence_of_a_network_error(name: str) -> None:
    exception, error_type, sentence = NETWORK[name]
    error = error_from_exception(exception)
    assert (type(error), error.source, error.worded(with_request_id=True)) == (
        error_type,
        ErrorSource.NETWORK,
        sentence,
    )
    assert "secret" not in repr(error) + error.worded(with_request_id=True)


def test_an_error_is_returned_unchanged() -> None:
    error = UnreadableResponse(request_id="r-1")
    assert error_from_exception(error) is error


@pytest.mark.parametrize("first", "Bear")
def test_a_key_that_suno_api_cannot_accept_is_explained(first: str) -> None:
    body = b'{"code":"invalid_request","message":"unauthorized secret token","data":null}'
    error = error_from_response(401, {}, body, secret=f"{first}yJhbGciOi1234")
    assert isinstance(error, TokenRejected)
    assert "cannot accept a key that begins with B, e, a or r" in error.sentence
    assert error_from_response(401, {}, body, secret="sk-12345678").advice == TokenRejected.advice

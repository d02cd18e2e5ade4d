"""Sends a payload once, because it may cost money, and determines the outcome (S2)."""

from __future__ import annotations

from sunotui.domain.errors import Charge, NotAGateway, NotFound, NotSupported, SunotuiError, UnreadableResponse
from sunotui.gateway.discovery.endpoint_detection import shows
from sunotui.gateway.endpoints import SUBMIT_CONCAT, SUBMIT_LYRICS, SUBMIT_MUSIC
from sunotui.gateway.errors.mapping import request_id_of
from sunotui.gateway.parsing.envelope import Response, open_envelope, read_document
from sunotui.gateway.parsing.results import read_result
from sunotui.gateway.submit.outcome import (
    Accepted,
    Delivered,
    Outcome,
    Rejected,
    Unknown,
    outcome_of_failure,
    outcome_of_response,
    unknown,
)
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.connection import RequestProgress
from sunotui.gateway.transport.requester import Requester

_EVERYWHERE = frozenset({SUBMIT_MUSIC, SUBMIT_LYRICS, SUBMIT_CONCAT})
"""Paths that all gateways have, so a web page for them comes from a proxy; the others are missing at many gateways."""
_NOT_THERE = (NotAGateway, NotSupported)


async def send_once(
    requester: Requester, path: str, limit_s: float, *, body: str | None = None, method: str = "POST"
) -> Response | Rejected | Unknown:
    """Send one request that may be charged. Without a response it counts as rejected only if it was provably never
    sent."""
    try:
        return await requester.request(method, path, limit_s, body=body, progress=RequestProgress())
    except SunotuiError as error:
        return unknown(error) if error.charge is Charge.MAYBE else Rejected(error)


def outcome_of_payload(payload: Payload, response: Response, secret: str) -> Outcome:
    """The outcome of a response to a payload; sends nothing. The page, or the plain 404, that servers return for every
    missing path (protocol 1.2) proves that an upload was not accepted. All gateways have the paths for songs and
    lyrics: a page for them comes from a proxy and proves nothing. A rejection that names the clip concerns the clip:
    the endpoint exists.
    """
    outcome: Outcome
    if payload.result:
        outcome = _outcome_with_result(payload, response, secret)
    else:
        outcome = outcome_of_response(
            response.status, response.headers, response.body, secret=secret, ordered=payload.body
        )
    if isinstance(outcome, Accepted | Delivered):
        return outcome
    error = outcome.error
    match outcome:
        case Unknown() if (
            payload.path not in _EVERYWHERE and isinstance(error, _NOT_THERE) and shows(response) is False
        ):
            return _rejected(NotSupported, "", outcome)
        case Rejected() if isinstance(error, NotSupported) and shows(response):
            return _rejected(NotFound, error.detail, outcome)
    return outcome


def _outcome_with_result(payload: Payload, response: Response, secret: str) -> Outcome:
    """The outcome of a payload whose response is the result itself. A file of a clip may still be in progress: any
    document with a success status responds to that request."""
    failed = outcome_of_failure(
        response.status, response.headers, response.body, secret=secret, ordered=f"{payload.path} {payload.body}"
    )
    if not response.has_success_status:
        return failed
    try:
        document = read_document(response.body)
    except UnreadableResponse:
        return failed
    found = read_result(payload.result, document, secret)
    has_result = bool(found.value) or (payload.method == "GET" and isinstance(document, dict | list | None))
    if open_envelope(document).is_failure or not has_result:
        return failed
    return Delivered(found.value, request_id_of(response.headers, secret), failed.answer, response.status)


def _rejected(better: type[SunotuiError], detail: str, outcome: Rejected | Unknown) -> Rejected:
    found = outcome.error
    error = better(detail=detail, request_id=found.request_id, http_status=found.http_status)
    return Rejected(error, outcome.answer)

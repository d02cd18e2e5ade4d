"""Detects from a response whether a gateway has an endpoint (protocol 1.2, "how a missing extra looks")."""

from __future__ import annotations

import re

from sunotui.domain.errors import NotAGateway, NotFound, NotSupported, SunotuiError, UnreadableResponse
from sunotui.gateway.errors.mapping import error_from_response
from sunotui.gateway.parsing.envelope import SUCCESS_STATUSES, Envelope, Response, open_envelope, read_document

_NO_SUCH_PATH = re.compile(r"invalid[_ ]url|page not found|invalid[_ ]action", re.IGNORECASE)
_ANY_PATH = re.compile(r"/suno/|\b(?:path|url|route|endpoint|page|method)\b", re.IGNORECASE)
# "clip not found", "invalid task id", "upload does not exist", and the same in Chinese.
_THING = r"(?:clip|song|track|task|upload|audio|(?<![a-z])id)s?(?![a-z])"
_ABOUT_AN_ID = re.compile(
    rf"{_THING}.{{0,80}}(?:not[_ ](?:exist|found|valid)|invalid(?!_request)|unknown|missing)"
    rf"|(?:invalid(?!_request)|unknown|no such|not found).{{0,80}}{_THING}"
    r"|(?:clip|task|song)_not_(?:exist|found)"
    r"|(?:任务|歌曲|音频|片段|clip).{0,40}(?:不存在|未找到|无效)",
    re.IGNORECASE | re.DOTALL,
)
_ID_STATUSES = SUCCESS_STATUSES | {400, 404, 422}
_TEXT_READ = 2_000


def shows(response: Response) -> bool | None:
    """Whether the endpoint exists: True for a specific response, False for the known forms of "no such path", None if
    the response proves neither (a rejected token, a limit, a temporary failure)."""
    try:
        document = read_document(response.body)
    except UnreadableResponse:
        return False if _is_nothing_here(response) else None
    envelope = open_envelope(document)
    if response.has_success_status and not envelope.is_failure:
        return True if isinstance(document, dict | list) else None
    if _NO_SUCH_PATH.search(_message_of(envelope)):
        return False
    return True if is_about_an_id(response.status, envelope) else None


def is_about_an_id(status: int, envelope: Envelope) -> bool:
    """Whether a failure says that the id does not exist, which shows that the endpoint searched for it."""
    message = _message_of(envelope)
    return status in _ID_STATUSES and not _ANY_PATH.search(message) and _ABOUT_AN_ID.search(message) is not None


def _message_of(envelope: Envelope) -> str:
    return f"{envelope.code} {envelope.text}"[:_TEXT_READ]


def _is_nothing_here(response: Response) -> bool:
    """Whether it is the web page that relays return for every unknown path, or the plain 404 of the reference
    server."""
    words = response.body[:_TEXT_READ].decode("utf-8", "replace").strip()
    is_page = bool(words) and ("html" in response.headers.get("content-type", "").lower() or words.startswith("<"))
    if is_page:
        return response.status in {200, 404, 405}
    return response.status in {404, 405} and (
        not words or "not found" in words.lower() or "not allowed" in words.lower()
    )


def document_in(response: Response, secret: str) -> object:
    """The JSON document of a successful response from an extra endpoint; `secret` never appears in an error.

    Raises NotSupported if the endpoint does not exist, NotFound if the id does not exist, and otherwise the error that
    the response represents.
    """
    is_json = True
    try:
        document = read_document(response.body)
    except UnreadableResponse:
        document, is_json = None, False
    envelope = open_envelope(document)
    # Go servers encode an empty list as null.
    is_form_known = is_json and (document is None or isinstance(document, dict | list))
    if response.has_success_status and is_form_known and not envelope.is_failure:
        return document
    error = error_from_response(response.status, response.headers, response.body, secret=secret)
    better: type[SunotuiError] | None = None
    if isinstance(error, NotSupported) and is_about_an_id(response.status, envelope):
        better = NotFound
    elif isinstance(error, NotAGateway) and shows(response) is False:
        better = NotSupported
    if better is None:
        raise error
    raise better(detail=error.detail, request_id=error.request_id, http_status=error.http_status)

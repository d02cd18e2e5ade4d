"""Parses the envelope of responses: JSON or not, success or failure, and the content (protocol 3.1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import from_json

from sunotui.domain.errors import UnreadableResponse

_SUCCESS_WORDS = frozenset({"success", "200", "0"})
_TEXT_KEYS = ("message", "msg", "description", "fail_reason", "detail")
_CARGO_KEYS = ("data", "result", "clips", "id", "task_id", "taskId")
_LONGEST_INT = 40
"""The maximum number of digits of an integer: task ids of some gateways are numbers."""
_LONGEST_NESTED = 65_536
_MOST_NESTED = 3
_MOST_DOCUMENTS = 4
_MOST_PARTS, _MOST_VALUES = 100_000, 1_000_000
"""The maximum number of objects and lists in a body, and of commas: 8 MiB of empty ones take half a gigabyte, and no
batch has a tenth of that (P3)."""
# Not strict: a few gateways write control characters such as TAB into texts without escaping them.
_DECODER = json.JSONDecoder(
    strict=False,
    parse_int=lambda digits: int(digits) if len(digits) <= _LONGEST_INT else None,
    parse_constant=lambda _: None,
)


SUCCESS_STATUSES = frozenset({200, 201, 202})
"""HTTP statuses of a response whose body may be a success: some gateways return 201 or 202 instead of 200."""


@dataclass(frozen=True, slots=True)
class Response:
    """A complete HTTP response."""

    status: int
    headers: Mapping[str, str]
    """The headers, with names in lower case."""
    body: bytes
    clean_digest: bytes = b""
    """The digest of the body, if it was searched for the token and has it in no form; otherwise empty."""

    @property
    def is_clean(self) -> bool:
        """Whether the body was searched for the token and has it in no form."""
        return bool(self.clean_digest)

    @property
    def has_success_status(self) -> bool:
        """Whether the body may be a success, according to the HTTP status."""
        return self.status in SUCCESS_STATUSES


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed JSON response; its texts are still untrusted."""

    document: object
    is_failure: bool
    has_code: bool
    code: str
    """The gateway's code word for the failure, such as "invalid_request"; empty without a code word."""
    text: str
    payload: object
    """`data`, or `result` if that is used instead; the document itself if there is no envelope."""
    is_error_object: bool
    """Whether it is an error in one of the known forms with nothing else in it: proof of a rejection (S3)."""
    inner: Envelope | None = None
    """The upstream's response, if a relay put all of it into its message as JSON text (quirk 20)."""

    @property
    def inner_codes(self) -> tuple[str, ...]:
        """The non-empty codes of the upstream's response and of those nested in it, outermost first."""
        if self.inner is None:
            return ()
        return (*filter(None, (self.inner.code,)), *self.inner.inner_codes)


def digest_of(body: bytes) -> bytes:
    """The digest by which equal bodies are recognized."""
    return hashlib.blake2b(body, digest_size=20).digest()


def read_document(body: bytes) -> object:
    """Parse the only JSON document in a body. Lone surrogates, huge numbers, NaN, a BOM and control characters inside
    texts are accepted (F11).

    Raises UnreadableResponse for anything else, including two documents in a row.
    """
    _check_size(body)
    try:
        document: object = from_json(body, allow_inf_nan=False)
        return document
    except (ValueError, RecursionError):
        pass
    try:
        found: object = _DECODER.decode(body.decode("utf-8-sig", "replace"))
        return found
    except (ValueError, RecursionError):
        raise UnreadableResponse from None


def read_documents(body: bytes) -> tuple[object, ...]:
    """Parse the JSON documents in a body, one after the other: new-api appends a second one if it could not store a
    task (protocol 4.5). Raises UnreadableResponse if there is anything else between or after them.
    """
    try:
        return (read_document(body),)
    except UnreadableResponse:
        _check_size(body)
    text = body.decode("utf-8-sig", "replace").strip()
    found: list[object] = []
    while text and len(found) < _MOST_DOCUMENTS:
        try:
            document, end = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            raise UnreadableResponse from None
        found.append(document)
        text = text[end:].lstrip()
    if text or not found:
        raise UnreadableResponse
    return tuple(found)


def _check_size(body: bytes) -> None:
    if len(body) <= 2 * _MOST_PARTS:
        # Each object and list of valid JSON takes two characters.
        return
    if body.count(b"{") + body.count(b"[") > _MOST_PARTS or body.count(b",") > _MOST_VALUES:
        raise UnreadableResponse


def open_envelope(document: object, *, nested: int = _MOST_NESTED) -> Envelope:
    """Decide success or failure by one rule for all known gateways (protocol 3.1). Never raises. `nested` is how many
    nested responses are parsed: one for each relay in a chain.
    """
    if not isinstance(document, dict):
        return Envelope(document, False, False, "", "", document, False)
    error, code = document.get("error"), document.get("code")
    has_code = code is not None
    if error:
        is_failure = True
    elif has_code:
        is_failure = not _means_success(code)
    else:
        is_failure = document.get("success") is False
    payload = document.get("data")
    if payload is None or payload == "":
        payload = document.get("result")
    text = _text_of(document)
    inner = _inner_of(text, nested) if nested else None
    return Envelope(
        document=document,
        is_failure=is_failure,
        has_code=has_code,
        code=_word(error.get("code")) if isinstance(error, dict) else _word(code),
        text=(inner.text if inner is not None else "") or text,
        payload=payload,
        is_error_object=is_failure and _is_error_object(document),
        inner=inner,
    )


def _means_success(code: object) -> bool:
    if isinstance(code, bool):
        return code
    if isinstance(code, int | float):
        return code in (0, 1, 200)
    return isinstance(code, str) and code.strip().lower() in _SUCCESS_WORDS


def _is_error_object(document: Mapping[str, object]) -> bool:
    if any(document.get(key) for key in _CARGO_KEYS):
        return False
    error = document.get("error")
    if isinstance(error, dict):
        return isinstance(error.get("message"), str)
    has_text = any(isinstance(document.get(key), str) for key in ("message", "msg", "description"))
    return not error and has_text and _word(document.get("code")) != ""


def _word(code: object) -> str:
    if isinstance(code, str):
        return code.strip()
    return str(code) if isinstance(code, int) and not isinstance(code, bool) else ""


def _text_of(document: Mapping[str, object]) -> str:
    error = document.get("error")
    if isinstance(error, str) and error.strip():
        return error
    if isinstance(error, dict):
        message = error.get("message")
        if isinstance(message, str) and message.strip():
            return message
    for key in _TEXT_KEYS:
        value = document.get(key)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _inner_of(text: str, nested: int) -> Envelope | None:
    """The upstream's whole JSON response that a relay put into its message (quirk 20); None for any other text."""
    bare = text.strip()
    if not bare.startswith("{") or len(bare) > _LONGEST_NESTED:
        return None
    try:
        inner = read_document(bare.encode("utf-8", "replace"))
    except UnreadableResponse:
        return None
    return open_envelope(inner, nested=nested - 1)

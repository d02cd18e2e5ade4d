"""The requests that a user can send to a gateway, and their JSON form in the journal and the drafts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.requests.derived import DERIVED_TASKS, ConcatRequest, DerivedRequest
from sunotui.domain.requests.extras import (
    ClipFileRequest,
    MidiRequest,
    Mp4Request,
    PersonaRequest,
    UpsampleTagsRequest,
    WavRequest,
)
from sunotui.domain.requests.music import LyricsRequest, MusicRequest
from sunotui.domain.requests.upload import UploadFileRequest, UploadRequest
from sunotui.domain.requests.validation import ValidationIssue
from sunotui.domain.text import trim

__all__ = [
    "MAY_HAVE_NO_TASK",
    "SONG_KINDS",
    "ClipFileRequest",
    "ConcatRequest",
    "DerivedRequest",
    "LyricsRequest",
    "MidiRequest",
    "Mp4Request",
    "MusicRequest",
    "PersonaRequest",
    "Request",
    "UploadFileRequest",
    "UploadRequest",
    "UpsampleTagsRequest",
    "ValidationIssue",
    "WavRequest",
    "check",
    "defaults_of",
    "from_document",
    "from_json",
    "request_kinds",
    "source_clip_ids",
    "to_json",
    "trimmed",
    "with_model",
]

Request = (
    MusicRequest
    | LyricsRequest
    | ConcatRequest
    | DerivedRequest
    | UploadRequest
    | UploadFileRequest
    | PersonaRequest
    | UpsampleTagsRequest
    | ClipFileRequest
)

MAY_HAVE_NO_TASK = (PersonaRequest, UpsampleTagsRequest, ClipFileRequest)
"""Requests that some gateways fulfil in the response itself, without a task."""

SONG_KINDS = (MusicRequest.kind, *(task.name for task in DERIVED_TASKS))
"""The kinds of requests that take a model."""
_BY_WORD: Mapping[str, type[Request]] = {
    MusicRequest.kind: MusicRequest,
    LyricsRequest.kind: LyricsRequest,
    ConcatRequest.kind: ConcatRequest,
    **{task.name: DerivedRequest for task in DERIVED_TASKS},
    UploadRequest.kind: UploadRequest,
    UploadFileRequest.kind: UploadFileRequest,
    PersonaRequest.kind: PersonaRequest,
    UpsampleTagsRequest.kind: UpsampleTagsRequest,
    WavRequest.kind: WavRequest,
    Mp4Request.kind: Mp4Request,
    MidiRequest.kind: MidiRequest,
}

_DEFAULTS: Mapping[type[Request], Mapping[str, Any]] = {
    kind: {field.name: field.default for field in fields(kind)} for kind in _BY_WORD.values()
}
"""The defaults of the fields of each kind: requests are read and written by the thousand."""


def check(request: Request) -> tuple[str, ...]:
    """Validate a request and return the sentences of the issues that do not block it. Raises InvalidRequest for the
    first blocking issue."""
    problems = request.problems()
    for problem in problems:
        if problem.is_blocking:
            raise InvalidRequest(problem.sentence)
    return tuple(problem.sentence for problem in problems)


def with_model(request: Request, model: str) -> Request:
    """The request with this model if it takes a model but does not name one; otherwise unchanged."""
    if isinstance(request, MusicRequest | DerivedRequest) and not trim(request.model):
        return replace(request, model=model)
    return request


def trimmed(request: Request) -> Request:
    """The request with trimmed texts, as it is sent: without blanks and invisible characters around them. Only blanks
    are removed from a file path, since any other character may be part of it."""
    if isinstance(request, UploadFileRequest):
        return replace(request, path=request.path.strip())
    changes: dict[str, Any] = {}
    for field in fields(request):
        value = getattr(request, field.name)
        if isinstance(value, str):
            changes[field.name] = trim(value)
        elif isinstance(value, tuple):
            changes[field.name] = tuple(map(trim, value))
    return replace(request, **changes)


def source_clip_ids(request: Request) -> tuple[str, ...]:
    """The ids of the clips that a request works on."""
    match request:
        case MusicRequest():
            ids: tuple[str, ...] = (trim(request.extend_clip_id),)
        case DerivedRequest():
            ids = request.clip_ids
        case ConcatRequest():
            ids = (trim(request.clip_id),)
        case _:
            ids = ()
    return tuple(clip_id for clip_id in ids if clip_id)


def request_kinds() -> tuple[str, ...]:
    """All kinds of requests."""
    return tuple(_BY_WORD)


def to_json(request: Request) -> str:
    """The request as one line of JSON for the journal and the drafts, with its kind; empty fields are omitted."""
    filled = {
        name: value
        for name, default in _DEFAULTS[type(request)].items()
        if (value := getattr(request, name)) != default and name != "task"
    }
    return json.dumps({"kind": request.kind, **filled}, sort_keys=True)


def from_json(text: str) -> Request:
    """Parse a request from the JSON of `to_json`. Unknown fields, which a newer version may write, are ignored. Raises
    ValueError if it is not a request.
    """
    return from_document(json.loads(text))


def from_document(body: object) -> Request:
    """Parse a request from the document of `to_json`, as `from_json` does. Raises ValueError."""
    if not isinstance(body, dict) or body.get("kind") not in _BY_WORD:
        raise ValueError("a request is a JSON object of a known kind")
    made = _BY_WORD[body["kind"]]
    known = _DEFAULTS[made].keys() - {"task"}
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in body.items() if name in known
    }
    if made is DerivedRequest:
        return DerivedRequest(body["kind"], **values)
    build: Any = made
    found: Request = build(**values)
    return found


def defaults_of(kind: type[Request]) -> Mapping[str, Any]:
    """The defaults of the fields of a kind of request, by name; dataclasses.MISSING for a field without one."""
    return _DEFAULTS[kind]

"""What goes out: the path and the exact JSON text of a request (protocol 2)."""

import json
from dataclasses import dataclass
from typing import Any

from sunotui.domain.dialect import Dialect
from sunotui.domain.models import NEWEST
from sunotui.domain.problem import extra_fields
from sunotui.domain.request import (
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)
from sunotui.domain.song import SongTexts
from sunotui.gateway.endpoints import SUBMIT_CONCAT, SUBMIT_LYRICS, SUBMIT_MUSIC, UPLOAD_FILE, UPLOAD_URL
from sunotui.gateway.submit.dialects import derived_in_dialect, music_in_dialect, seconds_number

_Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """One request as it goes out, and as the journal keeps it."""

    path: str
    """Below the base URL and its prefix, such as "/suno/submit/music"."""
    body: str
    """The exact JSON text; the same request always gives the same text."""
    file: str = ""
    """Path of the file whose bytes follow in later steps; empty for all but a file's upload."""


def order_for(request: Request, dialect: Dialect = Dialect.FLAT) -> Order:
    """The order of a request in a dialect. Empty optional fields are left out; blanks around every text go.

    Raises RequestImpossible for what the dialect has no form for, and ValueError for extra fields that are no JSON
    object and for a number of stems that there is not; `problems()` tells of these first.
    """
    match request:
        case MusicRequest():
            return _order(SUBMIT_MUSIC, music_in_dialect(_music(request), request, dialect), request.extra)
        case DerivedRequest():
            base = _custom(request) if request.row.takes_words else _labels(request)
            return _order(SUBMIT_MUSIC, derived_in_dialect(base, request, dialect), request.extra)
        case LyricsRequest():
            return _order(SUBMIT_LYRICS, {"prompt": _text(request.prompt)}, request.extra)
        case ConcatRequest():
            fields = {"clip_id": _text(request.clip_id), "is_infill": request.is_infill}
            return _order(SUBMIT_CONCAT, fields, request.extra)
        case UploadRequest():
            return _order(UPLOAD_URL, {"url": _text(request.url)}, request.extra)
        case UploadFileRequest():
            return Order(UPLOAD_FILE, json.dumps({"extension": request.ending}), request.path.strip())


def _order(path: str, fields: _Fields, extra: str) -> Order:
    text = json.dumps(fields | extra_fields(extra), ensure_ascii=False, allow_nan=False)
    # An escaped lone surrogate in the extra fields comes to life when they are read.
    return Order(path, text.encode("utf-8", "replace").decode("utf-8"))


def _music(request: MusicRequest) -> _Fields:
    """The modes of protocol 2.1."""
    if request.is_described:
        fields = {"gpt_description_prompt": _text(request.description), **_labels(request)}
    else:
        fields = _custom(request)
    if request.is_extension:
        fields["task"] = "upload_extend" if request.extend_upload else "extend"
        fields["continue_clip_id"] = _text(request.extend_clip_id)
        if request.extend_at_s is not None:
            fields["continue_at"] = seconds_number(request.extend_at_s)
        fields |= _filled(task_id=request.extend_task_id)
    if request.persona_id.strip():
        fields.setdefault("task", "artist_consistency")
        fields |= {"persona_id": _text(request.persona_id), "generation_type": "TEXT"}
        fields |= _filled(artist_clip_id=request.persona_clip_id)
    return fields


def _custom(request: SongTexts) -> _Fields:
    """Given words. An empty prompt is what makes a custom song instrumental; make_instrumental alone does not
    everywhere."""
    return {"prompt": "" if request.instrumental else _text(request.lyrics), **_labels(request)}


def _labels(request: SongTexts) -> _Fields:
    """`mv` and `make_instrumental` always go: some gateways require them, none minds."""
    return {
        **_filled(title=request.title, tags=request.style, negative_tags=request.exclude),
        "mv": _text(request.model) or NEWEST,
        "make_instrumental": request.instrumental,
    }


def _filled(**texts: str) -> _Fields:
    return {name: _text(value) for name, value in texts.items() if value.strip()}


def _text(text: str) -> str:
    """The text without blanks around it, and without lone surrogates, which no UTF-8 body can carry."""
    return text.strip().encode("utf-8", "replace").decode("utf-8")

"""What goes out: the path and the exact JSON text of a request (protocol 2)."""

import json
from dataclasses import dataclass

from sunotui.domain.models import DEFAULT_MV
from sunotui.domain.request import ConcatRequest, LyricsRequest, MusicRequest, Request, UploadRequest
from sunotui.gateway.endpoints import SUBMIT_CONCAT, SUBMIT_LYRICS, SUBMIT_MUSIC, UPLOAD_URL

_Fields = dict[str, str | bool | int | float]


@dataclass(frozen=True, slots=True)
class Order:
    """One request as it goes out, and as the journal keeps it."""

    path: str
    """Below the base URL and its prefix, such as "/suno/submit/music"."""
    body: str
    """The exact JSON text; the same request always gives the same text."""


def order_for(request: Request) -> Order:
    """The order of a request. Empty optional fields are left out; blanks around every text go."""
    match request:
        case MusicRequest():
            return _order(SUBMIT_MUSIC, _music(request))
        case LyricsRequest():
            return _order(SUBMIT_LYRICS, {"prompt": _text(request.prompt)})
        case ConcatRequest():
            return _order(SUBMIT_CONCAT, {"clip_id": _text(request.clip_id), "is_infill": request.is_infill})
        case UploadRequest():
            return _order(UPLOAD_URL, {"url": _text(request.url)})


def _order(path: str, fields: _Fields) -> Order:
    return Order(path, json.dumps(fields, ensure_ascii=False))


def _music(request: MusicRequest) -> _Fields:
    """The modes of protocol 2.1. `mv` and `make_instrumental` always go: some gateways require them, none minds."""
    fields: _Fields = {}
    if request.is_described:
        fields["gpt_description_prompt"] = _text(request.description)
    else:
        # An empty prompt is what makes a custom song instrumental; make_instrumental alone does not everywhere.
        fields["prompt"] = "" if request.instrumental else _text(request.lyrics)
    optional = {"title": request.title, "tags": request.style, "negative_tags": request.exclude}
    fields |= {name: _text(value) for name, value in optional.items() if value.strip()}
    fields["mv"] = _text(request.model) or DEFAULT_MV
    fields["make_instrumental"] = request.instrumental
    if request.is_extension:
        fields |= _extension(request)
    return fields


def _extension(request: MusicRequest) -> _Fields:
    fields: _Fields = {"task": "extend", "continue_clip_id": _text(request.extend_clip_id)}
    if request.extend_at_s is not None:
        # Go servers want a JSON number here; a whole one is written without its ".0", as every example has it.
        at_s = request.extend_at_s
        fields["continue_at"] = int(at_s) if float(at_s).is_integer() else at_s
    if request.extend_task_id.strip():
        fields["task_id"] = _text(request.extend_task_id)
    return fields


def _text(text: str) -> str:
    """The text without blanks around it, and without lone surrogates, which no UTF-8 body can carry."""
    return text.strip().encode("utf-8", "replace").decode("utf-8")

"""Builds payloads: the path and the exact JSON text of a request (protocol 2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.dialect import CCAPI, Dialect
from sunotui.domain.gateways.models import NEWEST
from sunotui.domain.requests.music import SongFields
from sunotui.domain.requests.request import (
    ClipFileRequest,
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MidiRequest,
    Mp4Request,
    MusicRequest,
    PersonaRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
    UpsampleTagsRequest,
)
from sunotui.domain.requests.validation import extra_fields
from sunotui.domain.text import encodable, sendable, trim
from sunotui.gateway.endpoints import (
    ACT_TAGS,
    PERSONA_CREATE,
    SUBMIT_CONCAT,
    SUBMIT_LYRICS,
    SUBMIT_MUSIC,
    SUBMIT_PERSONA,
    SUBMIT_UPSAMPLE_TAGS,
    SUBMIT_UPSAMPLE_TAGS_CCAPI,
    UPLOAD_FILE,
    UPLOAD_URL,
    is_usable_id,
    midi_path,
    midi_query_path,
    mp4_path,
    mp4_state_path,
    wav_path,
)
from sunotui.gateway.submit.dialects import derived_in_dialect, music_in_dialect, seconds_number

_Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Payload:
    """One request as it is sent, and as the journal stores it."""

    path: str
    """Below the base URL and its prefix, such as "/suno/submit/music"."""
    body: str
    """The exact JSON text; the same request always gives the same text."""
    file: str = ""
    """The path of the file whose bytes follow in later steps; empty except for a file upload."""
    result: str = ""
    """The kind of result, as for `read_result`, that a successful response has instead of a task's id; empty if it has
    an id."""

    @property
    def method(self) -> str:
        """The HTTP method: only a request for a file of a clip has no body."""
        return "POST" if self.body else "GET"


def build_payload(request: Request, dialect: Dialect = Dialect.FLAT, label: str = "") -> Payload:
    """The payload of a request in a dialect. Empty optional fields are left out; white space and invisible characters
    around each text are removed.

    `label` is that of a documented gateway (`DialectChoice.label`), for requests with their own format there. Raises
    InvalidRequest if the dialect has no format for the request, and ValueError for extra fields that are not a JSON
    object or an unsupported number of stems; `problems()` reports these before.
    """
    match request:
        case MusicRequest():
            return _payload(SUBMIT_MUSIC, music_in_dialect(_music(request), request, dialect, label), request.extra)
        case DerivedRequest():
            base = _custom(request) if request.row.takes_words else _labels(request)
            return _payload(SUBMIT_MUSIC, derived_in_dialect(base, request, dialect, label), request.extra)
        case LyricsRequest():
            return _payload(SUBMIT_LYRICS, {"prompt": sendable(request.prompt)}, request.extra)
        case ConcatRequest():
            fields = {"clip_id": sendable(request.clip_id), "is_infill": request.is_infill}
            return _payload(SUBMIT_CONCAT, fields, request.extra)
        case UploadRequest():
            return _payload(UPLOAD_URL, {"url": sendable(request.url)}, request.extra)
        case UploadFileRequest():
            return Payload(UPLOAD_FILE, json.dumps({"extension": request.ending}), request.path.strip())
        case PersonaRequest():
            return _persona(request, dialect)
        case UpsampleTagsRequest():
            return _upsample_tags(request, dialect, label)
        case ClipFileRequest():
            return Payload(_clip_file_path(request, dialect), "", result=request.kind)


def _persona(request: PersonaRequest, dialect: Dialect) -> Payload:
    clip_id = sendable(request.clip_id)
    if dialect is not Dialect.NESTED:
        fields = {
            "root_clip_id": clip_id,
            "name": sendable(request.name),
            "description": sendable(request.description),
            "clips": [clip_id],
            "is_public": False,
        }
        return Payload(PERSONA_CREATE, _json(fields), result=request.kind)
    if request.start_s is None or request.end_s is None:
        raise InvalidRequest(
            "This gateway makes a voice from a section of the take", advice="Give the start and the end of the voice"
        )
    fields = {
        "root_clip_id": clip_id,
        "vocal_start_s": seconds_number(request.start_s),
        "vocal_end_s": seconds_number(request.end_s),
        "user_input_styles": sendable(request.style),
    }
    return Payload(SUBMIT_PERSONA, _json(fields))


def _upsample_tags(request: UpsampleTagsRequest, dialect: Dialect, label: str) -> Payload:
    style = sendable(request.style)
    if label == CCAPI:
        return Payload(SUBMIT_UPSAMPLE_TAGS_CCAPI, _json({"tags": style}))
    if dialect is Dialect.NESTED:
        return Payload(SUBMIT_UPSAMPLE_TAGS, _json({"original_tags": style}))
    return Payload(ACT_TAGS, _json({"original_tags": style}), result=request.kind)


def _clip_file_path(request: ClipFileRequest, dialect: Dialect) -> str:
    """The path that requests a file of a clip. Raises InvalidRequest for an unusable id."""
    clip_id = _usable(request.clip_id)
    is_nested = dialect is Dialect.NESTED
    match request:
        case Mp4Request() if is_nested:
            if not trim(request.task_id):
                raise InvalidRequest(
                    "This gateway makes the MP4 of a song, and the song of this take is unknown",
                    advice="Fetch its song into the library first",
                    topic="fetch_task",
                )
            return mp4_state_path(_usable(request.task_id))
        case Mp4Request():
            return mp4_path(clip_id)
        case MidiRequest() if is_nested and trim(request.stem_of):
            return midi_query_path(_usable(request.stem_of), clip_id)
        case MidiRequest():
            return midi_query_path(clip_id) if is_nested else midi_path(clip_id)
        case _:
            return wav_path(clip_id)


def _usable(an_id: str) -> str:
    found = sendable(an_id)
    if not is_usable_id(found):
        raise InvalidRequest("That is not the id of a take or song", advice="Check the id")
    return found


def _payload(path: str, fields: _Fields, extra: str) -> Payload:
    return Payload(path, _json(fields | extra_fields(extra)))


def _json(fields: _Fields) -> str:
    return encodable(json.dumps(fields, ensure_ascii=False, allow_nan=False))


def _music(request: MusicRequest) -> _Fields:
    """The modes of protocol 2.1."""
    if request.is_described:
        fields = {"gpt_description_prompt": sendable(request.description), **_labels(request)}
    else:
        fields = _custom(request)
    if request.is_extension:
        fields["task"] = "upload_extend" if request.extend_upload else "extend"
        fields["continue_clip_id"] = sendable(request.extend_clip_id)
        if request.extend_at_s is not None:
            fields["continue_at"] = seconds_number(request.extend_at_s)
        fields |= _filled(task_id=request.extend_task_id)
    if trim(request.persona_id):
        fields.setdefault("task", "artist_consistency")
        fields |= {"persona_id": sendable(request.persona_id), "generation_type": "TEXT"}
        fields |= _filled(artist_clip_id=request.persona_clip_id)
    return fields


def _custom(request: SongFields) -> _Fields:
    """A custom song. An empty prompt makes it instrumental; make_instrumental alone does not at all gateways."""
    return {"prompt": "" if request.instrumental else sendable(request.lyrics), **_labels(request)}


def _labels(request: SongFields) -> _Fields:
    """`mv` and `make_instrumental` are always sent: some gateways require them, none rejects them."""
    return {
        **_filled(title=request.title, tags=request.style, negative_tags=request.exclude),
        "mv": sendable(request.model) or NEWEST,
        "make_instrumental": request.instrumental,
    }


def _filled(**texts: str) -> _Fields:
    return {name: sendable(value) for name, value in texts.items() if trim(value)}

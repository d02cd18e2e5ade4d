"""The composer's form: its fields, its modes, and the one table that says which field holds which part of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sunotui.domain.offers import Feature, features_of
from sunotui.domain.request import (
    ConcatRequest,
    CoverRequest,
    InfillRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    StemsRequest,
    UploadFileRequest,
    UploadRequest,
)


class Kind(Enum):
    """How a field is edited."""

    LINE = auto()
    LONG = auto()
    FLAG = auto()


class Shape(Enum):
    """What a field's text stands for."""

    TEXT = auto()
    FLAG = auto()
    POINT = auto()
    """A moment of a clip, typed as m:ss or as seconds."""
    COUNT = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form; `limit` names the model limit that its counter shows."""

    id: str
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    limit: str = ""
    shape: Shape = Shape.TEXT


def _flag(id: str, label: str) -> Field:
    return Field(id, label, Kind.FLAG, shape=Shape.FLAG)


FIELDS: tuple[Field, ...] = (
    Field("description", "Describe the song", Kind.LONG, limit="description"),
    Field("prompt", "What the words should be about", Kind.LONG, limit="lyrics_prompt"),
    Field("url", "Audio", hint="an address (https://…) or the path of a file"),
    Field("clip", "Clip id", hint="the take to make it from"),
    Field("at", "From", hint="m:ss in that take", shape=Shape.POINT),
    Field("start", "Section from", hint="m:ss", shape=Shape.POINT),
    Field("end", "Section to", hint="m:ss", shape=Shape.POINT),
    Field("task", "Its task id", hint="many gateways want it"),
    _flag("upload", "That take was uploaded"),
    _flag("infill", "It has a replaced section"),
    Field("count", "Stems", hint="2: voice and band; 12: every instrument", shape=Shape.COUNT),
    Field("title", "Title", limit="title"),
    Field("style", "Style", hint="synthwave, female vocals, 110 bpm", limit="style"),
    Field("lyrics", "Lyrics", Kind.LONG, limit="prompt"),
    _flag("instrumental", "Instrumental"),
    Field("exclude", "Exclude", hint="styles to keep out; some gateways drop it"),
    Field("persona", "Persona", hint="a voice made of a take; ctrl+o chooses"),
    Field("persona_clip", "Its clip id", hint="the take that the voice was made of"),
    Field("model", "Model", hint="chosen for this gateway; or chirp-hawk, or a name of its own"),
    Field("stem_model", "Model", hint="chosen for this gateway; or a name of its own"),
    Field("takes", "Requests", hint="1; each makes two takes and is paid for"),
    Field("extra", "Extra fields", hint='JSON for what is not here: {"vocal_gender": "f"}'),
)
FIELD_BY_ID: Mapping[str, Field] = {field.id: field for field in FIELDS}

_TEXTS = ("title", "style", "exclude", "lyrics", "instrumental", "model", "extra")
FIELD_OF: Mapping[type[Request], Mapping[str, str]] = {
    MusicRequest: {
        **{name: name for name in _TEXTS},
        "description": "description",
        "extend_clip_id": "clip",
        "extend_at_s": "at",
        "extend_task_id": "task",
        "extend_upload": "upload",
        "persona_id": "persona",
        "persona_clip_id": "persona_clip",
    },
    LyricsRequest: {"prompt": "prompt", "extra": "extra"},
    ConcatRequest: {"clip_id": "clip", "is_infill": "infill", "extra": "extra"},
    CoverRequest: {"clip_id": "clip", **{name: name for name in _TEXTS}},
    InfillRequest: {
        "clip_id": "clip",
        "task_id": "task",
        "start_s": "start",
        "end_s": "end",
        **{name: name for name in _TEXTS},
    },
    StemsRequest: {
        "clip_id": "clip",
        "task_id": "task",
        "count": "count",
        "title": "title",
        "model": "stem_model",
        "extra": "extra",
    },
    UploadRequest: {"url": "url", "extra": "extra"},
    UploadFileRequest: {"path": "url"},
}
"""For every kind of request, the field that holds each of its attributes: the way into the form and out of it."""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to make something: the kinds of request it makes, and the fields it shows."""

    id: str
    label: str
    key: str
    makes: tuple[type[Request], ...]
    fields: tuple[str, ...]
    needs: tuple[str, ...]
    """The fields that it cannot do without, more or less: the keyboard goes to the first that is empty."""
    missing_clip: str = ""
    """What to say when no clip is given, where the same form without one would make another thing."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """What a gateway must offer for this mode, whatever the fields hold: one of these."""
        return tuple(feature for made in self.makes for feature in features_of(made()))


_NEW = ("lyrics", "style", "title", "instrumental", "exclude")
_VOICE = ("persona", "persona_clip")

MODES: tuple[Mode, ...] = (
    Mode(
        *("describe", "Describe", "F2", (MusicRequest,)),
        ("description", "instrumental", "exclude", *_VOICE, "model", "takes", "extra"),
        needs=("description",),
    ),
    Mode(
        *("custom", "Custom", "F3", (MusicRequest,)),
        (*_NEW, *_VOICE, "model", "takes", "extra"),
        needs=("lyrics",),
    ),
    Mode("lyrics", "Lyrics", "F4", (LyricsRequest,), ("prompt", "extra"), needs=("prompt",)),
    Mode(
        *("extend", "Extend", "F6", (MusicRequest,)),
        ("clip", "at", "task", "upload", *_NEW, *_VOICE, "model", "extra"),
        needs=("clip", "at", "lyrics"),
        missing_clip="Give the id of the clip to extend",
    ),
    Mode("concat", "Concat", "F7", (ConcatRequest,), ("clip", "infill", "extra"), needs=("clip",)),
    Mode("upload", "Upload", "F8", (UploadRequest, UploadFileRequest), ("url", "extra"), needs=("url",)),
    Mode("cover", "Cover", "F9", (CoverRequest,), ("clip", *_NEW, "model", "extra"), needs=("clip", "style")),
    Mode(
        *("infill", "Replace", "F10", (InfillRequest,)),
        ("clip", "start", "end", "task", *_NEW, "model", "extra"),
        needs=("clip", "start", "end", "lyrics"),
    ),
    Mode(
        *("stems", "Stems", "F11", (StemsRequest,)),
        ("clip", "task", "count", "title", "stem_model", "extra"),
        needs=("clip",),
    ),
)

_MODES = {mode.id: mode for mode in MODES}


def mode_named(name: str) -> Mode:
    """The mode by its id; the first for a name that an old draft may have."""
    return _MODES.get(name, MODES[0])


def mode_for(request: Request) -> Mode:
    """The mode that makes such a request."""
    if isinstance(request, MusicRequest):
        return _MODES["extend" if request.is_extension else "describe" if request.is_described else "custom"]
    return next(mode for mode in MODES if type(request) in mode.makes)

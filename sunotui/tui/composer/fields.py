"""The fields and modes of the composer's form, and the table that maps request attributes to fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sunotui.domain.gateways.capabilities import Feature, features_of
from sunotui.domain.requests.derived import DERIVED_TASKS, VARIATIONS, DerivedTask
from sunotui.domain.requests.music import GENDERS
from sunotui.domain.requests.request import (
    MAY_HAVE_NO_TASK,
    ConcatRequest,
    DerivedRequest,
    LyricsRequest,
    MusicRequest,
    Request,
    UploadFileRequest,
    UploadRequest,
)


class Kind(Enum):
    """How a field is edited."""

    LINE = auto()
    LONG = auto()
    FLAG = auto()


class Shape(Enum):
    """How a field's text is parsed."""

    TEXT = auto()
    FLAG = auto()
    POINT = auto()
    """A time within a clip, typed as m:ss or as seconds."""
    COUNT = auto()
    NUMBER = auto()
    IDS = auto()
    """Several ids, separated by spaces or commas."""


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
    Field("prompt", "What the lyrics should be about", Kind.LONG, limit="lyrics_prompt"),
    Field("url", "Audio", hint="a URL (https://…) or a file path"),
    Field("clip", "Clip id", hint="the source take"),
    Field("at", "From", hint="m:ss in that take", shape=Shape.POINT),
    Field("start", "Section from", hint="m:ss", shape=Shape.POINT),
    Field("end", "Section to", hint="m:ss", shape=Shape.POINT),
    Field("task", "Its task id", hint="required by many gateways"),
    _flag("upload", "That take was uploaded"),
    _flag("infill", "It has a replaced section"),
    Field("count", "Stems", hint="2: voice and band; 12: every instrument", shape=Shape.COUNT),
    Field("clips", "Further clip ids", hint="separated by spaces", shape=Shape.IDS),
    Field("variation", "Variation", hint=", ".join(VARIATIONS)),
    Field("sound", "Sound", hint="a creaking door"),
    _flag("loop", "Loop"),
    Field("media", "URL", hint="https://… of the image or video"),
    Field("title", "Title", limit="title"),
    Field("style", "Style", hint="synthwave, female vocals, 110 bpm", limit="style"),
    Field("lyrics", "Lyrics", Kind.LONG, limit="prompt"),
    _flag("instrumental", "Instrumental"),
    Field("exclude", "Exclude", hint="styles to avoid; some gateways ignore it"),
    Field("persona", "Persona", hint="a voice created from a take; ctrl+o chooses"),
    Field("persona_clip", "Its clip id", hint="the take that the voice was created from"),
    Field("model", "Model", hint="chosen for this gateway; or chirp-hawk, or another name"),
    Field("stem_model", "Model", hint="chosen for this gateway; or another name"),
    _flag("more", "More: sliders, voice, duration"),
    Field("style_weight", "Style weight", hint="0 to 1: how closely the style is followed", shape=Shape.NUMBER),
    Field("weirdness", "Weirdness", hint="0 to 1", shape=Shape.NUMBER),
    Field("audio_weight", "Audio weight", hint="0 to 1: how closely the source is followed", shape=Shape.NUMBER),
    Field("gender", "Voice", hint=" or ".join(GENDERS)),
    Field("duration_s", "Duration", hint="seconds", shape=Shape.NUMBER),
    _flag("persona_as_voice", "Only the persona's voice"),
    Field("takes", "Requests", hint="1; each is paid for and makes two takes"),
    Field("extra", "Extra fields", hint='extra JSON fields: {"vocal_gender": "f"}'),
)
FIELD_BY_ID: Mapping[str, Field] = {field.id: field for field in FIELDS}

_SETTINGS = ("style_weight", "weirdness", "audio_weight", "gender", "duration_s")
_TEXTS = ("title", "style", "exclude", "lyrics", "instrumental", "model", "extra", *_SETTINGS)
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
        "persona_as_voice": "persona_as_voice",
    },
    LyricsRequest: {"prompt": "prompt", "extra": "extra"},
    ConcatRequest: {"clip_id": "clip", "is_infill": "infill", "extra": "extra"},
    DerivedRequest: {
        "clip_id": "clip",
        "more_clip_ids": "clips",
        "task_id": "task",
        "start_s": "start",
        "end_s": "end",
        "at_s": "at",
        "count": "count",
        "variation": "variation",
        "sound": "sound",
        "is_loop": "loop",
        "url": "media",
        **{name: name for name in _TEXTS},
    },
    UploadRequest: {"url": "url", "extra": "extra"},
    UploadFileRequest: {"path": "url"},
}
"""For every request type, the field of each attribute; used to fill the form and to read it."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of the composer: its request types and its fields."""

    id: str
    label: str
    key: str
    makes: tuple[type[Request], ...]
    fields: tuple[str, ...]
    needs: tuple[str, ...]
    """The fields that are usually required: the first empty one gets the focus."""
    task: str = ""
    """The derived task that it creates, one of DERIVED_TASKS; empty for other requests."""
    model_field: str = "model"
    """The field that holds the model: songs and stems have separate ones."""
    missing_clip: str = ""
    """The message when no clip is given, for a mode that would otherwise create another kind of request."""

    def field_of(self, made: type[Request]) -> Mapping[str, str]:
        """The field of each attribute of one of this mode's request types."""
        parts = FIELD_OF[made]
        return {**parts, "model": self.model_field} if "model" in parts else parts

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features of which a gateway must offer at least one for this mode, whatever the fields contain."""
        if self.task:
            return features_of(DerivedRequest(self.task))
        makers: tuple[Any, ...] = self.makes
        return tuple(feature for made in makers for feature in features_of(made()))


_NEW = ("lyrics", "style", "title", "instrumental", "exclude")
_VOICE = ("persona", "persona_clip")

MODES: tuple[Mode, ...] = (
    Mode(
        *("describe", "Describe", "F2", (MusicRequest,)),
        ("description", "instrumental", "exclude", *_VOICE, "model", "more", "takes", "extra"),
        needs=("description",),
    ),
    Mode(
        *("custom", "Custom", "F3", (MusicRequest,)),
        (*_NEW, *_VOICE, "model", "more", "takes", "extra"),
        needs=("lyrics",),
    ),
    Mode("lyrics", "Lyrics", "F4", (LyricsRequest,), ("prompt", "extra"), needs=("prompt",)),
    Mode(
        *("extend", "Extend", "F6", (MusicRequest,)),
        ("clip", "at", "task", "upload", *_NEW, *_VOICE, "model", "more", "extra"),
        needs=("clip", "at", "lyrics"),
        missing_clip="Give the id of the clip to extend",
    ),
    Mode("concat", "Concat", "F7", (ConcatRequest,), ("clip", "infill", "extra"), needs=("clip",)),
    Mode("upload", "Upload", "F8", (UploadRequest, UploadFileRequest), ("url", "extra"), needs=("url",)),
    Mode(
        *("cover", "Cover", "F9", (DerivedRequest,)),
        ("clip", *_NEW, "model", "more", "extra"),
        needs=("clip", "style"),
        task="cover",
    ),
    Mode(
        *("infill", "Replace", "F10", (DerivedRequest,)),
        ("clip", "start", "end", "task", *_NEW, "model", "more", "extra"),
        needs=("clip", "start", "end", "lyrics"),
        task="infill",
    ),
    Mode(
        *("stems", "Stems", "F11", (DerivedRequest,)),
        ("clip", "task", "count", "title", "stem_model", "extra"),
        needs=("clip",),
        task="stems",
        model_field="stem_model",
    ),
)


def _mode_of(task: DerivedTask) -> Mode:
    """The mode of a derived task without its own key; its fields follow from DERIVED_TASKS."""
    needs = [
        *(["clip"] if task.clips or task.is_many else []),
        *(["clips"] if task.clips > 1 else []),
        *(["start", "end"] if task.has_range else []),
        *(["at"] if task.has_point else []),
        *(_FIELD_OF_NEED[name] for name in task.needs),
    ]
    optional = ["clips"] if task.is_many else []
    if task.name == "sound":
        optional.append("loop")
    if task.feature is Feature.STEMS:
        optional.append("count")
    words = _NEW if task.takes_words else ("style", "title") if task.needs_style else ("title",)
    texts = [name for name, is_needed in (("style", task.needs_style), ("lyrics", task.needs_words)) if is_needed]
    fields = (*needs, *optional, *words, "model", *(["more"] if task.takes_words else []), "extra")
    return Mode(task.name, task.label, "", (DerivedRequest,), fields, needs=(*needs, *texts), task=task.name)


_FIELD_OF_NEED = {"variation": "variation", "sound": "sound", "url": "media"}
_MODES = {mode.id: mode for mode in MODES}
_MODES |= {task.name: _mode_of(task) for task in DERIVED_TASKS if task.name not in _MODES}
MORE_FIELDS = (*_SETTINGS, "persona_as_voice")
"""Fields that are visible only if `more` is set, in modes whose request has them."""


def mode_named(name: str) -> Mode:
    """The mode with this id; the first mode for an unknown id, which an old draft may have."""
    return _MODES.get(name, MODES[0])


def has_mode(request: Request) -> bool:
    """Whether the composer has a mode for this request; personas, expanded tags and clip files have none."""
    return not isinstance(request, MAY_HAVE_NO_TASK)


def mode_for(request: Request) -> Mode:
    """The mode for this request, which must have one (`has_mode`)."""
    if isinstance(request, MusicRequest):
        return _MODES["extend" if request.is_extension else "describe" if request.is_described else "custom"]
    if isinstance(request, DerivedRequest):
        return _MODES[request.task]
    return next(mode for mode in MODES if type(request) in mode.makes)

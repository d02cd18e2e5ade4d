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
    PICK = auto()
    """Only by a pick-list: it has no input."""


class FieldGroup(Enum):
    """The position of a field in the form; Tab goes through the groups in this order."""

    SOURCE = auto()
    """The first row: what the song is made from."""
    HEAD = auto()
    """The row of title and style."""
    TEXT = auto()
    """The long text, which takes all free rows."""
    OPTION = auto()
    """The row of options."""
    MORE = auto()
    """Folded: shown only on demand."""


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
    group: FieldGroup
    kind: Kind = Kind.LINE
    hint: str = ""
    limit: str = ""
    shape: Shape = Shape.TEXT
    width: int = 2
    """Its share of the row."""


def _flag(id: str, label: str, group: FieldGroup) -> Field:
    return Field(id, label, group, Kind.FLAG, shape=Shape.FLAG)


_SOURCE, _HEAD, _TEXT, _OPTION, _MORE = FieldGroup

FIELDS: tuple[Field, ...] = (
    Field("url", "Audio", _SOURCE, hint="a URL (https://…) or a file path"),
    Field("at", "Continue from", _SOURCE, hint="1:30", shape=Shape.POINT, width=1),
    Field("start", "From", _SOURCE, hint="0:45", shape=Shape.POINT, width=1),
    Field("end", "To", _SOURCE, hint="1:10", shape=Shape.POINT, width=1),
    Field("count", "Stems", _SOURCE, hint="2 or 12", shape=Shape.COUNT, width=1),
    Field("variation", "Variation", _SOURCE, hint=", ".join(VARIATIONS)),
    Field("sound", "Sound", _SOURCE, hint="a creaking door"),
    Field("media", "URL", _SOURCE, hint="https://… of the image or video"),
    Field("title", "Title", _HEAD, limit="title", width=1),
    Field("style", "Style", _HEAD, hint="synthwave, female vocals, 110 bpm", limit="style"),
    Field("description", "Describe the song", _TEXT, Kind.LONG, "a slow folk song about a lighthouse", "description"),
    Field("prompt", "What the lyrics are about", _TEXT, Kind.LONG, "two lovers who miss each other", "lyrics_prompt"),
    Field("lyrics", "Lyrics", _TEXT, Kind.LONG, limit="prompt"),
    Field("takes", "Requests", _OPTION, Kind.PICK),
    _flag("loop", "Loop", _OPTION),
    _flag("infill", "Has a replaced section", _OPTION),
    _flag("instrumental", "Instrumental", _OPTION),
    _flag("more", "More", _OPTION),  # Whether MORE_FIELDS are part of the request; it has no box of its own.
    Field("gender", "Gender", _MORE, hint=" or ".join(GENDERS)),
    Field("style_weight", "Style weight", _MORE, hint="0 to 1", shape=Shape.NUMBER),
    Field("weirdness", "Weirdness", _MORE, hint="0 to 1", shape=Shape.NUMBER),
    Field("audio_weight", "Audio weight", _MORE, hint="0 to 1", shape=Shape.NUMBER),
    Field("duration_s", "Duration", _MORE, hint="seconds", shape=Shape.NUMBER),
    Field("exclude", "Exclude", _MORE, hint="styles to avoid"),
    Field("extra", "Extra JSON fields", _MORE, hint='{"field": "value"}'),
    _flag("persona_as_voice", "Only the voice", _MORE),
    _flag("upload", "Uploaded take", _MORE),
    Field("model", "Model name", _MORE, hint="the usual one"),
    Field("stem_model", "Model name", _MORE, hint="the usual one"),
    Field("clip", "Take id", _MORE),
    Field("clips", "Further take ids", _MORE, hint="separated by spaces", shape=Shape.IDS),
    Field("task", "Its song id", _MORE, hint="often needed"),
    Field("persona", "Voice id", _MORE),
    Field("persona_clip", "Its take id", _MORE, hint="take of the voice"),
)
"""In the order in which Tab goes through them."""
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
    """The fields to fill first: the first empty one gets the focus."""
    hint: str = ""
    """What to do first, for an empty form."""
    task: str = ""
    """The derived task that it creates, one of DERIVED_TASKS; empty for other requests."""
    model_field: str = "model"
    """The field that holds the model: songs and stems have separate ones."""
    missing_clip: str = ""
    """The message when no clip is given, for a mode that would otherwise create another kind of request."""
    begins_at: str = ""
    """The field to begin at once those before it are filled, even if it is: its value is only a proposal."""

    @property
    def title(self) -> str:
        """The name of the form in the breadcrumb in this mode."""
        return "New song" if self.id in NEW_SONG_MODES else _TITLES.get(self.id, self.label)

    def field_of(self, made: type[Request]) -> Mapping[str, str]:
        """The field of each attribute of one of this mode's request types."""
        parts = FIELD_OF[made]
        return {**parts, "model": self.model_field} if "model" in parts else parts

    def empty_request(self) -> Request:
        """A request of this mode without any content."""
        made: Any = self.makes[0]
        empty: Request = made(self.task) if self.task else made()
        return empty

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features of which a gateway must offer at least one for this mode, whatever the fields contain."""
        if self.task:
            return features_of(DerivedRequest(self.task))
        makers: tuple[Any, ...] = self.makes
        return tuple(feature for made in makers for feature in features_of(made()))


_TITLES = {"lyrics": "New lyrics", "concat": "Join takes"}
"""Breadcrumbs that are longer than the names in the bar of modes."""
_NEW = ("lyrics", "style", "title", "instrumental", "exclude")
_VOICE = ("persona", "persona_clip")

MODES: tuple[Mode, ...] = (
    Mode(
        *("describe", "Describe", "F2", (MusicRequest,)),
        ("description", "instrumental", "exclude", *_VOICE, "model", "more", "takes", "extra"),
        needs=("description",),
        hint="Describe the song; the gateway writes the lyrics.",
    ),
    Mode(
        *("custom", "Custom", "F3", (MusicRequest,)),
        (*_NEW, *_VOICE, "model", "more", "takes", "extra"),
        needs=("title", "style", "lyrics"),
        hint="Give it a style and write the lyrics.",
    ),
    Mode(
        *("lyrics", "Lyrics", "F4", (LyricsRequest,)),
        ("prompt", "extra"),
        needs=("prompt",),
        hint="Say what the lyrics should be about.",
    ),
    Mode(
        *("upload", "Upload", "F8", (UploadRequest, UploadFileRequest)),
        ("url", "extra"),
        needs=("url",),
        hint="Give the URL or the path of an audio file.",
    ),
    Mode(
        *("extend", "Extend", "F6", (MusicRequest,)),
        ("clip", "at", "task", "upload", *_NEW, *_VOICE, "model", "more", "extra"),
        needs=("clip", "at", "lyrics"),
        hint="Choose the take to continue, and from where.",
        missing_clip="Choose the take to extend",
        begins_at="at",
    ),
    Mode(
        *("concat", "Join", "F7", (ConcatRequest,)),
        ("clip", "infill", "extra"),
        needs=("clip",),
        hint="Choose the take that extends another one.",
    ),
    Mode(
        *("cover", "Cover", "F9", (DerivedRequest,)),
        ("clip", *_NEW, "model", "more", "extra"),
        needs=("clip", "style"),
        hint="Choose a take, and the style of the cover.",
        task="cover",
    ),
    Mode(
        *("infill", "Replace section", "F10", (DerivedRequest,)),
        ("clip", "start", "end", "task", *_NEW, "model", "more", "extra"),
        needs=("clip", "start", "end", "lyrics"),
        hint="Choose a take, the section, and its new lyrics.",
        task="infill",
    ),
    Mode(
        *("stems", "Stems", "F11", (DerivedRequest,)),
        ("clip", "task", "count", "title", "stem_model", "extra"),
        needs=("clip",),
        hint="Choose the take to split.",
        task="stems",
        model_field="stem_model",
    ),
)
"""The modes with a key, in the order of the bar."""
OWN_MODES = MODES[:4]
"""The modes that need no take."""
NEW_SONG_MODES = ("describe", "custom")
"""The modes in which the form of a new song opens."""


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
    return Mode(
        *(task.name, task.label, "", (DerivedRequest,), fields),
        needs=(*needs, *texts),
        hint=_HINTS[task.name],
        task=task.name,
    )


_HINTS = {
    "cover_extend": "Choose the cover to continue, and from where.",
    "fixed_infill": "Choose a take and a section; the song keeps its length.",
    "infill_intro": "Choose a take, the end of its intro, and the new lyrics.",
    "infill_outro": "Choose a take, the start of its outro, and the new lyrics.",
    "cover_infill": "Choose a cover, the section, and its new lyrics.",
    "upload_infill": "Choose an uploaded take, the section, and its new lyrics.",
    "add_instrumental": "Choose a take with a voice, and the style of the band.",
    "add_vocals": "Choose an instrumental take, and write the lyrics.",
    "remaster": "Choose a take, and how far the remaster may go.",
    "mashup": "Choose two takes.",
    "inspired": "Choose takes; the new song sounds like them.",
    "sound": "Describe a sound effect.",
    "hum": "Choose an uploaded take in which you hum.",
    "image": "Give the URL of an image.",
    "video": "Give the URL of a video.",
    "stems_short": "Choose the take to split; some gateways want this form.",
}
"""What to do first in the modes without a key."""
_FIELD_OF_NEED = {"variation": "variation", "sound": "sound", "url": "media"}
_MODES = {mode.id: mode for mode in MODES}
_MODES |= {task.name: _mode_of(task) for task in DERIVED_TASKS if task.name not in _MODES}
MORE_FIELDS = (*_SETTINGS, "persona_as_voice")
"""Fields that are part of the request only if `more` is set, in modes whose request has them."""


def mode_named(name: str) -> Mode:
    """The mode with this id; the first mode for an unknown id, which an old draft may have."""
    return _MODES.get(name, MODES[0])


def has_mode(request: Request) -> bool:
    """Whether the composer has a mode for this request; personas, expanded tags and clip files have no mode."""
    return not isinstance(request, MAY_HAVE_NO_TASK)


def mode_for(request: Request) -> Mode:
    """The mode for this request, which must have one (`has_mode`)."""
    if isinstance(request, MusicRequest):
        return _MODES["extend" if request.is_extension else "describe" if request.is_described else "custom"]
    if isinstance(request, DerivedRequest):
        return _MODES[request.task]
    return next(mode for mode in MODES if type(request) in mode.makes)

"""The composer's form as a value: its modes and fields, and the request it makes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from sunotui.domain.models import DEFAULT_MV, limits_of
from sunotui.domain.request import ConcatRequest, LyricsRequest, MusicRequest, Request, UploadRequest

_MOST_TAKES = 10
_POINT = re.compile(r"(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,4}(?:\.\d{1,3})?)")


class Kind(Enum):
    """How a field is edited."""

    LINE = auto()
    LONG = auto()
    FLAG = auto()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form; `limit` names the model limit that its counter shows."""

    id: str
    label: str
    kind: Kind = Kind.LINE
    hint: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to make something, with the fields it needs."""

    id: str
    label: str
    key: str
    fields: tuple[str, ...]


FIELDS: tuple[Field, ...] = (
    Field("description", "Describe the song", Kind.LONG, limit="description"),
    Field("prompt", "What the words should be about", Kind.LONG, limit="lyrics_prompt"),
    Field("clip", "Clip id", hint="the take to go on from"),
    Field("at", "From", hint="m:ss in that take"),
    Field("task", "Its task id", hint="many gateways want it"),
    Field("title", "Title", limit="title"),
    Field("style", "Style", hint="synthwave, female vocals, 110 bpm", limit="style"),
    Field("exclude", "Exclude", hint="styles to keep out; some gateways drop it"),
    Field("lyrics", "Lyrics", Kind.LONG, limit="prompt"),
    Field("instrumental", "Instrumental", Kind.FLAG),
    Field("url", "Address of the audio", hint="https://…"),
    Field("model", "Model", hint=f"{DEFAULT_MV}; chirp-v5, chirp-auk, or your gateway's own name"),
    Field("takes", "Requests", hint="1; each makes two takes and is paid for"),
)

MODES: tuple[Mode, ...] = (
    Mode("describe", "Describe", "F2", ("description", "instrumental", "model", "takes")),
    Mode("custom", "Custom", "F3", ("lyrics", "style", "title", "exclude", "instrumental", "model", "takes")),
    Mode("lyrics", "Lyrics", "F4", ("prompt",)),
    Mode("extend", "Extend", "F6", ("clip", "at", "task", "lyrics", "style", "title", "model")),
    Mode("concat", "Concat", "F7", ("clip",)),
    Mode("upload", "Upload", "F8", ("url",)),
)

_NEEDED = frozenset({"description", "prompt", "lyrics", "clip", "at", "url"})
_MODES = {mode.id: mode for mode in MODES}


def mode_named(name: str) -> Mode:
    """The mode by its id; the first for a name that an old draft may have."""
    return _MODES.get(name, MODES[0])


@dataclass(frozen=True, slots=True)
class Draft:
    """What is in the form and not yet sent."""

    mode: str = "describe"
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Draft":
        """The draft out of what was kept; an empty one when that cannot be read."""
        try:
            body = json.loads(text)
            values = {str(name): str(value) for name, value in body["values"].items()}
            return cls(mode_named(str(body["mode"])).id, values)
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()

    def text(self) -> str:
        """The draft as text to keep."""
        return json.dumps({"mode": self.mode, "values": {name: value for name, value in self.values.items() if value}})

    def emptied(self) -> "Draft":
        """What is left when it is sent: the mode and the model."""
        return Draft(self.mode, {name: value for name, value in self.values.items() if name == "model"})

    def with_mode(self, mode: str) -> "Draft":
        """In another mode."""
        return replace(self, mode=mode_named(mode).id)

    def with_value(self, name: str, value: str) -> "Draft":
        """With another text in one field."""
        return replace(self, values={**self.values, name: value})

    def with_request(self, request: Request) -> "Draft":
        """A form that makes this request."""
        if isinstance(request, LyricsRequest):
            return Draft("lyrics", {**self.values, "prompt": request.prompt})
        if isinstance(request, ConcatRequest):
            return Draft("concat", {**self.values, "clip": request.clip_id})
        if isinstance(request, UploadRequest):
            return Draft("upload", {**self.values, "url": request.url})
        if not isinstance(request, MusicRequest):
            return self
        values = {
            "description": request.description,
            "lyrics": request.lyrics,
            "title": request.title,
            "style": request.style,
            "exclude": request.exclude,
            "model": request.model or self.values.get("model", ""),
            "instrumental": "yes" if request.instrumental else "",
            "clip": request.extend_clip_id,
            "at": _shown_point(request.extend_at_s),
            "task": request.extend_task_id,
        }
        mode = "extend" if request.is_extension else "describe" if request.is_described else "custom"
        return Draft(mode, values)

    @property
    def first_gap(self) -> str:
        """The first field that the mode cannot do without and that is empty; its first field when none is."""
        fields = mode_named(self.mode).fields
        gaps = (name for name in fields if name in _NEEDED and not self.values.get(name, "").strip())
        return next(gaps, fields[0])

    @property
    def takes(self) -> int:
        """How many requests to send, 1 to 10."""
        text = self.values.get("takes", "").strip() if "takes" in mode_named(self.mode).fields else ""
        return max(1, min(_MOST_TAKES, int(text[:4]))) if text.isascii() and text.isdigit() else 1

    def request(self) -> tuple[Request | None, str]:
        """The request that the form makes, or None and what is wrong with the form."""
        value = {name: self.values.get(name, "").strip() for name in mode_named(self.mode).fields}
        if self.mode == "lyrics":
            return LyricsRequest(value["prompt"]), ""
        if self.mode == "concat":
            return ConcatRequest(value["clip"]), ""
        if self.mode == "upload":
            return UploadRequest(value["url"]), ""
        at_s = None
        if self.mode == "extend":
            if not value["clip"]:
                return None, "Give the id of the clip to extend"
            at_s = read_point(value["at"])
            if at_s is None:
                return None, "Say where in the clip the new part begins, such as 1:30"
        return MusicRequest(
            description=value.get("description", ""),
            lyrics=value.get("lyrics", ""),
            title=value.get("title", ""),
            style=value.get("style", ""),
            exclude=value.get("exclude", ""),
            model=value["model"] or DEFAULT_MV,
            instrumental=bool(value.get("instrumental")),
            extend_clip_id=value.get("clip", ""),
            extend_at_s=at_s,
            extend_task_id=value.get("task", ""),
        ), ""

    def counter(self, field: Field) -> tuple[str, bool]:
        """The counter beside a field, and whether the text is over the model's limit."""
        if not field.limit:
            return "", False
        limit: int = getattr(limits_of(self.values.get("model", "") or DEFAULT_MV), field.limit)
        length = len(self.values.get(field.id, "").strip())
        return f"{length:,}/{limit:,}", length > limit


def read_point(text: str) -> float | None:
    """Seconds out of "90", "90.5" or "1:30"; None for anything else."""
    match = _POINT.fullmatch(text.strip())
    if match is None:
        return None
    return int(match["minutes"] or 0) * 60 + float(match["seconds"])


def _shown_point(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:06.3f}".rstrip("0").rstrip(".") if rest % 1 else f"{int(minutes)}:{int(rest):02}"

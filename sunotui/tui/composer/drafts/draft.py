"""The content of the composer's form as a value, and the request that it describes."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sunotui.domain.gateways.models import limits_of
from sunotui.domain.requests.request import DerivedRequest, Request, UploadFileRequest, UploadRequest
from sunotui.domain.text import trim
from sunotui.tui.composer.fields import (
    FIELD_BY_ID,
    FIELDS,
    MORE_FIELDS,
    NEW_SONG_MODES,
    Field,
    FieldGroup,
    Mode,
    Shape,
    mode_for,
    mode_named,
)

MAX_REQUESTS = 10
_KEPT_FIELDS = ("model", "stem_model")
"""Fields that are not cleared when the request is sent."""
_POINT = re.compile(r"(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,4}(?:\.\d{1,400})?)")


@dataclass(frozen=True, slots=True)
class Draft:
    """The content of the form, not sent yet."""

    mode: str = "describe"
    values: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Fields that are shown besides those of the mode, since the request in the form uses them."""
    before: str = ""
    """In another mode than those of a new song: which of these was used last, empty if that is not known."""

    @classmethod
    def read(cls, text: str) -> Draft:
        """Parse the text of a saved draft; an empty draft if it cannot be parsed."""
        try:
            body = json.loads(text)
            values = {str(name): str(value) for name, value in body["values"].items()}
            also = tuple(name for name in body.get("also", ()) if name in FIELD_BY_ID)
            before = body.get("before", "")
            return cls(mode_named(str(body["mode"])).id, values, also, before if before in NEW_SONG_MODES else "")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()

    def text(self) -> str:
        """The draft as text to save; `read` parses it."""
        values = {name: value for name, value in self.values.items() if value}
        others = {"also": self.also, "before": self.before}
        return json.dumps({"mode": self.mode, "values": values} | {name: one for name, one in others.items() if one})

    def as_plain_text(self) -> str:
        """The draft as readable text: each field's label, then its text."""
        texts = {name: text for name, text in self.values.items() if trim(text)}
        names = {name: FIELD_BY_ID[name].label if name in FIELD_BY_ID else name for name in texts}
        return "\n\n".join(f"{names[name]}:\n{text}" for name, text in texts.items()) + "\n"

    def emptied(self) -> Draft:
        """The draft after sending: the mode and the models remain."""
        kept = {name: value for name, value in self.values.items() if name in _KEPT_FIELDS}
        return replace(self, values=kept, also=())

    @property
    def new_song_mode(self) -> str:
        """The mode in which the form of a new song opens."""
        return self.mode if self.mode in NEW_SONG_MODES else self.before or NEW_SONG_MODES[0]

    def _before(self, mode: str) -> str:
        return "" if mode in NEW_SONG_MODES else self.new_song_mode

    def with_mode(self, mode: str) -> Draft:
        """The draft in another mode."""
        name = mode_named(mode).id
        return replace(self, mode=name, also=(), before=self._before(name))

    def with_value(self, name: str, value: str) -> Draft:
        """The draft with another text in one field."""
        return replace(self, values={**self.values, name: value})

    def with_request(self, request: Request) -> Draft:
        """A draft of this request; it keeps its model if the request does not name one."""
        mode = mode_for(request)
        parts = mode.field_of(type(request))
        texts = {name: _shown(getattr(request, part), part, request) for part, name in parts.items()}
        if not texts.get(mode.model_field):
            texts.pop(mode.model_field, None)
        if any(texts.get(name) for name in MORE_FIELDS):
            texts["more"] = "yes"
        others = {name: value for name, value in self.values.items() if name != "takes"}
        also = tuple(name for name, text in texts.items() if text and name not in (*mode.fields, *MORE_FIELDS))
        return Draft(mode.id, {**others, **texts}, also, self._before(mode.id))

    @property
    def has_content(self) -> bool:
        """Whether it has content besides the model and the open More."""
        return any(trim(text) for name, text in self.values.items() if name not in (*_KEPT_FIELDS, "more"))

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of the form's fields: those of the mode, and those that the request in the form uses. Some of them
        are folded."""
        mode = mode_named(self.mode)
        shown = (*mode.fields, *self.also)
        if "more" not in shown or not self.values.get("more"):
            return shown
        available = mode.field_of(mode.makes[0]).values()
        return (*shown, *(name for name in MORE_FIELDS if name in available))

    @property
    def first_gap(self) -> str:
        """The first empty field that the mode requires, or the field that it begins at; the mode's first field if no
        required field is empty."""
        mode = mode_named(self.mode)
        gaps = [name for name in mode.needs if not trim(self.values.get(name, ""))]
        if mode.begins_at and mode.begins_at not in gaps and gaps[:1] != [mode.needs[0]]:
            return mode.begins_at
        return gaps[0] if gaps else mode.fields[0]

    def folded(self) -> list[str]:
        """The ids of the form's fields under More; all that can be there, whether it is open or not."""
        mode = mode_named(self.mode)
        names = {*self.shown}
        if "more" in mode.fields:
            names |= {*MORE_FIELDS} & {*mode.field_of(mode.makes[0]).values()}
        return [field.id for field in FIELDS if field.group is FieldGroup.MORE and field.id in names]

    def with_more(self, *, is_open: bool) -> Draft:
        """The draft with More open or folded. Fields that are filled stay part of the request when they are folded."""
        is_used = is_open or any(trim(self.values.get(name, "")) for name in MORE_FIELDS)
        return self.with_value("more", "yes" if is_used else "") if "more" in mode_named(self.mode).fields else self

    @property
    def takes(self) -> int:
        """How many requests to send, 1 to 10; 0 if the text is not such a number."""
        text = trim(self.values.get("takes", "")) if "takes" in self.shown else ""
        if not text:
            return 1
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        return number if number <= MAX_REQUESTS else 0

    def request(self) -> tuple[Request | None, str]:
        """The request that the draft describes, or None and a sentence about what is wrong."""
        mode = mode_named(self.mode)
        if mode.missing_clip and not trim(self.values.get("clip", "")):
            return None, mode.missing_clip
        made = self._request_type(mode)
        parts: dict[str, Any] = {}
        for part, name in mode.field_of(made).items():
            text = trim(self.values.get(name, "")) if name in self.shown else ""
            if not text:
                continue
            try:
                parts[part] = _read(text, FIELD_BY_ID[name])
            except ValueError as error:
                return None, str(error)
        if not self.takes:
            return None, f"Requests are a number from 1 to {MAX_REQUESTS}"
        if made is UploadFileRequest:
            parts = {name: _expand_home(path) for name, path in parts.items()}
        if made is DerivedRequest:
            parts["task"] = mode.task
        return made(**parts), ""

    def _request_type(self, mode: Mode) -> type[Request]:
        """The type of the request; an upload has one type for a URL and another for a file."""
        if UploadFileRequest not in mode.makes:
            return mode.makes[0]
        audio = trim(self.values.get("url", ""))
        return UploadFileRequest if audio and "://" not in audio else UploadRequest

    def counter(self, field: Field) -> tuple[str, bool]:
        """The counter beside a field, and whether the text is over the model's limit."""
        if not field.limit:
            return "", False
        limit: int = getattr(limits_of(self.values.get("model", "")), field.limit)
        length = len(trim(self.values.get(field.id, "")))
        return f"{length:,}/{limit:,}", length > limit


def read_point(text: str) -> float | None:
    """Parse "90", "90.5" or "1:30" as seconds; None for anything else."""
    match = _POINT.fullmatch(trim(text))
    if match is None:
        return None
    return float(int(match["minutes"] or 0) * 60 + Decimal(match["seconds"]))


def show_point(seconds: float) -> str:
    """Seconds as m:ss, with all their decimals; `read_point` parses it."""
    minutes, rest = divmod(Decimal(repr(float(seconds))), 60)
    digits = format(rest.normalize() if rest else Decimal(0), "f")
    return f"{minutes:.0f}:{'0' if rest < 10 else ''}{digits}"


def _read(text: str, field: Field) -> Any:
    """Parse a field's text. Raises ValueError with the sentence to show."""
    if field.shape is Shape.FLAG:
        return True
    if field.shape is Shape.POINT:
        at_s = read_point(text)
        if at_s is None:
            raise ValueError(f"{field.label} must be a time in the take, such as 1:30")
        return at_s
    if field.shape is Shape.IDS:
        return tuple(text.replace(",", " ").split())
    if field.shape is Shape.NUMBER:
        number = _number(text.replace(",", "."))
        if number is None:
            raise ValueError(f"{field.label} must be a number, such as 0.5")
        return number
    if field.shape is Shape.COUNT:
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            raise ValueError(f"{field.label} must be a number")
        return int(text)
    return text


def _number(text: str) -> float | None:
    """Parse a decimal number; None for anything else, including nan, inf, 1_0 and numbers that are too large."""
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text, re.ASCII) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _shown(value: Any, part: str, request: Request) -> str:
    """An attribute's value as its field's text; a default value is an empty text."""
    default = next(known.default for known in fields(request) if known.name == part)
    if value is None or value == default:
        return ""
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, tuple):
        return " ".join(value)
    if part in MORE_FIELDS:
        return format(Decimal(repr(value)).normalize(), "f") if isinstance(value, float) else str(value)
    return show_point(value) if isinstance(value, float) else str(value)


def _expand_home(path: str) -> str:
    """A path with ~ replaced by the user's home folder."""
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:
        return path

"""The composer's form as a value: what is in its fields, and the request that this makes."""

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
from sunotui.tui.composer.fields import FIELD_BY_ID, MORE_FIELDS, Field, Mode, Shape, mode_for, mode_named

_MOST_TAKES = 10
_LASTING = ("model", "stem_model")
"""Fields that stay when the rest is sent."""
_POINT = re.compile(r"(?:(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,4}(?:\.\d{1,400})?)")


@dataclass(frozen=True, slots=True)
class Draft:
    """What is in the form and not yet sent."""

    mode: str = "describe"
    values: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Fields shown beside the mode's own, since the request that was put in has something there."""

    @classmethod
    def read(cls, text: str) -> Draft:
        """The draft out of what was kept; an empty one when that cannot be read."""
        try:
            body = json.loads(text)
            values = {str(name): str(value) for name, value in body["values"].items()}
            also = tuple(name for name in body.get("also", ()) if name in FIELD_BY_ID)
            return cls(mode_named(str(body["mode"])).id, values, also)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()

    def text(self) -> str:
        """The draft as text to keep."""
        values = {name: value for name, value in self.values.items() if value}
        return json.dumps({"mode": self.mode, "values": values} | ({"also": self.also} if self.also else {}))

    def as_plain_text(self) -> str:
        """The draft for a reader: each text under the name of its field."""
        texts = {name: text for name, text in self.values.items() if trim(text)}
        names = {name: FIELD_BY_ID[name].label if name in FIELD_BY_ID else name for name in texts}
        return "\n\n".join(f"{names[name]}:\n{text}" for name, text in texts.items()) + "\n"

    def emptied(self) -> Draft:
        """What is left when it is sent: the mode and the models."""
        return Draft(self.mode, {name: value for name, value in self.values.items() if name in _LASTING})

    def with_mode(self, mode: str) -> Draft:
        """In another mode."""
        return replace(self, mode=mode_named(mode).id, also=())

    def with_value(self, name: str, value: str) -> Draft:
        """With another text in one field."""
        return replace(self, values={**self.values, name: value})

    def with_request(self, request: Request) -> Draft:
        """A form that makes this request; a model stays where the request names none."""
        mode = mode_for(request)
        parts = mode.field_of(type(request))
        texts = {name: _shown(getattr(request, part), part, request) for part, name in parts.items()}
        if not texts.get(mode.model_field):
            texts.pop(mode.model_field, None)
        if any(texts.get(name) for name in MORE_FIELDS):
            texts["more"] = "yes"
        kept = {name: value for name, value in self.values.items() if name != "takes"}
        also = tuple(name for name, text in texts.items() if text and name not in (*mode.fields, *MORE_FIELDS))
        return Draft(mode.id, {**kept, **texts}, also)

    @property
    def is_worth_keeping(self) -> bool:
        """Whether a person would miss it: more is in it than the model's name."""
        return any(trim(text) for name, text in self.values.items() if name not in _LASTING)

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of the fields that are shown: those of the mode, and those that a request brought along."""
        mode = mode_named(self.mode)
        shown = (*mode.fields, *self.also)
        if "more" not in shown or not self.values.get("more"):
            return shown
        held = mode.field_of(mode.makes[0]).values()
        return (*shown, *(name for name in MORE_FIELDS if name in held))

    @property
    def first_gap(self) -> str:
        """The first field that the mode cannot do without and that is empty; its first field when none is."""
        mode = mode_named(self.mode)
        gaps = (name for name in mode.needs if not trim(self.values.get(name, "")))
        return next(gaps, mode.fields[0])

    @property
    def takes(self) -> int:
        """How many requests to send, 1 to 10; 0 for what is no such number."""
        text = trim(self.values.get("takes", "")) if "takes" in self.shown else ""
        if not text:
            return 1
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        return number if number <= _MOST_TAKES else 0

    def request(self) -> tuple[Request | None, str]:
        """The request that the form makes, or None and what is wrong with the form."""
        mode = mode_named(self.mode)
        if mode.missing_clip and not trim(self.values.get("clip", "")):
            return None, mode.missing_clip
        made = self._made(mode)
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
            return None, f"Requests are a number from 1 to {_MOST_TAKES}"
        if made is UploadFileRequest:
            parts = {name: _at_home(path) for name, path in parts.items()}
        if made is DerivedRequest:
            parts["task"] = mode.task
        return made(**parts), ""

    def _made(self, mode: Mode) -> type[Request]:
        """What the mode makes of these texts: of an upload, one kind for an address and another for a file."""
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
    """Seconds out of "90", "90.5" or "1:30"; None for anything else."""
    match = _POINT.fullmatch(trim(text))
    if match is None:
        return None
    return float(int(match["minutes"] or 0) * 60 + Decimal(match["seconds"]))


def show_point(seconds: float) -> str:
    """Seconds as m:ss, with as many decimals as they have: what `read_point` reads."""
    minutes, rest = divmod(Decimal(repr(float(seconds))), 60)
    digits = format(rest.normalize() if rest else Decimal(0), "f")
    return f"{minutes:.0f}:{'0' if rest < 10 else ''}{digits}"


def _read(text: str, field: Field) -> Any:
    """What a field's text stands for. Raises ValueError with the sentence to show."""
    if field.shape is Shape.FLAG:
        return True
    if field.shape is Shape.POINT:
        at_s = read_point(text)
        if at_s is None:
            raise ValueError(f"'{field.label}' is a moment of the clip, such as 1:30")
        return at_s
    if field.shape is Shape.IDS:
        return tuple(text.replace(",", " ").split())
    if field.shape is Shape.NUMBER:
        number = _number(text.replace(",", "."))
        if number is None:
            raise ValueError(f"'{field.label}' is a number, such as 0.5")
        return number
    if field.shape is Shape.COUNT:
        if not (text.isascii() and text.isdigit() and len(text) < 5):
            raise ValueError(f"'{field.label}' is a number")
        return int(text)
    return text


def _number(text: str) -> float | None:
    """A decimal number; None for anything else, also for what `float` takes: nan, inf, 1_0, and the too large."""
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text, re.ASCII) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _shown(value: Any, part: str, request: Request) -> str:
    """An attribute's value as its field's text; what is as always leaves the field empty."""
    usual = next(known.default for known in fields(request) if known.name == part)
    if value is None or value == usual:
        return ""
    if isinstance(value, bool):
        return "yes"
    if isinstance(value, tuple):
        return " ".join(value)
    if part in MORE_FIELDS:
        return format(Decimal(repr(value)).normalize(), "f") if isinstance(value, float) else str(value)
    return show_point(value) if isinstance(value, float) else str(value)


def _at_home(path: str) -> str:
    """A path whose ~ is the person's own folder."""
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:
        return path

"""Parses the bodies of submits as strictly as the servers written in Go."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

DEFAULT_MV = "chirp-v3-0"
"""The default model of the open servers (protocol 2.1)."""


SLIDERS = ("style_weight", "weirdness_constraint", "audio_weight")
"""Style weight, weirdness and audio weight."""


class InvalidBody(Exception):
    """A body that the server rejects with 400; its text is the server's message."""


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """The fields of a song that only private builds pass on (protocol 2.1, 2.2). Seconds; None where absent."""

    task: str = ""
    negative_tags: str = ""
    cover_clip_id: str = ""
    persona_id: str = ""
    persona_model: str = ""
    """How a persona is used, at gateways of the sunoapi format only; empty elsewhere."""
    artist_clip_id: str = ""
    generation_type: str = ""
    vocal_gender: str = ""
    stem_task: str = ""
    stem_type_group_name: str = ""
    stem_type_id: float | None = None
    infill_start_s: float | None = None
    infill_end_s: float | None = None
    duration_s: float | None = None
    """The requested length of the song in seconds."""
    sliders: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """The values of the given SLIDERS, 0 to 1."""


@dataclass(frozen=True, slots=True)
class MusicPayload:
    """The fields of POST /suno/submit/music that the open servers use (protocol 2), and those that others also use."""

    gpt_description_prompt: str = ""
    prompt: str = ""
    mv: str = ""
    title: str = ""
    tags: str = ""
    continue_at: float | None = None
    """The position in the parent in seconds; None for its end."""
    task_id: str = ""
    continue_clip_id: str = ""
    make_instrumental: bool = False
    options: GenerationOptions = GenerationOptions()
    params: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """The unparsed object with a derived task's own fields; empty if the server does not use it."""


def parse_object(body: bytes) -> dict[str, Any]:
    """Parse the JSON object of a body. Raises InvalidBody."""
    try:
        found: Any = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidBody("invalid character looking for beginning of value" if body else "EOF") from None
    if not isinstance(found, dict):
        raise InvalidBody(f"json: cannot unmarshal {_go_kind(found)} into Go value of type service.SubmitReq")
    return found


def parse_music(body: bytes) -> MusicPayload:
    """Parse the payload of a song. Raises InvalidBody for a wrong type: a string for `continue_at` is rejected
    (protocol 2)."""
    return music_payload(parse_object(body))


def music_payload(fields: dict[str, Any]) -> MusicPayload:
    """The payload in a parsed body. Raises InvalidBody."""
    texts: dict[str, Any] = {name: text_field(fields, name) for name in _TEXTS}
    return MusicPayload(
        **texts,
        continue_at=number_field(fields, "continue_at"),
        make_instrumental=flag_field(fields, "make_instrumental"),
    )


def parse_options(fields: dict[str, Any]) -> GenerationOptions:
    """Parse the fields beyond the nine, equally strictly. Raises InvalidBody."""
    found: dict[str, Any] = {name: text_field(fields, name) for name in _OPTION_TEXTS}
    found |= {name: number_field(fields, name) for name in _OPTION_NUMBERS}
    # Where Suno itself has the sliders (protocol 2.1).
    sliders = parse_sliders(object_field(object_field(fields, "metadata"), "control_sliders"))
    return GenerationOptions(**found, sliders=sliders)


def parse_ids(body: bytes) -> list[str]:
    """The ids of a batch fetch; a missing list is an empty one. Raises InvalidBody."""
    return text_list_field(parse_object(body), "ids")


def url_field(fields: dict[str, Any], name: str = "url") -> str:
    """A web address, such as that of an upload. Raises InvalidBody for anything else."""
    url = text_field(fields, name)
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise InvalidBody(f"{name} is invalid")
    return url


def text_field(fields: dict[str, Any], name: str) -> str:
    """A text field, "" when absent or null. Raises InvalidBody."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong_type(value, name, "string")
    return value


def text_list_field(fields: dict[str, Any], name: str) -> list[str]:
    """A list of texts, empty when absent or null. Raises InvalidBody."""
    found = fields.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise _wrong_type(found, name, "[]string")
    for one in found:
        if not isinstance(one, str):
            raise _wrong_type(one, name, "string")
    return found


def flag_field(fields: dict[str, Any], name: str) -> bool:
    """A boolean field, False when absent or null. Raises InvalidBody."""
    value = fields.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _wrong_type(value, name, "bool")
    return value


def number_field(fields: dict[str, Any], name: str) -> float | None:
    """A number field, None when absent or null. Raises InvalidBody."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong_type(value, name, "float64")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise _wrong_type(value, name, "float64")
    return number


_TEXTS = ("gpt_description_prompt", "prompt", "mv", "title", "tags", "task_id", "continue_clip_id")


_OPTION_TEXTS = (
    "task",
    "negative_tags",
    "cover_clip_id",
    "persona_id",
    "artist_clip_id",
    "generation_type",
    "vocal_gender",
    "stem_task",
    "stem_type_group_name",
)
_OPTION_NUMBERS = ("stem_type_id", "infill_start_s", "infill_end_s")


def parse_sliders(fields: dict[str, Any]) -> dict[str, float]:
    """Parse the sliders in an object, without absent ones and null. Raises InvalidBody outside 0 to 1."""
    sliders = {name: number_field(fields, name) for name in SLIDERS}
    for name, value in sliders.items():
        if value is not None and not 0 <= value <= 1:
            raise InvalidBody(f"{name} must be between 0 and 1")
    return {name: value for name, value in sliders.items() if value is not None}


def object_field(fields: dict[str, Any], name: str) -> dict[str, Any]:
    """An object field, empty when absent or null. Raises InvalidBody."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong_type(value, name, "object")
    return value


def _no_constant(name: str) -> None:
    """Reject NaN and Infinity, which JSON does not have."""
    raise ValueError(name)


def _wrong_type(value: object, name: str, wanted: str) -> InvalidBody:
    return InvalidBody(
        f"json: cannot unmarshal {_go_kind(value)} into Go struct field SubmitReq.{name} of type {wanted}"
    )


def _go_kind(value: object) -> str:
    kinds = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")

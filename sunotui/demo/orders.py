"""What comes in: the bodies of submits, read as strictly as the servers in Go read them."""

import json
import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


class BadOrder(Exception):
    """A body that the server refuses with 400; its text is what the server says."""


@dataclass(frozen=True, slots=True)
class MusicOrder:
    """The fields of POST /suno/submit/music that the open servers read (protocol 2); all others are dropped."""

    gpt_description_prompt: str = ""
    prompt: str = ""
    mv: str = ""
    title: str = ""
    tags: str = ""
    continue_at: float = 0.0
    task_id: str = ""
    continue_clip_id: str = ""
    make_instrumental: bool = False


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises BadOrder."""
    try:
        found: Any = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadOrder("invalid character looking for beginning of value" if body else "EOF") from None
    if not isinstance(found, dict):
        raise BadOrder(f"json: cannot unmarshal {_go_kind(found)} into Go value of type service.SubmitReq")
    return found


def read_music(body: bytes) -> MusicOrder:
    """A song's order. Raises BadOrder on a wrong type: a string for `continue_at` is refused (protocol 2)."""
    fields = read_object(body)
    return MusicOrder(
        **{name: text_of(fields, name) for name in _TEXTS},
        continue_at=_number_of(fields, "continue_at"),
        make_instrumental=flag_of(fields, "make_instrumental"),
    )


def read_ids(body: bytes) -> list[str]:
    """The ids of a batch fetch; a missing list is an empty one. Raises BadOrder."""
    ids = read_object(body).get("ids")
    if ids is None:
        return []
    if not isinstance(ids, list):
        raise _wrong_type(ids, "ids", "[]string")
    for one in ids:
        if not isinstance(one, str):
            raise _wrong_type(one, "ids", "string")
    return ids


def read_url(fields: dict[str, Any]) -> str:
    """The address of an upload. Raises BadOrder when it is no web address."""
    url = text_of(fields, "url")
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise BadOrder("url is invalid")
    return url


def text_of(fields: dict[str, Any], name: str) -> str:
    """A text field, "" when absent or null. Raises BadOrder."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong_type(value, name, "string")
    return value


def flag_of(fields: dict[str, Any], name: str) -> bool:
    """A boolean field, False when absent or null. Raises BadOrder."""
    value = fields.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise _wrong_type(value, name, "bool")
    return value


_TEXTS = ("gpt_description_prompt", "prompt", "mv", "title", "tags", "task_id", "continue_clip_id")


def _number_of(fields: dict[str, Any], name: str) -> float:
    value = fields.get(name)
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong_type(value, name, "float64")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise _wrong_type(value, name, "float64")
    return number


def _no_constant(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)


def _wrong_type(value: object, name: str, wanted: str) -> BadOrder:
    return BadOrder(f"json: cannot unmarshal {_go_kind(value)} into Go struct field SubmitReq.{name} of type {wanted}")


def _go_kind(value: object) -> str:
    kinds = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")

"""Parses the fields of an export's lines; an invalid one is rejected with a sentence."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from sunotui.domain.annotations import name_key, valid_name
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.gateways.profile import is_profile_name
from sunotui.domain.text import TEXT_LIMIT, storable_text
from sunotui.gateway.parsing.fields import JsonObject, identity, line
from sunotui.gateway.parsing.tasks import raw_text

W = TypeVar("W", bound=StrEnum)


def typed(value: object) -> str:
    """The user's own text, unchanged. Raises ValueError for a text that is too long to import whole."""
    if not isinstance(value, str):
        return ""
    if len(value) > TEXT_LIMIT:
        raise ValueError(f"a text in it has more than {TEXT_LIMIT:,} characters")
    return storable_text(value)


def json_text(value: object) -> str:
    """A text that should itself be JSON, unchanged."""
    return storable_text(value) if isinstance(value, str) else ""


def raw_of(value: object) -> str:
    """A gateway's JSON, as it would have been stored from a response."""
    return raw_text(value) if isinstance(value, str) and value else ""


def text_at(item: JsonObject, name: str, limit: int = 200) -> str:
    """One sanitized line."""
    found = item.get(name)
    return "" if found is None else line(found, limit)


def id_at(item: JsonObject, name: str) -> str:
    """An id. Raises ValueError."""
    found = identity(item.get(name))
    if not found:
        raise ValueError(f"the field '{name}' has no id in it")
    return found


def name_at(item: JsonObject) -> str:
    """A name as it is stored. Raises ValueError."""
    found = item.get("name")
    name = found if isinstance(found, str) else line(found)
    if not name_key(name):
        raise ValueError("it has no name")
    return _valid_name(name)


# Most tasks have the same few labels.
@lru_cache(maxsize=256)
def _valid_name(name: str) -> str:
    try:
        return valid_name(name)
    except InvalidRequest as refused:
        raise ValueError(refused.what[0].lower() + refused.what[1:]) from None


def names_at(item: JsonObject, name: str, most: int) -> tuple[str, ...]:
    """Names as they are stored, without duplicates; values that are not names are left out. Raises ValueError."""
    names = (found for found in list_at(item, name, most) if isinstance(found, str))
    return tuple(dict.fromkeys(_valid_name(found) for found in names if _name_key(found)))


_name_key = lru_cache(maxsize=256)(name_key)


def profile_at(item: JsonObject) -> str:
    """The name of a profile. Raises ValueError."""
    found = text_at(item, "profile", 64)
    if not _is_profile_name(found):
        raise ValueError("the field 'profile' has no profile's name in it")
    return found


_is_profile_name = lru_cache(maxsize=16)(is_profile_name)


def one_of(words: type[W], item: JsonObject, name: str) -> W:
    """A value of an enumeration. Raises ValueError."""
    try:
        found: W = _member(words, text_at(item, name, 32))
    except ValueError:
        raise ValueError(f"the field '{name}' has no word that this version knows") from None
    return found


@lru_cache(maxsize=64)
def _member(words: type[W], text: str) -> W:
    return words(text)


def int_at(item: JsonObject, name: str, most: int) -> int:
    """A whole number from 0 to `most`; 0 for anything else."""
    found = item.get(name, 0)
    return min(max(found, 0), most) if type(found) is int else 0


def list_at(item: JsonObject, name: str, most: int) -> list[Any]:
    """A list, empty if it is missing. Raises ValueError."""
    found = item.get(name, [])
    if not isinstance(found, list):
        raise ValueError(f"the field '{name}' is not a list")
    if len(found) > most:
        raise ValueError(f"the field '{name}' has more than {most:,} entries")
    return found

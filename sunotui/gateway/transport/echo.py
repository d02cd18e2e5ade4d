"""A gateway that sends our token back must not have it shown, written to the library or opened as a link (K1)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from sunotui.domain.errors import SunotuiError
from sunotui.gateway.secret_forms import has_secret
from sunotui.gateway.transport.redaction import masked

T = TypeVar("T")


def without_secret(value: T, secret: str) -> T:
    """The value, in all of its texts and those of the values inside it, without the token; links with it go. A trouble
    stays the same one, its texts changed in place: it may be on its way up already."""
    changed: Any = _cleansed(value, secret)
    return changed  # type: ignore[no-any-return]


_TEXTS_OF_TROUBLE = ("what", "advice", "detail", "answer", "request_id")


def _cleansed(value: Any, secret: str, name: str = "") -> Any:
    if isinstance(value, str):
        # A word of ours is an enum's, not the gateway's.
        if isinstance(value, Enum) or not has_secret(value, secret):
            return value
        return None if name.endswith("_url") else masked(value, secret)
    if isinstance(value, tuple):
        parts = tuple(_cleansed(part, secret) for part in value)
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    if isinstance(value, SunotuiError):
        for text in _TEXTS_OF_TROUBLE:
            setattr(value, text, _cleansed(getattr(value, text), secret))
        value.args = (value.what,)
        return value
    if is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for field in _names_of(type(value)):
            old = getattr(value, field)
            new = _cleansed(old, secret, field)
            if new is not old:
                changes[field] = new
        return replace(value, **changes) if changes else value
    return value


@cache
def _names_of(kind: type[Any]) -> tuple[str, ...]:
    # Asked for every clip of every answer; `fields` builds its list anew each time.
    return tuple(field.name for field in fields(kind))

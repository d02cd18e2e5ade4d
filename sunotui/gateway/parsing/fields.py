"""Parsers for the fields of untrusted JSON objects: each converts any value to a valid or an empty one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime

from sunotui.domain.text import LINE_LIMIT, TEXT_LIMIT, clean, storable_text, trim
from sunotui.gateway.endpoints import is_usable_id
from sunotui.gateway.parsing.links import read_link

JsonObject = Mapping[str, object]
"""A JSON object from a gateway."""

TITLE_LIMIT = 1_000
"""The maximum length of a title in characters, ten times the limit of any known model."""

_NUMERIC = (int, float, str)
_MS_FROM = 1e11
"""Unix times above this are milliseconds (protocol 4.5)."""
_LATEST_S = 32_503_680_000.0
_LONGEST_S = 86_400.0
_FASTEST_BPM = 1_000.0
_MUSICAL_KEY = re.compile(
    r"[A-G](?:#|b|♯|♭|[ -]?sharp|[ -]?flat)?"
    r"(?:[ :_-]?(?:m|maj|major|min|minor|ionian|dorian|phrygian|lydian|mixolydian|aeolian|locrian))?"
    r"|(?:[1-9]|1[0-2])[ABdm]",
    re.IGNORECASE,
)


def first(item: JsonObject, *names: str) -> object:
    """The first of these fields that is not missing, null or empty."""
    for name in names:
        value = item.get(name)
        if value is not None and value != "":
            return value
    return None


def exact(value: object, limit: int = TEXT_LIMIT) -> str:
    """A text as the gateway sent it, sanitized only for display; empty if nothing in it is visible. Text longer than
    `limit` characters is truncated with an ellipsis, so that every response is bounded (P3).
    """
    if not isinstance(value, str) or not value:
        return ""
    if not "!" <= value[0] <= "~" and not trim(value[: limit + 1]):
        return ""
    return storable_text(value if len(value) <= limit else value[: limit - 1] + "…")


def line(value: object, limit: int = LINE_LIMIT) -> str:
    """A short text of the gateway, such as a model or a reason, as one sanitized line; numbers become text, any other
    value an empty text."""
    if isinstance(value, str):
        return clean(value, limit)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def tags(value: object, limit: int = 1_000) -> str:
    """Tags as one text, from a string for songs, or a list for some lyrics (protocol 6, quirk 22)."""
    if isinstance(value, list):
        value = ", ".join(part for part in value[:64] if isinstance(part, str))
    return exact(value, limit)


def identity(value: object) -> str:
    """An id as text; empty if it is not usable. A few gateways write numeric ids as numbers."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        value = str(value)
    return value if isinstance(value, str) and is_usable_id(value) else ""


def word(value: object) -> str:
    """A normalized status value: lower case, with "_" between its parts; empty for any other value."""
    return clean(value, 64).lower().replace(" ", "_").replace("-", "_") if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A finite number, also from a string."""
    if isinstance(value, bool) or not isinstance(value, _NUMERIC):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(value: object) -> float | None:
    """Unix seconds from seconds, milliseconds or an ISO time with a zone; None for 0, negative and absurd values."""
    if value is None:
        return None
    found = number(value)
    if found is None and isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value[:40])
            # Without a zone it is the local time of an unknown zone.
            found = parsed.timestamp() if parsed.tzinfo is not None else None
        except (ValueError, OverflowError):
            return None
    if found is None:
        return None
    seconds = found / 1000 if found > _MS_FROM else found
    return seconds if 0 < seconds < _LATEST_S else None


def length(value: object) -> float | None:
    """A duration in seconds, more than 0 and at most a day."""
    found = number(value)
    return found if found is not None and 0 < found <= _LONGEST_S else None


def tempo(value: object) -> float | None:
    """Beats per minute, more than 0 and at most 1,000."""
    found = number(value)
    return found if found is not None and 0 < found <= _FASTEST_BPM else None


def weight(value: object) -> float | None:
    """The value of a slider, 0 to 1."""
    found = number(value)
    return found if found is not None and 0 <= found <= 1 else None


def musical_key(value: object) -> str:
    """The key of a song, such as "A minor", "F#m" or the Camelot code "8A"; empty for anything else."""
    fields = clean(value, 32) if isinstance(value, str) else ""
    return fields if fields and _MUSICAL_KEY.fullmatch(fields) else ""


def link(*values: object) -> str | None:
    """The first usable web address among the values that is not known to be dead (protocol 7.3, U1)."""
    for value in values:
        if value is not None and (address := read_link(value).address) is not None:
            return address
    return None

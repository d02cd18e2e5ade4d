"""Redacts secrets in everything that is shown or stored: the user's token, echoed by a gateway in any form, and other
people's keys in an upstream's error text (K1)."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from itertools import repeat
from typing import Any, TypeVar

from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import LINE_LIMIT, clean, clean_lines, without_ignorable
from sunotui.gateway.transport.secret_search import has_forms, has_secret, replace_secret


def body_without_secret(body: bytes, secret: str, mask: str) -> tuple[bytes, bool]:
    """A response body with `mask` in place of every form of the secret, before anything is parsed, and whether a search
    found no form of it. If the replacement could damage the body, which may have the outcome of a paid request, the
    body is unchanged and its fields are redacted one by one: with a token shorter than `secret_search.SHORTEST`, or of
    letters or digits only, which may be a word or a number of the response itself; in UTF-16 and UTF-32; and if the
    JSON would become invalid.
    """
    if not has_forms(secret) or secret.isalpha() or secret.isdigit() or b"\0" in body:
        return body, False
    text = body.decode("utf-8", "surrogateescape")
    replaced = replace_secret(text, secret, mask)
    if replaced == text or (_is_json(text) and not _is_json(replaced)):
        return body, replaced == text
    return replaced.encode("utf-8", "surrogateescape"), False


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


HEAD_LIMIT = 2_000
"""Characters of a response that are stored for the user to read."""

_ANY_KEY = re.compile(r"sk-[A-Za-z0-9_*-]{6,}")
_ANY_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}")
_BEARER = re.compile(r"(\bBearer\s+)[!-~]{16,}", re.IGNORECASE)
# A session of the gateway's owner, which the reference server leaks (G13); also in JSON nested as text in JSON, at
# several levels.
_SESSION_KEY = r"[^\"\\]{0,40}(?:cookie|jwt|session|authorization)[^\"\\]{0,40}"
_SESSION = re.compile(rf'("{_SESSION_KEY}"\s*:\s*")(?:[^"\\]|\\.)*', re.IGNORECASE)
# As many backslashes as its own quotation marks have; a quotation mark inside the value has more.
_NESTED_SESSION = re.compile(
    rf'((\\{{1,15}})"{_SESSION_KEY}\2"\s*:\s*\2")(?:[^"\\]|\\+(?![\\"])|\\+\2")*', re.IGNORECASE
)
# Go's formatter writes this for a "%" in a text that it treats as a format; the group is the unknown verb.
_GO_NOISE = re.compile(r"%!(.?)\((?:MISSING|NOVERB|BADWIDTH|BADPREC|BADINDEX)\)")
MASK = "•••"
"""The replacement for redacted text."""
BEFORE_CUTTING = 16_384
"""The number of characters of a text that are searched for keys before it is truncated for display."""


def masked(text: str, secret: str = "") -> str:
    """The text without `secret` and without anything that looks like a key."""
    # Keys with zero-width characters in them are found, too: removing those would restore the key.
    bare = without_ignorable(text)
    found = _masked(bare, secret)
    return _masked(text, secret) if found == bare else found


def _masked(text: str, secret: str) -> str:
    text = replace_secret(text, secret, MASK)
    for pattern in (_SESSION, _NESTED_SESSION, _BEARER):
        text = pattern.sub(rf"\1{MASK}", text)
    return _ANY_JWT.sub(MASK, _ANY_KEY.sub(f"sk-{MASK}", text))


def redacted_text(text: str, secret: str = "", limit: int = LINE_LIMIT) -> str:
    """A gateway's text as one sanitized line, without the noise of Go's formatter (quirk 20). It is sanitized before
    redaction, so that a control character cannot hide a key, and truncated last, so that no partial key is left."""
    if not text:
        # Most tasks have no fail reason.
        return ""
    return clean(masked(_GO_NOISE.sub(r"%\1", clean(text, BEFORE_CUTTING)), secret), limit)


def head_of(body: bytes, secret: str = "") -> str:
    """The first lines of a response, sanitized, for the journal."""
    text = body[:BEFORE_CUTTING].decode("utf-8", "replace")
    return clean_lines(masked(clean_lines(text, BEFORE_CUTTING), secret), HEAD_LIMIT)


T = TypeVar("T")


def without_secret(value: T, secret: str) -> T:
    """The value with the token redacted in all its texts and those of nested values; links that contain it become None.
    An error stays the same object with changed texts, since it may already be propagating."""
    changed: Any = _cleansed(value, secret)
    return changed  # type: ignore[no-any-return]


_ESCAPE = re.compile(rb"\\[u/b]")
"""An escape of JSON that stands for a visible character, or for one that is removed from texts; the others become a
space or the end of a line."""


def may_have_secret(body: bytes, secret: str, *, is_clean: bool = False) -> bool:
    """Whether a text in a JSON response may contain the token; one search of the whole response instead of one of each
    text, and none of a body that `body_without_secret` found `is_clean`. Escapes may hide it. Links are not ruled out:
    a host name may become the token when it is converted to ASCII.
    """
    if not secret:
        return False
    if _ESCAPE.search(body) or any(char in secret for char in '"\\/'):
        return True
    return not is_clean and has_secret(body.decode("utf-8", "replace"), secret)


_ERROR_TEXTS = ("what", "advice", "detail", "answer", "request_id")


def _cleansed(value: Any, secret: str, name: str = "") -> Any:
    if isinstance(value, str):
        # The values of the program's own enums are not gateway text.
        if isinstance(value, Enum) or not has_secret(value, secret):
            return value
        return None if name.endswith("_url") else masked(value, secret)
    if isinstance(value, tuple):
        names = getattr(value, "_fields", repeat(""))
        parts = [_cleansed(part, secret, part_name) for part, part_name in zip(value, names, strict=False)]
        if all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, SunotuiError):
        for text in _ERROR_TEXTS:
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
    # Called for every clip of every response; `fields` builds a new list each time.
    return tuple(field.name for field in fields(kind))

"""The token in the forms in which a gateway may send it back: plain, with invisible characters inside, with characters
that are escaped as in JSON or in an address, and in base64 (K1)."""

from __future__ import annotations

import base64
import json
import re
from functools import lru_cache

SHORTEST = 8
"""Characters of a token below which only its plain form is looked for: the others could be any text."""

# A token is printable ASCII: whatever else stands between two characters of it does not belong to it.
_FOREIGN = r"[^\t\n\r -~]"
_ESCAPED_FOREIGN = r"(?<!\\)\\+u(?!00[2-7])[0-9A-Fa-f]{4}"
_FOREIGNERS = re.compile(rf"{_FOREIGN}+")
_ESCAPED_FOREIGNERS = re.compile(_ESCAPED_FOREIGN)
# Text within text is escaped several times over: "%252D", "\\u002d".
_ESCAPE_START = r"(?:%(?:25){0,4}|(?<!\\)\\+u00)"
_ESCAPES = re.compile(rf"{_ESCAPE_START}([2-7][0-9A-Fa-f])")


def has_secret(text: str, secret: str) -> bool:
    """Whether the secret stands in a text in any of its forms."""
    if not secret or secret in text:
        return bool(secret)
    if not _has_forms(secret):
        return False
    if any(form in text for form in _base64_forms(secret)):
        return True
    if "\\" in text:
        text = _ESCAPED_FOREIGNERS.sub("", text)
    text = text if text.isascii() and text.isprintable() else _FOREIGNERS.sub("", text)
    return secret in _ESCAPES.sub(lambda found: chr(int(found[1], 16)), text)


def replace_secret(text: str, secret: str, mask: str) -> str:
    """The text with `mask` in place of every form of the secret."""
    if not has_secret(text, secret):
        return text
    text = text.replace(secret, mask)
    return _pattern(secret).sub(mask, text) if _has_forms(secret) else text


def body_without_secret(body: bytes, secret: str, mask: str) -> bytes:
    """The same for an answer's body, before anything is read from it.

    A body is left as it is, for its fields to be cleansed one by one, where this could damage it, since it may say what
    became of a paid request: with a token shorter than SHORTEST, or of letters or digits alone, which may be a word or
    a number of the answer itself; in UTF-16 and UTF-32; and where JSON would no longer be JSON.
    """
    if not _has_forms(secret) or secret.isalpha() or secret.isdigit() or b"\0" in body:
        return body
    text = body.decode("utf-8", "surrogateescape")
    replaced = replace_secret(text, secret, mask)
    if replaced == text or (_is_json(text) and not _is_json(replaced)):
        return body
    return replaced.encode("utf-8", "surrogateescape")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _has_forms(secret: str) -> bool:
    return len(secret) >= SHORTEST and secret.isascii() and secret.isprintable()


@lru_cache(maxsize=8)
def _base64_forms(secret: str) -> tuple[str, ...]:
    """What every base64 text has in it that the secret was put into: one form for each place in a group of three
    bytes, in both alphabets, without the characters that depend on what stands before or after it."""
    forms: list[str] = []
    for before, start in ((0, 0), (1, 2), (2, 3)):
        content = b"\0" * before + secret.encode()
        whole = len(content) * 8 // 6
        forms += [encode(content).decode()[start:whole] for encode in (base64.b64encode, base64.urlsafe_b64encode)]
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=8)
def _pattern(secret: str) -> re.Pattern[str]:
    letters = (rf"(?:{re.escape(char)}|{_ESCAPE_START}(?i:{ord(char):02x}))" for char in secret)
    spread = rf"(?:{_FOREIGN}|{_ESCAPED_FOREIGN})*".join(letters)
    return re.compile("|".join((spread, *map(re.escape, _base64_forms(secret)))))

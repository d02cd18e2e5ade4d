"""No key is shown or stored: neither ours, echoed by a gateway, nor a stranger's in an upstream's error text (K1)."""

from __future__ import annotations

import re

from sunotui.domain.text import LINE_LIMIT, clean, clean_lines, without_ignorable
from sunotui.gateway.secret_forms import replace_secret

HEAD_LIMIT = 2_000
"""Characters kept of an answer for a person to read."""

_ANY_KEY = re.compile(r"sk-[A-Za-z0-9_*-]{6,}")
_ANY_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){0,2}")
_BEARER = re.compile(r"(\bBearer\s+)[!-~]{16,}", re.IGNORECASE)
# A session of the gateway's owner, which the reference server gives away (G13); also where JSON is a text in JSON,
# several times over.
_SESSION_KEY = r"[^\"\\]{0,40}(?:cookie|jwt|session|authorization)[^\"\\]{0,40}"
_SESSION = re.compile(rf'("{_SESSION_KEY}"\s*:\s*")(?:[^"\\]|\\.)*', re.IGNORECASE)
# As many backslashes as its own quotation marks have; more of them stand before one inside the value.
_NESTED_SESSION = re.compile(
    rf'((\\{{1,15}})"{_SESSION_KEY}\2"\s*:\s*\2")(?:[^"\\]|\\+(?![\\"])|\\+\2")*', re.IGNORECASE
)
# What Go's formatter makes of a "%" in a text that is taken for a format: the verb that it stumbled over is in it.
_GO_NOISE = re.compile(r"%!(.?)\((?:MISSING|NOVERB|BADWIDTH|BADPREC|BADINDEX)\)")
MASK = "•••"
"""Stands for what must not be shown."""
BEFORE_CUTTING = 16_384
"""Characters of a text that are looked at for keys before it is cut to what is shown."""


def masked(text: str, secret: str = "") -> str:
    """The text without `secret` and without anything that looks like a key."""
    # A key is found with zero-width characters in it too: who copies it needs only to take them out.
    bare = without_ignorable(text)
    found = _masked(bare, secret)
    return _masked(text, secret) if found == bare else found


def _masked(text: str, secret: str) -> str:
    text = replace_secret(text, secret, MASK)
    for pattern in (_SESSION, _NESTED_SESSION, _BEARER):
        text = pattern.sub(rf"\1{MASK}", text)
    return _ANY_JWT.sub(MASK, _ANY_KEY.sub(f"sk-{MASK}", text))


def redacted_text(text: str, secret: str = "", limit: int = LINE_LIMIT) -> str:
    """A gateway's text as one clean line, as it was before a formatter spoilt it (quirk 20). Cleaned before it is
    masked, so that a control character cannot hide a key, and cut last, so that a cut cannot leave half of one."""
    return clean(masked(_GO_NOISE.sub(r"%\1", clean(text, BEFORE_CUTTING)), secret), limit)


def head_of(body: bytes, secret: str = "") -> str:
    """The first lines of an answer, cleaned, for the journal."""
    text = body[:BEFORE_CUTTING].decode("utf-8", "replace")
    return clean_lines(masked(clean_lines(text, BEFORE_CUTTING), secret), HEAD_LIMIT)

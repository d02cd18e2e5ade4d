"""No key is shown or stored: neither ours, echoed by a gateway, nor a stranger's in an upstream's error text (K1)."""

import re

from sunotui.domain.text import LINE_LIMIT, clean, clean_lines

HEAD_LIMIT = 2_000
"""Characters kept of an answer for a person to read."""

_ANY_KEY = re.compile(r"sk-[A-Za-z0-9_*-]{6,}")
_MASK = "•••"
_BEFORE_CUTTING = 16_384


def masked(text: str, secret: str = "") -> str:
    """The text without `secret` and without anything that looks like a key."""
    if secret:
        text = text.replace(secret, _MASK)
    return _ANY_KEY.sub(f"sk-{_MASK}", text)


def told(text: str, secret: str = "", limit: int = LINE_LIMIT) -> str:
    """A gateway's text as one clean line. Cleaned before it is masked, so that a control character cannot hide a key,
    and cut last, so that a cut cannot leave half of one."""
    return clean(masked(clean(text, _BEFORE_CUTTING), secret), limit)


def head_of(body: bytes, secret: str = "") -> str:
    """The first lines of an answer, cleaned, for the journal."""
    text = body[:_BEFORE_CUTTING].decode("utf-8", "replace")
    return clean_lines(masked(clean_lines(text, _BEFORE_CUTTING), secret), HEAD_LIMIT)

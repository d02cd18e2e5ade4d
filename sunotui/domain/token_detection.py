"""Detects text that looks like a token, for fields whose text is shown. Imported at every start, so it imports
no library."""

from __future__ import annotations

import re

_KEY = re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}|(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+")
_OPAQUE = re.compile(r"(?=[^A-Za-z]*[A-Za-z])(?=\D*\d)[A-Za-z0-9_-]{32,}")
_BEHIND_AN_ADDRESS = re.compile(r"sk-(?:[a-z]+-)?[A-Za-z0-9]{20,}")


def has_token(text: str) -> bool:
    """Whether a text has what looks like a token in it: a key of the common form "sk-…", or a JSON web token."""
    return _KEY.search(text) is not None


def without_tokens(text: str) -> str:
    """The text without what looks like a token in it."""
    return _KEY.sub("", text)


def may_be_token(text: str) -> bool:
    """Whether a text may be a token where no id is expected, as in the address of a gateway: one that has a token in
    it, be it right behind the address, or that is one long word of letters and digits."""
    return has_token(text) or bool(_BEHIND_AN_ADDRESS.search(text) or _OPAQUE.fullmatch(text.strip()))

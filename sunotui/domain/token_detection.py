"""Detects text that looks like a token, for fields with visible text. Imported at every start, so it imports no
libraries."""

from __future__ import annotations

import re

_KEY = r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}|(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+"
_OPAQUE = r"(?=[^A-Za-z]*[A-Za-z])(?=\D*\d)[A-Za-z0-9_-]{32,}"
_BEHIND_AN_ADDRESS = r"sk-(?:[a-z]+-)?[A-Za-z0-9]{20,}"


def has_token(text: str) -> bool:
    """Whether a text contains what looks like a token: a key of the common form "sk-…", or a JSON web token."""
    return re.search(_KEY, text) is not None


def without_tokens(text: str) -> str:
    """The text with everything removed that looks like a token."""
    return re.sub(_KEY, "", text)


def may_be_token(text: str) -> bool:
    """Whether a text may be a token in a field where no id is expected, such as a gateway's address: it contains a
    token, even directly after the address, or is one long word of letters and digits."""
    return has_token(text) or bool(re.search(_BEHIND_AN_ADDRESS, text) or re.fullmatch(_OPAQUE, text.strip()))

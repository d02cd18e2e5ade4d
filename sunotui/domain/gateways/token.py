"""The bearer token of a profile: validated on input and never shown."""

from __future__ import annotations

import hashlib
import re

from pydantic import SecretStr

from sunotui.domain.errors import TokenMalformed
from sunotui.domain.text import trim

_SHAPE = re.compile(r"[\x21-\x7e]{8,512}")


class Token:
    """A token that is never shown: `repr`, `str` and tracebacks contain only its fingerprint."""

    __slots__ = ("_secret",)

    def __init__(self, text: str) -> None:
        """Store the token in `text` without the blanks, byte order marks and other invisible characters around it.
        Raises TokenMalformed, without quoting the text, if it is not 8 to 512 printable ASCII characters (K5).
        """
        text = trim(text)
        if text.lower().startswith("bearer "):
            text = trim(text[7:])
        if _SHAPE.fullmatch(text) is None:
            raise TokenMalformed
        self._secret = SecretStr(text)

    @property
    def fingerprint(self) -> str:
        """Six hex digits that identify a token without revealing it."""
        return hashlib.sha256(self._secret.get_secret_value().encode()).hexdigest()[:6]

    def reveal(self) -> str:
        """The secret itself, for the keyring, the Authorization header and redaction only."""
        return self._secret.get_secret_value()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self._secret)

    def __repr__(self) -> str:
        return f"Token(#{self.fingerprint})"

    __str__ = __repr__

"""The bearer secret of a profile: checked at entry, hidden everywhere but in the header."""

import hashlib
import re

from pydantic import SecretStr

from sunotui.domain.errors import TokenMalformed
from sunotui.domain.text import trim

_SHAPE = re.compile(r"[\x21-\x7e]{8,512}")
_KEY = re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{8,}|(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+")
_OPAQUE = re.compile(r"(?=[^A-Za-z]*[A-Za-z])(?=\D*\d)[A-Za-z0-9_-]{32,}")
_BEHIND_AN_ADDRESS = re.compile(r"sk-(?:[a-z]+-)?[A-Za-z0-9]{20,}")


class Token:
    """A token that shows itself to nobody: `repr`, `str` and tracebacks have only its fingerprint."""

    __slots__ = ("_secret",)

    def __init__(self, text: str) -> None:
        """Keep the token in `text` without the blanks, byte order marks and other invisible characters around it.

        Raises TokenMalformed, without quoting the text, when it is not 8 to 512 printable ASCII characters (K5).
        """
        text = trim(text)
        if text.lower().startswith("bearer "):
            text = trim(text[7:])
        if _SHAPE.fullmatch(text) is None:
            raise TokenMalformed
        self._secret = SecretStr(text)

    @property
    def fingerprint(self) -> str:
        """Six hex digits by which a person can tell two tokens apart."""
        return hashlib.sha256(self._secret.get_secret_value().encode()).hexdigest()[:6]

    def reveal(self) -> str:
        """The secret itself: for the keyring and the Authorization header, nobody else."""
        return self._secret.get_secret_value()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self._secret)

    def __repr__(self) -> str:
        return f"Token(#{self.fingerprint})"

    __str__ = __repr__


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

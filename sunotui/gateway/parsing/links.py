"""Normalizes the links that gateways send for browsers and players, or rejects them with a reason."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

from sunotui.domain.gateways.address import ascii_host, host_problem
from sunotui.domain.tasks.clip import is_dead_link
from sunotui.domain.text import URL_LIMIT
from sunotui.gateway.transport.redaction import MASK
from sunotui.named_tuple import NamedTuple

NO_DOWNLOAD = "it is the address of no file"
"""The reason for rejecting None.mp3 and /api/forbidden, which mean that the gateway provides no file (protocol 7.3)."""

_WEB = re.compile(r"https?://", re.IGNORECASE)
_PLAIN = re.compile(r"https?://(?![/?#])[!-~]+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates."""
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_NOTHING = frozenset({"null", "none"})
_LONGEST_NOTHING = 4


class ReadLink(NamedTuple):
    """The result of parsing a link."""

    address: str | None
    """The http or https URL in ASCII; None if there is no valid one."""
    refusal: str
    """Why a link was rejected, as the end of a sentence; otherwise empty."""


_NO_LINK = ReadLink(None, "")


def read_link(value: object) -> ReadLink:
    """Parse a link: non-ASCII letters and blanks are percent-encoded, the host becomes punycode (IDNA 2008, UTS 46),
    and https is added to a link that begins with //. A plain URL is unchanged."""
    text = value.strip() if isinstance(value, str) else ""
    if not text or (len(text) <= _LONGEST_NOTHING and text.lower() in _NOTHING):
        return _NO_LINK
    if text.startswith("//"):
        text = f"https:{text}"
    is_plain = _PLAIN.fullmatch(text) is not None
    if not is_plain and _WEB.match(text) is None:
        return ReadLink(None, "it is no http or https address")
    if MASK in text:
        return ReadLink(None, "it had the token in it")
    if not is_plain and _CONTROL.search(text):
        return ReadLink(None, "it has control characters in it")
    if problem := host_problem(text):
        return ReadLink(None, problem)
    address = text if is_plain else _encoded(text)
    if len(address) > URL_LIMIT:
        return ReadLink(None, f"it is longer than {URL_LIMIT:,} characters")
    if is_dead_link(address.split("#", 1)[0]):
        return ReadLink(None, NO_DOWNLOAD)
    return ReadLink(address, "")


def is_plain_link(value: object) -> bool:
    """Whether a text is only a URL in printable ASCII, for fields that may also have other text."""
    return isinstance(value, str) and _PLAIN.fullmatch(value.strip()) is not None


def _encoded(text: str) -> str:
    parts = urlsplit(text)
    netloc = parts.netloc
    if not netloc.isascii() or " " in netloc:
        # A user before the host is left out.
        netloc = (ascii_host(parts.hostname or "") or "") + ("" if parts.port is None else f":{parts.port}")
    rest = (quote(part, safe=_PRINTABLE) for part in parts[2:])
    return urlunsplit((parts.scheme, netloc, *rest))

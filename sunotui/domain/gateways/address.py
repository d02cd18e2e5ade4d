"""Host names: how they are spelled, and which belong to this computer or the network around it."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from types import ModuleType
from urllib.parse import urlsplit

PRIVATE_ENDINGS = (".local", ".localhost", ".localdomain", ".internal", ".lan", ".home.arpa")
"""Endings that no name of the internet has."""

_BAD_HOST = "its host name is not valid"
_LONGEST_NAME = 253
"""Characters of the longest name in the DNS."""
_HOST = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*"
"""With `_` inside a label: docker compose names its services like that."""


def is_plain_host(host: str) -> bool:
    """Whether a host in lower case is an IP address in its usual form or a name that no resolver takes for one.

    127.1, 0x7f.1 and 2130706433 are addresses to a resolver but names to a rule: they are refused (K3).
    """
    # Called for every link of every clip. A host longer than any real one stays out of the cache, so that no hostile
    # response fills it.
    return _is_known_plain(host) if len(host) <= _LONGEST_NAME else _is_plain(host)


def _is_plain(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        last = host.rsplit(".", 1)[-1]
        is_number = last.replace("_", "").isdigit() or last.startswith("0x")
        return re.fullmatch(_HOST, host) is not None and not is_number and _has_good_punycode(host)
    return True


_is_known_plain = lru_cache(maxsize=256)(_is_plain)


def _has_good_punycode(host: str) -> bool:
    """Whether each label in punycode stands for a name in other letters (IDNA 2008): HTTPX takes no other."""
    if "xn--" not in host:
        return True
    idna = _idna()
    try:
        for label in host.split("."):
            if label.startswith("xn--"):
                idna.decode(label)
    except ValueError:
        return False
    return True


def _idna() -> ModuleType:
    # Few hosts need it, and its tables take 10 ms.
    import idna

    return idna


def is_private_name(host: str) -> bool:
    """Whether a host name is a private one: a single label, such as "router", or one with a private ending.

    A name that ends in a dot counts too, since its ending is hidden. Addresses in digits are not looked at.
    """
    return "." not in host or f".{host}".endswith((*PRIVATE_ENDINGS, "."))


def ascii_host(host: str) -> str | None:
    """A host in the form that resolvers take, other letters in punycode (IDNA 2008, UTS 46); None for what is neither
    a host name nor an IP address."""
    if not host.isascii():
        try:
            host = _idna().encode(host, uts46=True).decode("ascii")
        except ValueError:
            return None
    return host if is_plain_host(host.removesuffix(".")) else None


def host_problem(address: str) -> str:
    """Why the host or the port of an http or https address cannot be used, as the end of a sentence; empty if they
    can."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return _BAD_HOST
    try:
        _ = parts.port
    except ValueError:
        return "its port is not a number from 0 to 65535"
    return "" if ascii_host(host) else _BAD_HOST


def is_web_address(text: str) -> bool:
    """Whether a text is an http or https address with a usable host and port, without blanks and control characters in
    it."""
    try:
        is_web = urlsplit(text).scheme in {"http", "https"}
    except ValueError:
        return False
    # urlsplit takes line breaks and tabs out of a text before it looks at it.
    return is_web and text.isprintable() and " " not in text and not host_problem(text)

"""Host names: validation, normalization, and whether they are private."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from types import ModuleType
from urllib.parse import urlsplit

PRIVATE_ENDINGS = (".local", ".localhost", ".localdomain", ".internal", ".lan", ".home.arpa")
"""Domain endings that do not exist on the public internet."""

_BAD_HOST = "its host name is not valid"
_SCHEMES = ("https://", "http://")
_LONGEST_ORIGIN = 200
"""The maximum length of the beginning of a URL, up to its path, that is checked once for all links of a host."""
_LONGEST_NAME = 253
"""The maximum length of a DNS name, in characters."""
_HOST = r"[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*"
"""Allows `_` inside a label, as in Docker Compose service names."""


def is_plain_host(host: str) -> bool:
    """Whether a lower-case host is an IP address in its usual form, or a name that no resolver would parse as an
    address. Resolvers parse 127.1, 0x7f.1 and 2130706433 as addresses, so these are rejected (K3).
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
    """Whether each punycode label decodes to a valid name (IDNA 2008): HTTPX rejects any other."""
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
    # Few hosts need it, and loading its tables takes 10 ms.
    import idna

    return idna


def is_private_name(host: str) -> bool:
    """Whether a host name is a private one: a single label, such as "router", or one with a private ending.

    A name that ends in a dot counts as private, too. IP addresses are not checked.
    """
    return "." not in host or f".{host}".endswith((*PRIVATE_ENDINGS, "."))


def ascii_host(host: str) -> str | None:
    """A host in the form that resolvers accept, with punycode for non-ASCII letters (IDNA 2008, UTS 46); None if it is
    neither a host name nor an IP address."""
    if not host.isascii():
        try:
            host = _idna().encode(host, uts46=True).decode("ascii")
        except ValueError:
            return None
    return host if is_plain_host(host.removesuffix(".")) else None


def host_problem(address: str) -> str:
    """Why the host or port of an http or https URL is invalid, as the end of a sentence; empty if both are valid."""
    path = address.find("/", len(_SCHEMES[0]), _LONGEST_ORIGIN) if address.startswith(_SCHEMES) else -1
    return _origin_problem(address if path < 0 else address[:path])


@lru_cache(maxsize=256)
def _origin_problem(address: str) -> str:
    # The links of a response have one or two hosts.
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
    """Whether a text is an http or https URL with a valid host and port and without blanks or control characters."""
    try:
        is_web = urlsplit(text).scheme in {"http", "https"}
    except ValueError:
        return False
    # urlsplit removes line breaks and tabs before it parses a text.
    return is_web and text.isprintable() and " " not in text and not host_problem(text)

"""Which addresses a cover or an audio file may be fetched from: public hosts over https, or the gateway itself if it
runs on this computer (W4)."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from sunotui.domain.errors import UnsafeUrl
from sunotui.domain.gateways.address import is_private_name
from sunotui.domain.gateways.profile import BaseUrl, parse_base_url

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses with an IPv4 address in their last 32 bits, which a router on the way translates (RFC 6052)."""


def origin_of(url: str) -> BaseUrl:
    """The origin of a URL, as a base URL without a prefix. Raises UnsafeUrl for a malformed one, and for one with a
    user."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UnsafeUrl from None
    return parse_base_url(f"{parts.scheme}://{parts.netloc}", allow_clear=True)


def check_public_name(address: BaseUrl) -> None:
    """Reject what is not https, and a host that is private as it is written. Raises UnsafeUrl."""
    if address.scheme != "https" or is_private_name(address.host) or not is_public(address.host):
        raise UnsafeUrl


async def check_public_place(address: BaseUrl) -> None:
    """Reject a name that resolves to this computer or its local network. Raises UnsafeUrl and OSError.

    The connection resolves the name again. If it gets another response, a host of the local network has no certificate
    for this name, so it receives no request.
    """
    found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    if not all(is_public(str(place[4][0])) for place in found):
        raise UnsafeUrl


def is_public(host: str) -> bool:
    """Whether a host is not an address of this computer or its local network; a name may be anywhere."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return True
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return address.is_global and not address.is_multicast

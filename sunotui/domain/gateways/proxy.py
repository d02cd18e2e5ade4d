"""A proxy between this computer and one profile's gateway. Its credentials never appear in displayed text."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from sunotui.domain.errors import ConfigError
from sunotui.domain.gateways.address import is_plain_host
from sunotui.named_tuple import NamedTuple

PROXY_SCHEMES = ("socks5", "socks5h", "http")
"""With each of them the proxy resolves the gateway's host name, and TLS to an https gateway is end-to-end."""

_LONGEST = 1_000
_LONGEST_CREDENTIAL = 255
"""The maximum length of a user name and a password, in bytes: SOCKS 5 has a one-byte length field (RFC 1929)."""
_ADVICE = 'Write proxy = "socks5://HOST:PORT" or "http://HOST:PORT"'


class Proxy(NamedTuple):
    """A proxy's address and credentials. `str` and `repr` hide the credentials."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = ""

    @property
    def address(self) -> str:
        """The proxy's URL without its credentials."""
        return f"{self.scheme}://{self._host_and_port}"

    @property
    def url(self) -> str:
        """The proxy's URL with its credentials; used for profiles.json only."""
        if not self.has_credentials:
            return self.address
        user = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}"
        return f"{self.scheme}://{user}@{self._host_and_port}"

    @property
    def has_credentials(self) -> bool:
        """Whether it has a user name or a password."""
        return bool(self.username or self.password)

    @property
    def _host_and_port(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __repr__(self) -> str:
        return f"Proxy('{self}')"

    def __str__(self) -> str:
        return f"{self.scheme}://{'•••@' if self.has_credentials else ''}{self._host_and_port}"


def parse_proxy(text: str) -> Proxy:
    """Parse a proxy URL: socks5, socks5h or http with a host and a port, optionally with percent-encoded credentials.

    Raises ConfigError, which never quotes the URL, since it may hold a password.
    """
    text = text.strip()
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text or len(text) > _LONGEST:
        raise ConfigError("The proxy's URL has characters that no URL has, or is too long", advice=_ADVICE)
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        raise ConfigError("The proxy's URL could not be read", advice=_ADVICE) from None
    if parts.scheme not in PROXY_SCHEMES:
        raise ConfigError("A proxy's URL starts with socks5:// or http://", advice=_ADVICE)
    if not host:
        raise ConfigError("The proxy's URL names no host", advice=_ADVICE)
    if not is_plain_host(host):
        raise ConfigError("The proxy's host is not a host name or an IP address", advice=_ADVICE)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if not port:
        raise ConfigError("The proxy's URL needs a port from 1 to 65535", advice=_ADVICE)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ConfigError("The proxy's URL ends with its port", advice=_ADVICE)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    for credential in (username, password):
        if len(credential.encode()) > _LONGEST_CREDENTIAL or (credential and not credential.isprintable()):
            raise ConfigError("The proxy's user name or password cannot be sent", advice=_ADVICE)
    return Proxy(parts.scheme, host, port, username, password)

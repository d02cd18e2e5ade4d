"""Profiles: a named gateway with its address, default model and token source; never the token itself."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from sunotui.domain.errors import ConfigError, UnsafeUrl
from sunotui.domain.gateways.address import is_plain_host
from sunotui.domain.gateways.proxy import Proxy
from sunotui.named_tuple import NamedTuple

ENV_PROFILE = "env"
"""The name of the profile defined by SUNOTUI_BASE_URL and SUNOTUI_TOKEN."""
DEMO_PROFILE = "demo"
"""The name of the profile of the built-in demo gateway."""

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


class BaseUrl(NamedTuple):
    """The parts of a gateway's base URL. The token is sent to this origin only (K2)."""

    scheme: str
    host: str
    port: int
    prefix: str = ""
    """A path prefix before /suno, such as "/v1"; usually empty."""

    @property
    def origin(self) -> str:
        """Scheme, host and port; the scheme's default port is omitted."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def is_loopback(self) -> bool:
        """Whether it is this computer: exactly 127.0.0.0/8, ::1 or localhost."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_clear(self) -> bool:
        """Whether the token would travel unencrypted over a network."""
        return self.scheme == "http" and not self.is_loopback

    def __str__(self) -> str:
        return self.origin + self.prefix


def parse_base_url(text: str, *, allow_clear: bool = False) -> BaseUrl:
    """Parse a base URL with or without a trailing slash, /v1 or /suno (protocol 1). Raises UnsafeUrl if it is not an
    http or https URL, has a user, a query or a fragment, has an ambiguous host, or is http to another computer without
    consent (K3).
    """
    text = text.strip()
    if "://" not in text:
        text = "https://" + text
    if not text.isascii() or not text.isprintable() or "\\" in text or " " in text or len(text) > 300:
        raise UnsafeUrl("That base URL has characters that no address has")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise UnsafeUrl("That base URL could not be read") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or not host:
        raise UnsafeUrl("A base URL starts with https:// and names a host")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise UnsafeUrl("A base URL has no user, no '?' and no '#' in it")
    if not is_plain_host(host):
        raise UnsafeUrl("That base URL's host name is not valid", advice="Check its spelling")
    path = parts.path.rstrip("/")
    if path.endswith("/suno"):
        path = path.removesuffix("/suno").rstrip("/")
    base = BaseUrl(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)
    if base.is_clear and not allow_clear:
        raise UnsafeUrl(
            f"http to {host} would send the token unencrypted",
            advice="Use https, or allow http for this gateway",
            topic="http_refused",
        )
    return base


class Profile(NamedTuple):
    """The profile of one gateway."""

    name: str
    base_url: BaseUrl
    model: str = ""
    """The default model; empty for the program's default."""
    dialect: str = ""
    """One of `dialect.DIALECT_SETTINGS`; empty for "auto"."""
    token_command: tuple[str, ...] = ()
    """A command, as a program and its arguments, that prints the token, for example `pass` or `op`."""
    allow_clear: bool = False
    """Whether the user allows unencrypted http; shown as a badge (K3)."""
    proxy: Proxy | None = None
    """The proxy for requests and media, shown as a badge; only from the user's own settings (K4)."""
    is_from_env: bool = False
    is_tried: bool = True
    """Whether a login has verified the address; one from a config file is unverified."""


def checked_profile(profile: Profile) -> Profile:
    """The profile itself. Raises ConfigError for a proxy with a gateway on this computer."""
    if profile.proxy is not None and profile.base_url.is_loopback:
        raise ConfigError(
            "A gateway on this computer cannot be used through a proxy", advice="Remove proxy from the profile"
        )
    return profile


def is_profile_name(name: str) -> bool:
    """Whether a profile name is valid: up to 40 letters, digits, dots, dashes and underscores."""
    return re.fullmatch(_NAME, name) is not None

"""A named gateway of the user: its address, its default model, how its token is found; never the token itself."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sunotui.domain.errors import ConfigError, UnsafeUrl
from sunotui.domain.gateways.address import is_plain_host
from sunotui.domain.gateways.proxy import Proxy

ENV_PROFILE = "env"
"""The profile that SUNOTUI_BASE_URL and SUNOTUI_TOKEN make together."""
DEMO_PROFILE = "demo"
"""The profile of the demo gateway inside the program."""

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """A gateway's address taken apart. The token goes to this origin and no other (K2)."""

    scheme: str
    host: str
    port: int
    prefix: str = ""
    """A path that comes before /suno, such as "/v1" at gateways that put everything under it; else empty."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port left out where it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def is_loopback(self) -> bool:
        """Whether it is this computer itself: 127.0.0.0/8, ::1 or localhost, and nothing that looks like them."""
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
    """A base URL with or without a trailing slash, /v1 or /suno (protocol 1).

    Raises UnsafeUrl when it is no web address, carries a user, a query or a fragment, spells its host in an
    odd way, or is http to another computer without consent (K3).
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
            f"http to {host} would send the token in clear",
            advice="Use https, or allow it for this gateway with --allow-http",
        )
    return base


@dataclass(frozen=True, slots=True)
class Profile:
    """One gateway of the user. Raises ConfigError for a proxy in front of a gateway on this computer."""

    name: str
    base_url: BaseUrl
    model: str = ""
    """The model to offer first; empty for the program's own default."""
    dialect: str = ""
    """One of `dialect.DIALECT_SETTINGS`; empty for "auto"."""
    token_command: tuple[str, ...] = ()
    """A program and its arguments that prints the token, for `pass`, `op` and their like."""
    allow_clear: bool = False
    """The user's consent to http without encryption, shown as a badge (K3)."""
    proxy: Proxy | None = None
    """What requests and media go through, shown as a badge; only from the user's own settings (K4)."""
    is_from_env: bool = False
    is_tried: bool = True
    """Whether a login found out that the address answers as it stands; one from a config file was not tried."""

    def __post_init__(self) -> None:
        if self.proxy is not None and self.base_url.is_loopback:
            raise ConfigError(
                "A gateway on this computer cannot be used through a proxy", advice="Remove proxy from the profile"
            )


def is_profile_name(name: str) -> bool:
    """Whether a name may name a profile: up to 40 letters, digits, dots, dashes and underscores."""
    return re.fullmatch(_NAME, name) is not None

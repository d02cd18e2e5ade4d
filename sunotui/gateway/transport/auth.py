"""Adds the token to each request, and only for the gateway's own origin (K2)."""

from __future__ import annotations

from collections.abc import Generator

import httpx

from sunotui.domain.errors import UnsafeUrl
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.token import Token

_USUAL_PORTS = {"https": 443, "http": 80}


class TokenAuth(httpx.Auth):
    """Adds the bearer token at send time, after comparing scheme, host and port with those of the base URL."""

    def __init__(self, base_url: BaseUrl, token: Token) -> None:
        self._origin = (base_url.scheme, base_url.host, base_url.port)
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the token. Raises UnsafeUrl, before anything is sent, for a request to another origin."""
        url = request.url
        if (url.scheme, url.host, url.port or _USUAL_PORTS.get(url.scheme)) != self._origin or url.userinfo:
            raise UnsafeUrl("The token is not sent to any other address than the gateway's own")
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request

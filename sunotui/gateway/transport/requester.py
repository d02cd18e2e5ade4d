"""Sends requests to one gateway with one token; all parts of the client share one requester."""

from __future__ import annotations

from sunotui.domain.errors import Charge
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.gateways.token import Token
from sunotui.gateway.endpoints import site_prefix
from sunotui.gateway.errors.mapping import error_from_exception
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.transport.connection import Connection, RequestProgress, TimeLimits
from sunotui.gateway.transport.redaction import without_secret


class Requester:
    """Sends requests to the gateway's own origin. No request is ever repeated; each raises SunotuiError only."""

    def __init__(
        self, connection: Connection, base_url: BaseUrl, token: Token, limits: TimeLimits, proxy: Proxy | None = None
    ) -> None:
        self.base_url = base_url
        self.limits = limits
        self.proxy = proxy
        """The proxy of the profile, for requests to other hosts, such as an upload's storage."""
        self._connection = connection
        self._token = token

    @property
    def secret(self) -> str:
        """The token unencrypted, to redact it from responses."""
        return self._token.reveal()

    async def request(
        self,
        method: str,
        path: str,
        limit_s: float,
        *,
        body: str | None = None,
        has_token: bool = True,
        progress: RequestProgress | None = None,
    ) -> Response:
        """Send one request and return its response, within `limit_s` seconds; `path` is absolute. Raises SunotuiError.
        With `progress`, its charge is MAYBE unless nothing of the request was sent.
        """
        try:
            return await self._connection.exchange(
                method, path, body=body, limit_s=limit_s, has_token=has_token, progress=progress
            )
        except Exception as exception:  # noqa: BLE001 - a hostile response can raise nearly anything (F8)
            error = error_from_exception(exception)
            if progress is not None and not progress.proves_unsent(exception):
                error.charge = Charge.MAYBE
            raise without_secret(error, self.secret) from None

    async def get(self, path: str, limit_s: float | None = None) -> Response:
        """GET `path`, which is relative to the base URL with its prefix, within `fetch_s` or `limit_s` seconds."""
        limit_s = self.limits.fetch_s if limit_s is None else limit_s
        return await self.request("GET", self.base_url.prefix + path, limit_s)

    async def get_page(self, path: str, *, has_token: bool) -> Response:
        """GET a page of the gateway's site, whose `path` is relative to the site's root, within `check_s` seconds."""
        path = site_prefix(self.base_url) + path
        return await self.request("GET", path, self.limits.check_s, has_token=has_token)

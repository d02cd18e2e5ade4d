"""One HTTP client per gateway, without retries, redirects or cookies, and independent of the environment (K2, K4,
P3)."""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy

import certifi
import httpx

from sunotui import __version__
from sunotui.domain.errors import UnsafeUrl
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.gateways.token import Token
from sunotui.gateway.errors.mapping import redirect_error
from sunotui.gateway.parsing.envelope import Response, digest_of
from sunotui.gateway.parsing.response_cache import THREAD_FROM
from sunotui.gateway.transport import httpcore_patches
from sunotui.gateway.transport.auth import TokenAuth
from sunotui.gateway.transport.content_encoding import read_body
from sunotui.gateway.transport.deadline import within
from sunotui.gateway.transport.redaction import MASK, body_without_secret

LARGEST_BODY = 8 * 1024 * 1024
"""The maximum size of a response in bytes (P3)."""
KEEP_ALIVE_S = 4.0
"""Shorter than any server's own limit, so that no submission is sent on a connection that the server is just closing:
its outcome would be unknown unnecessarily."""
_CONNECTIONS = 20
_CLEAN_BODIES = 64
"""The maximum number of bodies whose digests are cached: a poll of thousands of tasks has several."""

_CONNECTING = ("connection.", "proxy.", "socks.")
"""The prefixes of the transport's events while it connects, also to a proxy."""
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, UnsafeUrl)


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Time limits of requests in seconds, in total, even while data arrives slowly."""

    submit_s: float = 420.0
    """The reference server waits 360 s for Suno, and writes lyrics inside the submit call (G7)."""
    connect_s: float = 15.0
    fetch_s: float = 30.0
    check_s: float = 15.0
    extra_s: float = 120.0
    """For results that a model generates within the request: tags, a persona."""
    upload_made_s: float = 300.0
    """From the file's last byte until the gateway has processed it."""
    upload_poll_s: float = 2.0
    """Seconds between two polls of that state; documentation says 2 to 3 s (protocol 1.2)."""


class RequestProgress:
    """The progress of a request, recorded from the events of the transport."""

    def __init__(self) -> None:
        self._is_handed_over = False
        self._is_connecting = False
        self._is_at_proxy = False
        """Whether the current request is a CONNECT, which requests a tunnel from a proxy and has no user data."""
        self._has_sent = False

    def hand_over(self) -> None:
        """Record that the request was passed to the transport."""
        self._is_handed_over = True

    async def record(self, event: str, info: object) -> None:
        """Called by the transport at each step; anything but connecting counts as sending."""
        if event.endswith("send_request_headers.started"):
            request = info.get("request") if isinstance(info, dict) else None
            self._is_at_proxy = getattr(request, "method", b"") == b"CONNECT"
        if event.startswith(_CONNECTING) or self._is_at_proxy:
            self._is_connecting = True
        else:
            self._has_sent = True

    def proves_unsent(self, error: BaseException) -> bool:
        """Whether a request that ended in `error` ended before its first byte was written."""
        if not self._is_handed_over:
            return True
        return not self._has_sent and (self._is_connecting or isinstance(error, _UNSENT))


class Connection:
    """Sends one request and reads one response. Network exceptions are propagated."""

    def __init__(
        self,
        base_url: BaseUrl,
        token: Token,
        transport: httpx.AsyncBaseTransport | None,
        limits: TimeLimits,
        proxy: Proxy | None = None,
    ) -> None:
        self._base_url = base_url
        self._auth = TokenAuth(base_url, token)
        self._token = token
        self._transport = transport
        self._limits = limits
        self._proxy = proxy
        self._http: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()
        self._under_way = 0
        self._is_closing = False
        self._clean_bodies: OrderedDict[bytes, None] = OrderedDict()
        """The digests of bodies that redaction does not change, the last used at the end."""

    async def exchange(
        self,
        method: str,
        path: str,
        *,
        limit_s: float,
        body: str | None = None,
        has_token: bool = True,
        progress: RequestProgress | None = None,
    ) -> Response:
        """Send one request to the gateway's origin and return its whole response, within `limit_s` seconds.

        Raises TimeoutError, httpx's exceptions, NotAGateway for a redirect, UnreadableResponse for a response that is
        larger than 8 MiB, also once decompressed, or compressed in any way but by gzip or deflate once.
        """
        self._under_way += 1
        try:
            async with within(limit_s):
                http = await self._opened()
                request = http.build_request(
                    method,
                    self._base_url.origin + path,
                    content=None if body is None else body.encode(),
                    headers=None if body is None else {"Content-Type": "application/json"},
                    extensions={} if progress is None else {"trace": progress.record},
                )
                if progress is not None:
                    progress.hand_over()
                response = await http.send(request, stream=True, auth=self._auth if has_token else None)
                try:
                    content, digest = await self._without_token(await _body_of(response))
                    return Response(response.status_code, dict(response.headers), content, digest)
                finally:
                    await response.aclose()
        finally:
            self._under_way -= 1
            await self._close_if_idle()

    async def _without_token(self, body: bytes) -> tuple[bytes, bytes]:
        """A body without the token in any form, and its digest if nothing had to be changed: redacted before a field is
        truncated, since a short part of a token would not be recognized. A body without the token is searched once:
        most polls return the same bytes."""
        secret = self._token.reveal()
        digest = digest_of(body)
        if digest in self._clean_bodies:
            self._clean_bodies.move_to_end(digest)
            return body, digest
        if len(body) > THREAD_FROM:
            cleansed, is_clean = await asyncio.to_thread(body_without_secret, body, secret, MASK)
        else:
            cleansed, is_clean = body_without_secret(body, secret, MASK)
        if is_clean:
            self._clean_bodies[digest] = None
            if len(self._clean_bodies) > _CLEAN_BODIES:
                self._clean_bodies.popitem(last=False)
        return cleansed, digest if is_clean else b""

    async def aclose(self) -> None:
        """Close after the last request in flight has its response: a paid one must not be interrupted."""
        self._is_closing = True
        await self._close_if_idle()

    async def _close_if_idle(self) -> None:
        if self._is_closing and not self._under_way and self._http is not None:
            http, self._http = self._http, None
            await http.aclose()

    async def _opened(self) -> httpx.AsyncClient:
        async with self._opening:
            if self._http is None:
                self._http = await open_client(
                    self._base_url.scheme,
                    self._limits,
                    self._transport,
                    proxy=self._proxy,
                    secret=self._token.reveal(),
                )
            return self._http


async def open_client(
    scheme: str,
    limits: TimeLimits,
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    proxy: Proxy | None = None,
    secret: str = "",
) -> httpx.AsyncClient:
    """An HTTP client that sends no token: Connection adds it to each request. All requests go through `proxy` if there
    is one. `secret` never appears in the error for a redirect."""
    if transport is None:
        # Loading the certificates takes some 50 ms, so it does not run on the UI loop.
        transport = _transport(await asyncio.to_thread(_tls_context, scheme), proxy)
    return _client(transport, limits, secret)


def _tls_context(scheme: str) -> ssl.SSLContext:
    """A context that checks certificates and host names; never `create_default_context`, which uses SSLKEYLOGFILE
    (F8)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if scheme == "https":
        context.load_verify_locations(certifi.where())
    return context


def _transport(context: ssl.SSLContext, proxy: Proxy | None) -> httpx.AsyncBaseTransport:
    httpcore_patches.read_large_pieces()
    limits = httpx.Limits(max_connections=_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_S)
    if proxy is not None:
        # SOCKS support is imported only for profiles that need it.
        from sunotui.gateway.transport.proxy_transport import ProxyTransport

        return ProxyTransport(proxy, context, limits)
    return httpx.AsyncHTTPTransport(verify=context, trust_env=False, retries=0, limits=limits)


def _client(transport: httpx.AsyncBaseTransport, limits: TimeLimits, secret: str) -> httpx.AsyncClient:
    refuse_redirects: Callable[[httpx.Response], Awaitable[None]] = partial(_refuse_redirect, secret)
    return httpx.AsyncClient(
        transport=transport,
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(None, connect=limits.connect_s, pool=limits.connect_s),
        headers={
            "User-Agent": f"sunotui/{__version__}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Accept-Language": "en",
        },
        event_hooks={"response": [refuse_redirects]},
    )


async def _refuse_redirect(secret: str, response: httpx.Response) -> None:
    """Reject redirects before httpx parses the target: a malformed one would otherwise raise another error."""
    if 300 <= response.status_code < 400:
        raise redirect_error(response.status_code, response.headers, secret)


async def _body_of(response: httpx.Response) -> bytes:
    """The raw body, decompressed here and not by httpx: 590 bytes can decompress to 256 MiB (F8)."""
    return await read_body(response.aiter_raw(), response.headers.get("content-encoding", ""), LARGEST_BODY)

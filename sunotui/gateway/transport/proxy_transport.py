"""HTTP through a profile's proxy (K4); errors of the connection to the proxy name the proxy."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import httpcore
import httpx
from socksio import SOCKSError

from sunotui.domain.errors import NetworkError, TimedOut
from sunotui.domain.gateways.proxy import Proxy
from sunotui.gateway.errors.mapping import causes, why_unreachable

Trace = Callable[[str, dict[str, Any]], Awaitable[None]]

_ADVICE = "Check the proxy of the profile"


class _Opening:
    """The connection to a SOCKS proxy while it is being established: httpcore leaves it open on failure."""

    def __init__(self, next_trace: Trace | None) -> None:
        self._next_trace = next_trace
        self._stream: httpcore.AsyncNetworkStream | None = None

    async def record(self, event: str, info: dict[str, Any]) -> None:
        """Called by the transport at each step."""
        if event in {"socks.connect_tcp.complete", "socks.start_tls.complete"}:
            self._stream = info["return_value"]
        elif event.endswith("send_request_headers.started"):
            self._stream = None
        if self._next_trace is not None:
            await self._next_trace(event, info)

    async def aclose(self) -> None:
        """Close the connection if no request was sent on it."""
        if self._stream is not None:
            await self._stream.aclose()


class ProxyTransport(httpx.AsyncBaseTransport):
    """Sends all requests through one proxy, which resolves host names."""

    def __init__(self, proxy: Proxy, context: ssl.SSLContext, limits: httpx.Limits) -> None:
        auth = (proxy.username, proxy.password) if proxy.has_credentials else None
        self._inner = httpx.AsyncHTTPTransport(
            verify=context, trust_env=False, retries=0, limits=limits, proxy=httpx.Proxy(proxy.address, auth=auth)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises NetworkError and TimedOut for the proxy's own failures, otherwise what httpx raises.
        httpcore raises AssertionError for a SOCKS reply of the wrong type.
        """
        opening = _Opening(request.extensions.get("trace"))
        request.extensions = {**request.extensions, "trace": opening.record}
        try:
            response = await self._inner.handle_async_request(request)
        except httpx.ConnectTimeout:
            raise TimedOut("The proxy could not be reached in time", advice=_ADVICE) from None
        except httpx.ConnectError as error:
            # Through a tunnel, TLS is negotiated with the gateway: a certificate error is not the proxy's.
            if any(isinstance(cause, ssl.SSLError) for cause in causes(error)):
                raise
            raise NetworkError(
                "The proxy could not be reached", advice=_ADVICE, detail=why_unreachable(error)
            ) from None
        except (httpx.ProxyError, SOCKSError, AssertionError):
            raise NetworkError("The proxy did not connect to the host behind it", advice=_ADVICE) from None
        finally:
            await opening.aclose()
        if response.status_code == httpx.codes.PROXY_AUTHENTICATION_REQUIRED:
            await response.aclose()
            raise NetworkError("The proxy wants a user name and a password", advice=_ADVICE)
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

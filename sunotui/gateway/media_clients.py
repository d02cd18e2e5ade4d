"""The HTTP clients of media downloads, one for each scheme and proxy: without token, cookies and retries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx

from sunotui.domain.gateways.proxy import Proxy
from sunotui.gateway.transport.connection import TimeLimits, open_client

ResponseHook = Callable[[httpx.Response], Awaitable[None]]


class MediaClients:
    """Opens clients when they are first needed; close it after use."""

    def __init__(self, limits: TimeLimits | None = None, on_response: ResponseHook | None = None) -> None:
        """`on_response` gets every response before it is read; without it, a redirect raises NotAGateway."""
        self._limits = limits or TimeLimits()
        self._on_response = on_response
        self._clients: dict[tuple[str, Proxy | None], httpx.AsyncClient] = {}
        self._opening = asyncio.Lock()

    async def client(self, scheme: str, proxy: Proxy | None) -> httpx.AsyncClient:
        """The client for URLs with this scheme; all its requests go through `proxy` if there is one."""
        key = (scheme, proxy)
        async with self._opening:
            if key not in self._clients:
                made = await open_client(scheme, self._limits, proxy=proxy)
                if self._on_response is not None:
                    made.event_hooks = {"response": [self._on_response]}
                self._clients[key] = made
            return self._clients[key]

    async def aclose(self) -> None:
        """Close the connections."""
        clients = list(self._clients.values())
        self._clients.clear()
        for http in clients:
            await http.aclose()

"""The n-th operation on the database, a file, a socket or the keyring fails (Z2; SQLite is tested in this way)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from tests.support.canary import CANARY


class Breaker:
    """Counts operations and fails one of them, before or after it was done, or all from that one on."""

    def __init__(self, at: int, *, is_lasting: bool = False, is_done_first: bool = False) -> None:
        self.at = at
        self.is_lasting = is_lasting
        self.is_done_first = is_done_first
        self.count = 0
        self.is_on = True
        self.broke: list[str] = []
        """What was made to fail."""

    def breaks(self, what: str) -> bool:
        """Count an operation; whether it must fail."""
        if not self.is_on:
            return False
        self.count += 1
        is_hit = self.count >= self.at if self.is_lasting else self.count == self.at
        if is_hit:
            self.broke.append(what)
        return is_hit

    def wrap(self, what: str, operation: Callable[..., Any], error: Callable[[], Exception]) -> Callable[..., Any]:
        """Run the operation, or fail."""

        def attempt(*args: Any, **kwargs: Any) -> Any:
            if not self.breaks(what):
                return operation(*args, **kwargs)
            if self.is_done_first:
                operation(*args, **kwargs)
            raise error()

        return attempt

    def hold_disk(self, patch: pytest.MonkeyPatch) -> None:
        """Let statements of the database, and opening and syncing files, fail."""
        breaker, connect = self, sqlite3.connect

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
                return breaker.statement(sql, lambda: sqlite3.Connection.execute(self, sql, *args))

            def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
                return breaker.statement(sql, lambda: sqlite3.Connection.executemany(self, sql, *args))

        patch.setattr(sqlite3, "connect", lambda *args, **kwargs: connect(*args, **kwargs, factory=Connection))
        for name in ("fsync", "open"):
            # A file that was opened but not returned could not be closed: fail before opening.
            operation = getattr(os, name)
            patch.setattr(os, name, self.wrap(name, operation, lambda: OSError(5, "Input/output error")))

    def statement(self, sql: str, run: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        """Run a statement; a failing one has no effect."""
        if self.breaks(" ".join(sql.split()[:3])):
            raise sqlite3.OperationalError("disk I/O error")
        return run()


class Keyring:
    """A Secret Service with one token, which can fail."""

    priority = 5

    def __init__(self, breaker: Breaker) -> None:
        self.breaker = breaker

    def get_password(self, service: str, user: str) -> str:
        """The token."""
        if self.breaker.breaks("keyring"):
            raise RuntimeError("org.freedesktop.DBus.Error.NoReply")
        return CANARY


Keyring.__module__ = "keyring.backends.SecretService"


class Wire(httpx.AsyncBaseTransport):
    """The real transport on real sockets; each connect, send and receive can fail."""

    def __init__(self, breaker: Breaker) -> None:
        self._real = httpx.AsyncHTTPTransport(retries=0, trust_env=False)
        self._real._pool = httpcore.AsyncConnectionPool(network_backend=_Network(breaker), keepalive_expiry=4.0)
        self.in_flight = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request."""
        self.in_flight += 1
        try:
            response = await self._real.handle_async_request(request)
            body = b"".join([part async for part in response.stream])  # type: ignore[union-attr]
            await response.stream.aclose()  # type: ignore[union-attr]
            return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))
        finally:
            self.in_flight -= 1

    async def aclose(self) -> None:
        """Close."""
        await self._real.aclose()


class _Network(httpcore.AsyncNetworkBackend):
    def __init__(self, breaker: Breaker) -> None:
        self._breaker = breaker
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        if self._breaker.breaks("connect"):
            raise httpcore.ConnectError("refused")
        return _Stream(self._breaker, await self._real.connect_tcp(*args, **kwargs))


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, breaker: Breaker, real: httpcore.AsyncNetworkStream) -> None:
        self._breaker = breaker
        self._real = real
        self._is_reset = False
        """A connection that failed once is gone for good."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._is_reset = self._is_reset or self._breaker.breaks("receive")
        if self._is_reset:
            raise httpcore.ReadError("reset")
        return await self._real.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        was_reset = self._is_reset
        self._is_reset = was_reset or self._breaker.breaks("send")
        if not self._is_reset or (self._breaker.is_done_first and not was_reset):
            await self._real.write(buffer, timeout)
        if self._is_reset:
            raise httpcore.WriteError("reset")

    async def aclose(self) -> None:
        await self._real.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)

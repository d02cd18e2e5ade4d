"""Makes the n-th operation on the database, a file, a socket or the keyring fail (Z2; SQLite is tested in the same
way)."""

from __future__ import annotations

import os
import sqlite3
import ssl
from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from tests.support.canary import CANARY


class FaultInjector:
    """Counts operations and makes one of them fail, before or after it was done, or all from that one on."""

    def __init__(self, at: int, *, is_lasting: bool = False, is_done_first: bool = False) -> None:
        self.at = at
        self.is_lasting = is_lasting
        self.is_done_first = is_done_first
        self.count = 0
        self.is_on = True
        self.failed: list[str] = []
        """The operations that failed."""

    def must_fail(self, what: str) -> bool:
        """Count an operation and return whether it must fail."""
        if not self.is_on:
            return False
        self.count += 1
        is_selected = self.count >= self.at if self.is_lasting else self.count == self.at
        if is_selected:
            self.failed.append(what)
        return is_selected

    def wrap(self, what: str, operation: Callable[..., Any], error: Callable[[], Exception]) -> Callable[..., Any]:
        """Return a function that runs the operation or raises the error."""

        def attempt(*args: Any, **kwargs: Any) -> Any:
            if not self.must_fail(what):
                return operation(*args, **kwargs)
            if self.is_done_first:
                operation(*args, **kwargs)
            raise error()

        return attempt

    def patch_disk(self, patch: pytest.MonkeyPatch) -> None:
        """Patch database statements and the opening and syncing of files, so that they can fail."""
        injector, connect = self, sqlite3.connect

        class Connection(sqlite3.Connection):
            def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
                return injector.statement(sql, lambda: sqlite3.Connection.execute(self, sql, *args))

            def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
                return injector.statement(sql, lambda: sqlite3.Connection.executemany(self, sql, *args))

        patch.setattr(sqlite3, "connect", lambda *args, **kwargs: connect(*args, **kwargs, factory=Connection))
        for name in ("fsync", "open"):
            # A file that is opened but not returned could not be closed, so this fails before opening.
            operation = getattr(os, name)
            patch.setattr(os, name, self.wrap(name, operation, lambda: OSError(5, "Input/output error")))

    def statement(self, sql: str, run: Callable[[], sqlite3.Cursor]) -> sqlite3.Cursor:
        """Run a statement or raise an error before it has any effect."""
        if self.must_fail(" ".join(sql.split()[:3])):
            raise sqlite3.OperationalError("disk I/O error")
        return run()


class Keyring:
    """A Secret Service with one token, which can fail."""

    priority = 5

    def __init__(self, injector: FaultInjector) -> None:
        self.injector = injector

    def get_password(self, service: str, user: str) -> str:
        """Return the token."""
        if self.injector.must_fail("keyring"):
            raise RuntimeError("org.freedesktop.DBus.Error.NoReply")
        return CANARY


Keyring.__module__ = "keyring.backends.SecretService"


class FaultyTransport(httpx.AsyncBaseTransport):
    """The real transport on real sockets; each connect, send and receive can fail."""

    def __init__(self, injector: FaultInjector) -> None:
        # The gateway is one without TLS: otherwise each transport reads all root certificates.
        without_roots = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._real = httpx.AsyncHTTPTransport(verify=without_roots, retries=0, trust_env=False)
        self._real._pool = httpcore.AsyncConnectionPool(network_backend=_Network(injector), keepalive_expiry=4.0)
        self.in_flight = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read the response completely."""
        self.in_flight += 1
        try:
            response = await self._real.handle_async_request(request)
            body = b"".join([part async for part in response.stream])  # type: ignore[union-attr]
            await response.stream.aclose()  # type: ignore[union-attr]
            return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))
        finally:
            self.in_flight -= 1

    async def aclose(self) -> None:
        """Close the connections."""
        await self._real.aclose()


class _Network(httpcore.AsyncNetworkBackend):
    def __init__(self, injector: FaultInjector) -> None:
        self._injector = injector
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        if self._injector.must_fail("connect"):
            raise httpcore.ConnectError("refused")
        return _Stream(self._injector, await self._real.connect_tcp(*args, **kwargs))


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, injector: FaultInjector, real: httpcore.AsyncNetworkStream) -> None:
        self._injector = injector
        self._real = real
        self._is_reset = False
        """Once an operation has failed, the connection stays unusable."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._is_reset = self._is_reset or self._injector.must_fail("receive")
        if self._is_reset:
            raise httpcore.ReadError("reset")
        return await self._real.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        was_reset = self._is_reset
        self._is_reset = was_reset or self._injector.must_fail("send")
        if not self._is_reset or (self._injector.is_done_first and not was_reset):
            await self._real.write(buffer, timeout)
        if self._is_reset:
            raise httpcore.WriteError("reset")

    async def aclose(self) -> None:
        await self._real.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)

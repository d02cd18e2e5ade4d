"""Fixtures of the tests of the gateway package."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.token import Token
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.loopback import TOKEN

SOUND = bytes(range(256)) * 40
"""The contents of the file that the tests upload."""

Client = Callable[..., GatewayClient]


@pytest.fixture
async def client_for() -> AsyncIterator[Client]:
    """Creates clients and closes them after the test. The default time limits are too long to expire on loopback."""
    made: list[GatewayClient] = []

    def make(
        base_url: BaseUrl,
        *,
        token: Token = TOKEN,
        limits: TimeLimits | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> GatewayClient:
        client = GatewayClient(base_url, token, limits=limits or TimeLimits(), transport=transport)
        made.append(client)
        return client

    yield make
    for client in made:
        await client.aclose()


@pytest.fixture
def song(tmp_path: Path) -> Path:
    """A file to upload, with a private name."""
    path = tmp_path / "my secret hum.mp3"
    path.write_bytes(SOUND)
    return path

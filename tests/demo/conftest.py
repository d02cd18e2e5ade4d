"""Fixtures of the tests of the demo gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from sunotui.demo.server import DemoServer
from tests.demo.harness import DemoHarness

OpenDemo = Callable[..., DemoHarness]
StartServer = Callable[..., DemoServer]


@pytest.fixture
async def open_demo() -> AsyncIterator[OpenDemo]:
    """Makes gateways in this process and closes their clients."""
    made: list[DemoHarness] = []

    def make(*args: Any, **options: Any) -> DemoHarness:
        made.append(DemoHarness(*args, **options))
        return made[-1]

    yield make
    for demo in made:
        await demo.http.aclose()


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Starts real servers and stops them."""
    made: list[DemoServer] = []

    def make(**options: Any) -> DemoServer:
        made.append(DemoServer(**options))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.stop()

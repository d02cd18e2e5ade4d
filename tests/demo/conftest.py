"""What the tests of the demo gateway share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from sunotui.demo.server import DemoServer
from tests.demo.bench import Bench

OpenBench = Callable[..., Bench]
StartServer = Callable[..., DemoServer]


@pytest.fixture
async def open_bench() -> AsyncIterator[OpenBench]:
    """Makes gateways in this process and closes their clients."""
    made: list[Bench] = []

    def make(*args: Any, **options: Any) -> Bench:
        made.append(Bench(*args, **options))
        return made[-1]

    yield make
    for bench in made:
        await bench.http.aclose()


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

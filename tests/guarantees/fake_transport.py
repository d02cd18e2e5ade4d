"""The core with real gateway clients; only the HTTP transport and the clock are replaced."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sunotui.core.core import Core
from sunotui.core.events import Event
from sunotui.core.gateways.client_pool import ClientPool
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.core.paths import AppPaths
from sunotui.core.polling.poller import Poller
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.client import GatewayClient
from tests.support.canary import CANARY
from tests.support.manual_clock import ManualClock, let_tasks_run


@dataclass(frozen=True)
class FakeResponse:
    """One HTTP response."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Responder = Callable[[httpx.Request], FakeResponse | Exception]


@dataclass
class FakeTransport(httpx.AsyncBaseTransport):
    """Replaces the network: gets its responses from the test and counts the requests."""

    responder: Responder
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request."""
    fetches: int = 0
    """The number of batch fetches. Batches without ids, which look for the prefix, do not count."""
    in_flight: int = 0
    most_in_flight: int = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response of the test to a request."""
        self.requests.append((request.method, request.url.path))
        self.fetches += bool(ids_of(request))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(0)
            result = self.responder(request)
        finally:
            self.in_flight -= 1
        if isinstance(result, Exception):
            raise result
        headers = [(name.encode(), value.encode("utf-8", "replace")) for name, value in result.headers]
        return httpx.Response(result.status, headers=headers, stream=httpx.ByteStream(result.body))


class FakeTransportPool(ClientPool):
    """Real clients, each with the fake transport of its profile."""

    transports: dict[str, FakeTransport]

    async def _open_client(self, profile: Profile) -> GatewayClient:
        return GatewayClient(
            profile.base_url, await self._tokens.token_of(profile), transport=self.transports[profile.name]
        )


class OfflineCore:
    """The core, its clock and its transports. It does not check for changes by other processes."""

    def __init__(self, folder: Path, seed: int = 3, tokens: TokenResolver | None = None) -> None:
        self.clock = ManualClock()
        self.clock.settle = self.settle
        self.core = Core(
            AppPaths(data=folder / "data", config=folder / "config"),
            {},
            clock=self.clock,
            rng=random.Random(seed),
            tokens=tokens,
        )
        self.gateways = FakeTransportPool(self.core.active_profiles.named, self.core.tokens)
        self.transports = self.gateways.transports = {}
        self.core.clients = self.gateways
        self.events: list[Event] = []
        self.core.events.subscribe(self.events.append)

    async def open(self, **responder: Responder) -> None:
        """Open the library and add a profile with each responder, under its argument name."""
        await self.core.open()
        for name, one in responder.items():
            self.add(name, one)

    def add(self, name: str, responder: Responder) -> FakeTransport:
        """Add a profile with a gateway behind its transport."""
        transport = self.transports[name] = FakeTransport(responder)
        self.core.tokens.set_for_session(name, Token(CANARY))
        self.core.add_profile(Profile(name, parse_base_url("http://127.0.0.1:9")))
        return transport

    def poller(self, name: str) -> Poller:
        """The poller of a profile."""
        return self.core.services.pollers.of(name)

    async def put(self, profile: str, ids: Sequence[str], *, is_due_now: bool = True, misses: int = 0) -> None:
        """Add unfinished tasks to the library and the poller."""
        now, status = self.clock.now(), TaskStatus.SUBMITTED
        tasks = [Task(task_id, profile, TaskKind.MUSIC, status, added_at=now, misses=misses) for task_id in ids]
        await self.core.storage.run(self.core.stores.tasks.save, tasks)
        self.core.services.pollers.add(tasks, is_due_now=is_due_now)

    async def tasks(self, ids: Sequence[str]) -> dict[str, Task]:
        """Tasks of the library."""
        return await self.core.storage.run(self.core.stores.tasks.tasks, list(ids))

    async def settle(self) -> None:
        """Wait until everything that needs no clock time has run, also on other threads."""
        calm = 0
        while calm < 2:
            await let_tasks_run(12)
            await self.core.storage.run(lambda: None)
            calm += 1
            if self._is_busy():
                calm = 0
                await asyncio.sleep(0.0005)

    def _is_busy(self) -> bool:
        if not self.core.is_open:
            return False
        pollers = self.core.services.pollers._pollers.values()
        return (
            any(transport.in_flight for transport in self.transports.values())
            or any(poller._poll_lock.locked() for poller in pollers)
            or bool(self.core._background._brief)
            or self.core.services.submitter.in_flight > 0
        )

    async def close(self) -> None:
        """Close the core."""
        await self.core.close(1)


def ids_of(request: httpx.Request) -> list[str]:
    """The ids in a batch fetch; empty for any other request."""
    if not request.url.path.endswith("/suno/fetch"):
        return []
    found: list[str] = json.loads(request.content)["ids"]
    return found


def batch(*tasks: object) -> FakeResponse:
    """A good response to a batch fetch."""
    return FakeResponse(json.dumps({"code": "success", "message": "", "data": tasks}).encode())


def song(task_id: str, status: str = "SUCCESS", **facts: object) -> dict[str, object]:
    """A task object with one take."""
    clip = {"id": f"{task_id}-c", "status": "complete", "title": f"Song {task_id}", "audio_url": "https://x.example/a"}
    made = [clip] if status == "SUCCESS" else []
    return {"task_id": task_id, "action": "MUSIC", "status": status, "fail_reason": "", "data": made, **facts}


NO_PAGE = FakeResponse(b"404 page not found", 404)
"""The response of the reference server to unknown paths."""


def healthy(request: httpx.Request) -> FakeResponse:
    """A gateway on which every task is finished, without extras."""
    if request.url.path.endswith("/suno/fetch"):
        return batch(*(song(task_id) for task_id in ids_of(request)))
    return NO_PAGE

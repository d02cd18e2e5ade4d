"""A demo gateway in the test's process, called without a network, with a clock that the test moves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import httpx

from sunotui.demo.app import Gateway, create_app
from sunotui.demo.dialects import find_dialect
from sunotui.demo.faults import FaultPlan
from sunotui.demo.simulator import Simulator
from sunotui.domain.gateways.dialect import Dialect
from tests.support.paths import SAMPLES

TOKEN = "demo-token-of-the-tests"
ADDRESS = "http://demo.test"
UNKNOWN_ID = "00000000-0000-4000-8000-000000000001"
"""An id that no gateway assigned."""
LONG_S = 100.0
"""Longer than a song takes and a relay lags, in simulated seconds."""
EVERY_DIALECT = (
    *("reference", "new-api", "new-api-2026", "one-hub", "paid"),
    *("key4u", "claude360", "gptproto", "crazyrouter"),
)


def form_of(dialect: str) -> Dialect:
    """The request form that a dialect's server reads."""
    return {"key4u": Dialect.NESTED, "claude360": Dialect.SUNOAPI}.get(dialect, Dialect.FLAT)


def prefix_of(dialect: str) -> str:
    """The first path prefix under which a dialect serves the task protocol."""
    return find_dialect(dialect).prefixes[0]


def sample(name: str) -> Any:
    """The JSON body of one of the protocol samples."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


class Clock:
    """Unix seconds that stand still until a test moves them."""

    def __init__(self, at: float = 1_700_000_000.0) -> None:
        self.at = at

    def now(self) -> float:
        """The current time in Unix seconds."""
        return self.at


class DemoHarness:
    """One gateway in this process. It runs a hundred times faster than real time, so its own waits are short."""

    def __init__(
        self,
        dialect: str = "reference",
        faults: Iterable[str] = (),
        *,
        seed: int = 1,
        speed: float = 100.0,
        balance: float = 5.0,
    ) -> None:
        self.clock, self.speed = Clock(), speed
        found = find_dialect(dialect)
        self.root = f"{found.prefixes[0]}/suno"
        self.simulator = Simulator(seed, speed, self.clock.now, found.new_id, balance, found.takes_per_song)
        self.gateway = Gateway(self.simulator, found, FaultPlan(faults), TOKEN, lambda _scope: None)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(self.gateway)),
            base_url=ADDRESS,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    def let_pass(self, seconds: float) -> None:
        """Advance the clock by simulated seconds (as they are at speed 1)."""
        self.clock.at += seconds / self.speed

    def set_faults(self, *specs: str) -> None:
        """Replace the active faults by these."""
        self.gateway.middleware.plan = FaultPlan(specs)

    async def post(self, path: str, body: Any) -> httpx.Response:
        """POST `body` as JSON; bytes are sent unchanged."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post(path, content=content)

    async def submit(self, action: str, **fields: Any) -> str:
        """Submit, and return the id of the task."""
        path = f"{self.root}/uploads/audio-url" if action == "upload" else f"{self.root}/submit/{action}"
        response = await self.post(path, fields)
        assert response.status_code == 200, response.text
        document = response.json()
        task_id = document.get("data") or document.get("result")
        assert isinstance(task_id, str)
        return task_id

    async def song(self, **fields: Any) -> str:
        """Submit a song and return the id of the task. Without fields it is a song by description."""
        field = "prompt" if self.gateway.dialect.name == "claude360" else "gpt_description_prompt"
        return await self.submit("music", **(fields or {field: "a sea shanty about tea"}))

    async def finished_song(self, **fields: Any) -> str:
        """Submit a song, wait until it is finished and return the id of the task."""
        task_id = await self.song(**fields)
        self.let_pass(LONG_S)
        return task_id

    async def tasks(self, *ids: str) -> Any:
        """The `data` of a batch fetch."""
        response = await self.post(f"{self.root}/fetch", {"ids": list(ids)})
        assert response.status_code == 200, response.text
        return response.json()["data"]

    async def task(self, task_id: str) -> dict[str, Any]:
        """One task object, from a batch fetch."""
        (found,) = await self.tasks(task_id)
        assert isinstance(found, dict)
        return found

"""What the demo's tests stand on: a clock they move, and a gateway asked without a network."""

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
"""An id that no gateway gave to anything."""
LONG_S = 100.0
"""Longer than a song takes and a relay lags, in seconds of the studio's work."""
EVERY_DIALECT = (
    *("reference", "new-api", "new-api-2026", "one-hub", "paid"),
    *("key4u", "claude360", "gptproto", "crazyrouter"),
)


def form_of(dialect: str) -> Dialect:
    """The request form that a dialect's server reads."""
    return {"key4u": Dialect.NESTED, "claude360": Dialect.SUNOAPI}.get(dialect, Dialect.FLAT)


def prefix_of(dialect: str) -> str:
    """The first place where a dialect's task protocol stands."""
    return find_dialect(dialect).prefixes[0]


def sample(name: str) -> Any:
    """A body of the protocol's samples."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


class Clock:
    """Unix seconds that stand still until a test moves them."""

    def __init__(self, at: float = 1_700_000_000.0) -> None:
        self.at = at

    def now(self) -> float:
        """The time."""
        return self.at


class Bench:
    """One gateway in this process. It works a hundred times faster than real, so its own waits are short, too."""

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
        spoken = find_dialect(dialect)
        self.root = f"{spoken.prefixes[0]}/suno"
        self.simulator = Simulator(seed, speed, self.clock.now, spoken.new_id, balance, spoken.takes_per_song)
        self.gateway = Gateway(self.simulator, spoken, FaultPlan(faults), TOKEN, lambda _scope: None)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(self.gateway)),
            base_url=ADDRESS,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )

    def let_pass(self, seconds: float) -> None:
        """Move the clock on by seconds of the studio's work, as they are at speed 1."""
        self.clock.at += seconds / self.speed

    def set_faults(self, *specs: str) -> None:
        """Go wrong in these ways and no other."""
        self.gateway.middleware.plan = FaultPlan(specs)

    async def post(self, path: str, body: Any) -> httpx.Response:
        """POST JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post(path, content=content)

    async def submit(self, action: str, **fields: Any) -> str:
        """Submit, and the id of the task."""
        path = f"{self.root}/uploads/audio-url" if action == "upload" else f"{self.root}/submit/{action}"
        answer = await self.post(path, fields)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        made = document.get("data") or document.get("result")
        assert isinstance(made, str)
        return made

    async def song(self, **fields: Any) -> str:
        """Submit a song, any song, and the id of the task."""
        words = "prompt" if self.gateway.dialect.name == "claude360" else "gpt_description_prompt"
        return await self.submit("music", **(fields or {words: "a sea shanty about tea"}))

    async def finished_song(self, **fields: Any) -> str:
        """The same of a song that is finished."""
        task_id = await self.song(**fields)
        self.let_pass(LONG_S)
        return task_id

    async def tasks(self, *ids: str) -> Any:
        """The `data` of a batch fetch."""
        answer = await self.post(f"{self.root}/fetch", {"ids": list(ids)})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def task(self, task_id: str) -> dict[str, Any]:
        """One task object, from a batch fetch."""
        (found,) = await self.tasks(task_id)
        assert isinstance(found, dict)
        return found

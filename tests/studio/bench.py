"""A studio on a workbench: a library of its own, a clock that tests move, a gateway that does as it is told."""

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from sunotui.domain.errors import Trouble
from sunotui.domain.profile import Profile, parse_base_url
from sunotui.domain.task import Task, TaskKind, TaskReport, TaskStatus
from sunotui.domain.token import Token
from sunotui.gateway.client import Batch
from sunotui.gateway.orders import Order
from sunotui.gateway.outcome import Accepted, Outcome
from sunotui.storage.places import Places
from sunotui.studio.events import Event
from sunotui.studio.gateways import Gateways
from sunotui.studio.studio import Studio
from tests.support.manual_clock import ManualClock, let_tasks_run

MAIN = Profile("main", parse_base_url("http://127.0.0.1:9"))


class ObedientGateway:
    """Stands where the client of a gateway stands, answers what the test says, and counts."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.orders: list[Order] = []
        self.reports: dict[str, TaskReport] = {}
        self.unreadable: set[str] = set()
        self.trouble: Trouble | Exception | None = None
        self.outcome: Callable[[int], Outcome] = lambda number: Accepted(f"task-{number}")
        self.gate: asyncio.Event | None = None
        """When set, answers to submissions wait for it."""
        self.cut_after = 0
        self.cut_by: Trouble | None = None
        """When set, only the first `cut_after` ids of a batch are asked for."""
        self.requests = 1
        """How many requests a batch takes."""
        self.is_closed = False

    def tell(self, task_id: str, status: TaskStatus, **facts: object) -> None:
        """What the gateway says of a task from now on."""
        self.reports[task_id] = TaskReport(task_id, status, raw=f'{{"task_id": "{task_id}"}}', **facts)  # type: ignore[arg-type]

    async def fetch_tasks(self, ids: Sequence[str]) -> Batch:
        """A batch fetch."""
        self.asked.append(list(ids))
        if self.trouble is not None:
            raise self.trouble
        if self.cut_by is not None:
            ids = ids[: self.cut_after]
        known = tuple(self.reports[task_id] for task_id in ids if task_id in self.reports)
        absent = tuple(task_id for task_id in ids if task_id not in self.reports and task_id not in self.unreadable)
        unreadable = tuple(task_id for task_id in ids if task_id in self.unreadable)
        return Batch(known, absent, unreadable, self.cut_by, self.requests)

    async def submit(self, order: Order) -> Outcome:
        """A submission."""
        self.orders.append(order)
        number = len(self.orders)
        if self.gate is not None:
            await self.gate.wait()
        return self.outcome(number)

    async def balance(self) -> None:
        """This gateway does not tell."""

    async def aclose(self) -> None:
        """Closed."""
        self.is_closed = True


class OneGateway(Gateways):
    """Gives the same client to everyone."""

    def __init__(self, gateway: ObedientGateway) -> None:
        self.gateway = gateway
        self.trouble: Trouble | None = None

    async def client(self, name: str) -> ObedientGateway:  # type: ignore[override]
        """The one client."""
        if self.trouble is not None:
            raise self.trouble
        return self.gateway

    async def forget(self, name: str) -> None:
        """Nothing to forget."""

    async def aclose(self) -> None:
        """Nothing to close."""


class Bench:
    """A studio with its outside replaced."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.gateway = ObedientGateway()
        self.studio = Studio(
            Places(data=folder / "data", config=folder / "config"), {}, clock=self.clock, rng=random.Random(3)
        )
        self.gateways = OneGateway(self.gateway)
        self.studio.gateways = self.gateways
        self.events: list[Event] = []
        self.studio.subscribe(self.events.append)
        self.clock.settle = self.settle

    async def open(self) -> None:
        """Open the library with the profile 'main'."""
        await self.studio.open()
        self.studio.doors.keep_for_session("main", Token("token-of-the-bench"))
        self.studio.add_profile(MAIN)

    async def settle(self) -> None:
        """Everything that can happen now has happened, on the storage thread too."""
        for _ in range(4):
            await let_tasks_run()
            await self.studio.desk.run(lambda: None)
        await let_tasks_run()

    async def put(self, *ids: str, status: TaskStatus = TaskStatus.SUBMITTED) -> None:
        """Tasks that are in the library already."""
        now = self.clock.now()
        tasks = [Task(task_id, "main", TaskKind.MUSIC, status, added_at=now) for task_id in ids]
        await self.studio.desk.run(self.studio.library.save, tasks)

    async def task(self, task_id: str) -> Task | None:
        """A task as the library has it."""
        return await self.studio.desk.run(self.studio.library.task, task_id)

    def told(self, kind: type[Event]) -> list[Event]:
        """The events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

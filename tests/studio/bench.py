"""A studio on a workbench: a library of its own, a clock that tests move, a gateway that does as it is told."""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sunotui.domain.clip import Clip
from sunotui.domain.dialect import Dialect, DialectChoice, choose_dialect
from sunotui.domain.errors import NotOffered, Trouble
from sunotui.domain.money import Balance
from sunotui.domain.offers import Offers
from sunotui.domain.persona import Persona
from sunotui.domain.profile import Profile, parse_base_url
from sunotui.domain.task import Task, TaskKind, TaskReport, TaskStatus
from sunotui.domain.timing import AlignedWord, Timing
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
        self.clips: dict[str, Clip] | None = None
        """What the feed knows; None for a gateway without one."""
        self.fed: list[list[str]] = []
        self.feed_trouble: Trouble | None = None
        self.money: Balance | None = None
        self.balances = 0
        self.probes = 0
        self.probe_trouble: Trouble | None = None
        self.found = Offers()
        """What its pages tell."""
        self.has_extras = True
        self.asked_extras = 0
        self.upload: Iterable[tuple[int, int]] = ()
        """Steps of a file's upload: bytes sent, of so many."""

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

    async def submit(self, order: Order, *, file_progress: Callable[[int, int], None] | None = None) -> Outcome:
        """A submission."""
        self.orders.append(order)
        number = len(self.orders)
        if file_progress is not None:
            for sent, size in self.upload:
                file_progress(sent, size)
        if self.gate is not None:
            await self.gate.wait()
        return self.outcome(number)

    async def balance(self) -> Balance | None:
        """The money left, where this gateway tells."""
        self.balances += 1
        await asyncio.sleep(0)
        return self.money

    async def probe(self, now: float) -> Offers:
        """A look at its pages."""
        self.probes += 1
        if self.probe_trouble is not None:
            raise self.probe_trouble
        return replace(self.found, probed_at=now)

    async def feed(self, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """The clips that its feed knows."""
        self.fed.append(list(clip_ids))
        if self.feed_trouble is not None:
            raise self.feed_trouble
        if self.clips is None:
            raise NotOffered
        return tuple(self.clips[clip_id] for clip_id in clip_ids if clip_id in self.clips)

    async def timing(self, clip_id: str) -> Timing:
        """One word."""
        self._need_extras()
        raw = '{"aligned_words": [{"word": "rain", "start_s": 1.0, "end_s": 1.5}]}'
        return Timing((AlignedWord("rain", 1.0, 1.5),), raw)

    async def wav(self, clip_id: str) -> str | None:
        """A link."""
        self._need_extras()
        return f"https://x.example/{clip_id}.wav"

    async def upsample_tags(self, style: str) -> str:
        """More words."""
        self._need_extras()
        return f"{style}, with more words"

    async def create_persona(self, clip_id: str, name: str, description: str) -> Persona:
        """A voice."""
        self._need_extras()
        return Persona("persona-1", name, clip_id)

    def _need_extras(self) -> None:
        self.asked_extras += 1
        if not self.has_extras:
            raise NotOffered

    async def aclose(self) -> None:
        """Closed."""
        self.is_closed = True


class OneGateway(Gateways):
    """Gives the same client to everyone, but for profiles that have their own."""

    def __init__(self, gateway: ObedientGateway) -> None:
        self.dialect_in_use = Dialect.FLAT
        self.gateway = gateway
        self.others: dict[str, ObedientGateway | Trouble] = {}
        self.trouble: Trouble | None = None
        self.gate: asyncio.Event | None = None
        """When set, clients come when it is open: as a token does that somebody has to unlock."""

    def profile(self, name: str) -> None:
        """No profile has settings of its own."""

    def dialect(self, name: str) -> DialectChoice:
        """The one in use."""
        return replace(choose_dialect("", ""), dialect=self.dialect_in_use)

    async def client(self, name: str) -> ObedientGateway:  # type: ignore[override]
        """The one client."""
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        found = self.others.get(name, self.gateway)
        if isinstance(found, Trouble):
            raise found
        return found

    async def forget(self, name: str) -> None:
        """Nothing to forget."""

    async def aclose(self) -> None:
        """Nothing to close."""


class Bench:
    """A studio with its outside replaced."""

    def __init__(self, folder: Path, *, keeps_backups: bool = False) -> None:
        """Backups are made on a thread of their own, which no clock of a test moves: only where they are wanted."""
        self.clock = ManualClock()
        self.gateway = ObedientGateway()
        self.studio = Studio(
            Places(data=folder / "data", config=folder / "config"),
            {},
            clock=self.clock,
            rng=random.Random(3),
            keeps_backups=keeps_backups,
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

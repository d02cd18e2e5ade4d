"""Core with its own library, a manual clock, and a fake gateway."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from sunotui.core.core import Core
from sunotui.core.events import ConnectionState, Event
from sunotui.core.gateways.client_pool import ClientPool
from sunotui.core.paths import AppPaths
from sunotui.domain.errors import NotSupported, SunotuiError
from sunotui.domain.gateways.capabilities import Capabilities
from sunotui.domain.gateways.dialect import Dialect, DialectChoice, DialectEvidence, choose_dialect
from sunotui.domain.gateways.money import Balance
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.music.word_timings import AlignedWord, WordTimings
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.song_listing import ListedSong
from sunotui.domain.tasks.task import Task, TaskKind, TaskReport, TaskStatus
from sunotui.gateway.client import FetchResult
from sunotui.gateway.extras import SongPage
from sunotui.gateway.parsing.results import ResultReading
from sunotui.gateway.submit.outcome import Accepted, Delivered, Outcome, Rejected
from sunotui.gateway.submit.payloads import Payload
from sunotui.storage.reading_thread import ReadingThread
from tests.support.manual_clock import ManualClock, let_tasks_run

MAIN = Profile("main", parse_base_url("http://127.0.0.1:9"))


def delivered(order: Payload) -> str:
    """The result in the response: a persona, expanded tags, or a link; no notes yet."""
    match order.result:
        case "persona":
            return "persona-1"
        case "upsample_tags":
            return f"{json.loads(order.body)['original_tags']}, with more words"
        case "midi":
            return ""
    return f"https://x.example/{order.path.rsplit('/', 1)[-1]}.{order.result}"


class FakeGateway:
    """Replaces the client of a gateway: returns what the test sets, and counts requests."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.orders: list[Payload] = []
        self.reports: dict[str, TaskReport] = {}
        self.unreadable: set[str] = set()
        self.error: SunotuiError | Exception | None = None
        self.next_error: SunotuiError | None = None
        """The error that only the next batch raises."""
        self.outcome: Callable[[int], Outcome] = lambda number: Accepted(f"task-{number}")
        self.gate: asyncio.Event | None = None
        """If set, responses to submissions wait for it."""
        self.cut_after = 0
        self.cut_by: SunotuiError | None = None
        """If set, only the first `cut_after` ids of a batch are requested."""
        self.requests = 1
        """The number of requests of a batch."""
        self.is_closed = False
        self.clips: dict[str, Clip] | None = None
        """The clips of the feed; None for a gateway without one."""
        self.fed: list[list[str]] = []
        self.feed_error: SunotuiError | None = None
        self.money: Balance | None = None
        self.balances = 0
        self.probes = 0
        self.probe_error: SunotuiError | None = None
        self.found = Capabilities()
        """The capabilities from its pages."""
        self.has_extras = True
        self.delivers = True
        """Whether requests without a task return `delivered` instead of `outcome`."""
        self.asked_extras = 0
        self.delivered: Callable[[Payload], str] = delivered
        """The result of requests without a task."""
        self.readings: list[ResultReading] = []
        self.looks: list[Payload] = []
        self.songs: list[ListedSong] = []
        """The songs made for this key, newest first."""
        self.upload: Iterable[tuple[int, int]] = ()
        """The progress steps of an upload: bytes sent, and the size."""

    def set_task(self, task_id: str, status: TaskStatus, **facts: object) -> None:
        """Set what the gateway reports of a task from now on."""
        self.reports[task_id] = TaskReport(task_id, status, raw=f'{{"task_id": "{task_id}"}}', **facts)  # type: ignore[arg-type]

    async def fetch_tasks(self, ids: Sequence[str]) -> FetchResult:
        """A batch fetch."""
        self.asked.append(list(ids))
        error, self.next_error = self.next_error or self.error, None
        if error is not None:
            raise error
        if self.cut_by is not None:
            ids = ids[: self.cut_after]
        known = tuple(self.reports[task_id] for task_id in ids if task_id in self.reports)
        absent = tuple(task_id for task_id in ids if task_id not in self.reports and task_id not in self.unreadable)
        unreadable = tuple(task_id for task_id in ids if task_id in self.unreadable)
        return FetchResult(known, absent, unreadable, self.cut_by, self.requests)

    async def submit(self, order: Payload, *, file_progress: Callable[[int, int], None] | None = None) -> Outcome:
        """A submission."""
        self.orders.append(order)
        number = len(self.orders)
        if file_progress is not None:
            for sent, size in self.upload:
                file_progress(sent, size)
        if self.gate is not None:
            await self.gate.wait()
        if order.result and not self.has_extras:
            return Rejected(NotSupported())
        if order.result and self.delivers:
            return Delivered(self.delivered(order))
        return self.outcome(number)

    async def balance(self) -> Balance | None:
        """The balance, if this gateway reports it."""
        self.balances += 1
        await asyncio.sleep(0)
        return self.money

    async def probe(self, now: float) -> Capabilities:
        """A probe of its pages."""
        self.probes += 1
        if self.probe_error is not None:
            raise self.probe_error
        return replace(self.found, probed_at=now)

    async def feed(self, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """The clips of its feed."""
        self.fed.append(list(clip_ids))
        if self.feed_error is not None:
            raise self.feed_error
        if self.clips is None:
            raise NotSupported
        return tuple(self.clips[clip_id] for clip_id in clip_ids if clip_id in self.clips)

    async def timing(self, clip_id: str) -> WordTimings:
        """Word timings of one word."""
        self._need_extras()
        raw = '{"aligned_words": [{"word": "rain", "start_s": 1.0, "end_s": 1.5}]}'
        return WordTimings((AlignedWord("rain", 1.0, 1.5),), raw)

    async def look_for(self, order: Payload) -> ResultReading:
        """Whether a file is ready now: the next of the test's responses, and nothing after the last one."""
        self.looks.append(order)
        return self.readings.pop(0) if self.readings else ResultReading()

    async def my_musics(self, page: int, size: int) -> SongPage:
        """One page of the songs made for this key."""
        self._need_extras()
        found = tuple(self.songs[(page - 1) * size : page * size])
        return SongPage(found, len(found))

    def _need_extras(self) -> None:
        self.asked_extras += 1
        if not self.has_extras:
            raise NotSupported

    async def aclose(self) -> None:
        """Closed."""
        self.is_closed = True


class FakeClientPool(ClientPool):
    """Gives every profile the same client, except those in `others`."""

    def __init__(self, gateway: FakeGateway) -> None:
        self.dialect_in_use: Dialect | None = None
        """If set, this dialect is used whatever the evidence."""
        self.gateway = gateway
        self.others: dict[str, FakeGateway | SunotuiError] = {}
        self.error: SunotuiError | None = None
        self.evidence_of: Callable[[str], Collection[DialectEvidence]] = lambda _: ()
        self.gate: asyncio.Event | None = None
        """If set, clients are returned when it is set, as with a keyring that the user has to unlock."""

    def profile(self, name: str) -> None:
        """No profile has its own settings."""

    def origin(self, name: str) -> str:
        """No profile has an address."""
        return ""

    def use_evidence(self, evidence_of: Callable[[str], Collection[DialectEvidence]]) -> None:
        """Evidence decides, since no profile has settings."""
        self.evidence_of = evidence_of

    def dialect(self, name: str) -> DialectChoice:
        """The dialect in use."""
        choice = choose_dialect("", "", self.evidence_of(name))
        return choice if self.dialect_in_use is None else choice._replace(dialect=self.dialect_in_use)

    async def client(self, name: str) -> FakeGateway:  # type: ignore[override]
        """The only client."""
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        found = self.others.get(name, self.gateway)
        if isinstance(found, SunotuiError):
            raise found
        return found

    async def forget(self, name: str) -> None:
        """Does nothing."""

    async def aclose(self) -> None:
        """Does nothing."""


class CoreHarness:
    """Core with its gateways and its clock replaced."""

    def __init__(self, folder: Path, *, keeps_backups: bool = False) -> None:
        """Backups run on a separate thread, which the test clock does not control: only on request."""
        self.clock = ManualClock()
        config = folder / "config" / "config.toml"
        if not config.exists():
            # Nothing is fetched from the servers that the samples name.
            config.parent.mkdir(parents=True, exist_ok=True)
            config.write_text('[save]\nauto_save = "off"\n')
        self.gateway = FakeGateway()
        self.core = Core(
            AppPaths(data=folder / "data", config=folder / "config"),
            {},
            clock=self.clock,
            rng=random.Random(3),
            keeps_backups=keeps_backups,
        )
        self.gateways = FakeClientPool(self.gateway)
        self.core.clients = self.gateways
        self.events: list[Event] = []
        self.core.events.subscribe(self.events.append)
        self.clock.settle = self.settle

    async def open(self) -> None:
        """Open the library with the profile 'main'."""
        await self.core.open()
        self.core.tokens.set_for_session("main", Token("token-of-the-harness"))
        self.core.add_profile(MAIN)

    @property
    def connection_state(self) -> ConnectionState:
        """The state of the connection to the gateway of the active profile."""
        connection = self.core.connection()
        assert connection is not None
        return connection.state

    async def settle(self) -> None:
        """Run everything that is ready, on the threads of the library, too."""
        for _ in range(4):
            await let_tasks_run()
            await self.core.storage.run(lambda: None)
            for reading in self._reading_threads():
                await reading.run(lambda _db: None)
        await let_tasks_run()

    def _reading_threads(self) -> list[ReadingThread]:
        """Those that were asked something."""
        if not self.core.is_open or self.core._library is None:
            return []
        browser = self.core.browser
        return [
            one
            for one in (browser._reading, browser._counting, browser._long_reading)
            if one._thread._thread is not None
        ]

    async def put(self, *ids: str, status: TaskStatus = TaskStatus.SUBMITTED) -> None:
        """Put tasks into the library."""
        now = self.clock.now()
        tasks = [Task(task_id, "main", TaskKind.MUSIC, status, added_at=now) for task_id in ids]
        await self.core.storage.run(self.core.stores.tasks.save, tasks)

    async def task(self, task_id: str) -> Task | None:
        """The task in the library."""
        return await self.core.storage.run(self.core.stores.tasks.task, task_id)

    def published(self, kind: type[Event]) -> list[Event]:
        """The events of one kind so far."""
        return [event for event in self.events if isinstance(event, kind)]

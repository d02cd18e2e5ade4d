"""One poller without threads, disk or network, for state machines that try thousands of steps."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from sunotui.core.context import Context
from sunotui.core.event_bus import EventBus
from sunotui.core.polling.feed_fallback import FeedFallback
from sunotui.core.polling.poller import Poller
from sunotui.core.polling.schedule import TASKS_A_REQUEST
from sunotui.domain.errors import SunotuiError
from sunotui.domain.gateways.capabilities import Feature
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task, TaskKind, TaskReport, TaskStatus
from sunotui.gateway.client import FetchResult
from tests.support.manual_clock import ManualClock, let_tasks_run


class FakeTaskStore:
    """A task store in memory that also stands in for the storage thread."""

    def __init__(self) -> None:
        self.stored: dict[str, Task] = {}

    async def run(self, work: Callable[..., object], *args: object) -> object:
        """Run `work` immediately, in place of the storage thread."""
        return work(*args)

    def tasks(self, ids: Iterable[str]) -> dict[str, Task]:
        """The stored tasks with these ids."""
        return {task_id: self.stored[task_id] for task_id in ids if task_id in self.stored}

    def task(self, task_id: str) -> Task | None:
        """The stored task with this id, if any."""
        return self.stored.get(task_id)

    def update(
        self,
        ids: Iterable[str],
        merge: Callable[[Mapping[str, Task]], Iterable[Task]],
        raws: Mapping[str, str] | None = None,
    ) -> tuple[Mapping[str, Task], list[Task]]:
        """Merge the tasks of these ids and store the result."""
        known = self.tasks(ids)
        merged = list(merge(known))
        self.save(merged)
        return known, merged

    def save(self, tasks: Iterable[Task], raws: Mapping[str, str] | None = None) -> None:
        """Store tasks."""
        self.stored |= {task.id: task for task in tasks}


class FakeCapabilities:
    """Stores only whether the gateway has a feed."""

    def __init__(self, *, is_missing: bool) -> None:
        self.has_no_feed = is_missing

    def is_missing(self, profile: str, feature: Feature) -> bool:
        """Whether the gateway is known to have no feed."""
        return self.has_no_feed

    async def learn(self, profile: str, feature: Feature, is_offered: bool, reason: str = "") -> None:
        """Record evidence."""
        self.has_no_feed = not is_offered


class FakeGateway:
    """Responds as set by the test while `may_respond` is set, and records the requests with their times."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.status: dict[str, TaskStatus] = {}
        """The reported status by task id. Other tasks are missing from responses."""
        self.clips: dict[str, Clip] = {}
        self.error: SunotuiError | None = None
        self.next_error: SunotuiError | None = None
        """The error of the next response only."""
        self.partial_error: SunotuiError | None = None
        """The error of the second request of the next fetch that needs more than one request."""
        self.feed_error: SunotuiError | None = None
        self.may_respond = asyncio.Event()
        self.may_respond.set()
        self.in_flight = 0
        self.most_in_flight = 0
        self.fetches: list[tuple[float, tuple[str, ...]]] = []
        self.feed_requests: list[tuple[float, tuple[str, ...]]] = []
        self.requests = 0

    async def client(self, _: str) -> FakeGateway:
        """The client of a profile: the gateway itself."""
        return self

    async def fetch_tasks(self, ids: Sequence[str]) -> FetchResult:
        """Fetch a batch of tasks."""
        self.fetches.append((self.clock.monotonic(), tuple(ids)))
        await self._wait()
        error, self.next_error = self.next_error or self.error, None
        if error is not None:
            self.requests += 1
            raise error
        partial_error = None
        if len(ids) > TASKS_A_REQUEST:
            partial_error, self.partial_error = self.partial_error, None
        if partial_error is not None:
            ids = ids[:TASKS_A_REQUEST]
        requests = -(-len(ids) // TASKS_A_REQUEST) + (partial_error is not None)
        self.requests += requests
        known = tuple(TaskReport(task_id, self.status[task_id]) for task_id in ids if task_id in self.status)
        absent = tuple(task_id for task_id in ids if task_id not in self.status)
        return FetchResult(known, absent, (), partial_error, requests)

    async def feed(self, clip_ids: Sequence[str]) -> tuple[Clip, ...]:
        """Fetch clips from the feed."""
        self.feed_requests.append((self.clock.monotonic(), tuple(clip_ids)))
        await self._wait()
        self.requests += 1
        if self.feed_error is not None:
            raise self.feed_error
        return tuple(self.clips[clip_id] for clip_id in clip_ids if clip_id in self.clips)

    async def _wait(self) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await self.may_respond.wait()
        finally:
            self.in_flight -= 1


class IsolatedPoller:
    """A poller, its gateway and an event loop that runs only when a step needs it."""

    def __init__(self, *, has_no_feed: bool) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = ManualClock()
        self.started_at = self.clock.monotonic()
        self.reader, self.capabilities = FakeTaskStore(), FakeCapabilities(is_missing=has_no_feed)
        self.gateway = FakeGateway(self.clock)
        reader = cast(Any, self.reader)
        ctx = Context(reader, cast(Any, self.gateway), EventBus(), self.clock, random.Random(7), cast(Any, None))
        self.fallback = FeedFallback("main", ctx, cast(Any, self.capabilities))
        self.poller = Poller("main", ctx, reader, self.fallback)
        self.refreshes: set[asyncio.Task[object]] = set()
        self.run(self._start())

    async def _start(self) -> None:
        self.poller.start(())

    def run(self, work: Any) -> None:
        """Run the event loop until this coroutine is done."""
        self.loop.run_until_complete(work)

    def add(self, count: int, **facts: Any) -> list[str]:
        """Add tasks that were just accepted; return their ids."""
        start, now = len(self.reader.stored), self.clock.now()
        ids = [f"t{start + number}" for number in range(count)]
        tasks = [Task(task_id, "main", TaskKind.MUSIC, TaskStatus.SUBMITTED, now, **facts) for task_id in ids]
        self.reader.save(tasks)
        self.poller.add(tasks)
        self.settle()
        return ids

    def open_ids(self) -> list[str]:
        """The ids of the tasks that are not final."""
        return [task.id for task in self.reader.stored.values() if not task.status.is_final]

    def refresh_as_user(self, ids: list[str]) -> None:
        """Refresh tasks as the user does. Errors are kept in the refresh task."""

        async def begin() -> None:
            refresh = asyncio.create_task(self.poller.refresh(ids))
            self.refreshes.add(cast("asyncio.Task[object]", refresh))
            await let_tasks_run(20)

        self.run(begin())

    def cancel_refreshes(self) -> None:
        """Cancel the refreshes, as when the user leaves the screen."""
        for refresh in self.refreshes:
            refresh.cancel()
        self.settle()

    def advance(self, seconds: float) -> None:
        """Advance the clock."""
        self.run(self.clock.advance(seconds))

    def settle(self) -> None:
        """Run everything that can run now."""
        self.run(let_tasks_run(20))

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock.monotonic() - self.started_at

    def close(self) -> None:
        """Close the poller and the event loop."""

        async def end() -> None:
            self.gateway.may_respond.set()
            await asyncio.gather(*self.refreshes, return_exceptions=True)
            await self.poller.close()

        self.run(end())
        self.loop.close()

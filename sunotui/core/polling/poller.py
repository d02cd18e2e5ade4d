"""The one loop of a profile: asks for all unfinished tasks that are due in one batch, and tells what changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sunotui.core.context import Context
from sunotui.core.events import ConnectionChanged, ConnectionState, TaskEnded, TasksChanged
from sunotui.core.polling import schedule
from sunotui.core.polling.feed_fallback import FeedFallback, FeedResult, clip_ids_of, report_of
from sunotui.domain.errors import (
    NetworkError,
    SunotuiError,
    TimedOut,
    TokenMalformed,
    TokenMissing,
    TokenRejected,
    TokenStoreError,
)
from sunotui.domain.tasks.merge import LOST_AFTER_S, merge_report, record_miss, task_from_report
from sunotui.domain.tasks.task import Task, TaskReport, TaskStatus
from sunotui.storage.tasks.task_store import CHECKED_STEP_S, TaskStore

if TYPE_CHECKING:
    from sunotui.gateway.client import FetchResult

_log = logging.getLogger(__name__)


class Poller:
    """Watches the unfinished tasks of one profile. Idle it holds no timer; no answer and no error ends it (P1)."""

    def __init__(self, profile: str, ctx: Context, library: TaskStore, follower: FeedFallback) -> None:
        self.profile = profile
        self._storage = ctx.storage
        self._gateways = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._rng = ctx.rng
        self._library = library
        self._follower = follower
        self._watched: dict[str, schedule.PollEntry] = {}
        self._told: dict[str, tuple[TaskReport, float]] = {}
        """What was last taken in of each, and when: for the same answer the client gives the same object."""
        self._wake = asyncio.Event()
        self._asking = asyncio.Lock()
        self._bucket = schedule.TokenBucket(self._clock.monotonic())
        self._failures = 0
        self._quiet_until = 0.0
        self._is_stopped_by_token = False
        self._line = ConnectionChanged(profile, ConnectionState.WAITING)
        self._loop_task: asyncio.Task[None] | None = None

    @property
    def connection(self) -> ConnectionChanged:
        """The connection as last told."""
        return self._line

    @property
    def unfinished(self) -> int:
        """How many tasks are being watched."""
        return len(self._watched)

    @property
    def active_submissions(self) -> list[str]:
        """The submissions of those that are likely to end soon, "" for a task made elsewhere; the stalled ones are
        left out."""
        now = self._clock.monotonic()
        return [watched.submission_id for watched in self._watched.values() if watched.is_active(now)]

    def start(self, tasks: Iterable[Task]) -> None:
        """Begin the loop with the tasks that were unfinished when the program last ended."""
        self.add(tasks, is_due_now=True)
        self._loop_task = asyncio.create_task(self._run(), name=f"watch {self.profile}")

    async def close(self) -> None:
        """End the loop; a request under way is given up, which costs nothing."""
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.gather(self._loop_task, return_exceptions=True)
            self._loop_task = None

    def add(self, tasks: Iterable[Task], *, is_due_now: bool = False) -> None:
        """Watch these tasks too; ended ones are left out, known ones keep their place."""
        now, wall = self._clock.monotonic(), self._clock.now()
        for task in tasks:
            if task.status.is_final or task.id in self._watched:
                continue
            age = min(max(0.0, wall - task.added_at), 86_400.0)
            due = now if is_due_now else now + schedule.interval_s(age)
            self._watched[task.id] = schedule.PollEntry(
                task.id,
                created_at=now - age,
                due=due,
                polled_at=now,
                polled_at_wall=wall,
                is_observed=age <= schedule.OBSERVED_FROM_S,
                submission_id=task.submission_id or "",
            )
        self._wake.set()

    def trust_token(self) -> None:
        """The gateway just took the token for something else: a refusal before that counts no more."""
        self._is_stopped_by_token = False
        self._wake.set()

    def resume(self) -> None:
        """Ask again at once: a person pressed the key, or a token was given."""
        self._is_stopped_by_token = False
        self._quiet_until = 0.0
        now = self._clock.monotonic()
        for watched in self._watched.values():
            # Those overdue keep their place: else the same few would go first each time, and the last ones never.
            watched.due = min(watched.due, now)
        self._wake.set()

    async def refresh(self, ids: Sequence[str]) -> list[Task]:
        """Ask the gateway for these tasks now, ended or not, and take what it says as the newest word.

        Ids it knows and we do not are adopted. Returns those found, in the order asked; raises SunotuiError.
        """
        found = await self._poll_on_request(list(dict.fromkeys(ids)), is_refresh=True)
        return [found[task_id] for task_id in dict.fromkeys(ids) if task_id in found]

    async def poll_now(self, task_id: str) -> Task | None:
        """Ask for a task now, ended or not, without letting it go a step backwards (D2). Raises SunotuiError."""
        return (await self._poll_on_request([task_id], is_refresh=False)).get(task_id)

    async def poll_feed(self, task_id: str) -> Task | None:
        """Ask the feed for a task's clips; None where it is not offered or tells nothing. Raises SunotuiError."""
        task = await self._storage.run(self._library.task, task_id)
        if task is None or self._follower.is_quiet or not self._follower.is_offered():
            return None
        async with self._asking:
            self._bucket.take(self._clock.monotonic())
            client = await self._gateways.client(self.profile)
            report = report_of(task, await self._follower.feed(client, clip_ids_of(task)))
            if report is None:
                return None
            changed = merge_report(task, report, self._clock.now())
            await self._storage.run(self._library.save, [changed])
            self._publish({task.id: task}, [changed])
        return changed

    async def _poll_on_request(self, ids: list[str], *, is_refresh: bool) -> dict[str, Task]:
        async with self._asking:
            try:
                return await self._poll(ids, is_refresh=is_refresh)
            except SunotuiError as trouble:
                self._back_off(trouble)
                raise

    async def _run(self) -> None:
        while True:
            try:
                await self._clock.wait(self._wake, self._seconds_to_wait())
                self._wake.clear()
                await self._poll_due()
            except SunotuiError as trouble:
                self._back_off(trouble)
            except Exception as error:  # noqa: BLE001 - the loop outlives whatever an answer can cause (P1)
                _log.exception("the watch of %s stumbled", self.profile)
                self._back_off(SunotuiError("The watch stumbled over an answer", detail=type(error).__name__))

    async def _poll_due(self) -> None:
        async with self._asking:
            # Chosen only now that no request is in flight: the one before may have been refused, or asked for these.
            ids = self._due()
            if ids:
                await self._poll(ids)

    def _seconds_to_wait(self) -> float | None:
        if not self._watched or self._is_stopped_by_token:
            return None
        now = self._clock.monotonic()
        soonest = min(watched.due for watched in self._watched.values())
        return max(0.0, soonest - now, self._quiet_until - now, self._bucket.wait_s(now))

    def _due(self) -> list[str]:
        now = self._clock.monotonic()
        requests = self._bucket.available(now)
        if self._is_stopped_by_token or now < self._quiet_until or not requests:
            return []
        # Thousands may be due at once: those due longest go first, and the rest when the budget allows it again.
        return schedule.due_ids(self._watched.values(), now)[: requests * schedule.TASKS_A_REQUEST]

    async def _poll(self, ids: list[str], *, is_refresh: bool = False) -> dict[str, Task]:
        """Ask for these in one batch and take in the answer; the caller holds the lock. Raises SunotuiError."""
        self._bucket.take(self._clock.monotonic())
        client = await self._gateways.client(self.profile)
        batch = await client.fetch_tasks(ids)
        self._bucket.take(self._clock.monotonic(), max(0, batch.requests - 1))
        if not is_refresh and not batch.absent and not any(map(self._is_news, batch.reports)):
            found = self._apply_nothing(batch)
        else:
            absent = await self._storage.run(self._library.tasks, [*batch.absent]) if batch.absent else {}
            followed = await self._follower.poll(client, [*absent.values()], is_refresh=is_refresh)
            self._bucket.take(self._clock.monotonic(), followed.requests)
            found = await self._apply(batch, followed, is_refresh=is_refresh)
        self._plan(batch, found)
        if batch.trouble is not None:
            # The rest was not asked: it stays due, and the gateway is left alone for a while.
            raise batch.trouble
        self._failures = 0
        self._quiet_until = 0.0
        self._publish_connection(ConnectionState.ONLINE, batch.why_unreadable, heard_at=self._clock.now())
        return found

    def _is_news(self, report: TaskReport) -> bool:
        """Whether a report is another one than last time, or it is time to note when the gateway last spoke."""
        last, at = self._told.get(report.id, (None, 0.0))
        return last is not report or self._clock.monotonic() - at >= CHECKED_STEP_S

    def _apply_nothing(self, batch: FetchResult) -> dict[str, Task]:
        """The gateway said what it said before: there is nothing to read, to write or to tell."""
        for report in batch.reports:
            self._watched[report.id].mark_polled(self._clock.monotonic(), self._clock.now())
        return {}

    async def _apply(self, batch: FetchResult, followed: FeedResult, *, is_refresh: bool) -> dict[str, Task]:
        """Write what is new, then publish it: an id is on disk before it is on screen (D1)."""
        at, now = self._clock.monotonic(), self._clock.now()
        reports = {report.id: report for report in (*batch.reports, *followed.reports)}
        made_in_s: dict[str, float | None] = {}
        for task_id in reports:
            if (watched := self._watched.get(task_id)) is not None:
                watched.mark_polled(at, now)
                made_in_s[task_id] = watched.observed_duration_s()
        silent = set(batch.absent) - reports.keys() - followed.uncertain
        # A wall clock that jumps loses no task: it must have been missing as long by the other clock too (P5).
        not_lost = {
            task_id
            for task_id in silent
            if (watched := self._watched.get(task_id)) is not None and at - watched.polled_at < LOST_AFTER_S
        }

        def merge(known: Mapping[str, Task]) -> Iterator[Task]:
            for report in reports.values():
                yield self._merged(known.get(report.id), report, now, made_in_s.get(report.id), is_refresh=is_refresh)
            for task_id in batch.absent:
                if task_id in silent and task_id in known:
                    task = record_miss(known[task_id], now)
                    yield replace(task, status=known[task_id].status) if task_id in not_lost else task

        raws = {report.id: report.raw for report in reports.values()}
        known, changed = await self._storage.run(self._library.update, [*reports, *silent], merge, raws)
        for task in changed:
            self._told.pop(task.id, None)
            if task.status.is_final:
                self._watched.pop(task.id, None)
        at = self._clock.monotonic()
        self._told.update((report.id, (report, at)) for report in batch.reports if report.id in self._watched)
        self._publish(known, changed)
        return {task.id: task for task in changed if task.id in reports}

    def _merged(
        self, known: Task | None, report: TaskReport, now: float, made_in_s: float | None, *, is_refresh: bool
    ) -> Task:
        """The task after a report. Runs on the storage thread and reads nothing that the poller changes."""
        if known is None:
            return task_from_report(report, self.profile, now)
        task = merge_report(known, report, now, is_refresh=is_refresh)
        if made_in_s is not None and task.status is TaskStatus.SUCCESS and not known.status.is_final:
            # A failure may come at once or after hours: only what was made says how long making takes.
            return replace(task, made_in_s=made_in_s)
        return task

    def _publish(self, known: Mapping[str, Task], changed: list[Task]) -> None:
        shown = [task for task in changed if task.id not in known or _shows_news(known[task.id], task)]
        if shown:
            self._events.publish(TasksChanged(tuple(task.id for task in shown)))
        for task in changed:
            before = known.get(task.id)
            if task.status.is_final and before is not None and not before.status.is_final:
                self._events.publish(TaskEnded(task))

    def _plan(self, batch: FetchResult, found: dict[str, Task]) -> None:
        now = self._clock.monotonic()
        for task_id in dict.fromkeys(
            (*found, *(report.id for report in batch.reports), *batch.absent, *batch.unreadable)
        ):
            watched = self._watched.get(task_id)
            if watched is not None:
                watched.mark_requested(now)
                if task_id in batch.unreadable:
                    watched.due = now + schedule.STALLED_S
        self.add(task for task in found.values() if task.id not in self._watched)

    def _back_off(self, trouble: SunotuiError) -> None:
        self._failures += 1
        now = self._clock.monotonic()
        self._quiet_until = now + schedule.backoff_s(self._failures, self._rng, trouble.retry_after_s)
        line = ConnectionState.FAILING
        if isinstance(trouble, TokenRejected):
            line = ConnectionState.REFUSED
        elif isinstance(trouble, TokenMissing | TokenMalformed | TokenStoreError):
            line = ConnectionState.NO_TOKEN
        elif isinstance(trouble, NetworkError | TimedOut):
            line = ConnectionState.OFFLINE
        self._publish_connection(line, trouble)

    def _publish_connection(
        self, line: ConnectionState, trouble: SunotuiError | None = None, heard_at: float | None = None
    ) -> None:
        # The newest outcome alone says whether the loop stops, and wakes it: it may be waiting without a timer.
        self._is_stopped_by_token = line in (ConnectionState.REFUSED, ConnectionState.NO_TOKEN)
        self._wake.set()
        self._line = ConnectionChanged(self.profile, line, trouble, heard_at or self._line.answered_at)
        self._events.publish(self._line)


def _shows_news(before: Task, after: Task) -> bool:
    """Whether anything changed that a screen shows; the time of the last look alone is no news."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("status", "kind", "clips", "lyrics", "fail_reason", "progress", "started_at", "finished_at")
    )

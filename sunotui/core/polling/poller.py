"""The polling loop of one profile: fetches all unfinished tasks that are due in one batch and publishes changes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sunotui.core.context import Context
from sunotui.core.events import ConnectionChanged, ConnectionState, TaskEnded, TaskPlayable, TasksChanged
from sunotui.core.polling import schedule
from sunotui.core.polling.feed_fallback import FeedFallback, clip_ids_of, needs_feed, report_of, requests_for
from sunotui.domain.errors import (
    ErrorSource,
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
from sunotui.gateway.client import FetchResult, GatewayClient
from sunotui.storage.tasks.task_store import CHECKED_STEP_S, TaskStore

_log = logging.getLogger(__name__)


class Poller:
    """Polls the unfinished tasks of one profile. It sets no timer while idle; no response and no error ends it (P1)."""

    def __init__(self, profile: str, ctx: Context, library: TaskStore, feed: FeedFallback) -> None:
        self.profile = profile
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._rng = ctx.rng
        self._library = library
        self._feed = feed
        self._entries: dict[str, schedule.PollEntry] = {}
        self._last_reports: dict[str, tuple[TaskReport, float]] = {}
        """The last report applied for each task, and when: an unchanged response returns the same object."""
        self._wake = asyncio.Event()
        self._poll_lock = asyncio.Lock()
        self._bucket = schedule.TokenBucket(self._clock.monotonic())
        self._failures = 0
        self._quiet_until = 0.0
        self._is_stopped_by_token = False
        self._connection = ConnectionChanged(profile, ConnectionState.WAITING)
        self._loop_task: asyncio.Task[None] | None = None

    @property
    def connection(self) -> ConnectionChanged:
        """The latest state of the connection."""
        return self._connection

    @property
    def unfinished(self) -> int:
        """The number of polled tasks."""
        return len(self._entries)

    @property
    def active_submissions(self) -> list[str]:
        """The submissions of the tasks that are likely to end soon, "" for a task made elsewhere; without the stalled
        ones."""
        now = self._clock.monotonic()
        return [entry.submission_id for entry in self._entries.values() if entry.is_active(now)]

    def start(self, tasks: Iterable[Task]) -> None:
        """Start the loop with the tasks that were unfinished when the program last ended."""
        self.add(tasks, is_due_now=True)
        self._loop_task = asyncio.create_task(self._run(), name=f"poll {self.profile}")

    async def close(self) -> None:
        """End the loop. A request in flight is cancelled, which costs nothing."""
        if self._loop_task is not None:
            self._loop_task.cancel()
            await asyncio.gather(self._loop_task, return_exceptions=True)
            self._loop_task = None

    def add(self, tasks: Iterable[Task], *, is_due_now: bool = False) -> None:
        """Add tasks to poll; ended ones are ignored, known ones keep their schedule."""
        now, wall = self._clock.monotonic(), self._clock.now()
        for task in tasks:
            if task.status.is_final or task.id in self._entries:
                continue
            age = min(max(0.0, wall - task.added_at), 86_400.0)
            due = now if is_due_now else now + schedule.interval_s(age)
            self._entries[task.id] = schedule.PollEntry(
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
        """Resume polling after the gateway accepted the token for another request, even if it rejected it before."""
        self._is_stopped_by_token = False
        self._wake.set()

    def resume(self) -> None:
        """Poll immediately: at the user's request, or because of a new token."""
        self._is_stopped_by_token = False
        self._quiet_until = 0.0
        now = self._clock.monotonic()
        for entry in self._entries.values():
            # Overdue tasks keep their due time: otherwise the same few would always come first, and the last ones
            # never.
            entry.due = min(entry.due, now)
        self._wake.set()

    async def refresh(self, ids: Sequence[str]) -> list[Task]:
        """Poll these tasks now, ended or not, and let the response replace known values. Tasks that the library does
        not have yet are added. Returns those found, in the given order. Raises SunotuiError.
        """
        found = await self._poll_on_request(list(dict.fromkeys(ids)), is_refresh=True)
        return [found[task_id] for task_id in dict.fromkeys(ids) if task_id in found]

    async def poll_now(self, task_id: str) -> Task | None:
        """Poll a task now, ended or not; its status never goes backwards (D2). Raises SunotuiError."""
        return (await self._poll_on_request([task_id], is_refresh=False)).get(task_id)

    async def poll_feed(self, task_id: str) -> Task | None:
        """Fetch a task's clips from the feed; None if the feed is missing or does not have them. Raises
        SunotuiError."""
        task = await self._storage.run(self._library.task, task_id)
        if task is None or self._feed.is_quiet or not self._feed.is_available():
            return None
        async with self._poll_lock:
            self._bucket.take(self._clock.monotonic())
            client = await self._clients.client(self.profile)
            report = report_of(task, await self._feed.feed(client, clip_ids_of(task)))
            if report is None:
                return None
            now = self._clock.now()

            def merge(known: Mapping[str, Task]) -> Iterator[Task]:
                yield merge_report(known.get(task_id, task), report, now)

            known, changed = await self._storage.run(self._library.update, [task_id], merge)
            self._publish(known, changed)
        return changed[0]

    async def refresh_clips(self, clip_ids: Sequence[str]) -> list[Task]:
        """Fetch clips whose tasks the library does not have from the feed. Each that it knows becomes a task of its own
        with the clip's id, or updates that task. Raises SunotuiError: NotSupported if there is no feed."""
        async with self._poll_lock:
            self._bucket.take(self._clock.monotonic())
            client = await self._clients.client(self.profile)
            clips = await self._feed.feed(client, clip_ids)
            self._bucket.take(self._clock.monotonic(), requests_for(clip_ids) - 1)
            reports = [TaskReport(clip.id, None, clips=(clip,), fail_reason=clip.error) for clip in clips]
            found, _ = await self._apply(reports, (), is_refresh=True)
        self.add(found.values())
        return list(found.values())

    async def _poll_on_request(self, ids: list[str], *, is_refresh: bool) -> dict[str, Task]:
        async with self._poll_lock:
            try:
                return await self._poll(ids, is_refresh=is_refresh)
            except SunotuiError as error:
                self._back_off(error)
                raise

    async def _run(self) -> None:
        while True:
            try:
                await self._clock.wait(self._wake, self._seconds_to_wait())
                self._wake.clear()
                await self._poll_due()
            except SunotuiError as error:
                self._back_off(error)
            except Exception as error:  # noqa: BLE001 - no response may end the loop (P1)
                _log.exception("polling %s: unexpected error", self.profile)
                self._back_off(
                    SunotuiError(
                        "A response could not be processed", detail=type(error).__name__, source=ErrorSource.COMPUTER
                    )
                )

    async def _poll_due(self) -> None:
        async with self._poll_lock:
            # Selected only while no request is in flight: the previous one may have been rejected, or have included
            # these tasks.
            ids = self._due()
            if ids:
                await self._poll(ids)

    def _seconds_to_wait(self) -> float | None:
        if not self._entries or self._is_stopped_by_token:
            return None
        now = self._clock.monotonic()
        soonest = min(entry.due for entry in self._entries.values())
        return max(0.0, soonest - now, self._quiet_until - now, self._bucket.wait_s(now))

    def _due(self) -> list[str]:
        now = self._clock.monotonic()
        requests = self._bucket.available(now)
        if self._is_stopped_by_token or now < self._quiet_until or not requests:
            return []
        # Thousands may be due at once: the longest overdue go first, the rest when the budget allows it.
        return schedule.due_ids(self._entries.values(), now)[: requests * schedule.TASKS_A_REQUEST]

    async def _poll(self, ids: list[str], *, is_refresh: bool = False) -> dict[str, Task]:
        """Fetch these tasks in one batch and apply the response; the caller holds the lock. Raises SunotuiError."""
        self._bucket.take(self._clock.monotonic())
        client = await self._clients.client(self.profile)
        batch = await client.fetch_tasks(ids)
        self._bucket.take(self._clock.monotonic(), max(0, batch.requests - 1))
        if not is_refresh and not batch.absent and not any(map(self._is_new, batch.reports)):
            found = self._apply_unchanged(batch)
        else:
            asks_feed = is_refresh or self._feed.is_available()
            found, unsettled = await self._apply(
                batch.reports, batch.absent, is_refresh=is_refresh, asks_feed=asks_feed
            )
            if unsettled:
                found |= await self._poll_absent(client, unsettled, is_refresh=is_refresh)
        self._schedule(batch, found)
        if batch.error is not None:
            # The rest was not requested: it stays due, and the loop backs off.
            raise batch.error
        self._failures = 0
        self._quiet_until = 0.0
        self._publish_connection(ConnectionState.ONLINE, batch.why_unreadable, answered_at=self._clock.now())
        return found

    def _is_new(self, report: TaskReport) -> bool:
        """Whether a report differs from the last one, or the time of the last response is due to be saved."""
        last, at = self._last_reports.get(report.id, (None, 0.0))
        return last is not report or self._clock.monotonic() - at >= CHECKED_STEP_S

    def _apply_unchanged(self, batch: FetchResult) -> dict[str, Task]:
        """Apply a response without changes: there is nothing to read, write or publish."""
        for report in batch.reports:
            self._entries[report.id].mark_polled(self._clock.monotonic(), self._clock.now())
        return {}

    async def _poll_absent(self, client: GatewayClient, tasks: Sequence[Task], *, is_refresh: bool) -> dict[str, Task]:
        """Poll the feed for tasks that a batch did not include, and apply its response. Their rows are read again for
        that: another process may have written them in the meantime."""
        answer = await self._feed.poll(client, tasks, is_refresh=is_refresh)
        self._bucket.take(self._clock.monotonic(), answer.requests)
        silent = [task.id for task in tasks if task.id not in answer.uncertain]
        return (await self._apply(answer.reports, silent, is_refresh=is_refresh))[0]

    async def _apply(
        self, answered: Sequence[TaskReport], absent: Sequence[str], *, is_refresh: bool, asks_feed: bool = False
    ) -> tuple[dict[str, Task], list[Task]]:
        """Save changes, then publish them: an id is on disk before it is on screen (D1). Each row is read once, in the
        transaction that writes it.

        Returns the reported tasks, and with `asks_feed` the absent tasks that need the feed; those are not written.
        """
        at, now = self._clock.monotonic(), self._clock.now()
        reports = {report.id: report for report in answered}
        made_in_s: dict[str, float | None] = {}
        for task_id in reports:
            if (entry := self._entries.get(task_id)) is not None:
                entry.mark_polled(at, now)
                made_in_s[task_id] = entry.observed_duration_s()
        silent = [task_id for task_id in absent if task_id not in reports]
        unsettled: list[Task] = []
        # A jump of the wall clock loses no task: it must have been missing equally long by the monotonic clock (P5).
        not_lost = {
            task_id
            for task_id in silent
            if (entry := self._entries.get(task_id)) is not None and at - entry.polled_at < LOST_AFTER_S
        }

        def merge(known: Mapping[str, Task]) -> Iterator[Task]:
            for report in reports.values():
                yield self._merged(known.get(report.id), report, now, made_in_s.get(report.id), is_refresh=is_refresh)
            for before in filter(None, map(known.get, silent)):
                if asks_feed and needs_feed(before, is_refresh=is_refresh):
                    unsettled.append(before)
                    continue
                task = record_miss(before, now)
                yield task._replace(status=before.status) if before.id in not_lost else task

        raws = {report.id: report.raw for report in reports.values()}
        known, changed = await self._storage.run(self._library.update, [*reports, *silent], merge, raws)
        for task in changed:
            self._last_reports.pop(task.id, None)
            if task.status.is_final:
                self._entries.pop(task.id, None)
        at = self._clock.monotonic()
        self._last_reports.update((report.id, (report, at)) for report in answered if report.id in self._entries)
        self._publish(known, changed)
        return {task.id: task for task in changed if task.id in reports}, unsettled

    def _merged(
        self, known: Task | None, report: TaskReport, now: float, made_in_s: float | None, *, is_refresh: bool
    ) -> Task:
        """The task after a report. Runs on the storage thread and reads nothing that the poller changes."""
        if known is None:
            return task_from_report(report, self.profile, now)
        task = merge_report(known, report, now, is_refresh=is_refresh)
        if made_in_s is not None and task.status is TaskStatus.SUCCESS and not known.status.is_final:
            # A failure may be immediate or take hours: only successes show how long generating takes.
            return task._replace(made_in_s=made_in_s)
        return task

    def _publish(self, known: Mapping[str, Task], changed: list[Task]) -> None:
        visible = [task for task in changed if task.id not in known or _is_visible_change(known[task.id], task)]
        if visible:
            self._events.publish(TasksChanged(tuple(task.id for task in visible)))
        for task in changed:
            before = known.get(task.id)
            if before is None or before.status.is_final:
                continue
            if task.status.is_final:
                self._events.publish(TaskEnded(task))
            elif task.is_streaming and not before.is_streaming:
                self._events.publish(TaskPlayable(task))

    def _schedule(self, batch: FetchResult, found: dict[str, Task]) -> None:
        now = self._clock.monotonic()
        for task_id in dict.fromkeys(
            (*found, *(report.id for report in batch.reports), *batch.absent, *batch.unreadable)
        ):
            entry = self._entries.get(task_id)
            if entry is not None:
                entry.mark_requested(now)
                if task_id in batch.unreadable:
                    entry.due = now + schedule.STALLED_S
        self.add(task for task in found.values() if task.id not in self._entries)

    def _back_off(self, error: SunotuiError) -> None:
        self._failures += 1
        now = self._clock.monotonic()
        self._quiet_until = now + schedule.backoff_s(self._failures, self._rng, error.retry_after_s)
        state = ConnectionState.FAILING
        if isinstance(error, TokenRejected):
            state = ConnectionState.REFUSED
        elif isinstance(error, TokenMissing | TokenMalformed | TokenStoreError):
            state = ConnectionState.NO_TOKEN
        elif isinstance(error, NetworkError | TimedOut):
            state = ConnectionState.OFFLINE
        self._publish_connection(state, error)

    def _publish_connection(
        self, state: ConnectionState, error: SunotuiError | None = None, answered_at: float | None = None
    ) -> None:
        # Only the latest outcome decides whether the loop pauses; it must wake, since it may wait without a timer.
        self._is_stopped_by_token = state in (ConnectionState.REFUSED, ConnectionState.NO_TOKEN)
        self._wake.set()
        self._connection = ConnectionChanged(self.profile, state, error, answered_at or self._connection.answered_at)
        self._events.publish(self._connection)


def _is_visible_change(before: Task, after: Task) -> bool:
    """Whether anything changed that a screen shows; the time of the last poll does not count."""
    return any(
        getattr(before, name) != getattr(after, name)
        for name in ("status", "kind", "clips", "lyrics", "fail_reason", "progress", "started_at", "finished_at")
    )

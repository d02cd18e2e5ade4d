"""Polls clips from the feed if the gateway does not know their task, unless the feed is known to be missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sunotui.core.context import Context
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling import schedule
from sunotui.domain.errors import NotSupported, SunotuiError
from sunotui.domain.gateways.capabilities import Feature
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task, TaskReport
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.endpoints import CLIPS_A_REQUEST

MISSES_UNTIL_FEED = 2
"""The number of consecutive responses without a task after which its id is tried as a clip's (quirk 18); right after a
submit a row may be late (protocol 4.5)."""
REFUSALS_UNTIL_MISSING = 3
"""The number of consecutive responses that there is no feed before it counts as missing: a single one may come from a
failing proxy, and the tasks are paid for."""
RETRY_FEED_AFTER_S = 300.0
"""Seconds until a feed that the gateway reported as missing is tried again."""


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What the feed returned."""

    reports: tuple[TaskReport, ...] = ()
    uncertain: frozenset[str] = frozenset()
    """Tasks whose state is unknown because the feed could not be read: they do not count as missing."""
    requests: int = 0


class FeedFallback:
    """Polls one profile's feed. If the gateway has no feed, it records that and stops polling it."""

    def __init__(self, profile: str, ctx: Context, capabilities: CapabilityService) -> None:
        self._profile = profile
        self._capabilities = capabilities
        self._clock = ctx.clock
        self._rng = ctx.rng
        self._refusals = 0
        self._failures = 0
        self._quiet_until = 0.0

    def is_available(self) -> bool:
        """Whether to poll the feed: not if it was found missing twice."""
        if self._capabilities.is_missing(self._profile, Feature.FEED):
            return 0 < self._refusals < REFUSALS_UNTIL_MISSING
        return self._refusals < REFUSALS_UNTIL_MISSING

    @property
    def is_quiet(self) -> bool:
        """Whether the feed is paused after a failure."""
        return self._clock.monotonic() < self._quiet_until

    async def poll(self, client: GatewayClient, missing: Sequence[Task], *, is_refresh: bool = False) -> FeedResult:
        """Poll the clips of tasks that a batch did not include and that need the feed. Raises only CancelledError."""
        if self.is_quiet and not is_refresh:
            return FeedResult(uncertain=_ids(missing))
        clip_ids = list(dict.fromkeys(clip_id for task in missing for clip_id in clip_ids_of(task)))
        requests = requests_for(clip_ids)
        try:
            clips = await self.feed(client, clip_ids)
        except NotSupported:
            self._quiet_until = self._clock.monotonic() + RETRY_FEED_AFTER_S
            return FeedResult(uncertain=_ids(missing) if self.is_available() else frozenset(), requests=requests)
        except SunotuiError as error:
            self._failures += 1
            self._quiet_until = self._clock.monotonic() + schedule.backoff_s(
                self._failures, self._rng, error.retry_after_s
            )
            return FeedResult(uncertain=_ids(missing), requests=requests)
        self._failures, self._quiet_until = 0, 0.0
        reports = [report_of(task, clips) for task in missing]
        return FeedResult(tuple(report for report in reports if report is not None), requests=requests)

    async def feed(self, client: GatewayClient, clip_ids: Sequence[str]) -> Collection[Clip]:
        """Fetch clips from the feed; records whether the gateway has a feed. Raises SunotuiError."""
        try:
            clips = await client.feed(clip_ids)
        except NotSupported as error:
            self._refusals += 1
            why = error.detail or "the gateway has no such endpoint"
            await self._capabilities.learn(self._profile, Feature.FEED, False, why)
            raise
        self._refusals = 0
        await self._capabilities.learn(self._profile, Feature.FEED, True, "it responded")
        return clips


def requests_for(clip_ids: Sequence[str]) -> int:
    """How many requests the feed needs for these clips."""
    return -(-len(clip_ids) // CLIPS_A_REQUEST)


def clip_ids_of(task: Task) -> list[str]:
    """The ids to request from the feed: those of the task's clips, or else its own id, which may be a clip's (quirk
    18)."""
    return [clip.id for clip in task.clips] or [task.id]


def report_of(task: Task, clips: Iterable[Clip]) -> TaskReport | None:
    """A report of the task with a status derived from its clips; None if none of them are in the feed."""
    own_ids = set(clip_ids_of(task))
    found = tuple(clip for clip in clips if clip.id in own_ids)
    if not found:
        return None
    return TaskReport(task.id, None, clips=found, fail_reason=next((clip.error for clip in found if clip.error), ""))


def needs_feed(task: Task, *, is_refresh: bool) -> bool:
    """Whether a task that a batch did not include needs the feed."""
    if is_refresh:
        return True
    return not task.status.is_final and (bool(task.clips) or task.misses + 1 >= MISSES_UNTIL_FEED)


def _ids(tasks: Iterable[Task]) -> frozenset[str]:
    return frozenset(task.id for task in tasks)

"""Following clips where the gateway knows nothing of their task: by the feed, while it is not known to be missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sunotui.core.context import Context
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling import schedule
from sunotui.domain.capabilities import Feature
from sunotui.domain.errors import NotSupported, SunotuiError
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import Task, TaskReport
from sunotui.gateway.endpoints import CLIPS_A_REQUEST

if TYPE_CHECKING:
    from sunotui.gateway.client import GatewayClient

MISSES_UNTIL_FEED = 2
"""Answers in a row without a task after which its id is tried as a clip's (quirk 18); right after a submit a row may
lag (protocol 4.5)."""
REFUSALS_UNTIL_MISSING = 3
"""Answers in a row that there is no feed, before it is taken for missing: one of them may be a proxy's bad moment, and
what is followed is paid for."""
RETRY_FEED_AFTER_S = 300.0
"""How long to leave a feed that was said not to be there."""


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What the feed told."""

    reports: tuple[TaskReport, ...] = ()
    uncertain: frozenset[str] = frozenset()
    """Tasks of which nobody could say anything just now: they are not missing, the feed was not to be had."""
    requests: int = 0


class FeedFallback:
    """Asks one profile's feed. Where there is none, it learns that and asks no more by itself."""

    def __init__(self, profile: str, ctx: Context, capabilities: CapabilityService) -> None:
        self._profile = profile
        self._capabilities = capabilities
        self._clock = ctx.clock
        self._rng = ctx.rng
        self._refusals = 0
        self._failures = 0
        self._quiet_until = 0.0

    def is_offered(self) -> bool:
        """Whether asking makes sense: not where the feed was seen to be missing, and it was asked for once more."""
        if self._capabilities.is_missing(self._profile, Feature.FEED):
            return 0 < self._refusals < REFUSALS_UNTIL_MISSING
        return self._refusals < REFUSALS_UNTIL_MISSING

    @property
    def is_quiet(self) -> bool:
        """Whether the feed just failed and is to be left alone for a while."""
        return self._clock.monotonic() < self._quiet_until

    async def poll(self, client: GatewayClient, tasks: Iterable[Task], *, is_refresh: bool = False) -> FeedResult:
        """Ask for the clips of these tasks, which a batch left out. Raises nothing but CancelledError."""
        wanted = [task for task in tasks if _is_to_follow(task, is_refresh=is_refresh)]
        if not wanted or not (is_refresh or self.is_offered()):
            return FeedResult()
        if self.is_quiet and not is_refresh:
            return FeedResult(uncertain=_ids(wanted))
        clip_ids = list(dict.fromkeys(clip_id for task in wanted for clip_id in clip_ids_of(task)))
        requests = -(-len(clip_ids) // CLIPS_A_REQUEST)
        try:
            clips = await self.feed(client, clip_ids)
        except NotSupported:
            self._quiet_until = self._clock.monotonic() + RETRY_FEED_AFTER_S
            return FeedResult(uncertain=_ids(wanted) if self.is_offered() else frozenset(), requests=requests)
        except SunotuiError as trouble:
            self._failures += 1
            self._quiet_until = self._clock.monotonic() + schedule.backoff_s(
                self._failures, self._rng, trouble.retry_after_s
            )
            return FeedResult(uncertain=_ids(wanted), requests=requests)
        self._failures, self._quiet_until = 0, 0.0
        reports = [report_of(task, clips) for task in wanted]
        return FeedResult(tuple(report for report in reports if report is not None), requests=requests)

    async def feed(self, client: GatewayClient, clip_ids: Sequence[str]) -> Collection[Clip]:
        """The clips as the feed tells them, and what that teaches. Raises SunotuiError."""
        try:
            clips = await client.feed(clip_ids)
        except NotSupported as trouble:
            self._refusals += 1
            why = trouble.detail or "the gateway has no such endpoint"
            await self._capabilities.learn(self._profile, Feature.FEED, False, why)
            raise
        self._refusals = 0
        await self._capabilities.learn(self._profile, Feature.FEED, True, "it answered")
        return clips


def clip_ids_of(task: Task) -> list[str]:
    """What to ask the feed for: the task's clips, else its id, which may be a clip's (quirk 18)."""
    return [clip.id for clip in task.clips] or [task.id]


def report_of(task: Task, clips: Iterable[Clip]) -> TaskReport | None:
    """The task as its clips tell it, status and all; None when none of them came."""
    mine = set(clip_ids_of(task))
    found = tuple(clip for clip in clips if clip.id in mine)
    if not found:
        return None
    return TaskReport(task.id, None, clips=found, fail_reason=next((clip.error for clip in found if clip.error), ""))


def _is_to_follow(task: Task, *, is_refresh: bool) -> bool:
    if is_refresh:
        return True
    return not task.status.is_final and (bool(task.clips) or task.misses + 1 >= MISSES_UNTIL_FEED)


def _ids(tasks: Iterable[Task]) -> frozenset[str]:
    return frozenset(task.id for task in tasks)

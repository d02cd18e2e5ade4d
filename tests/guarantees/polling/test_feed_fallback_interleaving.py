"""With any behaviour of the feed in any order, no clip regresses, no task is lost because the feed omits it, and a
missing feed is requested at most three times (P4, D2).
"""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sunotui.core.polling.feed_fallback import REFUSALS_UNTIL_MISSING
from sunotui.domain.errors import GatewayFailed, NetworkError, NotSupported, RateLimited, SunotuiError
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.polling.isolated_poller import IsolatedPoller

pytestmark = pytest.mark.guarantee(
    "P4",
    ordinary="60 runs of 25 steps of a state machine of the feed",
    long="200 runs of 40 steps",
    last_long_run="2026-11-25: 200 runs, 5 s",
)

ORDER = {status: rank for rank, status in enumerate(ClipStatus)}
ERRORS = [GatewayFailed(), NetworkError(), RateLimited(retry_after_s=45)]


class FeedMachine(RuleBasedStateMachine):
    """Tasks whose clips only the feed reports, and a feed with changing behaviour."""

    @initialize()
    def begin(self) -> None:
        self.isolated = IsolatedPoller(has_no_feed=False)
        self.furthest: dict[str, ClipStatus] = {}
        self.missing_since: int | None = None
        self.is_unknown: set[str] = set()

    @rule(count=st.sampled_from([1, 2, 20]))
    def accept_tasks_with_clips(self, count: int) -> None:
        start = len(self.isolated.reader.stored)
        for number in range(start, start + count):
            clip = Clip(f"c{number}", status=ClipStatus.SUBMITTED)
            self.isolated.gateway.clips[clip.id] = clip
            self.isolated.add(1, clips=(clip,))

    @rule(seconds=st.sampled_from([0.1, 5.1, 12.0, 61.0]))
    def pass_time(self, seconds: float) -> None:
        self.isolated.advance(seconds)

    @precondition(lambda self: self.isolated.gateway.clips)
    @rule(data=st.data(), status=st.sampled_from(list(ClipStatus)))
    def report_any_status(self, data: st.DataObject, status: ClipStatus) -> None:
        clip_id = data.draw(st.sampled_from(sorted(self.isolated.gateway.clips)[:8]))
        self.isolated.gateway.clips[clip_id] = self.isolated.gateway.clips[clip_id]._replace(status=status)

    @rule(error=st.sampled_from(ERRORS))
    def start_errors(self, error: SunotuiError) -> None:
        self.isolated.gateway.feed_error = error

    @rule()
    def remove_the_feed(self) -> None:
        self.isolated.gateway.feed_error = NotSupported()
        self.isolated.advance(6)

    @rule()
    def end_errors(self) -> None:
        self.isolated.gateway.feed_error = None

    @invariant()
    def a_missing_feed_is_requested_at_most_three_times(self) -> None:
        is_refused = isinstance(self.isolated.gateway.feed_error, NotSupported)
        if not is_refused or not self.isolated.capabilities.has_no_feed:
            # Other errors do not say that there is no feed, and are retried.
            self.missing_since = None
            return
        requests = len(self.isolated.gateway.feed_requests)
        self.missing_since = self.missing_since or requests
        # One refusal may be a temporary error of a proxy; two more, five minutes apart, are not.
        assert requests - self.missing_since < REFUSALS_UNTIL_MISSING

    @invariant()
    def no_clip_regresses(self) -> None:
        for task in self.isolated.reader.stored.values():
            for clip in task.clips:
                before = self.furthest.get(clip.id, ClipStatus.SUBMITTED)
                if before is ClipStatus.COMPLETE:
                    assert clip.status is ClipStatus.COMPLETE
                else:
                    assert ORDER[clip.status] >= ORDER[before] or clip.status is ClipStatus.COMPLETE
                self.furthest[clip.id] = clip.status

    @invariant()
    def omission_loses_no_task(self) -> None:
        if not self.isolated.capabilities.has_no_feed:
            for task in self.isolated.reader.stored.values():
                assert task.status is not TaskStatus.LOST
                assert task.misses == 0, "an omission by the feed was counted as a miss"

    @invariant()
    def the_budget_is_kept(self) -> None:
        assert self.isolated.gateway.most_in_flight <= 1
        spent = len(self.isolated.gateway.fetches) + len(self.isolated.gateway.feed_requests)
        # The requests to the feed follow the batches that the budget allowed and are charged to it afterwards.
        assert spent <= 10 + 0.5 * self.isolated.elapsed + 6

    def teardown(self) -> None:
        self.isolated.close()


def test_feed_fallback_in_any_order() -> None:
    """Fails if an error of the feed counts as a miss, and if a missing feed is requested endlessly."""
    run_state_machine_as_test(FeedMachine, settings=settings(max_examples=60, stateful_step_count=25))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_feed_fallback_in_any_order_long() -> None:
    """More runs and steps than the ordinary test."""
    run_state_machine_as_test(FeedMachine, settings=settings(max_examples=200, stateful_step_count=40))

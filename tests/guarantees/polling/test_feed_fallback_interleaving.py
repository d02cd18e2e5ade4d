"""Whatever the feed does in whatever order, no clip goes backwards, no task is lost by its silence, and a feed that is
not there is asked once (P4, D2)."""

from __future__ import annotations

from dataclasses import replace

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

ORDER = {status: place for place, status in enumerate(ClipStatus)}
TROUBLES = [GatewayFailed(), NetworkError(), RateLimited(retry_after_s=45)]


class FeedMachine(RuleBasedStateMachine):
    """Tasks that only the feed knows, and a feed with moods."""

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
    def tell_anything(self, data: st.DataObject, status: ClipStatus) -> None:
        clip_id = data.draw(st.sampled_from(sorted(self.isolated.gateway.clips)[:8]))
        self.isolated.gateway.clips[clip_id] = replace(self.isolated.gateway.clips[clip_id], status=status)

    @rule(trouble=st.sampled_from(TROUBLES))
    def begin_trouble(self, trouble: SunotuiError) -> None:
        self.isolated.gateway.feed_trouble = trouble

    @rule()
    def take_the_feed_away(self) -> None:
        self.isolated.gateway.feed_trouble = NotSupported()
        self.isolated.advance(6)

    @rule()
    def end_trouble(self) -> None:
        self.isolated.gateway.feed_trouble = None

    @invariant()
    def a_missing_feed_is_asked_three_times_at_most(self) -> None:
        if not self.isolated.offers.has_no_feed:
            self.missing_since = None
            return
        asked = len(self.isolated.gateway.fed)
        self.missing_since = self.missing_since or asked
        # One refusal may be a proxy's bad moment; two more, five minutes apart, are not.
        assert asked - self.missing_since < REFUSALS_UNTIL_MISSING

    @invariant()
    def no_clip_goes_backwards(self) -> None:
        for task in self.isolated.reader.stored.values():
            for clip in task.clips:
                before = self.furthest.get(clip.id, ClipStatus.SUBMITTED)
                if before is ClipStatus.COMPLETE:
                    assert clip.status is ClipStatus.COMPLETE
                else:
                    assert ORDER[clip.status] >= ORDER[before] or clip.status is ClipStatus.COMPLETE
                self.furthest[clip.id] = clip.status

    @invariant()
    def silence_loses_nobody(self) -> None:
        if not self.isolated.offers.has_no_feed:
            for task in self.isolated.reader.stored.values():
                assert task.status is not TaskStatus.LOST
                assert task.misses == 0, "a feed that said nothing was counted as a miss"

    @invariant()
    def the_budget_is_kept(self) -> None:
        assert self.isolated.gateway.most_in_flight <= 1
        spent = len(self.isolated.gateway.asked) + len(self.isolated.gateway.fed)
        # The feed's own requests follow those that the budget let through, and are taken from it afterwards.
        assert spent <= 10 + 0.5 * self.isolated.elapsed + 6

    def teardown(self) -> None:
        self.isolated.close()


def test_following_in_any_order() -> None:
    """Fails with a failing feed counted as a miss, and with a missing one asked without end."""
    run_state_machine_as_test(FeedMachine, settings=settings(max_examples=60, stateful_step_count=25))  # type: ignore[no-untyped-call]


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_following_in_any_order_for_long() -> None:
    """The same with more steps."""
    run_state_machine_as_test(FeedMachine, settings=settings(max_examples=200, stateful_step_count=40))  # type: ignore[no-untyped-call]

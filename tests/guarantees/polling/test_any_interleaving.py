"""In any order of events a poller has one request in flight, keeps its budget and starves no task (P4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import product

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

from sunotui.core.events import ConnectionState
from sunotui.core.polling import schedule
from sunotui.domain.errors import (
    GatewayFailed,
    NetworkError,
    RateLimited,
    SunotuiError,
    TimedOut,
    TokenMissing,
    TokenRejected,
)
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.polling.isolated_poller import IsolatedPoller

pytestmark = pytest.mark.guarantee(
    "P4",
    ordinary="60 runs of 25 steps of a state machine; 8 interleavings that once failed",
    long="200 runs of 40 steps; every order of 5 of 7 steps",
    last_long_run="2026-11-29: 200 runs, 24 s; 16,807 orders, 227 s",
)

TROUBLES = [GatewayFailed(), NetworkError(), TimedOut(), TokenRejected(), TokenMissing(), RateLimited(retry_after_s=45)]
SOONEST_S = 5.0 - schedule.BATCH_WINDOW_S
"""Seconds between two polls of a task without a refresh by the user."""


Turn = Callable[["PaceMachine"], object]


class PaceMachine(RuleBasedStateMachine):
    """A poller, a gateway with changing behaviour, and a user."""

    @initialize()
    def begin(self) -> None:
        self.isolated = IsolatedPoller(has_no_feed=True)
        self.refreshes_by_user = 0
        self.seen = 0
        self.last_asked: dict[str, float] = {}
        self.excused: Counter[str] = Counter()
        """How often the user refreshed a task: that often it may be polled early."""

    @rule(count=st.sampled_from([1, 1, 2, 7, 60, 400]))
    def accept_tasks(self, count: int) -> None:
        for task_id in self.isolated.add(count):
            self.isolated.gateway.status[task_id] = TaskStatus.QUEUED

    @rule(seconds=st.sampled_from([0.1, 1.0, 2.0, 4.9, 5.0, 12.0, 61.0, 130.0]))
    def pass_time(self, seconds: float) -> None:
        self.isolated.advance(seconds)

    @rule(trouble=st.sampled_from(TROUBLES))
    def begin_trouble(self, trouble: SunotuiError) -> None:
        self.isolated.gateway.trouble = trouble

    @rule(trouble=st.sampled_from(TROUBLES))
    def fail_the_next_answer(self, trouble: SunotuiError) -> None:
        self.isolated.gateway.next_trouble = trouble

    @rule(trouble=st.sampled_from(TROUBLES))
    def cut_the_next_batch(self, trouble: SunotuiError) -> None:
        self.isolated.gateway.cut_by = trouble

    @rule()
    def end_trouble(self) -> None:
        self.isolated.gateway.trouble = None

    @rule(is_open=st.booleans())
    def hold_or_let_answers(self, is_open: bool) -> None:
        door = self.isolated.gateway.door
        door.set() if is_open else door.clear()
        self.isolated.settle()

    @precondition(lambda self: self.isolated.open_ids())
    @rule(data=st.data())
    def end_a_task(self, data: st.DataObject) -> None:
        task_id = data.draw(st.sampled_from(self.isolated.open_ids()[:8]))
        self.isolated.gateway.status[task_id] = data.draw(st.sampled_from([TaskStatus.SUCCESS, TaskStatus.FAILURE]))

    @precondition(lambda self: self.isolated.reader.stored)
    @rule()
    def refresh_as_user(self) -> None:
        self.refreshes_by_user += 1
        # A good answer ends the wait after a failure, for all that the failure left due.
        self.excused.update(self.isolated.reader.stored.keys())
        self.isolated.refresh_as_user([next(iter(self.isolated.reader.stored))])

    @rule()
    def cancel_refreshes(self) -> None:
        self.isolated.cancel_refreshes()

    @rule()
    def accept_the_token_for_something_else(self) -> None:
        self.isolated.watch.trust_token()
        self.isolated.settle()

    @rule()
    def press_refresh(self) -> None:
        self.excused.update(self.isolated.reader.stored.keys())
        self.isolated.watch.resume()
        self.isolated.settle()

    @rule()
    def everybody_is_asked_in_the_end(self) -> None:
        self.isolated.gateway.trouble = self.isolated.gateway.next_trouble = self.isolated.gateway.cut_by = None
        self.hold_or_let_answers(True)
        if self.isolated.watch.connection.state in (ConnectionState.REFUSED, ConnectionState.NO_TOKEN):
            self.press_refresh()
        open_ids, since = self.isolated.open_ids(), self.isolated.clock.monotonic()
        self.isolated.advance(schedule.STALLED_S + 60 + 2 * len(open_ids) / schedule.TASKS_A_REQUEST)
        heard = {task_id for at, ids in self.isolated.gateway.asked if at >= since for task_id in ids}
        assert set(open_ids) <= heard, "somebody is never asked for"

    @invariant()
    def one_request_is_in_flight(self) -> None:
        assert self.isolated.gateway.most_in_flight <= 1

    @invariant()
    def the_budget_is_kept(self) -> None:
        assert self.isolated.gateway.requests <= 10 + 0.5 * self.isolated.elapsed + self.refreshes_by_user + 0.001

    @invariant()
    def nobody_is_asked_for_too_soon(self) -> None:
        for at, ids in self.isolated.gateway.asked[self.seen :]:
            for task_id in ids:
                # A failure leaves a task due, and the gateway alone for at least half a first step.
                soonest = min(SOONEST_S, schedule.backoff_s(1, _Least()))  # type: ignore[arg-type]
                if at - self.last_asked.get(task_id, -1e9) < soonest:
                    assert self.excused[task_id] > 0
                    self.excused[task_id] -= 1
                self.last_asked[task_id] = at
        self.seen = len(self.isolated.gateway.asked)

    @invariant()
    def the_loop_lives(self) -> None:
        assert self.isolated.watch._loop_task is not None
        assert not self.isolated.watch._loop_task.done()

    def teardown(self) -> None:
        self.isolated.close()

    def check(self) -> None:
        """Check every invariant after a fixed sequence of steps."""
        self.one_request_is_in_flight()
        self.the_budget_is_kept()
        self.nobody_is_asked_for_too_soon()
        self.the_loop_lives()


class _Least:
    def random(self) -> float:
        return 0.0


def _accept(count: int) -> Turn:
    return lambda machine: machine.accept_tasks(count)


def _pass(seconds: float) -> Turn:
    return lambda machine: machine.pass_time(seconds)


def _begin(trouble: SunotuiError) -> Turn:
    return lambda machine: machine.begin_trouble(trouble)


def _fail_next(trouble: SunotuiError) -> Turn:
    return lambda machine: machine.fail_the_next_answer(trouble)


def _cut_next(trouble: SunotuiError) -> Turn:
    return lambda machine: machine.cut_the_next_batch(trouble)


def _hold(machine: PaceMachine) -> None:
    machine.hold_or_let_answers(False)


def _let(machine: PaceMachine) -> None:
    machine.hold_or_let_answers(True)


def _ask(machine: PaceMachine) -> None:
    machine.refresh_as_user()


def _trust(machine: PaceMachine) -> None:
    machine.accept_the_token_for_something_else()


REFUSED, FAILED = TokenRejected(), GatewayFailed()
FOUND: dict[str, tuple[Turn, ...]] = {
    "refused, then failed": (_begin(REFUSED), _accept(400), _pass(12), _begin(FAILED), _ask),
    "refused once, then failed": (_accept(2), _fail_next(REFUSED), _pass(12), _fail_next(FAILED), _ask),
    "refused twice, then failed": (_accept(2), _fail_next(REFUSED), _ask, _pass(5), _fail_next(FAILED), _ask),
    "refused within a batch, then failed": (_accept(60), _cut_next(REFUSED), _pass(12), _begin(FAILED), _ask),
    "new ones while refused": (_accept(2), _begin(REFUSED), _pass(5), _accept(2), _begin(FAILED), _ask),
    "failed, and time went on": (_accept(2), _begin(REFUSED), _pass(5), _begin(FAILED), _ask, _pass(12)),
    "refused while a refresh waits": (_accept(2), _fail_next(REFUSED), _hold, _pass(12), _ask, _let),
    "refused while another refresh waits": (_accept(2), _fail_next(REFUSED), _hold, _ask, _ask, _let),
}
"""Turns after which somebody was never asked for, until a request's outcome alone said whether the watch stops."""
LETTERS: tuple[Turn, ...] = (_pass(12), _fail_next(REFUSED), _fail_next(FAILED), _hold, _let, _ask, _trust)


def _play(turns: Iterable[Turn]) -> None:
    machine = PaceMachine()
    try:
        machine.begin()
        for turn in turns:
            turn(machine)
            machine.check()
        machine.everybody_is_asked_in_the_end()
        machine.check()
    finally:
        machine.teardown()


@pytest.mark.parametrize("turns", FOUND.values(), ids=FOUND)
def test_orders_of_turns_that_once_left_somebody_out(turns: tuple[Turn, ...]) -> None:
    """Each failed while a refresh resumed polling at its start after a refused token, and woke nothing."""
    _play(turns)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_every_order_of_five_turns() -> None:
    """A random order rarely refuses, fails and refreshes in a row: here no order is left out."""
    for turns in product(LETTERS, repeat=5):
        _play((_accept(2), *turns))


def test_any_order_of_turns() -> None:
    """Fails with the watch's lock left out, with the bucket never emptied, and with
    nobody due again."""
    run_state_machine_as_test(PaceMachine, settings=settings(max_examples=60, stateful_step_count=25))  # type: ignore[no-untyped-call]


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_any_order_of_many_turns() -> None:
    """The same with more steps."""
    run_state_machine_as_test(PaceMachine, settings=settings(max_examples=200, stateful_step_count=40))  # type: ignore[no-untyped-call]

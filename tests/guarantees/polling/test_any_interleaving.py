"""In any order of events a poller has at most one request in flight, keeps its budget and starves no task (P4)."""

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

ERRORS = [GatewayFailed(), NetworkError(), TimedOut(), TokenRejected(), TokenMissing(), RateLimited(retry_after_s=45)]
MIN_INTERVAL_S = 5.0 - schedule.BATCH_WINDOW_S
"""The minimum seconds between two polls of a task without a refresh by the user."""


Step = Callable[["PollerMachine"], object]


class PollerMachine(RuleBasedStateMachine):
    """A poller, a gateway with changing behaviour, and a user."""

    @initialize()
    def begin(self) -> None:
        self.isolated = IsolatedPoller(has_no_feed=True)
        self.refreshes_by_user = 0
        self.seen = 0
        self.last_polled: dict[str, float] = {}
        self.early_polls_allowed: Counter[str] = Counter()
        """How many early polls of a task are allowed because the user refreshed it."""

    @rule(count=st.sampled_from([1, 1, 2, 7, 60, 400]))
    def accept_tasks(self, count: int) -> None:
        for task_id in self.isolated.add(count):
            self.isolated.gateway.status[task_id] = TaskStatus.QUEUED

    @rule(seconds=st.sampled_from([0.1, 1.0, 2.0, 4.9, 5.0, 12.0, 61.0, 130.0]))
    def pass_time(self, seconds: float) -> None:
        self.isolated.advance(seconds)

    @rule(error=st.sampled_from(ERRORS))
    def start_errors(self, error: SunotuiError) -> None:
        self.isolated.gateway.error = error

    @rule(error=st.sampled_from(ERRORS))
    def fail_the_next_response(self, error: SunotuiError) -> None:
        self.isolated.gateway.next_error = error

    @rule(error=st.sampled_from(ERRORS))
    def cut_the_next_batch(self, error: SunotuiError) -> None:
        self.isolated.gateway.partial_error = error

    @rule()
    def end_errors(self) -> None:
        self.isolated.gateway.error = None

    @rule(is_released=st.booleans())
    def hold_or_release_responses(self, is_released: bool) -> None:
        may_respond = self.isolated.gateway.may_respond
        may_respond.set() if is_released else may_respond.clear()
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
        # A successful response ends the backoff after a failure for all due tasks.
        self.early_polls_allowed.update(self.isolated.reader.stored.keys())
        self.isolated.refresh_as_user([next(iter(self.isolated.reader.stored))])

    @rule()
    def cancel_refreshes(self) -> None:
        self.isolated.cancel_refreshes()

    @rule()
    def accept_the_token_for_another_request(self) -> None:
        self.isolated.poller.trust_token()
        self.isolated.settle()

    @rule()
    def press_refresh(self) -> None:
        self.early_polls_allowed.update(self.isolated.reader.stored.keys())
        self.isolated.poller.resume()
        self.isolated.settle()

    @rule()
    def every_task_is_polled_in_the_end(self) -> None:
        self.isolated.gateway.error = self.isolated.gateway.next_error = self.isolated.gateway.partial_error = None
        self.hold_or_release_responses(True)
        if self.isolated.poller.connection.state in (ConnectionState.REFUSED, ConnectionState.NO_TOKEN):
            self.press_refresh()
        open_ids, since = self.isolated.open_ids(), self.isolated.clock.monotonic()
        self.isolated.advance(schedule.STALLED_S + 60 + 2 * len(open_ids) / schedule.TASKS_A_REQUEST)
        polled = {task_id for at, ids in self.isolated.gateway.fetches if at >= since for task_id in ids}
        assert set(open_ids) <= polled, "a task is never polled"

    @invariant()
    def one_request_is_in_flight(self) -> None:
        assert self.isolated.gateway.most_in_flight <= 1

    @invariant()
    def the_budget_is_kept(self) -> None:
        assert self.isolated.gateway.requests <= 10 + 0.5 * self.isolated.elapsed + self.refreshes_by_user + 0.001

    @invariant()
    def no_task_is_polled_too_soon(self) -> None:
        for at, ids in self.isolated.gateway.fetches[self.seen :]:
            for task_id in ids:
                # After a failure a task stays due, and the backoff is at least half of its first step.
                minimum = min(MIN_INTERVAL_S, schedule.backoff_s(1, _MinimalRandom()))  # type: ignore[arg-type]
                if at - self.last_polled.get(task_id, -1e9) < minimum:
                    assert self.early_polls_allowed[task_id] > 0
                    self.early_polls_allowed[task_id] -= 1
                self.last_polled[task_id] = at
        self.seen = len(self.isolated.gateway.fetches)

    @invariant()
    def the_loop_is_running(self) -> None:
        assert self.isolated.poller._loop_task is not None
        assert not self.isolated.poller._loop_task.done()

    def teardown(self) -> None:
        self.isolated.close()

    def check(self) -> None:
        """Check every invariant after a fixed sequence of steps."""
        self.one_request_is_in_flight()
        self.the_budget_is_kept()
        self.no_task_is_polled_too_soon()
        self.the_loop_is_running()


class _MinimalRandom:
    def random(self) -> float:
        return 0.0


def _accept(count: int) -> Step:
    return lambda machine: machine.accept_tasks(count)


def _pass(seconds: float) -> Step:
    return lambda machine: machine.pass_time(seconds)


def _start_errors(error: SunotuiError) -> Step:
    return lambda machine: machine.start_errors(error)


def _fail_next(error: SunotuiError) -> Step:
    return lambda machine: machine.fail_the_next_response(error)


def _cut_next(error: SunotuiError) -> Step:
    return lambda machine: machine.cut_the_next_batch(error)


def _hold(machine: PollerMachine) -> None:
    machine.hold_or_release_responses(False)


def _release(machine: PollerMachine) -> None:
    machine.hold_or_release_responses(True)


def _refresh(machine: PollerMachine) -> None:
    machine.refresh_as_user()


def _trust(machine: PollerMachine) -> None:
    machine.accept_the_token_for_another_request()


REFUSED, FAILED = TokenRejected(), GatewayFailed()
FORMER_BUGS: dict[str, tuple[Step, ...]] = {
    "refused, then failed": (_start_errors(REFUSED), _accept(400), _pass(12), _start_errors(FAILED), _refresh),
    "refused once, then failed": (_accept(2), _fail_next(REFUSED), _pass(12), _fail_next(FAILED), _refresh),
    "refused twice, then failed": (_accept(2), _fail_next(REFUSED), _refresh, _pass(5), _fail_next(FAILED), _refresh),
    "refused within a batch, then failed": (
        _accept(60),
        _cut_next(REFUSED),
        _pass(12),
        _start_errors(FAILED),
        _refresh,
    ),
    "new tasks while refused": (
        _accept(2),
        _start_errors(REFUSED),
        _pass(5),
        _accept(2),
        _start_errors(FAILED),
        _refresh,
    ),
    "failed, then time passes": (
        _accept(2),
        _start_errors(REFUSED),
        _pass(5),
        _start_errors(FAILED),
        _refresh,
        _pass(12),
    ),
    "refused while a refresh waits": (_accept(2), _fail_next(REFUSED), _hold, _pass(12), _refresh, _release),
    "refused while another refresh waits": (_accept(2), _fail_next(REFUSED), _hold, _refresh, _refresh, _release),
}
"""Steps after which a task was never polled, in versions where not only the outcome of a request stopped polling."""
STEPS: tuple[Step, ...] = (_pass(12), _fail_next(REFUSED), _fail_next(FAILED), _hold, _release, _refresh, _trust)


def _run_steps(steps: Iterable[Step]) -> None:
    machine = PollerMachine()
    try:
        machine.begin()
        for step in steps:
            step(machine)
            machine.check()
        machine.every_task_is_polled_in_the_end()
        machine.check()
    finally:
        machine.teardown()


@pytest.mark.parametrize("steps", FORMER_BUGS.values(), ids=FORMER_BUGS)
def test_interleavings_that_once_starved_a_task(steps: tuple[Step, ...]) -> None:
    """Each failed when a refresh resumed polling at its start after a rejected token without waking the loop."""
    _run_steps(steps)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_every_order_of_five_steps() -> None:
    """A random order rarely rejects, fails and refreshes in a row; this test covers every order."""
    for steps in product(STEPS, repeat=5):
        _run_steps((_accept(2), *steps))


def test_any_order_of_steps() -> None:
    """Fails without the lock of the poller, if the token bucket is never emptied, and if no task becomes due again."""
    run_state_machine_as_test(PollerMachine, settings=settings(max_examples=60, stateful_step_count=25))


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_any_order_of_many_steps() -> None:
    """More runs and steps than the ordinary test."""
    run_state_machine_as_test(PollerMachine, settings=settings(max_examples=200, stateful_step_count=40))

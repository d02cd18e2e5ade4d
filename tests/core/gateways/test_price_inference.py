"""A price is the cost of exactly one request, whatever happens at the same time."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.core.gateways.price_inference import SETTLE_S, LearnedPrice, PriceEstimator, with_record
from sunotui.domain.gateways.money import Balance, Refund, RefundSource, RefundState

PRICES = {"music": 1_000, "lyrics": 100, "concat": 1_700}
LATE = SETTLE_S + 1


def look(
    estimator: PriceEstimator, now: float, left: float, *, unit: str = "$", running: Sequence[str] = ()
) -> LearnedPrice | None:
    estimator.begin_check(now)
    return estimator.end_check(Balance(left, unit), running=running)


def test_one_request_between_two_balances_gives_its_price() -> None:
    estimator = PriceEstimator()
    assert look(estimator, 0.0, 5.0) is None
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    assert look(estimator, 10.0 + LATE, 4.9) == LearnedPrice("music", 0.1, "$")


@pytest.mark.parametrize(
    ("left", "unit", "running"),
    [(5.0, "$", ["a"]), (5.1, "$", ["a"]), (4.9, "quota", ["a"]), (4.9, "$", ["a", ""])],
    ids=["nothing was taken", "money came", "another unit", "another task may have been refunded"],
)
def test_no_price_from_balances_that_cannot_be_compared(left: float, unit: str, running: list[str]) -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    assert look(estimator, 10.0 + LATE, left, unit=unit, running=running) is None


def test_an_earlier_task_still_counts_when_the_priced_one_has_ended() -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    estimator.succeeded("a", 11.0)
    # "b" may have failed, and 0.04 been refunded, before this check.
    assert look(estimator, 10.0 + LATE, 4.94, running=["b"]) is None


def test_with_unknown_unfinished_tasks_there_is_no_price() -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    estimator.begin_check(10.0 + LATE)
    assert estimator.end_check(Balance(4.9, "$"), running=None) is None


def test_two_requests_between_balances_give_no_price_and_the_next_does() -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    for name in ("a", "b"):
        estimator.sent(name)
        estimator.accepted(name, "music", 1.0)
    assert look(estimator, 20.0, 4.8) is None
    estimator.sent("c")
    estimator.accepted("c", "lyrics", 30.0)
    assert look(estimator, 40.0, 4.79) == LearnedPrice("lyrics", 0.01, "$")


def test_a_balance_before_the_charge_is_booked_is_not_compared() -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    assert look(estimator, 11.0, 5.0) is None
    assert look(estimator, 10.0 + LATE, 4.9) == LearnedPrice("music", 0.1, "$")


def test_a_check_without_a_balance_is_ignored() -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    estimator.begin_check(10.0 + LATE)
    assert estimator.end_check(None) is None
    assert look(estimator, 30.0 + LATE, 4.9) == LearnedPrice("music", 0.1, "$")
    estimator.begin_check(60.0)
    assert estimator.end_check(None) is None
    assert look(estimator, 70.0, 4.9) is None


def test_a_balance_during_a_request_is_not_compared() -> None:
    estimator = PriceEstimator()
    estimator.sent("a")
    look(estimator, 0.0, 4.9)
    estimator.accepted("a", "music", 10.0)
    estimator.sent("b")
    estimator.accepted("b", "lyrics", 30.0)
    assert look(estimator, 40.0, 4.89) is None


def test_an_unknown_outcome_resolved_later_has_no_price_now() -> None:
    estimator = PriceEstimator()
    estimator.sent("a")
    estimator.outcome_unknown("a", 0.0)
    look(estimator, 20.0, 5.0)
    estimator.accepted("a", "music", 30.0)
    estimator.sent("b")
    estimator.accepted("b", "lyrics", 40.0)
    assert look(estimator, 60.0, 4.99) is None


def fail_alone(estimator: PriceEstimator) -> None:
    """One request after a first balance of 5.0: accepted, charged 0.1, and seen to fail at 100.0."""
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    look(estimator, 10.0 + LATE, 4.9)
    estimator.failed("a", 100.0)


@pytest.mark.parametrize(
    ("left", "unit", "running", "refund"),
    [
        (5.0, "$", [], Refund(RefundState.SEEN, 0.1, "$")),
        (4.9, "$", [], Refund(RefundState.NOT_SEEN, 0.1, "$")),
        (4.95, "$", [], Refund(RefundState.UNKNOWN)),
        (15.0, "$", [], Refund(RefundState.UNKNOWN)),
        (5.0, "¥", [], Refund(RefundState.UNKNOWN)),
        (5.0, "$", ["b"], Refund(RefundState.UNKNOWN)),
    ],
    ids=["back", "gone", "a part of it", "a payment", "another unit", "another task runs"],
)
def test_the_balance_before_and_after_a_failure(left: float, unit: str, running: list[str], refund: Refund) -> None:
    estimator = PriceEstimator()
    fail_alone(estimator)
    look(estimator, 100.0 + LATE, left, unit=unit)
    found = estimator.refund("a", running=running)
    assert (found.state, round(found.amount, 6), found.unit) == (refund.state, refund.amount, refund.unit)


def test_a_refund_before_the_first_balance_is_not_reported_as_missing() -> None:
    estimator = PriceEstimator()
    look(estimator, 0.0, 5.0)
    estimator.sent("a")
    estimator.accepted("a", "music", 10.0)
    look(estimator, 20.0, 5.0)
    estimator.failed("a", 30.0)
    look(estimator, 30.0 + LATE, 5.0)
    refund = estimator.refund("a", running=[])
    assert refund == Refund(RefundState.SEEN, 0.0, "$")
    # A page that is out of date looks the same: no refund is visible.
    assert "efund" not in refund.sentence


def test_a_check_too_early_or_without_a_response_proves_nothing() -> None:
    estimator = PriceEstimator()
    fail_alone(estimator)
    look(estimator, 101.0, 4.9)
    assert estimator.refund("a", running=[]).state is RefundState.UNKNOWN
    estimator.begin_check(100.0 + LATE)
    assert estimator.end_check(None) is None
    assert estimator.refund("a", running=[]).state is RefundState.UNKNOWN


class Account:
    """A simulated gateway that charges up to five seconds late, refunds failures before they are visible, and charges
    before a rejection; and an estimator that gets the same events as in sunotui. Impossible events, such as a response
    when nothing was sent, are skipped."""

    def __init__(self, pick: random.Random, *, is_refunding: bool) -> None:
        self.estimator = PriceEstimator()
        self.is_refunding = is_refunding
        self.refunds: list[Refund] = []
        self.ended_badly: list[str] = []
        self.pick = pick
        self.now = 0.0
        self.money = 1_000_000
        self.coming: list[tuple[float, int]] = []
        self.under_way: dict[str, tuple[str, bool]] = {}
        self.tasks: dict[str, int] = {}
        self.failed: set[str] = set()
        self.sent = 0
        self.read: int | None = None
        self.is_looking = False
        self.learned: list[LearnedPrice] = []

    def do(self, deed: str) -> None:
        """Perform one possible event."""
        getattr(self, deed)()
        self.money += sum(amount for at, amount in self.coming if at <= self.now)
        self.coming = [(at, amount) for at, amount in self.coming if at > self.now]

    def wait(self) -> None:
        self.now += self.pick.choice([0.1, 3.0, 7.0])

    def wait_long(self) -> None:
        self.now += 60.0

    def send(self) -> None:
        self.sent += 1
        word, is_charged_first = self.pick.choice(sorted(PRICES)), self.pick.random() < 0.5
        self.estimator.sent(f"s{self.sent}")
        self.under_way[f"s{self.sent}"] = (word, is_charged_first)
        self.money -= PRICES[word] if is_charged_first else 0

    def accept(self) -> None:
        if self.under_way:
            name, price, word = self._respond(refund=0)
            self.tasks[name] = price
            self.estimator.accepted(name, word, self.now)

    def make(self) -> None:
        self.send()
        self.accept()

    def reject(self) -> None:
        if self.under_way:
            name, _, _ = self._respond(refund=1)
            self.estimator.rejected(name, self.now)

    def lose(self) -> None:
        if self.under_way:
            name, _, _ = self._respond(refund=0)
            self.estimator.outcome_unknown(name, self.now)

    def fail(self) -> None:
        running = sorted(self.tasks.keys() - self.failed)
        if running:
            self.failed.add(name := self.pick.choice(running))
            self.money += self.tasks[name] if self.is_refunding else 0

    def see_an_end(self) -> None:
        if self.tasks:
            name = self.pick.choice(sorted(self.tasks))
            del self.tasks[name]
            if name in self.failed:
                self.estimator.failed(name, self.now)
                self.ended_badly.append(name)
            else:
                self.estimator.succeeded(name, self.now)

    def begin_look(self) -> None:
        if not self.is_looking:
            self.is_looking, self.read = True, None
            self.estimator.begin_check(self.now)

    def read_balance(self) -> None:
        if self.is_looking and self.read is None:
            self.read = self.money

    def end_look(self) -> None:
        if self.read is not None:
            learned = self.estimator.end_check(Balance(self.read, "quota"), running=sorted(self.tasks))
            self.is_looking, self.read = False, None
            self.learned += [learned] if learned is not None else []
            self.refunds += [self.estimator.refund(name, running=sorted(self.tasks)) for name in self.ended_badly]

    def _respond(self, refund: int) -> tuple[str, int, str]:
        name = self.pick.choice(sorted(self.under_way))
        word, is_charged = self.under_way.pop(name)
        if is_charged == bool(refund):
            late = self.now + self.pick.choice([0.0, 2.0, 5.0])
            self.coming.append((late, PRICES[word] if refund else -PRICES[word]))
        return name, PRICES[word], word


LOOK = ["begin_look", "read_balance", "end_look"]
ORDINARY = ["wait_long", *LOOK, "send", "wait", "accept", "wait_long", *LOOK]
DEEDS = ["wait", "send", "accept", "make", "reject", "lose", "fail", "see_an_end", *LOOK]


@settings(max_examples=1_000)
@given(
    st.lists(st.tuples(st.integers(0, 2 * len(ORDINARY)), st.sampled_from(DEEDS)), max_size=6),
    st.booleans(),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_no_wrong_price_is_learned_and_no_wrong_refund_seen(
    deeds: list[tuple[int, str]], is_seen: bool, is_refunding: bool, pick: random.Random
) -> None:
    """Two ordinary requests, with any other events in between."""
    account = Account(pick, is_refunding=is_refunding)
    script = [*ORDINARY, *(["see_an_end"] if is_seen else []), *ORDINARY]
    for at, deed in sorted(deeds, reverse=True):
        script.insert(at, deed)
    for deed in script:
        account.do(deed)
    for learned in account.learned:
        assert learned == LearnedPrice(learned.word, PRICES[learned.word], "quota")
    wrong = RefundState.NOT_SEEN if is_refunding else RefundState.SEEN
    assert wrong not in {refund.state for refund in account.refunds}
    if not deeds:
        assert len(account.learned) == (2 if is_seen else 1)


BACK, GONE = Refund(RefundState.SEEN, 0.1, "$"), Refund(RefundState.NOT_SEEN, 0.1, "$")
NOT_KNOWN = Refund(RefundState.UNKNOWN)
RECORDED_BACK = Refund(RefundState.SEEN, source=RefundSource.TASK)


@pytest.mark.parametrize(
    ("by_balance", "quota", "expected"),
    [
        (BACK, None, BACK),
        (BACK, 0, BACK),
        (BACK, 50_000, BACK),
        (GONE, None, GONE),
        (GONE, 0, RECORDED_BACK),
        (GONE, 50_000, GONE),
        (NOT_KNOWN, None, NOT_KNOWN),
        (NOT_KNOWN, 0, RECORDED_BACK),
        (NOT_KNOWN, 50_000, NOT_KNOWN),
    ],
)
def test_only_a_record_of_zero_is_proof(by_balance: Refund, quota: float | None, expected: Refund) -> None:
    """Regression: a gateway that refunds without clearing its record was said not to have refunded."""
    assert with_record(by_balance, quota) == expected

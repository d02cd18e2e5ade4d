"""Infers prices and refunds from changes of one account's balance. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sunotui.domain.gateways.money import LEAST_AMOUNT, Balance, Refund, RefundSource, RefundState

SETTLE_S = 6.0
"""Relays book a charge after their response, some every five seconds: a balance that is read sooner after an acceptance
may not include it."""


@dataclass(frozen=True, slots=True)
class LearnedPrice:
    """The observed cost of one request."""

    word: str
    amount: float
    unit: str


def price_between(before: Balance, after: Balance, word: str) -> LearnedPrice | None:
    """The cost of the only request between two balances; None if they cannot be compared or are equal."""
    amount = round(before.remaining - after.remaining, 6)
    return LearnedPrice(word, amount, after.unit) if before.unit == after.unit and amount >= LEAST_AMOUNT else None


@dataclass(slots=True)
class RefundCheck:
    """Tracks the last request that was accepted while nothing else changed the account's balance. Any other possible
    change ends it, so what it finds concerns one request only (protocol 4.4: relays refund when they detect the
    failure, which may be before a poll sees it).
    """

    _submission_id: str = ""
    _before: Balance | None = None
    _lowest: Balance | None = None
    """The lowest balance seen since: it includes the charge."""

    def begin(self, submission_id: str, before: Balance | None) -> None:
        """Start for an accepted request; `before` is the balance without its charge, None if that is uncertain."""
        self._submission_id, self._before, self._lowest = submission_id, before, before

    def end(self) -> None:
        """Stop tracking: something else may have changed the balance."""
        self._submission_id, self._before, self._lowest = "", None, None

    def follows(self, submission_id: str) -> bool:
        """Whether this request is the tracked one."""
        return self._before is not None and submission_id == self._submission_id

    def observe(self, balance: Balance) -> None:
        """Record a balance that was read while nothing changed it."""
        if self._lowest is not None and balance.unit == self._lowest.unit:
            self._lowest = min(self._lowest, balance, key=lambda one: one.remaining)

    def refund(self, submission_id: str, after: Balance | None) -> Refund:
        """Whether a failed request was refunded; `after` is the current balance, None if unknown."""
        before, lowest = self._before, self._lowest
        if not self.follows(submission_id) or before is None or lowest is None:
            return Refund(RefundState.UNKNOWN)
        if after is None or after.unit != before.unit:
            return Refund(RefundState.UNKNOWN)
        lost, charged = before.remaining - after.remaining, before.remaining - lowest.remaining
        if abs(lost) < LEAST_AMOUNT:
            return Refund(RefundState.SEEN, charged if charged >= LEAST_AMOUNT else 0.0, after.unit)
        # A higher balance is another payment; one between the two is a partial refund, or another change.
        if lost < 0 or charged - lost >= LEAST_AMOUNT:
            return Refund(RefundState.UNKNOWN)
        return Refund(RefundState.NOT_SEEN, lost, after.unit)


def with_record(by_balance: Refund, charged_quota: float | None) -> Refund:
    """What the balance shows, completed by the quota in the gateway's record of the failed task. According to the
    source of new-api (August 2026) the record drops to 0 only after the refund, so 0 is proof whatever the balance
    shows: many balance pages show the key's balance, and the refund goes to the account. More than 0 proves nothing:
    other builds refund and leave the field as it was.
    """
    if charged_quota == 0 and by_balance.state is not RefundState.SEEN:
        return Refund(RefundState.SEEN, source=RefundSource.TASK)
    return by_balance


@dataclass(slots=True)
class PriceEstimator:
    """Estimates prices for one profile's account. Only balances that were read while nothing changed them are compared,
    so a price is the cost of exactly one request, never mixed with a refund or another request."""

    _before: Balance | None = None
    """The last balance that can be used for comparison."""
    _accepted: dict[str, str] = field(default_factory=dict)
    """The requests accepted since then, and their kinds."""
    _is_disturbed: bool = False
    """Whether anything else may have changed the balance since then."""
    _in_flight: set[str] = field(default_factory=set)
    _is_check_invalid: bool = False
    _settled_from: float = 0.0
    _after: Balance | None = None
    """The newest balance, if nothing changed while it was read."""
    _refund_check: RefundCheck = field(default_factory=RefundCheck)

    def sent(self, submission_id: str) -> None:
        """A request is sent; whether it is charged is unknown until the response."""
        self._in_flight.add(submission_id)
        self._is_check_invalid = True
        self._refund_check.end()

    def accepted(self, submission_id: str, word: str, now: float) -> None:
        """A request was accepted and charged; one that was not seen being sent was charged earlier."""
        if submission_id in self._in_flight:
            is_alone = not (self._accepted or self._is_disturbed or len(self._in_flight) > 1)
            self._refund_check.begin(submission_id, self._before if is_alone else None)
            self._accepted[submission_id] = word
        else:
            self.disturb(now)
        self._ended(submission_id, now)

    def rejected(self, submission_id: str, now: float) -> None:
        """A request was rejected; some gateways charge first and refund a moment later."""
        self._ended(submission_id, now)

    def succeeded(self, submission_id: str, now: float) -> None:
        """A task succeeded: a change may belong to its own price, and invalidates any other."""
        self._refund_check.end()
        if submission_id not in self._accepted:
            self.disturb(now)

    def failed(self, submission_id: str, now: float) -> None:
        """A task failed, which may cause a refund."""
        if not self._refund_check.follows(submission_id):
            self._refund_check.end()
        self._invalidate(now)

    def disturb(self, now: float) -> None:
        """Something else may have changed the balance: an unknown outcome, another program."""
        self._refund_check.end()
        self._invalidate(now)

    def _invalidate(self, now: float) -> None:
        self._is_disturbed = True
        self._is_check_invalid = True
        self._settled_from = max(self._settled_from, now + SETTLE_S)

    def outcome_unknown(self, submission_id: str, now: float) -> None:
        """Its outcome is unknown, and so is whether it was charged."""
        self._ended(submission_id, now)
        self.disturb(now)

    def begin_check(self, now: float) -> None:
        """The balance is requested."""
        self._is_check_invalid = bool(self._in_flight) or now < self._settled_from
        self._after = None

    def end_check(self, balance: Balance | None, *, running: Sequence[str] | None = ()) -> LearnedPrice | None:
        """The balance arrived: returns the price of the only request since the last valid balance, or None. `running`
        are the submissions of the account's unfinished tasks, None if unknown: any of them other than the accepted one
        may have been refunded unnoticed.
        """
        if self._is_check_invalid or balance is None:
            return None
        self._after = balance
        self._refund_check.observe(balance)
        before, accepted, is_disturbed = self._before, self._accepted, self._is_disturbed
        self._before, self._accepted, self._is_disturbed = balance, {}, False
        if running is None or any(submission_id not in accepted for submission_id in running):
            return None
        if before is None or is_disturbed or len(accepted) != 1:
            return None
        (word,) = accepted.values()
        return price_between(before, balance, word)

    def refund(self, submission_id: str, *, running: Sequence[str] | None) -> Refund:
        """Whether a failed request was refunded, after the check that follows the failure. `running` is as in
        `end_check`: any of those tasks may have changed the balance, too."""
        is_alone = running is not None and not running
        return self._refund_check.refund(submission_id, self._after if is_alone else None)

    def _ended(self, submission_id: str, now: float) -> None:
        self._in_flight.discard(submission_id)
        self._is_check_invalid = True
        self._settled_from = max(self._settled_from, now + SETTLE_S)

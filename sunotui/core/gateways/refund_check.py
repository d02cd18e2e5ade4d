"""Whether a failed request was refunded, from the balance before and after, and from the gateway's own record: pure."""

from __future__ import annotations

from dataclasses import dataclass

from sunotui.domain.money import LEAST_AMOUNT, QUOTA, Balance, Refund, RefundSource, RefundVerdict


@dataclass(slots=True)
class RefundCheck:
    """Follows the last request that was accepted while nothing else moved the account's money.

    Whatever may have moved money meanwhile ends it, so a verdict is about one request only (protocol 4.4: relays give
    the money back when they see the failure, which may be before we see it).
    """

    _submission_id: str = ""
    _before: Balance | None = None
    _lowest: Balance | None = None
    """The lowest balance seen since: with the charge in it."""

    def begin(self, submission_id: str, before: Balance | None) -> None:
        """A request was accepted; `before` is what was left without it, None where that is not known for sure."""
        self._submission_id, self._before, self._lowest = submission_id, before, before

    def end(self) -> None:
        """Something else may have moved money."""
        self._submission_id, self._before, self._lowest = "", None, None

    def follows(self, submission_id: str) -> bool:
        """Whether this request is the one, and alone until now."""
        return self._before is not None and submission_id == self._submission_id

    def saw(self, balance: Balance) -> None:
        """The balance at a moment when the money stood still."""
        if self._lowest is not None and balance.unit == self._lowest.unit:
            self._lowest = min(self._lowest, balance, key=lambda one: one.remaining)

    def verdict(self, submission_id: str, after: Balance | None) -> Refund:
        """What became of the money of a failed request; `after` is what is left, None where that cannot be told."""
        before, lowest = self._before, self._lowest
        if not self.follows(submission_id) or before is None or lowest is None:
            return Refund(RefundVerdict.UNTOLD)
        if after is None or after.unit != before.unit:
            return Refund(RefundVerdict.UNTOLD)
        lost, charged = before.remaining - after.remaining, before.remaining - lowest.remaining
        if abs(lost) < LEAST_AMOUNT:
            return Refund(RefundVerdict.SEEN, charged if charged >= LEAST_AMOUNT else 0.0, after.unit)
        # More than before is another payment; less was lost than charged is a part of the money, or somebody else's.
        if lost < 0 or charged - lost >= LEAST_AMOUNT:
            return Refund(RefundVerdict.UNTOLD)
        return Refund(RefundVerdict.NOT_SEEN, lost, after.unit)


def with_record(by_balance: Refund, charged_quota: float | None) -> Refund:
    """The verdict of the balance, completed by what the gateway's record counts for the failed task, in quota units.

    By the source of new-api (August 2026) the record drops to 0 only after the money went back, so 0 is proof whatever
    the balance shows: many a balance page tells the key's money, and the refund goes to the account. More than 0 is
    no proof of the opposite, since another build may show the field without clearing it: the balance counts more.
    """
    if charged_quota is None:
        return by_balance
    if charged_quota == 0:
        is_seen = by_balance.verdict is RefundVerdict.SEEN
        return by_balance if is_seen else Refund(RefundVerdict.SEEN, source=RefundSource.TASK)
    if by_balance.verdict is not RefundVerdict.UNTOLD:
        return by_balance
    return Refund(RefundVerdict.NOT_SEEN, charged_quota, QUOTA, RefundSource.TASK)

"""Money in the gateways' units: balances, observed prices and refunds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

DOLLAR, YUAN, QUOTA = "$", "¥", "quota"
LEAST_AMOUNT = 1e-6
"""Smaller amounts, in any unit, are rounding errors of a gateway's page."""


@dataclass(frozen=True, slots=True)
class Balance:
    """The remaining balance of the key or of the account, depending on the gateway's configuration."""

    remaining: float
    unit: str
    """"$", "¥", the site's own symbol, or "quota" for the gateway's internal units."""

    def __str__(self) -> str:
        return amount_text(self.remaining, self.unit)


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one kind of request at a gateway, learned from the balance before and after."""

    amount: float
    unit: str
    seen: int
    """The number of samples; the amount is the median of the newest."""

    def __str__(self) -> str:
        return amount_text(self.amount, self.unit)

    def covered(self, balance: Balance | None, times: int = 1) -> int:
        """How many of `times` requests the balance covers; `times` if the units cannot be compared."""
        if balance is None or balance.unit != self.unit or self.amount <= 0:
            return times
        # 0.3 is less than 3 * 0.1 in binary.
        count = (balance.remaining + LEAST_AMOUNT) / self.amount
        return times if count >= times else max(0, int(count))


class RefundState(StrEnum):
    """What is known about the refund of a failed request."""

    SEEN = "seen"
    NOT_SEEN = "not seen"
    UNKNOWN = "unknown"


class RefundSource(StrEnum):
    """The source of what is known about a refund."""

    BALANCE = "balance"
    """The balance before the request was sent and after it failed."""
    TASK = "task"
    """The gateway's own record of the task."""


@dataclass(frozen=True, slots=True)
class Refund:
    """Whether a failed request was refunded."""

    state: RefundState
    amount: float = 0.0
    """The refunded or missing amount; 0 if no charge was seen: the refund was immediate or the gateway's page is out of
    date."""
    unit: str = ""
    source: RefundSource = RefundSource.BALANCE

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known about a refund."""
        return self.state is RefundState.UNKNOWN

    @property
    def sentence(self) -> str:
        """The state as a sentence without a full stop."""
        match self.state:
            case RefundState.SEEN if self.source is RefundSource.TASK:
                return "Refunded or never charged, by the gateway's own record of the request"
            case RefundState.SEEN if self.amount:
                return f"Refund seen: {amount_text(self.amount, self.unit)} came back"
            case RefundState.SEEN:
                return "No charge seen: as much is left as before it was sent"
            case RefundState.NOT_SEEN:
                return f"No refund seen: {amount_text(self.amount, self.unit)} less is left than before it was sent"
            case RefundState.UNKNOWN:
                return "The balance does not show whether it was refunded"


def amount_text(amount: float, unit: str) -> str:
    """An amount in its unit: "$4.90", "$0.004", "$0.0002", "¥6.30", "6.30 CHF", "52,000 quota"."""
    # An amount that rounds to zero has no sign: no "-$0.00".
    size = abs(amount) if abs(amount) >= LEAST_AMOUNT else 0.0
    digits = f"{size:,.{_decimals(size, unit)}f}"
    sign = "-" if amount < 0 and any(digit in digits for digit in "123456789") else ""
    # A currency name follows the number, a symbol precedes it.
    is_name = len(unit) > 1 and unit[0].isalpha() and unit[-1].isalpha()
    return f"{sign}{digits} {unit}" if is_name else f"{sign}{unit}{digits}"


def _decimals(size: float, unit: str) -> int:
    """The number of decimals to show, so that a small amount is not displayed as zero; quota units have no decimals."""
    if unit == QUOTA:
        return 0
    if 0 < size < 0.001:
        return -math.floor(math.log10(size))
    return 3 if size < 0.1 and round(size, 2) != round(size, 3) else 2

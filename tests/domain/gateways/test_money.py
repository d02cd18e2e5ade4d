"""Amounts as people read them, and how many requests a balance pays for."""

from __future__ import annotations

import pytest

from sunotui.domain.gateways.money import Balance, Price, amount_text


@pytest.mark.parametrize(
    ("amount", "unit", "text"),
    [
        (4.9, "$", "$4.90"),
        (0.1, "$", "$0.10"),
        (0.01, "$", "$0.01"),
        (0.004, "$", "$0.004"),
        (-1234.5, "$", "-$1,234.50"),
        (0.0002, "$", "$0.0002"),
        (-0.00004, "€", "-€0.00004"),
        (1e-6, "$", "$0.000001"),
        (1e-9, "$", "$0.00"),
        (-1e-9, "$", "$0.00"),
        (-0.0, "$", "$0.00"),
        (-0.2, "quota", "0 quota"),
        (-52_000, "quota", "-52,000 quota"),
        (1e14, "$", "$100,000,000,000,000.00"),
        (0.0, "$", "$0.00"),
        (52_000.4, "quota", "52,000 quota"),
        (6.3, "¥", "¥6.30"),
        (-6.3, "¥", "-¥6.30"),
        (0.004, "€", "€0.004"),
        (6.3, "R$", "R$6.30"),
        (6.3, "CHF", "6.30 CHF"),
        (-1234.5, "credits", "-1,234.50 credits"),
        (6.3, "元", "元6.30"),
    ],
)
def test_an_amount(amount: float, unit: str, text: str) -> None:
    assert amount_text(amount, unit) == text


@pytest.mark.parametrize(
    ("left", "times", "covered"),
    [(0.09, 1, 0), (0.1, 1, 1), (0.25, 3, 2), (0.3, 3, 3), (0.7, 7, 7), (-0.5, 2, 0), (0.0, 1, 0), (1e14, 3, 3)],
)
def test_a_balance_covers_so_many_requests(left: float, times: int, covered: int) -> None:
    assert Price(0.1, "$", 3).covered(Balance(left, "$"), times) == covered


@pytest.mark.parametrize(
    ("price", "balance"),
    [
        (Price(0.1, "$", 3), Balance(0.0, "quota")),
        (Price(0.1, "$", 3), Balance(0.05, "¥")),
        (Price(0.1, "$", 3), None),
        (Price(0.0, "$", 3), Balance(0.0, "$")),
    ],
)
def test_amounts_that_cannot_be_compared_are_sufficient(price: Price, balance: Balance | None) -> None:
    assert price.covered(balance, 4) == 4

"""The unit in which a gateway's site shows money, read from its status page (new-api: GET /api/status)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sunotui.domain.money import DOLLAR, QUOTA, YUAN
from sunotui.domain.text import clean
from sunotui.gateway.parsing.fields import Foreign, number

_LONGEST_SYMBOL = 8
_UNNAMED = "¤"
"""What new-api shows for a custom currency without a symbol."""
_PARTS_OF_AMOUNTS = frozenset({"Nd", "Nl", "No", "Pd", "Po", "Sm"})
"""Categories of characters, in any script, that would read as a part of the amount: digits, points, signs. Some
letters are numbers as well, such as the Chinese ones."""
_LEAST_RATE, _LARGEST_RATE = 1e-2, 1e9
"""Units for one dollar. Below, what a song costs would be taken for the rounding of a page (`LEAST_AMOUNT`)."""
_LEAST_QUOTA, _LARGEST_QUOTA = 1e-9, 1e9
"""Quota units for one dollar."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A display unit, and how the amounts of the site's pages are converted to it."""

    unit: str
    """As in `Balance.unit`."""
    per_billing: float | None
    """What an amount of the billing pages is multiplied by; None where it cannot be known what they count in."""
    per_quota: float | None
    """What quota units, in which the token page counts, are multiplied by; None where they stay quota units."""


IN_QUOTA = Currency(QUOTA, 1.0, 1.0)
UNKNOWN = Currency(QUOTA, None, 1.0)


def currency_of(site: Foreign) -> Currency:
    """The currency by `quota_display_type`, or by `display_in_currency` on servers without it.

    By new-api's source, the billing pages count in dollars for USD and CUSTOM, in yuan for CNY and in quota units for
    TOKENS; `usd_exchange_rate` and `custom_currency_exchange_rate` are units for one dollar. With a type that is not
    known, or a rate that is no number of a usual size, the billing pages cannot be read: the token page's quota units
    remain.
    """
    match site.get("quota_display_type"):
        case None | "":
            return IN_QUOTA if site.get("display_in_currency") is False else _dollars(site)
        case "USD":
            return _dollars(site)
        case "CNY":
            rate = _rate(site.get("usd_exchange_rate"))
            return UNKNOWN if rate is None else Currency(YUAN, 1.0, _per_quota(site, rate))
        case "CUSTOM":
            rate = _rate(site.get("custom_currency_exchange_rate"))
            if rate is None:
                return UNKNOWN
            return Currency(_symbol(site.get("custom_currency_symbol")), rate, _per_quota(site, rate))
        case "TOKENS":
            return IN_QUOTA
        case _:
            return UNKNOWN


def _dollars(site: Foreign) -> Currency:
    return Currency(DOLLAR, 1.0, _per_quota(site, 1.0))


def _per_quota(site: Foreign, per_dollar: float) -> float | None:
    quota_per_dollar = _within(site.get("quota_per_unit"), _LEAST_QUOTA, _LARGEST_QUOTA)
    return None if quota_per_dollar is None else per_dollar / quota_per_dollar


def _rate(told: object) -> float | None:
    return _within(told, _LEAST_RATE, _LARGEST_RATE)


def _within(told: object, least: float, most: float) -> float | None:
    found = number(told)
    return found if found is not None and least <= found <= most else None


def _symbol(told: object) -> str:
    """A custom symbol fit to show, never one of the units that stand for something else."""
    symbol = clean(told, _LONGEST_SYMBOL) if isinstance(told, str) else ""
    # The ellipsis of a symbol that was cut is a point as well.
    whole = symbol.removesuffix("…")
    if not whole or any(_is_part_of_amount(char) for char in whole):
        return _UNNAMED
    # Wide and small forms look like the plain ones.
    plain = unicodedata.normalize("NFKC", symbol).casefold()
    return f"{_UNNAMED}{symbol}" if plain in {DOLLAR, YUAN, QUOTA} else symbol


def _is_part_of_amount(char: str) -> bool:
    return unicodedata.category(char) in _PARTS_OF_AMOUNTS or unicodedata.numeric(char, None) is not None

"""Reads a gateway's site: its name, the currency in which it shows money, and the balance; best effort
(protocol 1.3)."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from sunotui.domain.errors import NotAGateway, SunotuiError, UnreadableResponse
from sunotui.domain.gateways.money import DOLLAR, QUOTA, YUAN, Balance
from sunotui.domain.text import clean
from sunotui.gateway.endpoints import STATUS, SUBSCRIPTION, TOKEN_USAGE, USAGE
from sunotui.gateway.parsing.envelope import Response, open_envelope, read_document
from sunotui.gateway.parsing.fields import JsonObject, number

_LONGEST_SYMBOL = 8
_UNNAMED = "¤"
"""The symbol that new-api shows for a custom currency without one."""
_PARTS_OF_AMOUNTS = frozenset({"Nd", "Nl", "No", "Pd", "Po", "Sm"})
"""Categories of characters, in any script, that could be read as a part of the amount: digits, points, signs. Some
letters are numbers, too, such as the Chinese ones."""
_LEAST_RATE, _LARGEST_RATE = 1e-2, 1e9
"""The allowed range of units per dollar. Below it, the cost of a song would look like a rounding error
(`LEAST_AMOUNT`)."""
_LEAST_QUOTA, _LARGEST_QUOTA = 1e-9, 1e9
"""The allowed range of quota units per dollar."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A display unit, and the factors that convert the amounts of the site's pages to it."""

    unit: str
    """As in `Balance.unit`."""
    per_billing: float | None
    """The factor for amounts of the billing pages; None if their unit is unknown."""
    per_quota: float | None
    """The factor for the quota units of the token page; None if they stay quota units."""


IN_QUOTA = Currency(QUOTA, 1.0, 1.0)
UNKNOWN = Currency(QUOTA, None, 1.0)


def currency_of(site: JsonObject) -> Currency:
    """The currency by `quota_display_type`, or by `display_in_currency` on servers without it.

    By new-api's source, the billing pages count in dollars for USD and CUSTOM, in yuan for CNY and in quota units for
    TOKENS; `usd_exchange_rate` and `custom_currency_exchange_rate` are units for one dollar. With an unknown type or an
    implausible rate, the billing pages cannot be interpreted: the token page's quota units remain.
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


def _dollars(site: JsonObject) -> Currency:
    return Currency(DOLLAR, 1.0, _per_quota(site, 1.0))


def _per_quota(site: JsonObject, per_dollar: float) -> float | None:
    quota_per_dollar = _within(site.get("quota_per_unit"), _LEAST_QUOTA, _LARGEST_QUOTA)
    return None if quota_per_dollar is None else per_dollar / quota_per_dollar


def _rate(value: object) -> float | None:
    return _within(value, _LEAST_RATE, _LARGEST_RATE)


def _within(value: object, least: float, most: float) -> float | None:
    found = number(value)
    return found if found is not None and least <= found <= most else None


def _symbol(value: object) -> str:
    """A custom symbol that is safe to display, never one of the units with another meaning."""
    symbol = clean(value, _LONGEST_SYMBOL) if isinstance(value, str) else ""
    # The ellipsis of a truncated symbol is a point, too.
    whole = symbol.removesuffix("…")
    if not whole or any(_is_part_of_amount(char) for char in whole):
        return _UNNAMED
    # Full-width and small forms look like the plain ones.
    plain = unicodedata.normalize("NFKC", symbol).casefold()
    return f"{_UNNAMED}{symbol}" if plain in {DOLLAR, YUAN, QUOTA} else symbol


def _is_part_of_amount(char: str) -> bool:
    return unicodedata.category(char) in _PARTS_OF_AMOUNTS or unicodedata.numeric(char, None) is not None


_UNLIMITED = 100_000_000.0
_MOST_UNITS = 1e15


class GetPage(Protocol):
    """Fetches a page of the site, with or without the token. Raises SunotuiError."""

    def __call__(self, path: str, *, has_token: bool) -> Awaitable[Response]: ...


class SiteInfo:
    """The site of a gateway. It caches the currency, so that a response of "too many requests" does not change it."""

    def __init__(self, get_page: GetPage) -> None:
        self._get_page = get_page
        self._currency = UNKNOWN
        self._name = ""

    async def look(self) -> tuple[str, Balance | None]:
        """Fetch the system name, which is empty if the site does not report it, and the balance, which is None if the
        site does not report it or sets no limit. Never raises SunotuiError."""
        _, limit, usage = await asyncio.gather(
            self._read_status(),
            page(self._get_page, SUBSCRIPTION, has_token=True),
            page(self._get_page, USAGE, has_token=True),
        )
        currency = self._currency
        total, used_hundredths = number(limit.get("hard_limit_usd")), number(usage.get("total_usage"))
        if total is None or used_hundredths is None:
            return self._name, _balance_of_key(await _token_usage(self._get_page), currency)
        if _is_unlimited(total, currency):
            return self._name, None
        if currency.per_billing is None:
            return self._name, _balance_of_key(await _token_usage(self._get_page), currency)
        return self._name, _balance((total - used_hundredths / 100) * currency.per_billing, currency.unit)

    async def _read_status(self) -> None:
        """Read name and currency; keep the last known ones if the page is not available now."""
        # The status page is public: no token is sent.
        status = await fetched_page(self._get_page, STATUS, has_token=False)
        if status is None:
            return
        site = status_of(status)
        name = site.get("system_name")
        self._name = clean(name, 60) if isinstance(name, str) else ""
        self._currency = currency_of(site)


async def page(get_page: GetPage, path: str, *, has_token: bool) -> JsonObject:
    """Fetch a page that only some gateways have; empty if it is missing, reports a failure, or there is no response."""
    return await fetched_page(get_page, path, has_token=has_token) or {}


async def fetched_page(get_page: GetPage, path: str, *, has_token: bool) -> JsonObject | None:
    """Fetch a page that only some gateways have; empty if it is missing or reports a failure. None if it is unknown
    whether the gateway has the page: no response, a rate limit (429, from 180 requests in 3 minutes at new-api,
    protocol 1.3), or a temporary failure.
    """
    try:
        response = await get_page(path, has_token=has_token)
    except (UnreadableResponse, NotAGateway):
        # The response is something else: a redirect, or a page that is too large.
        return {}
    except SunotuiError:
        return None
    if response.status == 429 or response.status >= 500:
        return None
    try:
        document = read_document(response.body)
    except UnreadableResponse:
        return {}
    if not response.has_success_status or not isinstance(document, dict) or open_envelope(document).is_failure:
        return {}
    return document


def status_of(document: JsonObject) -> JsonObject:
    """The content of the status page."""
    value = document.get("data")
    return value if isinstance(value, dict) else {}


async def _token_usage(get_page: GetPage) -> JsonObject:
    """Fetch the token page of new-api of 2026, for sites whose billing pages report nothing."""
    for path in TOKEN_USAGE:
        value = (await page(get_page, path, has_token=True)).get("data")
        if isinstance(value, dict):
            return value
    return {}


def _is_unlimited(total: float, currency: Currency) -> bool:
    """Whether the limit is the number that means "no limit". Many keys have more quota units than that."""
    return total == _UNLIMITED if currency.unit == QUOTA else total >= _UNLIMITED


def _balance_of_key(value: JsonObject, currency: Currency) -> Balance | None:
    """The balance of a key, in the site's currency if its quota units per currency unit are known."""
    units = number(value.get("total_available"))
    # With a flag in an unknown form it is uncertain whether the units are a limit.
    if units is None or value.get("unlimited_quota") not in (None, False) or abs(units) > _MOST_UNITS:
        return None
    if currency.per_quota is None:
        return Balance(units, QUOTA)
    return _balance(units * currency.per_quota, currency.unit)


def _balance(remaining: float, unit: str) -> Balance | None:
    return Balance(remaining, unit) if abs(remaining) < _MOST_UNITS else None

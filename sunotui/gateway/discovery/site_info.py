"""What a gateway's site tells besides tasks: its name, and the money left (protocol 1.3). All of it best effort."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from sunotui.domain.errors import NotAGateway, SunotuiError, UnreadableResponse
from sunotui.domain.money import QUOTA, Balance
from sunotui.domain.text import clean
from sunotui.gateway.discovery.currency import UNKNOWN, Currency, currency_of
from sunotui.gateway.endpoints import STATUS, SUBSCRIPTION, TOKEN_USAGE, USAGE
from sunotui.gateway.parsing.envelope import Response, open_envelope, read_document
from sunotui.gateway.parsing.fields import Foreign, number

_UNLIMITED = 100_000_000.0
_MOST_UNITS = 1e15


class AskSite(Protocol):
    """Gets a page of the site, with or without the token. Raises SunotuiError."""

    def __call__(self, path: str, *, has_token: bool) -> Awaitable[Response]: ...


class SiteInfo:
    """A gateway's site. It remembers the currency, so that an answer of "too many requests" does not change it."""

    def __init__(self, ask: AskSite) -> None:
        self._ask = ask
        self._currency = UNKNOWN
        self._name = ""

    async def look(self) -> tuple[str, Balance | None]:
        """The gateway's name for itself, empty when it does not say, and the balance: None where it does not tell, or
        sets no limit. Never raises SunotuiError."""
        _, limit, usage = await asyncio.gather(
            self._read_status(),
            page(self._ask, SUBSCRIPTION, has_token=True),
            page(self._ask, USAGE, has_token=True),
        )
        currency = self._currency
        total, used_hundredths = number(limit.get("hard_limit_usd")), number(usage.get("total_usage"))
        if total is None or used_hundredths is None:
            return self._name, _balance_of_key(await _token_usage(self._ask), currency)
        if _is_unlimited(total, currency):
            return self._name, None
        if currency.per_billing is None:
            return self._name, _balance_of_key(await _token_usage(self._ask), currency)
        return self._name, _balance((total - used_hundredths / 100) * currency.per_billing, currency.unit)

    async def _read_status(self) -> None:
        """Read name and currency; keep the last known ones where the page cannot be had now."""
        # The status page is public: it gets no token.
        status = await answered_page(self._ask, STATUS, has_token=False)
        if status is None:
            return
        site = status_of(status)
        name = site.get("system_name")
        self._name = clean(name, 60) if isinstance(name, str) else ""
        self._currency = currency_of(site)


async def page(ask: AskSite, path: str, *, has_token: bool) -> Foreign:
    """A page that only some gateways have; empty when it is missing, says no, or there is no answer."""
    return await answered_page(ask, path, has_token=has_token) or {}


async def answered_page(ask: AskSite, path: str, *, has_token: bool) -> Foreign | None:
    """The same, but None when the gateway did not say whether it has the page: no answer, a rate limit (429, from
    180 requests in 3 minutes at new-api, protocol 1.3), or a failure of the moment."""
    try:
        answer = await ask(path, has_token=has_token)
    except (UnreadableResponse, NotAGateway):
        # Something else is there: a redirect, or a page too large to be read.
        return {}
    except SunotuiError:
        return None
    if answer.status == 429 or answer.status >= 500:
        return None
    try:
        document = read_document(answer.body)
    except UnreadableResponse:
        return {}
    if not answer.has_success_status or not isinstance(document, dict) or open_envelope(document).is_failure:
        return {}
    return document


def status_of(document: Foreign) -> Foreign:
    """What is inside the status page."""
    told = document.get("data")
    return told if isinstance(told, dict) else {}


async def _token_usage(ask: AskSite) -> Foreign:
    """What new-api of 2026 tells of this key, where the billing pages tell nothing."""
    for path in TOKEN_USAGE:
        told = (await page(ask, path, has_token=True)).get("data")
        if isinstance(told, dict):
            return told
    return {}


def _is_unlimited(total: float, currency: Currency) -> bool:
    """Whether the limit is the number that stands for none. Many keys have more quota units than that."""
    return total == _UNLIMITED if currency.unit == QUOTA else total >= _UNLIMITED


def _balance_of_key(told: Foreign, currency: Currency) -> Balance | None:
    """In the site's currency where it says how many quota units make one."""
    units = number(told.get("total_available"))
    # A flag of no known form leaves open whether the units are a limit.
    if units is None or told.get("unlimited_quota") not in (None, False) or abs(units) > _MOST_UNITS:
        return None
    if currency.per_quota is None:
        return Balance(units, QUOTA)
    return _balance(units * currency.per_quota, currency.unit)


def _balance(remaining: float, unit: str) -> Balance | None:
    return Balance(remaining, unit) if abs(remaining) < _MOST_UNITS else None

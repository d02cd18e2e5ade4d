"""What a gateway's site tells besides tasks: its name, and the money left (protocol 1.3). All of it best effort."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from sunotui.domain.errors import Trouble
from sunotui.domain.money import Balance
from sunotui.domain.text import clean
from sunotui.gateway.endpoints import STATUS, SUBSCRIPTION, TOKEN_USAGE, USAGE
from sunotui.gateway.envelope import Answer, open_envelope, read_document
from sunotui.gateway.fields import Foreign, number

_UNLIMITED = 100_000_000.0
_MOST_UNITS = 1e15


class AskSite(Protocol):
    """Gets a page of the site, with or without the token. Raises Trouble."""

    def __call__(self, path: str, *, has_token: bool) -> Awaitable[Answer]: ...


async def look_around(ask: AskSite) -> tuple[str, Balance | None]:
    """The gateway's name for itself, empty when it does not say, and the balance: None where it does not tell, or
    sets no limit. Never raises Trouble."""
    status, limit, usage = await asyncio.gather(
        # The status page is public: it gets no token.
        page(ask, STATUS, has_token=False),
        page(ask, SUBSCRIPTION, has_token=True),
        page(ask, USAGE, has_token=True),
    )
    site = status_of(status)
    name = site.get("system_name")
    total, used_hundredths = number(limit.get("hard_limit_usd")), number(usage.get("total_usage"))
    if total is None or used_hundredths is None:
        balance = _balance_of_key(await _token_usage(ask), site)
    else:
        unit = "quota" if site.get("display_in_currency") is False else "$"
        remaining = total - used_hundredths / 100
        balance = Balance(remaining, unit) if total < _UNLIMITED and abs(remaining) < _MOST_UNITS else None
    return clean(name, 60) if isinstance(name, str) else "", balance


async def page(ask: AskSite, path: str, *, has_token: bool) -> Foreign:
    """A page that only some gateways have; empty when it is missing, says no, or there is no answer."""
    try:
        answer = await ask(path, has_token=has_token)
        document = read_document(answer.body)
    except Trouble:
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


def _balance_of_key(told: Foreign, site: Foreign) -> Balance | None:
    """In dollars where the site counts in them and says how many units make one."""
    units = number(told.get("total_available"))
    if units is None or told.get("unlimited_quota") is True or abs(units) > _MOST_UNITS:
        return None
    per_dollar = number(site.get("quota_per_unit"))
    if site.get("display_in_currency") is False or per_dollar is None or per_dollar <= 0:
        return Balance(units, "quota")
    dollars = units / per_dollar
    return Balance(dollars, "$") if abs(dollars) < _MOST_UNITS else None

"""What a gateway's site tells besides tasks: its name, and the money left (protocol 1.3). All of it best effort."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from sunotui.domain.errors import Trouble
from sunotui.domain.money import Balance
from sunotui.domain.text import clean
from sunotui.gateway.endpoints import STATUS, SUBSCRIPTION, USAGE
from sunotui.gateway.envelope import Answer, open_envelope, read_document
from sunotui.gateway.fields import number

_UNLIMITED = 100_000_000.0


class Ask(Protocol):
    """Gets a page of the site, with or without the token. Raises Trouble."""

    def __call__(self, path: str, *, has_token: bool) -> Awaitable[Answer]: ...


async def look_around(ask: Ask) -> tuple[str, Balance | None]:
    """The gateway's name for itself, empty when it does not say, and the balance: None where it does not tell, or
    sets no limit. Never raises Trouble."""
    status, limit, usage = await asyncio.gather(
        # The status page is public: it gets no token.
        _page(ask, STATUS, has_token=False),
        _page(ask, SUBSCRIPTION, has_token=True),
        _page(ask, USAGE, has_token=True),
    )
    told = status.get("data")
    site: dict[str, object] = told if isinstance(told, dict) else {}
    name = site.get("system_name")
    unit = "quota" if site.get("display_in_currency") is False else "$"
    return clean(name, 60) if isinstance(name, str) else "", _balance(limit, usage, unit)


def _balance(limit: dict[str, object], usage: dict[str, object], unit: str) -> Balance | None:
    total, used_hundredths = number(limit.get("hard_limit_usd")), number(usage.get("total_usage"))
    if total is None or used_hundredths is None or total >= _UNLIMITED:
        return None
    return Balance(total - used_hundredths / 100, unit)


async def _page(ask: Ask, path: str, *, has_token: bool) -> dict[str, object]:
    """A page that only some gateways have; empty when it is missing or says no."""
    try:
        answer = await ask(path, has_token=has_token)
        document = read_document(answer.body)
    except Trouble:
        return {}
    if answer.status != 200 or not isinstance(document, dict) or open_envelope(document).is_failure:
        return {}
    return document

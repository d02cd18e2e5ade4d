"""The money left, in the gateway's own unit, from whichever page tells it; a page that does not is no trouble."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.gateways.money import Balance
from sunotui.domain.text import has_dangerous
from sunotui.gateway.discovery.site_info import SiteInfo
from sunotui.gateway.parsing.envelope import Response
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, Asked, answer, listening, page, reset
from tests.support.paths import SAMPLES

STATUS, LIMIT, USAGE = "/api/status", "/v1/dashboard/billing/subscription", "/v1/dashboard/billing/usage"
OF_KEY, OF_KEY_BARE = "/api/usage/token/", "/api/usage/token"
DOLLARS = {"success": True, "data": {"quota_per_unit": 500_000, "display_in_currency": True}}
UNITS = {"success": True, "data": {"quota_per_unit": 500_000, "display_in_currency": False}}
ERROR = json.loads((SAMPLES / "billing_error_200.json").read_text(encoding="utf-8"))
SPENT = json.loads((SAMPLES / "billing_usage.json").read_text(encoding="utf-8"))


LIMITED = answer(429, "")
CUT = b""
"""No answer: the connection ends."""
YUAN = {"quota_display_type": "CNY", "usd_exchange_rate": 7}
CUSTOM = {"quota_display_type": "CUSTOM", "custom_currency_symbol": "€", "custom_currency_exchange_rate": 0.5}
TOKENS = {"quota_display_type": "TOKENS", "display_in_currency": False}


def shows(reported: dict[str, object], **more: object) -> dict[str, object]:
    """The status page of new-api of 2026."""
    about = {"quota_per_unit": 500_000, "display_in_currency": True, "system_name": "Relay", **reported, **more}
    return {"success": True, "data": about}


def of_key(**more: object) -> dict[str, object]:
    reported = {"object": "token_usage", "name": "mine", "total_granted": 3_000_000, "total_available": 2_060_000}
    return {"code": True, "message": "ok", "data": {**reported, **more}}


SITES: dict[str, tuple[dict[str, object], Balance | None]] = {
    "billing pages": ({STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT}, Balance(4.12, "$")),
    "in units": (
        {STATUS: UNITS, LIMIT: {"hard_limit_usd": 52_000}, USAGE: {"total_usage": 0}},
        Balance(52_000, "quota"),
    ),
    "billing pages first": (
        {STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT, OF_KEY: of_key()},
        Balance(4.12, "$"),
    ),
    "without limit": ({LIMIT: {"hard_limit_usd": 100_000_000}, USAGE: SPENT, OF_KEY: of_key()}, None),
    "of the key": ({STATUS: DOLLARS, OF_KEY: of_key()}, Balance(4.12, "$")),
    "of the key, without a slash": ({STATUS: DOLLARS, OF_KEY_BARE: of_key()}, Balance(4.12, "$")),
    "of the key, in units": ({STATUS: UNITS, OF_KEY: of_key()}, Balance(2_060_000, "quota")),
    "of the key, whose unit nobody tells": ({OF_KEY: of_key()}, Balance(2_060_000, "quota")),
    "of the key, with an odd unit": (
        {STATUS: {"success": True, "data": {"quota_per_unit": 0}}, OF_KEY: of_key()},
        Balance(2_060_000, "quota"),
    ),
    "of a key without limit": ({STATUS: DOLLARS, OF_KEY: of_key(unlimited_quota=True)}, None),
    "of a key in debt": ({STATUS: DOLLARS, OF_KEY: of_key(total_available=-500_000)}, Balance(-1, "$")),
    "of a key, refused": ({STATUS: DOLLARS, OF_KEY: {"code": False, "message": "no", "data": None}}, None),
    "of a key, of no form": ({STATUS: DOLLARS, OF_KEY: of_key(total_available=[1])}, None),
    "of a key, absurd": ({STATUS: DOLLARS, OF_KEY: of_key(total_available=1e300)}, None),
    "billing fails under 200, the key's page does not": (
        {STATUS: DOLLARS, LIMIT: ERROR, USAGE: ERROR, OF_KEY: of_key()},
        Balance(4.12, "$"),
    ),
    "half of billing": ({STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: ERROR}, None),
    "nowhere": ({}, None),
    "dollars by name": (
        {STATUS: shows({"quota_display_type": "USD"}), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT},
        Balance(4.12, "$"),
    ),
    # The billing pages are in yuan already.
    "yuan": ({STATUS: shows(YUAN), LIMIT: {"hard_limit_usd": 8.80}, USAGE: SPENT}, Balance(6.30, "¥")),
    "yuan of the key": ({STATUS: shows(YUAN), OF_KEY: of_key()}, Balance(28.84, "¥")),
    "yuan without limit": ({STATUS: shows(YUAN), LIMIT: {"hard_limit_usd": 1e8}, USAGE: SPENT}, None),
    # The billing pages stay in dollars.
    "custom": ({STATUS: shows(CUSTOM), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT}, Balance(2.06, "€")),
    "custom of the key": ({STATUS: shows(CUSTOM), OF_KEY: of_key()}, Balance(2.06, "€")),
    "tokens": (
        {STATUS: shows(TOKENS), LIMIT: {"hard_limit_usd": 12_000}, USAGE: {"total_usage": 0}},
        Balance(12_000, "quota"),
    ),
    "tokens of the key": ({STATUS: shows(TOKENS), OF_KEY: of_key()}, Balance(2_060_000, "quota")),
    "more tokens than the number that stands for no limit": (
        {STATUS: shows(TOKENS), LIMIT: {"hard_limit_usd": 3e8}, USAGE: {"total_usage": 0}},
        Balance(3e8, "quota"),
    ),
    "a type that is not known": (
        {STATUS: shows({"quota_display_type": "EUR"}), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT, OF_KEY: of_key()},
        Balance(2_060_000, "quota"),
    ),
    "a type of no form": (
        {STATUS: shows({"quota_display_type": ["CNY"]}), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT},
        None,
    ),
}


@pytest.mark.parametrize("otherwise", [page(200), answer(404, ""), LIMITED, answer(302, "", headers={"Location": "/"})])
@pytest.mark.parametrize("name", SITES)
async def test_the_money_left(name: str, otherwise: bytes, client_for: Client) -> None:
    pages, expected = SITES[name]

    def respond(asked: Asked) -> bytes:
        return answer(200, pages[asked.path]) if asked.path in pages else otherwise

    async with listening(respond) as gateway:
        found = await client_for(gateway.base_url).balance()
    if STATUS not in pages and otherwise == LIMITED and OF_KEY not in pages and OF_KEY_BARE not in pages:
        # Dollars or units? Only the key's own page always counts in units.
        expected = None
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert (round(found.remaining, 6), found.unit) == (expected.remaining, expected.unit)


@pytest.mark.parametrize("status", [LIMITED, answer(503, "")])
@pytest.mark.parametrize("pages", [{LIMIT: {"hard_limit_usd": 52_000}, USAGE: SPENT}])
async def test_no_unit_is_guessed_while_the_status_page_is_limited(
    pages: dict[str, object], status: bytes, client_for: Client
) -> None:
    """52,000 units read as dollars would take the place of the balance that is known."""

    def respond(asked: Asked) -> bytes:
        return status if asked.path == STATUS else answer(200, pages.get(asked.path, ERROR))

    async with listening(respond) as gateway:
        assert await client_for(gateway.base_url).balance() is None


@pytest.mark.parametrize("rate", [0, -7, "seven", None, True, 1e300, 1e-300, [7], "NaN", "Infinity", 1e308, 1e-5])
@pytest.mark.parametrize(
    ("reported", "name"),
    [(YUAN, "usd_exchange_rate"), (CUSTOM, "custom_currency_exchange_rate")],
    ids=["yuan", "custom"],
)
async def test_a_rate_that_is_none_leaves_quota_units(
    reported: dict[str, object], name: str, rate: object, client_for: Client
) -> None:
    pages = {STATUS: shows(reported, **{name: rate}), LIMIT: {"hard_limit_usd": 0.0}, USAGE: SPENT, OF_KEY: of_key()}
    async with listening(lambda asked: answer(200, pages[asked.path])) as gateway:
        assert await client_for(gateway.base_url).balance() == Balance(2_060_000, "quota")


@pytest.mark.parametrize(
    ("symbol", "unit"),
    [
        ("R$", "R$"),
        ("credits", "credits"),
        (" £ ", "£"),
        ("\x1b[31m€\u202e", "¤"),
        ("€\u202e\x07", "€"),
        ("1", "¤"),
        ("-", "¤"),
        ("\uff11", "¤"),
        ("\u0663\u066b", "¤"),
        ("\u2212", "¤"),
        ("\u00b2", "¤"),
        ("三", "¤"),
        ("…", "¤"),
        ("元", "元"),
        ("", "¤"),
        (None, "¤"),
        (7, "¤"),
        ("€" * 5_000, "€€€€€€€…"),
        # Three signs that stand for something else, so that no price in one is compared with the other.
        ("$", "¤$"),
        ("¥", "¤¥"),
        ("quota", "¤quota"),
        ("Quota", "¤Quota"),
        ("\uff04", "¤\uff04"),
        ("\uffe5", "¤\uffe5"),
    ],
)
async def test_a_custom_symbol_is_cleaned_and_bounded(symbol: object, unit: str, client_for: Client) -> None:
    pages = {STATUS: shows(CUSTOM, custom_currency_symbol=symbol), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT}
    async with listening(lambda asked: answer(200, pages[asked.path])) as gateway:
        found = await client_for(gateway.base_url).balance()
    assert found is not None
    assert found.unit == unit


@pytest.mark.parametrize("blocked", [answer(429, ""), answer(502, "<html>"), CUT])
async def test_a_status_page_that_is_busy_does_not_change_the_currency(blocked: bytes, client_for: Client) -> None:
    is_busy = False
    pages = {STATUS: shows(YUAN), LIMIT: {"hard_limit_usd": 8.80}, USAGE: SPENT}

    def respond(asked: Asked, writer: asyncio.StreamWriter) -> bytes:
        if asked.path == STATUS and is_busy:
            if blocked == CUT:
                reset(writer)
            return blocked
        return answer(200, pages[asked.path]) if asked.path in pages else answer(404, "")

    async with listening(respond) as gateway:
        client = client_for(gateway.base_url)
        first = await client.balance()
        is_busy = True
        assert await client.balance() == first
        # A client that never saw the page does not take yuan for dollars.
        assert await client_for(gateway.base_url).balance() is None
    assert str(first) == "¥6.30"


HOSTILE = [
    float("nan"),
    float("inf"),
    -float("inf"),
    1e308,
    -1e308,
    10**400,
    None,
    True,
    [],
    {},
    "",
    "ten",
    "NaN",
    "1e999",
]


@pytest.mark.parametrize("reported", HOSTILE, ids=str)
@pytest.mark.parametrize(("path", "name"), [(LIMIT, "hard_limit_usd"), (USAGE, "total_usage")])
async def test_a_billing_page_of_no_use_shows_no_money(
    path: str, name: str, reported: object, client_for: Client
) -> None:
    pages = {STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT, path: {name: reported}}
    async with listening(lambda asked: answer(200, pages.get(asked.path, ERROR))) as gateway:
        assert await client_for(gateway.base_url).balance() is None


@pytest.mark.parametrize("reported", HOSTILE, ids=str)
async def test_a_page_of_the_key_of_no_use_shows_no_money(reported: object, client_for: Client) -> None:
    pages = {STATUS: DOLLARS, OF_KEY: of_key(total_available=reported)}
    async with listening(lambda asked: answer(200, pages.get(asked.path, ERROR))) as gateway:
        assert await client_for(gateway.base_url).balance() is None


@pytest.mark.parametrize("reported", ["true", 1, [], {"is": True}, "no"])
async def test_a_limit_that_may_be_none_is_no_balance(reported: object, client_for: Client) -> None:
    pages = {STATUS: DOLLARS, OF_KEY: of_key(unlimited_quota=reported)}
    async with listening(lambda asked: answer(200, pages.get(asked.path, ERROR))) as gateway:
        assert await client_for(gateway.base_url).balance() is None


async def test_the_token_is_for_the_keys_pages_only(client_for: Client) -> None:
    async with listening(answer(404, "")) as gateway:
        assert await client_for(gateway.base_url).balance() is None
    reported = {asked.path: asked.headers.get("authorization") for asked in gateway.asked}
    assert reported.pop(STATUS) is None
    assert reported == dict.fromkeys((LIMIT, USAGE, OF_KEY, OF_KEY_BARE), f"Bearer {TOKEN.reveal()}")


async def test_a_gateway_that_is_gone_has_no_balance(client_for: Client) -> None:
    async with listening(b"") as gateway:
        pass
    assert await client_for(gateway.base_url).balance() is None


_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.integers())
_NAMES = st.sampled_from(
    [
        *("data", "code", "success", "hard_limit_usd", "total_usage", "total_available", "quota_per_unit"),
        *("system_name", "quota_display_type", "usd_exchange_rate", "custom_currency_symbol"),
        "custom_currency_exchange_rate",
    ]
)
_PAGES = st.dictionaries(_NAMES, _VALUES | st.dictionaries(_NAMES, _VALUES, max_size=4), max_size=5) | _VALUES


@given(st.lists(_PAGES, min_size=5, max_size=5))
async def test_any_pages_are_a_balance_or_none(reported: list[object]) -> None:
    pages = dict(zip((STATUS, LIMIT, USAGE, OF_KEY, OF_KEY_BARE), reported, strict=True))

    async def ask(path: str, *, has_token: bool) -> Response:
        return Response(200, {}, json.dumps(pages[path]).encode())

    name, balance = await SiteInfo(ask).look()
    assert not has_dangerous(name)
    assert balance is None or str(balance)

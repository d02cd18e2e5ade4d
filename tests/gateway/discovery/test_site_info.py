"""The balance in the unit of the gateway, from whichever page reports it. A page without one is not an error."""

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
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, reset, response
from tests.support.paths import SAMPLES

STATUS, LIMIT, USAGE = "/api/status", "/v1/dashboard/billing/subscription", "/v1/dashboard/billing/usage"
KEY, KEY_WITHOUT_SLASH = "/api/usage/token/", "/api/usage/token"
DOLLARS = {"success": True, "data": {"quota_per_unit": 500_000, "display_in_currency": True}}
UNITS = {"success": True, "data": {"quota_per_unit": 500_000, "display_in_currency": False}}
ERROR = json.loads((SAMPLES / "billing_error_200.json").read_text(encoding="utf-8"))
SPENT = json.loads((SAMPLES / "billing_usage.json").read_text(encoding="utf-8"))


LIMITED = response(429, "")
CUT = b""
"""No response: the connection is closed."""
YUAN = {"quota_display_type": "CNY", "usd_exchange_rate": 7}
CUSTOM = {"quota_display_type": "CUSTOM", "custom_currency_symbol": "€", "custom_currency_exchange_rate": 0.5}
TOKENS = {"quota_display_type": "TOKENS", "display_in_currency": False}


def status_page(reported: dict[str, object], **more: object) -> dict[str, object]:
    """The status page of new-api of 2026."""
    about = {"quota_per_unit": 500_000, "display_in_currency": True, "system_name": "Relay", **reported, **more}
    return {"success": True, "data": about}


def key_page(**more: object) -> dict[str, object]:
    reported = {"object": "token_usage", "name": "mine", "total_granted": 3_000_000, "total_available": 2_060_000}
    return {"code": True, "message": "ok", "data": {**reported, **more}}


SITES: dict[str, tuple[dict[str, object], Balance | None]] = {
    "billing pages": ({STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT}, Balance(4.12, "$")),
    "in units": (
        {STATUS: UNITS, LIMIT: {"hard_limit_usd": 52_000}, USAGE: {"total_usage": 0}},
        Balance(52_000, "quota"),
    ),
    "billing pages first": (
        {STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT, KEY: key_page()},
        Balance(4.12, "$"),
    ),
    "without limit": ({LIMIT: {"hard_limit_usd": 100_000_000}, USAGE: SPENT, KEY: key_page()}, None),
    "of the key": ({STATUS: DOLLARS, KEY: key_page()}, Balance(4.12, "$")),
    "of the key, without a slash": ({STATUS: DOLLARS, KEY_WITHOUT_SLASH: key_page()}, Balance(4.12, "$")),
    "of the key, in units": ({STATUS: UNITS, KEY: key_page()}, Balance(2_060_000, "quota")),
    "of the key, unknown unit": ({KEY: key_page()}, Balance(2_060_000, "quota")),
    "of the key, with an odd unit": (
        {STATUS: {"success": True, "data": {"quota_per_unit": 0}}, KEY: key_page()},
        Balance(2_060_000, "quota"),
    ),
    "of a key without limit": ({STATUS: DOLLARS, KEY: key_page(unlimited_quota=True)}, None),
    "of a key in debt": ({STATUS: DOLLARS, KEY: key_page(total_available=-500_000)}, Balance(-1, "$")),
    "of a key, refused": ({STATUS: DOLLARS, KEY: {"code": False, "message": "no", "data": None}}, None),
    "of a key, malformed": ({STATUS: DOLLARS, KEY: key_page(total_available=[1])}, None),
    "of a key, absurd": ({STATUS: DOLLARS, KEY: key_page(total_available=1e300)}, None),
    "billing fails under 200, the key's page does not": (
        {STATUS: DOLLARS, LIMIT: ERROR, USAGE: ERROR, KEY: key_page()},
        Balance(4.12, "$"),
    ),
    "only one billing page": ({STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: ERROR}, None),
    "nowhere": ({}, None),
    "dollars by name": (
        {STATUS: status_page({"quota_display_type": "USD"}), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT},
        Balance(4.12, "$"),
    ),
    # The billing pages are in yuan already.
    "yuan": ({STATUS: status_page(YUAN), LIMIT: {"hard_limit_usd": 8.80}, USAGE: SPENT}, Balance(6.30, "¥")),
    "yuan of the key": ({STATUS: status_page(YUAN), KEY: key_page()}, Balance(28.84, "¥")),
    "yuan without limit": ({STATUS: status_page(YUAN), LIMIT: {"hard_limit_usd": 1e8}, USAGE: SPENT}, None),
    # The billing pages stay in dollars.
    "custom": ({STATUS: status_page(CUSTOM), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT}, Balance(2.06, "€")),
    "custom of the key": ({STATUS: status_page(CUSTOM), KEY: key_page()}, Balance(2.06, "€")),
    "tokens": (
        {STATUS: status_page(TOKENS), LIMIT: {"hard_limit_usd": 12_000}, USAGE: {"total_usage": 0}},
        Balance(12_000, "quota"),
    ),
    "tokens of the key": ({STATUS: status_page(TOKENS), KEY: key_page()}, Balance(2_060_000, "quota")),
    "more tokens than the number that means no limit": (
        {STATUS: status_page(TOKENS), LIMIT: {"hard_limit_usd": 3e8}, USAGE: {"total_usage": 0}},
        Balance(3e8, "quota"),
    ),
    "an unknown type": (
        {
            STATUS: status_page({"quota_display_type": "EUR"}),
            LIMIT: {"hard_limit_usd": 6.62},
            USAGE: SPENT,
            KEY: key_page(),
        },
        Balance(2_060_000, "quota"),
    ),
    "a malformed type": (
        {STATUS: status_page({"quota_display_type": ["CNY"]}), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT},
        None,
    ),
}


@pytest.mark.parametrize(
    "otherwise", [page(200), response(404, ""), LIMITED, response(302, "", headers={"Location": "/"})]
)
@pytest.mark.parametrize("name", SITES)
async def test_the_balance_of_a_site(name: str, otherwise: bytes, client_for: Client) -> None:
    pages, expected = SITES[name]

    def respond(request: ReceivedRequest) -> bytes:
        return response(200, pages[request.path]) if request.path in pages else otherwise

    async with loopback_server(respond) as gateway:
        found = await client_for(gateway.base_url).balance()
    if STATUS not in pages and otherwise == LIMITED and KEY not in pages and KEY_WITHOUT_SLASH not in pages:
        # Without the status page only the key's page has a known unit: it always counts in quota units.
        expected = None
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert (round(found.remaining, 6), found.unit) == (expected.remaining, expected.unit)


@pytest.mark.parametrize("status", [LIMITED, response(503, "")])
@pytest.mark.parametrize("pages", [{LIMIT: {"hard_limit_usd": 52_000}, USAGE: SPENT}])
async def test_no_unit_is_guessed_while_the_status_page_is_limited(
    pages: dict[str, object], status: bytes, client_for: Client
) -> None:
    """Otherwise 52,000 units read as dollars would replace the known balance."""

    def respond(request: ReceivedRequest) -> bytes:
        return status if request.path == STATUS else response(200, pages.get(request.path, ERROR))

    async with loopback_server(respond) as gateway:
        assert await client_for(gateway.base_url).balance() is None


@pytest.mark.parametrize("rate", [0, -7, "seven", None, True, 1e300, 1e-300, [7], "NaN", "Infinity", 1e308, 1e-5])
@pytest.mark.parametrize(
    ("reported", "name"),
    [(YUAN, "usd_exchange_rate"), (CUSTOM, "custom_currency_exchange_rate")],
    ids=["yuan", "custom"],
)
async def test_an_invalid_exchange_rate_leaves_quota_units(
    reported: dict[str, object], name: str, rate: object, client_for: Client
) -> None:
    pages = {
        STATUS: status_page(reported, **{name: rate}),
        LIMIT: {"hard_limit_usd": 0.0},
        USAGE: SPENT,
        KEY: key_page(),
    }
    async with loopback_server(lambda request: response(200, pages[request.path])) as gateway:
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
        # Symbols with another meaning here are marked, so that prices in different units are never compared.
        ("$", "¤$"),
        ("¥", "¤¥"),
        ("quota", "¤quota"),
        ("Quota", "¤Quota"),
        ("\uff04", "¤\uff04"),
        ("\uffe5", "¤\uffe5"),
    ],
)
async def test_a_custom_symbol_is_cleaned_and_limited(symbol: object, unit: str, client_for: Client) -> None:
    pages = {STATUS: status_page(CUSTOM, custom_currency_symbol=symbol), LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT}
    async with loopback_server(lambda request: response(200, pages[request.path])) as gateway:
        found = await client_for(gateway.base_url).balance()
    assert found is not None
    assert found.unit == unit


@pytest.mark.parametrize("blocked", [response(429, ""), response(502, "<html>"), CUT])
async def test_a_failing_status_page_does_not_change_the_currency(blocked: bytes, client_for: Client) -> None:
    is_failing = False
    pages = {STATUS: status_page(YUAN), LIMIT: {"hard_limit_usd": 8.80}, USAGE: SPENT}

    def respond(request: ReceivedRequest, writer: asyncio.StreamWriter) -> bytes:
        if request.path == STATUS and is_failing:
            if blocked == CUT:
                reset(writer)
            return blocked
        return response(200, pages[request.path]) if request.path in pages else response(404, "")

    async with loopback_server(respond) as gateway:
        client = client_for(gateway.base_url)
        first = await client.balance()
        is_failing = True
        assert await client.balance() == first
        # A client that never read the page does not mistake yuan for dollars.
        assert await client_for(gateway.base_url).balance() is None
    assert str(first) == "¥6.30"


HOSTILE: list[object] = [
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
async def test_an_unusable_billing_page_gives_no_balance(
    path: str, name: str, reported: object, client_for: Client
) -> None:
    pages = {STATUS: DOLLARS, LIMIT: {"hard_limit_usd": 6.62}, USAGE: SPENT, path: {name: reported}}
    async with loopback_server(lambda request: response(200, pages.get(request.path, ERROR))) as gateway:
        assert await client_for(gateway.base_url).balance() is None


@pytest.mark.parametrize("reported", HOSTILE, ids=str)
async def test_an_unusable_key_page_gives_no_balance(reported: object, client_for: Client) -> None:
    pages = {STATUS: DOLLARS, KEY: key_page(total_available=reported)}
    async with loopback_server(lambda request: response(200, pages.get(request.path, ERROR))) as gateway:
        assert await client_for(gateway.base_url).balance() is None


@pytest.mark.parametrize("reported", ["true", 1, [], {"is": True}, "no"])
async def test_an_ambiguous_unlimited_flag_gives_no_balance(reported: object, client_for: Client) -> None:
    pages = {STATUS: DOLLARS, KEY: key_page(unlimited_quota=reported)}
    async with loopback_server(lambda request: response(200, pages.get(request.path, ERROR))) as gateway:
        assert await client_for(gateway.base_url).balance() is None


async def test_the_token_is_sent_to_the_keyed_pages_only(client_for: Client) -> None:
    async with loopback_server(response(404, "")) as gateway:
        assert await client_for(gateway.base_url).balance() is None
    reported = {request.path: request.headers.get("authorization") for request in gateway.requests}
    assert reported.pop(STATUS) is None
    assert reported == dict.fromkeys((LIMIT, USAGE, KEY, KEY_WITHOUT_SLASH), f"Bearer {TOKEN.reveal()}")


async def test_an_unreachable_gateway_has_no_balance(client_for: Client) -> None:
    async with loopback_server(b"") as gateway:
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
async def test_any_pages_give_a_balance_or_none(reported: list[object]) -> None:
    pages = dict(zip((STATUS, LIMIT, USAGE, KEY, KEY_WITHOUT_SLASH), reported, strict=True))

    async def ask(path: str, *, has_token: bool) -> Response:
        return Response(200, {}, json.dumps(pages[path]).encode())

    name, balance = await SiteInfo(ask).look()
    assert not has_dangerous(name)
    assert balance is None or str(balance)

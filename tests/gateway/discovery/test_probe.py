"""Probing: the software and the features of a gateway, found without any request that could cost money."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping

import pytest

from sunotui.domain.errors import GatewayFailed, NetworkError, NotAGateway, SunotuiError, TokenRejected
from sunotui.domain.gateways.capabilities import Capabilities, Feature, Software, Support
from sunotui.domain.gateways.dialect import Dialect, EvidenceStrength
from sunotui.domain.text import has_dangerous
from sunotui.gateway.endpoints import UNKNOWN_ID
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, reset, response
from tests.support.paths import SAMPLES

NOW = 1_700_000_000.0
EMPTY = response(200, {"code": "success", "message": "", "data": []})
WEB_PAGE = page(200, "New API")
NOT_FOUND = response(404, "404 page not found", kind="text/plain")
STATUS = (SAMPLES / "api_status.json").read_bytes()
OF_NEW_API, OF_ONE_HUB = (SAMPLES / "models_newapi.json").read_bytes(), (SAMPLES / "models_onehub.json").read_bytes()

Site = Mapping[str, bytes]


def site(pages: Site, otherwise: bytes = WEB_PAGE, prefix: str = "") -> Callable[[ReceivedRequest], bytes]:
    """A gateway with these pages, and one response for every other path."""

    def respond(request: ReceivedRequest) -> bytes:
        if request.path == f"{prefix}/suno/fetch":
            return EMPTY
        return pages.get(request.path, otherwise)

    return respond


def extras(prefix: str = "") -> dict[str, bytes]:
    """The responses of a gateway with all extras to an unknown id."""
    return {
        f"{prefix}/suno/feed/{UNKNOWN_ID}": response(200, []),
        f"{prefix}/suno/act/timing/{UNKNOWN_ID}": response(404, {"code": "error", "message": "clip not found"}),
        f"{prefix}/suno/act/wav/{UNKNOWN_ID}": response(400, {"error": {"message": "invalid clip id", "type": "x"}}),
        f"{prefix}/suno/uploads/audio/{UNKNOWN_ID}": response(200, {"id": UNKNOWN_ID, "status": "unknown"}),
    }


async def probed(client_for: Client, responder: Callable[[ReceivedRequest], bytes], prefix: str = "") -> Capabilities:
    async with loopback_server(responder) as gateway:
        return await client_for(gateway.base_url._replace(prefix=prefix)).probe(NOW)


SOFTWARE: dict[str, tuple[Site, bytes, Software]] = {
    "the reference server": ({"/ping": response(200, {"message": "pong"})}, NOT_FOUND, Software.REFERENCE),
    "new-api": (
        {"/api/status": response(200, STATUS), "/v1/models": response(200, OF_NEW_API)},
        WEB_PAGE,
        Software.NEW_API,
    ),
    "new-api that hides its status": ({"/v1/models": response(200, OF_NEW_API)}, WEB_PAGE, Software.NEW_API),
    "new-api that hides its models": ({"/api/status": response(200, STATUS)}, WEB_PAGE, Software.NEW_API),
    "one-hub by its models": ({"/v1/models": response(200, OF_ONE_HUB)}, WEB_PAGE, Software.ONE_HUB),
    "one-hub by its status": (
        {"/api/status": response(200, {"success": True, "data": {"PaymentUSDRate": 7.3, "quota_per_unit": 500000}})},
        WEB_PAGE,
        Software.ONE_HUB,
    ),
    "a relay before a reference server": (
        {"/api/status": response(200, STATUS), "/ping": response(200, {"message": "pong"})},
        WEB_PAGE,
        Software.NEW_API,
    ),
    "a reference server that lists its models": (
        {"/ping": response(200, {"message": "pong"}), "/v1/models": response(200, OF_ONE_HUB)},
        NOT_FOUND,
        Software.REFERENCE,
    ),
    "unknown software": ({"/ping": response(200, "pong", kind="text/plain")}, NOT_FOUND, Software.OTHER),
}


@pytest.mark.parametrize("name", SOFTWARE)
async def test_the_software_is_identified(name: str, client_for: Client) -> None:
    pages, otherwise, expected = SOFTWARE[name]
    found = await probed(client_for, site(pages, otherwise))
    assert (found.software, found.probed_at) == (expected, NOW)
    # None of these has any of the extras, and each says so differently.
    assert {feature: seen.is_offered for feature, seen in found.evidence.items()} == dict.fromkeys(
        (Feature.FEED, Feature.TIMING, Feature.WAV, Feature.UPLOAD_FILE), False
    )


async def test_version_name_and_models_are_read(client_for: Client) -> None:
    pages = {"/api/status": response(200, STATUS), "/v1/models": response(200, OF_ONE_HUB)}
    found = await probed(client_for, site(pages))
    assert (found.version, found.system_name) == ("v0.6.6", "New API")
    assert found.models == ("chirp-v3-0", "chirp-v3-5", "suno_lyrics")


async def test_models_of_other_vendors_are_left_out(client_for: Client) -> None:
    names = ["gpt-4o", "suno_music", "chirp-crow", "suno_music", 17, None, "chirp-\x1b[31mred"]
    body = {"success": True, "data": [{"id": name, "owned_by": "custom"} for name in names] + ["chirp-v4", None]}
    found = await probed(client_for, site({"/v1/models": response(200, body)}))
    assert found.models == ("suno_music", "chirp-crow", "chirp-[31mred")


@pytest.mark.parametrize("prefix", ["", "/v1"])
@pytest.mark.parametrize("typed", ["", "/v1"])
async def test_all_extras_are_found(prefix: str, typed: str, client_for: Client) -> None:
    found = await probed(client_for, site(extras(prefix), prefix=prefix), typed)
    for feature in (Feature.FEED, Feature.TIMING, Feature.WAV, Feature.UPLOAD_FILE):
        assert found.support(feature) is Support.OFFERED
        assert found.evidence[feature].learned_at == NOW


async def test_a_site_that_responds_to_everything_proves_nothing(client_for: Client) -> None:
    found = await probed(client_for, site({}, otherwise=response(200, {"message": "hello"})))
    assert found.evidence == {}
    assert found.software is Software.OTHER


async def test_a_rate_limit_proves_nothing(client_for: Client) -> None:
    """The rate limit of the site pages responds with 429 without a body (protocol 1.3)."""
    found = await probed(client_for, site({}, otherwise=response(429, "")))
    assert (found.evidence, found.models, found.system_name) == ({}, (), "")


@pytest.mark.parametrize("failing", [response(429, ""), response(502, "")])
@pytest.mark.parametrize("path", ["/api/status", "/v1/models", "/ping"])
async def test_a_failed_page_makes_the_probe_partial(path: str, failing: bytes, client_for: Client) -> None:
    pages = {"/api/status": response(200, STATUS), "/v1/models": response(200, OF_NEW_API)}
    assert not (await probed(client_for, site(pages))).is_partial
    assert (await probed(client_for, site({**pages, path: failing}))).is_partial


async def test_a_probe_costs_nothing_and_the_public_pages_get_no_token(client_for: Client) -> None:
    async with loopback_server(site(extras())) as gateway:
        await client_for(gateway.base_url).probe(NOW)
    assert [(request.method, request.path, request.ids) for request in gateway.requests if request.method != "GET"] == [
        ("POST", "/suno/fetch", [])
    ]
    assert {request.path for request in gateway.requests if "authorization" not in request.headers} == {
        "/api/status",
        "/ping",
    }
    assert len(gateway.requests) == 10


async def test_one_page_without_a_response_does_not_hide_the_others(client_for: Client) -> None:
    pages = {"/v1/models": response(200, OF_NEW_API), **extras()}

    async def some(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        if request.path == "/api/status":
            await asyncio.sleep(60)
        if request.path == f"/suno/act/wav/{UNKNOWN_ID}":
            reset(writer)
            return
        writer.write(site(pages)(request))
        await writer.drain()

    async with loopback_server(some) as gateway:
        found = await client_for(gateway.base_url, limits=TimeLimits(check_s=1.0)).probe(NOW)
    assert found.software is Software.NEW_API
    assert set(found.evidence) == {Feature.FEED, Feature.TIMING, Feature.UPLOAD_FILE}


async def test_a_gateway_that_is_down_raises_a_network_error(client_for: Client) -> None:
    async with loopback_server(EMPTY) as gateway:
        pass
    with pytest.raises(NetworkError):
        await client_for(gateway.base_url).probe(NOW)


@pytest.mark.parametrize(
    ("fetched", "expected"),
    [
        (WEB_PAGE, NotAGateway),
        (page(502), GatewayFailed),
        (response(401, {"error": {"message": "无效的令牌", "type": "new_api_error"}}), TokenRejected),
    ],
)
async def test_the_error_of_the_batch_fetch_is_raised(
    fetched: bytes, expected: type[SunotuiError], client_for: Client
) -> None:
    def respond(request: ReceivedRequest) -> bytes:
        return fetched if request.method == "POST" else response(200, STATUS)

    async with loopback_server(respond) as gateway:
        with pytest.raises(expected):
            await client_for(gateway.base_url).probe(NOW)


HOSTILE: dict[str, bytes] = {
    "null": response(200, "null"),
    "a list of nulls": response(200, [None] * 1_000),
    "wrong types": response(200, {"success": True, "data": {"version": [1], "system_name": {"a": 1}, "data": 5}}),
    "malformed models": response(200, {"success": True, "data": [{"id": {"a": []}, "owned_by": 5}, [], 3]}),
    "deep": response(200, "[" * 50_000),
    "huge": response(200, json.dumps({"success": True, "data": {"system_name": "x" * 900_000}})),
    "escape codes": response(
        200, {"success": True, "data": {"system_name": "\x1b]52;c;eA==\x07", "version": "\x1b[2J"}}
    ),
    "a redirect": response(302, "", headers={"Location": "https://elsewhere.example/"}),
    "our token": response(200, {"success": True, "data": {"system_name": TOKEN.reveal()}}),
    "compressed": response(200, b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_pages_are_harmless(name: str, client_for: Client) -> None:
    found = await probed(client_for, site({}, otherwise=HOSTILE[name]))
    assert found.software in {Software.OTHER, Software.NEW_API}
    shown = f"{found.system_name}{found.version}{found.models}"
    assert not has_dangerous(shown)
    assert len(shown) < 200
    assert TOKEN.reveal() not in shown


POINTS = {"code": "success", "message": "", "data": {"integral": 490}}


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_the_points_page_proves_the_nested_dialect(prefix: str, client_for: Client) -> None:
    pages = {f"{prefix}/suno/account/integral": response(200, POINTS)}
    found = await probed(client_for, site(pages, prefix=prefix), prefix)
    seen = found.dialects[Dialect.NESTED]
    assert (seen.strength, seen.learned_at) == (EvidenceStrength.PROOF, NOW)
    assert set(found.dialects) == {Dialect.NESTED}


@pytest.mark.parametrize(
    "reported",
    [
        WEB_PAGE,
        NOT_FOUND,
        response(401, {"error": {"message": "no", "type": "x"}}),
        response(404, {"code": "error", "message": "no", "data": None}),
        response(200, {"code": "error", "message": "no such page", "data": None}),
        response(200, [1]),
        response(200, "490"),
        response(429, ""),
        b"connection: close",
    ],
)
async def test_any_other_points_page_proves_no_dialect(reported: bytes, client_for: Client) -> None:
    assert (await probed(client_for, site({"/suno/account/integral": reported}))).dialects == {}


async def test_a_site_that_responds_to_everything_proves_no_dialect(client_for: Client) -> None:
    assert (await probed(client_for, site({}, otherwise=response(200, POINTS)))).dialects == {}

"""Clients by profile: created once, recreated for another address, with the prefix that responds."""

from __future__ import annotations

import pytest

from sunotui.core.gateways.client_pool import ClientPool
from sunotui.core.gateways.token_resolver import TokenResolver
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import (
    ConfigError,
    KeyQuotaExceeded,
    ModelNotAllowed,
    NetworkError,
    NotAGateway,
    SunotuiError,
    TokenMissing,
    TokenRejected,
)
from sunotui.domain.gateways.dialect import Dialect, DialectChoice, DialectEvidence, EvidenceStrength
from sunotui.domain.gateways.profile import ENV_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.requests.request import LyricsRequest
from sunotui.gateway.submit.outcome import Accepted
from sunotui.gateway.submit.payloads import build_payload
from tests.gateway.loopback import ReceivedRequest, loopback_server, response
from tests.support.demo_faults import set_faults


def untried(base_url: str) -> Profile:
    """The profile of the environment, whose address no login has verified."""
    return Profile(ENV_PROFILE, parse_base_url(base_url), is_from_env=True, is_tried=False)


def gateways(profile: Profile, token: str) -> ClientPool:
    profiles = {profile.name: profile}
    return ClientPool(profiles.get, TokenResolver({"SUNOTUI_TOKEN": token}))


async def test_the_prefix_of_an_unverified_address_is_found_first() -> None:
    with DemoServer(dialect="gptproto") as server:
        made = gateways(
            Profile(ENV_PROFILE, parse_base_url(server.base_url), is_from_env=True, is_tried=False), server.token
        )
        client = await made.client(ENV_PROFILE)
        assert repr(client).endswith("/v1)")
        assert await made.client(ENV_PROFILE) is client
        assert (await client.fetch_tasks(["unknown"])).absent == ("unknown",)
        await made.aclose()


async def test_an_address_without_a_response_is_used_unchanged() -> None:
    made = gateways(
        Profile(ENV_PROFILE, parse_base_url("http://127.0.0.1:9"), is_from_env=True, is_tried=False), "sk-12345678"
    )
    client = await made.client(ENV_PROFILE)
    with pytest.raises(NetworkError):
        await client.fetch_tasks(["a"])
    await made.aclose()


async def test_the_prefix_is_found_when_the_gateway_is_reachable_again() -> None:
    server = DemoServer(dialect="gptproto", faults=("http-500",))
    with server:
        made = gateways(untried(server.base_url), server.token)
        assert not repr(await made.client(ENV_PROFILE)).endswith("/v1)")
        set_faults(server)
        assert repr(await made.client(ENV_PROFILE)).endswith("/v1)")
        await made.aclose()


async def test_a_web_page_is_reported_before_anything_is_sent() -> None:
    server = DemoServer(faults=("html-200",))
    with server:
        made = gateways(untried(server.base_url), server.token)
        with pytest.raises(NotAGateway):
            await made.client(ENV_PROFILE)
        await made.aclose()


async def test_a_gateway_on_this_computer_is_never_reached_through_a_proxy() -> None:
    """Wherever the profile comes from: the proxy would get the token."""
    proxy = Proxy("http", "proxy.example", 8080)
    profile = Profile(ENV_PROFILE, parse_base_url("http://127.0.0.1:9"), is_from_env=True, proxy=proxy)
    pool = gateways(profile, "token-of-the-user")
    with pytest.raises(ConfigError, match="on this computer"):
        await pool.client(ENV_PROFILE)
    await pool.aclose()


async def test_an_unknown_profile_raises() -> None:
    made = gateways(Profile("home", parse_base_url("http://127.0.0.1:9")), "sk-12345678")
    with pytest.raises(TokenMissing, match="nope"):
        await made.client("nope")


WRONG_TOKEN = {"error": {"message": "无效的令牌 (request id: 1)", "type": "new_api_error"}}
KEY_SPENT = {"error": {"message": "该令牌额度已用尽 TokenStatusExhausted[sk-WC6***ygy]", "type": "new_api_error"}}
INVALID_URL = {"error": {"message": "Invalid URL (POST /v1/suno/fetch)", "type": "invalid_request_error", "code": ""}}


@pytest.mark.parametrize("typed", ["", "/v1"])
@pytest.mark.parametrize(("refusal", "expected"), [(WRONG_TOKEN, TokenRejected), (KEY_SPENT, KeyQuotaExceeded)])
async def test_a_rejected_key_is_reported_for_any_form_of_the_base_url(
    refusal: object, expected: type[SunotuiError], typed: str
) -> None:
    """new-api and one-hub check the path first: /v1/suno is an "Invalid URL" for any key. The 401 counts."""

    def respond(request: ReceivedRequest) -> bytes:
        return response(404, INVALID_URL) if request.path.startswith("/v1/") else response(401, refusal)

    async with loopback_server(respond) as gateway:
        made = gateways(untried(f"{gateway.base_url}{typed}"), "sk-of-somebody-else-0000000000")
        for _ in range(2):
            with pytest.raises(expected):
                await (await made.client(ENV_PROFILE)).fetch_tasks(["a"])
        await made.aclose()


def test_evidence_decides_for_a_profile_without_a_setting() -> None:
    seen = DialectEvidence(Dialect.NESTED, EvidenceStrength.PROOF, 7.0, "a page")
    made = gateways(Profile("home", parse_base_url("http://127.0.0.1:9")), "sk-12345678")
    assert made.dialect("home").dialect is Dialect.FLAT
    made.use_evidence(lambda name: [seen] if name == "home" else [])
    assert made.dialect("home") == DialectChoice(Dialect.NESTED, "a page", True, 7.0)
    assert made.dialect("elsewhere").dialect is Dialect.FLAT


MODEL_LIMITED = {"error": {"message": "该令牌无权访问模型  (request id: 1)", "type": "new_api_error"}}


@pytest.mark.parametrize("typed", ["", "/v1", "/suno"])
async def test_a_key_with_a_model_list_is_reported_and_can_still_submit(typed: str) -> None:
    """new-api rejects every fetch with such a key, at the one path where /suno is, but accepts its submissions."""

    def respond(request: ReceivedRequest) -> bytes:
        if request.path.startswith("/v1/"):
            return response(404, INVALID_URL)
        if request.path.startswith("/suno/submit/"):
            return response(200, {"code": "success", "message": "", "data": "task-1"})
        return response(403, MODEL_LIMITED)

    async with loopback_server(respond) as gateway:
        made = gateways(untried(f"{gateway.base_url}{typed}"), "sk-12345678")
        client = await made.client(ENV_PROFILE)
        assert isinstance(await client.submit(build_payload(LyricsRequest("rain"))), Accepted)
        with pytest.raises(ModelNotAllowed):
            await client.fetch_tasks(["task-1"])
        for ask in (client.check(), client.probe(0.0)):
            with pytest.raises(ModelNotAllowed):
                await ask
        await made.aclose()


async def test_a_working_path_is_preferred_to_one_that_rejects_the_key() -> None:
    def respond(request: ReceivedRequest) -> bytes:
        refusal = response(403, MODEL_LIMITED)
        return refusal if request.path.startswith("/v1/") else response(200, {"code": "success", "data": []})

    async with loopback_server(respond) as gateway:
        made = gateways(untried(f"{gateway.base_url}/v1"), "sk-12345678")
        assert (await (await made.client(ENV_PROFILE)).find_prefix()).prefix == ""
        await made.aclose()

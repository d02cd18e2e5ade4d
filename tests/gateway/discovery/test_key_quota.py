"""new-api of 2026 refuses a key without quota like a wrong key: the free usage page distinguishes the two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sunotui.domain.errors import KeyQuotaExceeded, SunotuiError, TokenRejected
from sunotui.gateway.discovery.key_quota import ASK_AGAIN_S, KeyQuotaCheck
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.submit.outcome import Rejected
from sunotui.gateway.submit.payloads import Payload
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, page, response

USAGE = "/api/usage/token/"
PAYLOAD = Payload("/suno/submit/music", '{"gpt_description_prompt": "rain", "mv": "chirp-hawk"}')
INVALID = {"error": {"code": "", "message": "Invalid token (request id: 2026)", "type": "new_api_error"}}
EXPIRED = {"error": {"message": "该令牌已过期", "type": "new_api_error"}}


def usage(**more: object) -> dict[str, object]:
    """The usage page of new-api of 2026 for a key whose quota is used up."""
    reported = {"object": "token_usage", "name": "main", "total_available": 0, "unlimited_quota": False}
    return {"code": True, "message": "ok", "data": {**reported, **more}}


def refusing(reported: bytes) -> Callable[[ReceivedRequest], bytes]:
    """A gateway that refuses every token and responds to the usage page with `reported`."""
    return lambda request: reported if request.path.startswith("/api/usage/") else response(401, INVALID)


SPENT: dict[str, bytes] = {
    "nothing left": response(200, usage()),
    "in debt": response(200, usage(total_available=-3)),
}
NOT_SPENT: dict[str, bytes] = {
    "something left": response(200, usage(total_available=5)),
    "a key without limit": response(200, usage(unlimited_quota=True)),
    "no amount": response(200, usage(total_available=None)),
    "an amount of another kind": response(200, usage(total_available=[0])),
    "a wrong key": response(401, {"success": False, "message": "无效的令牌"}),
    "too many requests": response(429, ""),
    "no such page": response(404, ""),
    "a web page": page(200, "New API"),
    "a failure of the page": response(200, {"success": False, "message": "no"}),
    "no response": b"connection: close",
    "redirects": response(302, "", headers={"Location": "/login"}),
}


@pytest.mark.parametrize("name", SPENT)
async def test_an_exhausted_key_quota_is_reported(name: str, client_for: Client) -> None:
    async with loopback_server(refusing(SPENT[name])) as gateway:
        client = client_for(gateway.base_url)
        with pytest.raises(KeyQuotaExceeded) as caught:
            await client.fetch_tasks(["a"])
        outcome = await client.submit(PAYLOAD)
        with pytest.raises(KeyQuotaExceeded):
            await client.fetch_one("a")
        with pytest.raises(KeyQuotaExceeded):
            await client.check()
        with pytest.raises(KeyQuotaExceeded):
            await client.timing("c")
    assert isinstance(outcome, Rejected)
    assert isinstance(outcome.error, KeyQuotaExceeded)
    assert caught.value.http_status == 401
    assert "quota is used up (Invalid token)" in caught.value.sentence
    (usage_request,) = [request for request in gateway.requests if request.path == USAGE]
    assert usage_request.headers["authorization"] == f"Bearer {TOKEN.reveal()}"
    assert sum(request.path == PAYLOAD.path for request in gateway.requests) == 1


@pytest.mark.parametrize("name", NOT_SPENT)
async def test_any_other_usage_page_means_a_rejected_token(name: str, client_for: Client) -> None:
    async with loopback_server(refusing(NOT_SPENT[name])) as gateway:
        client = client_for(gateway.base_url)
        for _ in range(3):
            with pytest.raises(TokenRejected):
                await client.fetch_tasks(["a"])
    assert sum(request.path == USAGE for request in gateway.requests) == 1


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(401, EXPIRED), (403, INVALID), (401, {"error": {"message": "401 Unauthorized", "type": "x"}})],
)
async def test_a_refusal_with_a_reason_is_not_checked(status: int, refusal: object, client_for: Client) -> None:
    async with loopback_server(response(status, refusal)) as gateway:
        with pytest.raises(SunotuiError) as caught:
            await client_for(gateway.base_url).fetch_tasks(["a"])
    assert not isinstance(caught.value, KeyQuotaExceeded)
    assert [request.path for request in gateway.requests] == ["/suno/fetch"]


async def test_a_redirect_to_the_path_without_slash_is_followed(client_for: Client) -> None:
    def respond(request: ReceivedRequest) -> bytes:
        if request.path == USAGE:
            return response(301, "", headers={"Location": USAGE.rstrip("/")})
        return response(200, usage()) if request.path.startswith("/api/usage/") else response(401, INVALID)

    async with loopback_server(respond) as gateway:
        with pytest.raises(KeyQuotaExceeded):
            await client_for(gateway.base_url).fetch_tasks(["a"])


async def test_the_usage_page_is_requested_at_most_every_twenty_minutes() -> None:
    now, calls, left = 100.0, 0, 0

    async def ask(path: str, *, has_token: bool) -> Response:
        nonlocal calls
        calls += 1
        assert has_token
        return Response(200, {}, f'{{"code":true,"data":{{"total_available":{left}}}}}'.encode())

    check = KeyQuotaCheck(ask, lambda: now)
    refusal = TokenRejected(http_status=401)
    assert isinstance(await check.explained(refusal), KeyQuotaExceeded)
    left = 7
    now += ASK_AGAIN_S - 1
    assert isinstance(await check.explained(refusal), KeyQuotaExceeded)
    assert calls == 1
    now += 1
    assert await check.explained(refusal) is refusal
    assert calls == 2

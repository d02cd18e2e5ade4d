"""A key without quota is refused by new-api of 2026 in the words for a wrong key: one free page tells which it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sunotui.domain.errors import KeyQuotaExceeded, SunotuiError, TokenRejected
from sunotui.gateway.discovery.key_quota import ASK_AGAIN_S, KeyQuotaCheck
from sunotui.gateway.parsing.envelope import Response
from sunotui.gateway.submit.outcome import Rejected
from sunotui.gateway.submit.payloads import Payload
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, Asked, answer, listening, page

USAGE = "/api/usage/token/"
ORDER = Payload("/suno/submit/music", '{"gpt_description_prompt": "rain", "mv": "chirp-hawk"}')
INVALID = {"error": {"code": "", "message": "Invalid token (request id: 2026)", "type": "new_api_error"}}
EXPIRED = {"error": {"message": "该令牌已过期", "type": "new_api_error"}}


def usage(**more: object) -> dict[str, object]:
    """The page as new-api of 2026 answers it for a key whose quota is used up."""
    reported = {"object": "token_usage", "name": "main", "total_available": 0, "unlimited_quota": False}
    return {"code": True, "message": "ok", "data": {**reported, **more}}


def refusing(reported: bytes) -> Callable[[Asked], bytes]:
    """A gateway that refuses every token, and answers the key's page with `told`."""
    return lambda asked: reported if asked.path.startswith("/api/usage/") else answer(401, INVALID)


SPENT: dict[str, bytes] = {
    "nothing left": answer(200, usage()),
    "in debt": answer(200, usage(total_available=-3)),
}
NOT_SPENT: dict[str, bytes] = {
    "something left": answer(200, usage(total_available=5)),
    "a key without limit": answer(200, usage(unlimited_quota=True)),
    "no amount": answer(200, usage(total_available=None)),
    "an amount of another kind": answer(200, usage(total_available=[0])),
    "a wrong key": answer(401, {"success": False, "message": "无效的令牌"}),
    "too many requests": answer(429, ""),
    "no such page": answer(404, ""),
    "a web page": page(200, "New API"),
    "a failure of the page": answer(200, {"success": False, "message": "no"}),
    "no answer": b"connection: close",
    "redirects": answer(302, "", headers={"Location": "/login"}),
}


@pytest.mark.parametrize("name", SPENT)
async def test_a_spent_quota_is_told_as_that(name: str, client_for: Client) -> None:
    async with listening(refusing(SPENT[name])) as gateway:
        client = client_for(gateway.base_url)
        with pytest.raises(KeyQuotaExceeded) as caught:
            await client.fetch_tasks(["a"])
        outcome = await client.submit(ORDER)
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
    asked = [request for request in gateway.asked if request.path == USAGE]
    assert len(asked) == 1
    assert asked[0].headers["authorization"] == f"Bearer {TOKEN.reveal()}"
    assert sum(request.path == ORDER.path for request in gateway.asked) == 1


@pytest.mark.parametrize("name", NOT_SPENT)
async def test_anything_else_is_a_refused_token(name: str, client_for: Client) -> None:
    async with listening(refusing(NOT_SPENT[name])) as gateway:
        client = client_for(gateway.base_url)
        for _ in range(3):
            with pytest.raises(TokenRejected):
                await client.fetch_tasks(["a"])
    assert sum(request.path == USAGE for request in gateway.asked) == 1


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(401, EXPIRED), (403, INVALID), (401, {"error": {"message": "401 Unauthorized", "type": "x"}})],
)
async def test_a_refusal_with_a_reason_is_not_looked_into(status: int, refusal: object, client_for: Client) -> None:
    async with listening(answer(status, refusal)) as gateway:
        with pytest.raises(SunotuiError) as caught:
            await client_for(gateway.base_url).fetch_tasks(["a"])
    assert not isinstance(caught.value, KeyQuotaExceeded)
    assert [request.path for request in gateway.asked] == ["/suno/fetch"]


async def test_the_page_without_a_slash_is_asked_where_the_other_redirects(client_for: Client) -> None:
    def respond(asked: Asked) -> bytes:
        if asked.path == USAGE:
            return answer(301, "", headers={"Location": USAGE.rstrip("/")})
        return answer(200, usage()) if asked.path.startswith("/api/usage/") else answer(401, INVALID)

    async with listening(respond) as gateway:
        with pytest.raises(KeyQuotaExceeded):
            await client_for(gateway.base_url).fetch_tasks(["a"])


async def test_the_page_is_asked_again_after_twenty_minutes_only() -> None:
    now, asked, left = 100.0, 0, 0

    async def ask(path: str, *, has_token: bool) -> Response:
        nonlocal asked
        asked += 1
        assert has_token
        return Response(200, {}, f'{{"code":true,"data":{{"total_available":{left}}}}}'.encode())

    check = KeyQuotaCheck(ask, lambda: now)
    refusal = TokenRejected(http_status=401)
    assert isinstance(await check.explained(refusal), KeyQuotaExceeded)
    left = 7
    now += ASK_AGAIN_S - 1
    assert isinstance(await check.explained(refusal), KeyQuotaExceeded)
    assert asked == 1
    now += 1
    assert await check.explained(refusal) is refusal
    assert asked == 2

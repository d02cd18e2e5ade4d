"""A body that repeats the token stays valid JSON after redaction, because it may report a paid request."""

from __future__ import annotations

import json

import pytest

from sunotui.domain.gateways.token import Token
from sunotui.gateway.transport import connection
from sunotui.gateway.transport.redaction import body_without_secret
from tests.gateway.conftest import Client
from tests.gateway.loopback import ReceivedRequest, loopback_server, response

SECRET = "sk-CANARY0123456789"
MASK = "•••"


@pytest.mark.parametrize("backslashes", range(1, 16, 2))
def test_masking_an_escaped_token_leaves_valid_json(backslashes: int) -> None:
    """Fails if the mask starts within a run of backslashes."""
    escaped = "\\" * backslashes + f"u{ord(SECRET[0]):04x}" + SECRET[1:]
    body = f'{{"data": "task-1", "message": "{escaped}"}}'.encode()
    assert json.loads(body_without_secret(body, SECRET, MASK)[0])["data"] == "task-1"


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        ("12345678", b'{"submit_time": 1712345678, "data": "task-1"}'),
        ("metadata", b'{"metadata": {"tags": "folk"}}'),
        (SECRET, json.dumps({"message": SECRET}).encode("utf-16")),
    ],
)
def test_a_body_that_masking_would_damage_is_unchanged(secret: str, body: bytes) -> None:
    assert body_without_secret(body, secret, MASK) == (body, False)


def test_a_plain_token_is_masked() -> None:
    body = json.dumps({"message": f"Bearer {SECRET} is unknown"}).encode()
    masked, is_clean = body_without_secret(body, SECRET, MASK)
    assert json.loads(masked) == {"message": f"Bearer {MASK} is unknown"}
    assert not is_clean


async def test_a_clean_body_is_searched_once_and_one_with_the_token_every_time(
    client_for: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[bytes] = []

    def recording_search(body: bytes, secret: str, mask: str) -> tuple[bytes, bool]:
        searched.append(body)
        return body_without_secret(body, secret, mask)

    monkeypatch.setattr(connection, "body_without_secret", recording_search)
    monkeypatch.setattr(connection, "_CLEAN_BODIES", 2)
    reasons = ["rain", "rain", f"for {SECRET}", f"for {SECRET}", "rain", "snow", "sun", "snow", "rain"]

    def respond(request: ReceivedRequest) -> bytes:
        (task_id,) = request.ids
        return response(200, {"data": [{"task_id": task_id, "fail_reason": reasons[len(seen)], "status": "FAILURE"}]})

    seen: list[str] = []
    async with loopback_server(respond) as gateway:
        client = client_for(gateway.base_url, token=Token(SECRET))
        for _ in reasons:
            (report,) = (await client.fetch_tasks(["t"])).reports
            seen.append(report.fail_reason)
    assert seen == [reason.replace(SECRET, MASK) for reason in reasons]
    # The cache holds two clean bodies, so "rain" is searched again at the end.
    expected = ["rain", SECRET, SECRET, "snow", "sun", "rain"]
    assert [next(text for text in expected if text.encode() in body) for body in searched] == expected

"""A body that repeats the token stays one that can be read: it may say what became of a paid request."""

from __future__ import annotations

import json

import pytest

from sunotui.gateway.transport.redaction import body_without_secret

SECRET = "sk-CANARY0123456789"
MASK = "•••"


@pytest.mark.parametrize("backslashes", range(1, 16, 2))
def test_an_escaped_token_leaves_json(backslashes: int) -> None:
    """Broken once by a mask that began within a run of backslashes."""
    escaped = "\\" * backslashes + f"u{ord(SECRET[0]):04x}" + SECRET[1:]
    body = f'{{"data": "task-1", "message": "{escaped}"}}'.encode()
    assert json.loads(body_without_secret(body, SECRET, MASK))["data"] == "task-1"


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        ("12345678", b'{"submit_time": 1712345678, "data": "task-1"}'),
        ("metadata", b'{"metadata": {"tags": "folk"}}'),
        (SECRET, json.dumps({"message": SECRET}).encode("utf-16")),
    ],
)
def test_a_body_that_would_be_damaged_is_left_as_it_is(secret: str, body: bytes) -> None:
    assert body_without_secret(body, secret, MASK) == body


def test_a_plain_token_goes() -> None:
    body = json.dumps({"message": f"Bearer {SECRET} is unknown"}).encode()
    assert json.loads(body_without_secret(body, SECRET, MASK)) == {"message": f"Bearer {MASK} is unknown"}

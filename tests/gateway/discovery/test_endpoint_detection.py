"""What an answer proves about an endpoint: there, not there, or neither (protocol 1.2)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.gateway.discovery.endpoint_detection import shows
from sunotui.gateway.parsing.envelope import Response
from tests.support.paths import SAMPLES

PAGE = (SAMPLES / "raw/spa_page_200.html").read_bytes()
INVALID_URL = {"error": {"message": "Invalid URL (GET /v1/suno/feed/0)", "type": "invalid_request_error"}}


def messages(status: int, body: object, kind: str = "application/json") -> Response:
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Response(status, {"content-type": kind}, data)


ANSWERS: dict[str, tuple[Response, bool | None]] = {
    "the relays' page": (messages(200, PAGE, "text/html"), False),
    "a page that does not say that it is one": (messages(200, PAGE, ""), False),
    "a page under 404": (messages(404, "<html>no</html>", "text/html"), False),
    "gin's own 404": (messages(404, "404 page not found", "text/plain"), False),
    "an empty 404": (messages(404, ""), False),
    "a method that the path does not take": (messages(405, "405 method not allowed", "text/plain"), False),
    "an OpenAI server's own": (messages(404, INVALID_URL), False),
    "an action nobody knows": (
        messages(400, {"code": "invalid_action", "message": "invalid action", "data": None}),
        False,
    ),
    "a raw list": (messages(200, []), True),
    "a raw object": (messages(200, {"aligned_words": []}), True),
    "a raw list under 201": (messages(201, []), True),
    "a raw object under 202": (messages(202, {"clips": []}), True),
    "a raw list under 206": (messages(206, []), None),
    "the id is unknown, under 201": (messages(201, {"code": "error", "message": "upload does not exist"}), True),
    "a task wrapper": (messages(200, {"code": "success", "message": "", "data": None}), True),
    "the id is nobody's": (messages(404, {"code": "error", "message": "clip not found", "data": None}), True),
    "the id is not valid": (messages(400, {"error": {"message": "invalid clip_id", "type": "x"}}), True),
    "the id is unknown, under 200": (messages(200, {"code": "error", "message": "upload does not exist"}), True),
    "the same as a code": (messages(400, {"code": "task_not_exist", "message": "", "data": None}), True),
    "the same in Chinese": (messages(400, {"code": "error", "message": "歌曲不存在"}), True),
    "a path that is echoed": (
        messages(404, {"code": "error", "message": "no such path: /suno/feed/clip not found"}),
        None,
    ),
    "FastAPI's own 404": (messages(404, {"detail": "Not Found"}), None),
    "a refused token": (messages(401, {"error": {"message": "invalid token id", "type": "x"}}), None),
    "no channel": (messages(503, {"error": {"message": "无可用渠道", "type": "x"}}), None),
    "a limit": (messages(429, ""), None),
    "a proxy's page": (messages(502, "<html>502</html>", "text/html"), None),
    "a challenge": (messages(403, "<html>Just a moment</html>", "text/html"), None),
    "nothing at all": (messages(200, ""), None),
    "JSON null": (messages(200, None), None),
    "a number": (messages(200, "17"), None),
    "words": (messages(200, "ok", "text/plain"), None),
    "half a document": (messages(200, '{"clips": ['), None),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_what_an_answer_proves(name: str) -> None:
    given_answer, expected = ANSWERS[name]
    assert shows(given_answer) is expected


@given(st.integers(100, 599), st.binary(max_size=200), st.text(max_size=20))
def test_any_bytes_prove_something_or_nothing(status: int, body: bytes, kind: str) -> None:
    assert shows(Response(status, {"content-type": kind}, body)) in {True, False, None}

"""What a response proves about an endpoint: it exists, it does not exist, or neither (protocol 1.2)."""

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


def response(status: int, body: object, kind: str = "application/json") -> Response:
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Response(status, {"content-type": kind}, data)


ANSWERS: dict[str, tuple[Response, bool | None]] = {
    "the relays' page": (response(200, PAGE, "text/html"), False),
    "a page without a content type": (response(200, PAGE, ""), False),
    "a page under 404": (response(404, "<html>no</html>", "text/html"), False),
    "gin's own 404": (response(404, "404 page not found", "text/plain"), False),
    "an empty 404": (response(404, ""), False),
    "a method that the path does not support": (response(405, "405 method not allowed", "text/plain"), False),
    "an OpenAI server's own": (response(404, INVALID_URL), False),
    "an unknown action": (
        response(400, {"code": "invalid_action", "message": "invalid action", "data": None}),
        False,
    ),
    "a raw list": (response(200, []), True),
    "a raw object": (response(200, {"aligned_words": []}), True),
    "a raw list under 201": (response(201, []), True),
    "a raw object under 202": (response(202, {"clips": []}), True),
    "a raw list under 206": (response(206, []), None),
    "the id is unknown, under 201": (response(201, {"code": "error", "message": "upload does not exist"}), True),
    "a task wrapper": (response(200, {"code": "success", "message": "", "data": None}), True),
    "the id does not exist": (response(404, {"code": "error", "message": "clip not found", "data": None}), True),
    "the id is not valid": (response(400, {"error": {"message": "invalid clip_id", "type": "x"}}), True),
    "the id is unknown, under 200": (response(200, {"code": "error", "message": "upload does not exist"}), True),
    "the id is unknown, as a code": (response(400, {"code": "task_not_exist", "message": "", "data": None}), True),
    "the id is unknown, in Chinese": (response(400, {"code": "error", "message": "歌曲不存在"}), True),
    "a path that is echoed": (
        response(404, {"code": "error", "message": "no such path: /suno/feed/clip not found"}),
        None,
    ),
    "FastAPI's own 404": (response(404, {"detail": "Not Found"}), None),
    "a refused token": (response(401, {"error": {"message": "invalid token id", "type": "x"}}), None),
    "no channel": (response(503, {"error": {"message": "无可用渠道", "type": "x"}}), None),
    "a limit": (response(429, ""), None),
    "a proxy's page": (response(502, "<html>502</html>", "text/html"), None),
    "a challenge": (response(403, "<html>Just a moment</html>", "text/html"), None),
    "an empty body": (response(200, ""), None),
    "JSON null": (response(200, None), None),
    "a number": (response(200, "17"), None),
    "plain text": (response(200, "ok", "text/plain"), None),
    "truncated JSON": (response(200, '{"clips": ['), None),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_response_proves_whether_the_endpoint_exists(name: str) -> None:
    given_response, expected = ANSWERS[name]
    assert shows(given_response) is expected


@given(st.integers(100, 599), st.binary(max_size=200), st.text(max_size=20))
def test_any_response_gives_a_result(status: int, body: bytes, kind: str) -> None:
    assert shows(Response(status, {"content-type": kind}, body)) in {True, False, None}

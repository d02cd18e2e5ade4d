"""Conversion of responses to HTTP."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo.music.vocabulary import HOSTILE_LYRICS, HOSTILE_TAGS, HOSTILE_TITLE
from sunotui.demo.responses import REQUEST_ID, ResponseData, json_bytes, to_http_response


@pytest.mark.parametrize("text", [HOSTILE_TITLE, HOSTILE_LYRICS, HOSTILE_TAGS, "\ud83d", "雨", "\\ud83d"])
def test_any_text_survives_json(text: str) -> None:
    assert json.loads(json_bytes({"a": text})) == {"a": text}


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner), max_leaves=5))
def test_any_document_survives_json(body: object) -> None:
    assert json.loads(json_bytes(body)) == body


def test_the_request_id_is_in_the_header_and_the_body() -> None:
    made = to_http_response(ResponseData(503, {"error": f"busy (request id: {REQUEST_ID})"}), "X-Id", "demo7")
    assert made.headers["X-Id"] == "demo7"
    assert made.headers["content-type"] == "application/json"
    assert json.loads(bytes(made.body)) == {"error": "busy (request id: demo7)"}
    assert made.headers["content-length"] == str(len(made.body))


def test_the_headers_of_a_response_take_precedence() -> None:
    made = to_http_response(
        ResponseData(404, "gone", {"Content-Type": "text/plain", "Retry-After": "2"}), "X-Id", "demo7"
    )
    assert made.headers.getlist("content-type") == ["text/plain"]
    assert made.headers["retry-after"] == "2"
    assert bytes(made.body) == b"gone"

"""Request bodies are parsed as strictly as the Go servers do, and never crash the parser."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.demo.requests import payloads
from sunotui.demo.requests.payloads import InvalidBody, MusicPayload

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_NAMES = (*MusicPayload.__dataclass_fields__, "ids", "url", "unknown_field")


def test_every_field_is_read() -> None:
    fields: dict[str, Any] = {
        "gpt_description_prompt": "a",
        "prompt": "b",
        "mv": "c",
        "title": "d",
        "tags": "e",
        "continue_at": 12.5,
        "task_id": "f",
        "continue_clip_id": "g",
        "make_instrumental": True,
    }
    assert payloads.parse_music(json.dumps(fields).encode()) == MusicPayload(**fields)


def test_absent_null_and_unknown_fields_are_ignored() -> None:
    body = b'{"prompt": null, "continue_at": null, "make_instrumental": null, "negative_tags": "x", "task": 7}'
    assert payloads.parse_music(body) == payloads.parse_music(b"{}") == MusicPayload()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "EOF"),
        (b"{", "invalid character"),
        (b"\xff\xfe\xfa", "invalid character"),
        (b"[" * 100_000, "invalid character"),
        (b'{"continue_at": NaN}', "invalid character"),
        (b'{"continue_at": -Infinity}', "invalid character"),
        (b"[]", "cannot unmarshal array"),
        (b'"text"', "cannot unmarshal string"),
        (b"null", "cannot unmarshal null"),
        (
            b'{"continue_at": "60"}',
            "cannot unmarshal string into Go struct field SubmitReq.continue_at of type float64",
        ),
        (b'{"continue_at": true}', "cannot unmarshal bool"),
        (b'{"continue_at": 1e999}', "cannot unmarshal number"),
        (b'{"continue_at": 1' + b"0" * 400 + b"}", "cannot unmarshal number"),
        (b'{"make_instrumental": "true"}', "cannot unmarshal string"),
        (b'{"make_instrumental": 1}', "cannot unmarshal number"),
        (b'{"prompt": ["a"]}', "cannot unmarshal array into Go struct field SubmitReq.prompt of type string"),
        (b'{"title": {"a": 1}}', "cannot unmarshal object"),
        (b'{"mv": 4.5}', "cannot unmarshal number"),
    ],
)
def test_an_invalid_body_is_refused_with_the_message_of_go(body: bytes, message: str) -> None:
    with pytest.raises(InvalidBody, match=message):
        payloads.parse_music(body)


@pytest.mark.parametrize(
    ("body", "ids"),
    [
        (b'{"ids": ["a", "b", "a"]}', ["a", "b", "a"]),
        (b'{"ids": []}', []),
        (b'{"ids": null}', []),
        (b"{}", []),
        (b'{"ids": ["a"], "action": "MUSIC"}', ["a"]),
    ],
)
def test_ids_are_read_in_order(body: bytes, ids: list[str]) -> None:
    assert payloads.parse_ids(body) == ids


@pytest.mark.parametrize("body", [b'{"ids": "a"}', b'{"ids": [1]}', b'{"ids": {"a": 1}}', b'{"ids": [null]}', b"[]"])
def test_ids_that_are_not_strings_are_refused(body: bytes) -> None:
    with pytest.raises(InvalidBody, match="cannot unmarshal"):
        payloads.parse_ids(body)


@pytest.mark.parametrize("url", ["https://a.example/x.mp3", "http://127.0.0.1:8000/y"])
def test_a_web_url_is_accepted(url: str) -> None:
    assert payloads.url_field({"url": url}) == url


@pytest.mark.parametrize("url", ["", None, "x.mp3", "ftp://a/x", "file:///etc/passwd", "https://", "http://[bad"])
def test_any_other_url_is_refused(url: str | None) -> None:
    with pytest.raises(InvalidBody, match="url is invalid"):
        payloads.url_field({"url": url})


@given(
    st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(_NAMES), _json).map(lambda made: json.dumps(made).encode())
)
def test_any_body_is_parsed_or_refused(body: bytes) -> None:
    for read in (payloads.parse_music, payloads.parse_ids, lambda it: payloads.url_field(payloads.parse_object(it))):
        with contextlib.suppress(InvalidBody):
            read(body)

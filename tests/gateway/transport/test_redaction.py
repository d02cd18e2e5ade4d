"""Keys and sessions are masked, however deeply they are nested in a response (K1, quirk 20)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunotui.gateway.transport.redaction import (
    BEFORE_CUTTING,
    HEAD_LIMIT,
    head_of,
    masked,
    may_have_secret,
    redacted_text,
)
from sunotui.gateway.transport.secret_search import has_secret

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl"
SECRET = "planted-Canary-7"


def nested(document: object, depth: int) -> str:
    """The document as JSON, nested `depth` times as a string within JSON, like errors passed on by relays."""
    text = json.dumps(document)
    for _ in range(depth):
        text = json.dumps({"code": "fail_to_fetch_task", "message": text})
    return text


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "key", ["cookie", "Cookie", "session_id", "jwt", "sunoCookie", "Authorization", "user_session"]
)
@pytest.mark.parametrize("value", ["__client=owner", "a b; c=owner", 'a "quoted" owner', "back\\slash owner", "owner"])
def test_a_session_of_the_owner_is_masked_at_any_depth(key: str, value: str, depth: int) -> None:
    text = nested({"data": {key: value, "status": "active"}}, depth)
    for shown in (masked(text), redacted_text(text, "", 4_000), head_of(text.encode())):
        assert "owner" not in shown
        assert "•••" in shown
        assert "active" in shown, "the text after it is kept"


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (JWT, "c2lnbmF0dXJl"),
        (f"token={JWT}", "eyJ"),
        ("sk-AbCdEf123456", "AbCdEf"),
        ("sk-AbCd**********3456", "3456"),
        ("Bearer abcdefghij1234567890", "abcdefghij"),
        ("bearer   abcdefghij1234567890", "abcdefghij"),
        (SECRET, "Canary"),
    ],
)
def test_a_key_is_masked_at_any_depth(text: str, hidden: str, depth: int) -> None:
    whole = nested({"error": f"refused {text} at once"}, depth)
    for shown in (masked(whole, SECRET), redacted_text(whole, SECRET, 4_000), head_of(whole.encode(), SECRET)):
        assert hidden not in shown
        assert "refused" in shown
        assert "at once" in shown


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "c1", "title": "Cookies and jwts", "lyrics": "sing of a session"}',
        '{"name": "cook", "ie": "session"}',
        "sk-12345",
        "eyJ",
        "Bearer short",
        "a bearer of news",
        '{"message": "{\\"title\\": \\"authorization\\"}"}',
    ],
)
def test_other_texts_are_unchanged(text: str) -> None:
    assert masked(text, SECRET) == text


@given(st.text(st.sampled_from('\\"cookie:, a'), max_size=60))
def test_masking_never_raises_and_is_idempotent(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize(("size", "kept"), [(HEAD_LIMIT, HEAD_LIMIT), (HEAD_LIMIT + 1, HEAD_LIMIT)])
def test_a_head_is_cut_at_its_limit(size: int, kept: int) -> None:
    assert len(head_of(b"x" * size)) == kept


def test_a_key_across_the_limit_is_masked_completely() -> None:
    start = "x" * (HEAD_LIMIT - 12) + " "
    assert "sk-AbC" not in head_of(f"{start}sk-AbCdEfGhIjKlMnOp".encode())
    assert "planted" not in head_of(f"{start}{SECRET}".encode(), SECRET)


def test_a_key_with_control_characters_is_masked() -> None:
    assert "Canary" not in head_of(b"planted-\x1bCanary-7", SECRET)
    assert "Canary" not in redacted_text("planted-\u200bCanary-7", SECRET)
    assert "AbCdEf" not in redacted_text("sk-\x00AbCdEf123456")


def test_format_errors_of_go_are_removed() -> None:
    assert redacted_text("100%!s(MISSING) sure, 5%!(NOVERB)") == "100%s sure, 5%"


def test_many_backslashes_and_quotes_are_read_in_linear_time() -> None:
    """With a quadratic search this would take hours and the test would time out."""
    text = "\\" * 200 + '"cookie' + "\\" * 200 + '":' + '\\"a' * (BEFORE_CUTTING // 3)
    assert masked(text)


TOKEN = "sk-Ab3dEf6hIj9lMn2p"
_BETWEEN = st.sampled_from(["", "", "", "\u200b", "\x7f", "\x01", "é", "\ud800"])
_WRITTEN = st.sampled_from([str, lambda char: f"%{ord(char):02x}", lambda char: f"%25{ord(char):02X}"])


@settings(max_examples=60, deadline=None)
@given(
    hidden=st.lists(st.tuples(_WRITTEN, _BETWEEN), min_size=len(TOKEN), max_size=len(TOKEN)),
    before=st.text(max_size=5),
    is_ascii=st.booleans(),
)
def test_a_secret_in_a_text_is_found_in_the_whole_response(
    hidden: list[tuple[Callable[[str], str], str]], before: str, is_ascii: bool
) -> None:
    """Otherwise its texts would not be searched."""
    text = before + "".join(written(char) + between for char, (written, between) in zip(TOKEN, hidden, strict=True))
    body = json.dumps({"data": [{"title": text}]}, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    assert may_have_secret(body, TOKEN) or not has_secret(text, TOKEN)


def test_a_response_without_the_secret_is_ruled_out() -> None:
    assert not may_have_secret('{"title": "雨 sk-Ab3d", "tags": "a, b"}'.encode(), TOKEN)
    assert may_have_secret(b'{"title": "sk-Ab3dEf6\\u0068Ij9lMn2p"}', TOKEN), "an escape may hide it"
    assert not may_have_secret(TOKEN.encode(), TOKEN, is_clean=True), "it was searched before"
    assert may_have_secret(b'"sk-Ab3dEf6\\u0068Ij9lMn2p"', TOKEN, is_clean=True), "an escape may hide it"

"""No key and no session stays readable, however deeply an answer has it packed (K1, quirk 20)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.gateway.transport.redaction import BEFORE_CUTTING, HEAD_LIMIT, head_of, masked, redacted_text

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl"
SECRET = "planted-Canary-7"


def packed(document: object, depth: int) -> str:
    """The document as JSON, as a text within JSON `depth` times over: a relay's error within a relay's error."""
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
    text = packed({"data": {key: value, "status": "active"}}, depth)
    for shown in (masked(text), redacted_text(text, "", 4_000), head_of(text.encode())):
        assert "owner" not in shown
        assert "•••" in shown
        assert "active" in shown, "what follows is still to be read"


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
    whole = packed({"error": f"refused {text} at once"}, depth)
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
def test_what_is_no_key_stays(text: str) -> None:
    assert masked(text, SECRET) == text


@given(st.text(st.sampled_from('\\"cookie:, a'), max_size=60))
def test_masking_never_raises_and_is_done_when_it_is_done(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@pytest.mark.parametrize(("size", "kept"), [(HEAD_LIMIT, HEAD_LIMIT), (HEAD_LIMIT + 1, HEAD_LIMIT)])
def test_a_head_is_cut_at_its_limit(size: int, kept: int) -> None:
    assert len(head_of(b"x" * size)) == kept


def test_a_key_across_the_cut_leaves_no_half() -> None:
    start = "x" * (HEAD_LIMIT - 12) + " "
    assert "sk-AbC" not in head_of(f"{start}sk-AbCdEfGhIjKlMnOp".encode())
    assert "planted" not in head_of(f"{start}{SECRET}".encode(), SECRET)


def test_a_control_character_hides_no_key() -> None:
    assert "Canary" not in head_of(b"planted-\x1bCanary-7", SECRET)
    assert "Canary" not in redacted_text("planted-\u200bCanary-7", SECRET)
    assert "AbCdEf" not in redacted_text("sk-\x00AbCdEf123456")


def test_what_a_formatter_made_of_a_percent_sign_is_undone() -> None:
    assert redacted_text("100%!s(MISSING) sure, 5%!(NOVERB)") == "100%s sure, 5%"


def test_an_answer_full_of_backslashes_and_quotes_is_read_once() -> None:
    """A count and no duration: reading it again for every backslash would take hours, and the run would time out."""
    text = "\\" * 200 + '"cookie' + "\\" * 200 + '":' + '\\"a' * (BEFORE_CUTTING // 3)
    assert masked(text)

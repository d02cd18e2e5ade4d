"""The token is never shown (K5)."""

from __future__ import annotations

import pytest

from sunotui.domain.errors import TokenMalformed
from sunotui.domain.gateways.token import Token
from sunotui.domain.token_detection import has_token, may_be_token, without_tokens

SECRET = "sk-CANARY0123456789"


def test_it_is_hidden_but_can_be_used() -> None:
    token = Token(f"  {SECRET}\n")
    assert token.reveal() == SECRET
    assert SECRET not in repr(token) + str(token) + f"{token}"
    assert token == Token(f"Bearer {SECRET}")
    assert len(token.fingerprint) == 6


@pytest.mark.parametrize("text", [f"\ufeff{SECRET}", f"\u200b {SECRET}\u2060\r\n", f"\ufeffBearer \u200b{SECRET}"])
def test_byte_order_marks_and_invisible_ends_are_removed(text: str) -> None:
    assert Token(text).reveal() == SECRET


@pytest.mark.guarantee("K5", ordinary="6 texts that are no token, none quoted")
@pytest.mark.parametrize("text", ["", "short", "has a blank in it", "ключ-ключ-ключ", "x" * 513, "sk-\x1b[31mabcdef"])
def test_an_invalid_token_is_rejected_without_being_quoted(text: str) -> None:
    with pytest.raises(TokenMalformed) as caught:
        Token(text)
    assert not text.strip() or text.strip() not in caught.value.sentence


@pytest.mark.parametrize(
    ("text", "is_in_it", "may_be_one"),
    [
        (SECRET, True, True),
        (f"a song about {SECRET}, softly", True, True),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", True, True),
        ("https://api.example.comsk-CANARY0123456789012345", False, True),
        ("a1" * 16, False, True),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", False, True),
        ("https://task-management-of-the-platform.example", False, False),
        ("https://api.example.com/v1", False, False),
        ("task-12345678901", False, False),
        ("my-gateway-in-production-v2", False, False),
        ("", False, False),
    ],
)
def test_what_looks_like_a_token(text: str, is_in_it: bool, may_be_one: bool) -> None:
    assert has_token(text) is is_in_it
    assert may_be_token(text) is may_be_one
    assert has_token(without_tokens(text)) is False


def test_the_text_around_a_token_stays() -> None:
    assert without_tokens(f"rain {SECRET} and wind") == "rain  and wind"

"""The token shows itself to nobody (K5)."""

import pytest

from sunotui.domain.errors import TokenMalformed
from sunotui.domain.token import Token

SECRET = "sk-CANARY0123456789"


def test_it_is_hidden_but_can_be_used() -> None:
    token = Token(f"  {SECRET}\n")
    assert token.reveal() == SECRET
    assert SECRET not in repr(token) + str(token) + f"{token}"
    assert token == Token(f"Bearer {SECRET}")
    assert len(token.fingerprint) == 6


@pytest.mark.parametrize("text", [f"\ufeff{SECRET}", f"\u200b {SECRET}\u2060\r\n", f"\ufeffBearer \u200b{SECRET}"])
def test_marks_and_invisible_ends_are_no_part_of_it(text: str) -> None:
    assert Token(text).reveal() == SECRET


@pytest.mark.parametrize("text", ["", "short", "has a blank in it", "ключ-ключ-ключ", "x" * 513, "sk-\x1b[31mabcdef"])
def test_what_is_no_token_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(TokenMalformed) as caught:
        Token(text)
    assert not text.strip() or text.strip() not in caught.value.sentence

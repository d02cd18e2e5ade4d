"""Advice on the screens names a key only if the error has no advice of its own."""

from __future__ import annotations

from sunotui.domain.errors import TokenMissing, TokenRejected
from sunotui.tui.feedback.advice import error_text


def test_the_key_replaces_the_advice_of_the_class() -> None:
    assert error_text(TokenMissing()) == "There is no token for this gateway. Press P to log in."


def test_advice_given_with_an_error_stays() -> None:
    assert error_text(TokenRejected(advice="Wait")) == "The gateway refused the token. Wait."

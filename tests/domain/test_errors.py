"""Every error is a sentence with a source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain import errors
from sunotui.domain.errors import SENTENCE_LIMIT, Charge, ErrorSource, NotFound, SunotuiError
from sunotui.domain.text import has_dangerous

KINDS = [made for made in vars(errors).values() if isinstance(made, type) and issubclass(made, SunotuiError)]


@pytest.mark.parametrize("made", KINDS, ids=lambda made: made.__name__)
def test_every_class_has_a_sentence_and_a_source(made: type[SunotuiError]) -> None:
    error = made()
    assert error.what
    assert error.source in errors.ErrorSource
    assert error.sentence.endswith(".")
    assert ".." not in error.sentence
    assert error.code == error.code.lower()


def test_the_sentence_names_detail_and_money() -> None:
    error = errors.GatewayFailed(detail="channel gone", charge=Charge.MAYBE)
    assert "(channel gone)" in error.sentence
    assert error.sentence.endswith("It may have been charged.")
    assert errors.TokenRejected.code == "token_refused"


def test_the_request_id_is_at_the_end_of_the_full_sentence() -> None:
    error = errors.GatewayFailed("It broke", advice="Wait", charge=Charge.MAYBE, request_id="r-1")
    assert error.worded(with_request_id=True) == "It broke. Wait. It may have been charged. Request id: r-1."
    # Without it the same failure always has the same sentence, so it is shown once.
    assert error.sentence == "It broke. Wait. It may have been charged."
    assert errors.GatewayFailed().worded(with_request_id=True) == errors.GatewayFailed().sentence


def test_an_error_can_override_the_source_of_its_class() -> None:
    error = errors.RateLimited(source=ErrorSource.PROXY)
    assert (error.code, error.source) == ("too_fast", ErrorSource.PROXY)
    assert errors.RateLimited().source is ErrorSource.GATEWAY


def test_key_quota_limits_and_account_are_four_errors() -> None:
    kinds = (errors.TokenRejected, errors.KeyQuotaExceeded, errors.ModelNotAllowed, errors.InsufficientBalance)
    assert len({kind().source for kind in kinds}) == len({kind.code for kind in kinds}) == 4


@given(st.text(max_size=900), st.text(max_size=900), st.text(max_size=900), st.text(max_size=128))
def test_the_sentence_is_one_line_of_bounded_length(what: str, advice: str, detail: str, request_id: str) -> None:
    error = SunotuiError(what, advice=advice, detail=detail, request_id=request_id, charge=Charge.MAYBE)
    for sentence in (error.sentence, error.worded(with_request_id=True)):
        assert not has_dangerous(sentence)
        assert len(sentence.splitlines()) <= 1
        assert len(sentence) <= SENTENCE_LIMIT


def test_a_long_detail_is_shortened_before_the_request_id() -> None:
    error = errors.GatewayFailed(detail="very long " * 200, request_id="r" * 128, charge=Charge.MAYBE)
    assert error.worded(with_request_id=True).endswith(f"Request id: {'r' * 128}.")
    assert len(error.worded(with_request_id=True)) <= SENTENCE_LIMIT


def test_empty_advice_is_none_and_missing_advice_is_the_classs() -> None:
    """Verified to fail with "asks the gateway" for a gateway without files."""
    assert NotFound("There is no file", advice="").sentence == "There is no file."
    assert NotFound("There is no file").sentence == f"There is no file. {NotFound.advice}."


def test_a_front_end_replaces_advice_unless_the_error_has_its_own() -> None:
    error = errors.TokenRejected(charge=Charge.MAYBE)
    assert error.topic == "token_refused"
    assert error.worded("Press P") == "The gateway refused the token. Press P. It may have been charged."
    error.advice = "Wait"
    assert error.topic == ""
    assert errors.NotFound("No album", advice="", topic="albums").topic == "albums"
    assert errors.NotFound("No album", advice="").topic == ""

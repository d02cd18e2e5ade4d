"""Every trouble is a sentence with an address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain import errors
from sunotui.domain.errors import SENTENCE_LIMIT, Charge, ErrorSource, NotFound, SunotuiError
from sunotui.domain.text import has_dangerous

KINDS = [made for made in vars(errors).values() if isinstance(made, type) and issubclass(made, SunotuiError)]


@pytest.mark.parametrize("made", KINDS, ids=lambda made: made.__name__)
def test_every_kind_says_what_and_whose(made: type[SunotuiError]) -> None:
    trouble = made()
    assert trouble.what
    assert trouble.source in errors.ErrorSource
    assert trouble.sentence.endswith(".")
    assert ".." not in trouble.sentence
    assert trouble.code == trouble.code.lower()


def test_the_sentence_names_detail_and_money() -> None:
    trouble = errors.GatewayFailed(detail="channel gone", charge=Charge.MAYBE)
    assert "(channel gone)" in trouble.sentence
    assert trouble.sentence.endswith("It may have been charged.")
    assert errors.TokenRejected.code == "token_refused"


def test_the_request_id_stands_at_the_end_where_support_is_told_of() -> None:
    trouble = errors.GatewayFailed("It broke", advice="Wait", charge=Charge.MAYBE, request_id="r-1")
    assert trouble.full_sentence == "It broke. Wait. It may have been charged. Request id: r-1."
    # Without it the same failure has the same words each time, so that it is told once.
    assert trouble.sentence == "It broke. Wait. It may have been charged."
    assert errors.GatewayFailed().full_sentence == errors.GatewayFailed().sentence


def test_a_trouble_can_be_somebody_elses_than_its_kind() -> None:
    trouble = errors.RateLimited(source=ErrorSource.PROXY)
    assert (trouble.code, trouble.source) == ("too_fast", ErrorSource.PROXY)
    assert errors.RateLimited().source is ErrorSource.GATEWAY


def test_the_key_its_quota_its_limits_and_the_account_are_four_matters() -> None:
    kinds = (errors.TokenRejected, errors.KeyQuotaExceeded, errors.ModelNotAllowed, errors.InsufficientBalance)
    assert len({kind().source for kind in kinds}) == len({kind.code for kind in kinds}) == 4


@given(st.text(max_size=900), st.text(max_size=900), st.text(max_size=900), st.text(max_size=128))
def test_whatever_is_told_is_one_line_of_bounded_length(what: str, advice: str, detail: str, request_id: str) -> None:
    trouble = SunotuiError(what, advice=advice, detail=detail, request_id=request_id, charge=Charge.MAYBE)
    for sentence in (trouble.sentence, trouble.full_sentence):
        assert not has_dangerous(sentence)
        assert len(sentence.splitlines()) <= 1
        assert len(sentence) <= SENTENCE_LIMIT


def test_a_long_answer_gives_way_to_the_request_id() -> None:
    trouble = errors.GatewayFailed(detail="very long " * 200, request_id="r" * 128, charge=Charge.MAYBE)
    assert trouble.full_sentence.endswith(f"Request id: {'r' * 128}.")
    assert len(trouble.full_sentence) <= SENTENCE_LIMIT


def test_an_empty_advice_is_none_and_a_missing_one_the_class_s() -> None:
    """Seen to fail by "asks the gateway" where the gateway gives no file."""
    assert NotFound("There is no file", advice="").sentence == "There is no file."
    assert NotFound("There is no file").sentence == f"There is no file. {NotFound.advice}."


def test_a_front_end_words_the_advice_unless_the_error_has_its_own() -> None:
    error = errors.TokenRejected(charge=Charge.MAYBE)
    assert error.topic == "token_refused"
    assert error.worded("Press P") == "The gateway refused the token. Press P. It may have been charged."
    error.advice = "Wait"
    assert error.topic == ""
    assert errors.NotFound("No album", advice="", topic="albums").topic == "albums"
    assert errors.NotFound("No album", advice="").topic == ""

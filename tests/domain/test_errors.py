"""Every trouble is a sentence with an address."""

import pytest

from sunotui.domain import errors
from sunotui.domain.errors import Charge, Trouble

KINDS = [made for made in vars(errors).values() if isinstance(made, type) and issubclass(made, Trouble)]


@pytest.mark.parametrize("made", KINDS, ids=lambda made: made.__name__)
def test_every_kind_says_what_and_whose(made: type[Trouble]) -> None:
    trouble = made()
    assert trouble.what
    assert trouble.blame in errors.Blame
    assert trouble.sentence.endswith(".")
    assert ".." not in trouble.sentence
    assert trouble.kind == trouble.kind.lower()


def test_the_sentence_names_detail_and_money() -> None:
    trouble = errors.GatewayFailed(detail="channel gone", charge=Charge.MAYBE)
    assert "(channel gone)" in trouble.sentence
    assert trouble.sentence.endswith("It may have been charged.")
    assert errors.TokenRefused().kind == "token_refused"

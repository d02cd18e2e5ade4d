"""Which word is being sung."""

import pytest

from sunotui.domain.timing import AlignedWord, Timing

SUNG = Timing((AlignedWord("[Verse]\nRain ", 1.0, 1.4), AlignedWord("on ", 1.4, 1.6), AlignedWord("tin\n", 2.0, 3.0)))


@pytest.mark.parametrize(("position_s", "index"), [(0.0, None), (1.0, 0), (1.39, 0), (1.4, 1), (1.9, 1), (60.0, 2)])
def test_the_word_at_a_moment(position_s: float, index: int | None) -> None:
    assert SUNG.index_at(position_s) == index


def test_the_words_keep_their_lines() -> None:
    assert SUNG.text == "[Verse]\nRain on tin"


def test_an_instrumental_has_no_words() -> None:
    assert (Timing().index_at(3.0), Timing().text) == (None, "")

"""The text of a clip's word timings."""

from __future__ import annotations

from sunotui.domain.music.word_timings import AlignedWord, WordTimings

SUNG = WordTimings(
    (AlignedWord("[Verse]\nRain ", 1.0, 1.4), AlignedWord("on ", 1.4, 1.6), AlignedWord("tin\n", 2.0, 3.0))
)


def test_the_words_keep_their_lines() -> None:
    assert SUNG.text == "[Verse]\nRain on tin"


def test_an_instrumental_has_no_words() -> None:
    assert WordTimings().text == ""

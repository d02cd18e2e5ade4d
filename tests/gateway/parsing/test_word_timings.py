"""Word timings parsed from the JSON of gateways and from the text stored in the library."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.music.word_timings import WordTimings
from sunotui.gateway.parsing.word_timings import MOST_WORDS, timing_in, timing_of_text


def test_words_without_a_valid_time_do_not_hide_the_others() -> None:
    words = [
        {"word": "late", "start_s": 9, "end_s": 8},
        {"word": "never", "start_s": "soon"},
        {"word": "", "start_s": 1, "end_s": 2},
        {"word": "before", "start_s": -1, "end_s": 2},
        {"word": "\x1b[31m\u202eodd\n\n", "startS": "1.5", "endS": None},
        None,
    ]
    timing = timing_in({"alignedWords": words})
    assert timing is not None
    assert [(word.text, word.start_s, word.end_s) for word in timing.words] == [("[31modd\n", 1.5, 1.5), ("late", 9, 9)]


def test_too_many_words_are_cut() -> None:
    timing = timing_in({"aligned_words": [{"word": "la ", "start_s": at, "end_s": at} for at in range(50_000)]})
    assert timing is not None
    assert len(timing.words) == MOST_WORDS
    assert timing_of_text(timing.raw) == timing


@given(st.text(max_size=100))
def test_any_stored_text_gives_word_timings(text: str) -> None:
    assert isinstance(timing_of_text(text), WordTimings)

"""Word timings are grouped into lines, and lines become LRC for players."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.cli.output.lrc import lrc_text, timed_lines
from sunotui.domain.tasks.word_timings import AlignedWord, WordTimings


def timing(*words: tuple[str, float]) -> WordTimings:
    """Words with their start times in seconds."""
    return WordTimings(tuple(AlignedWord(text, at, at + 0.5) for text, at in words))


SUNG = timing(("[Verse]\nWinter ", 8.38), ("winds ", 8.78), ("cut\n", 9.54), ("\nSo ", 61.0), ("deep", 3_661.999))


def test_words_are_grouped_into_their_lines() -> None:
    assert timed_lines(SUNG) == [(8.38, "[Verse]"), (8.38, "Winter winds cut"), (61.0, "So deep")]


def test_lrc_has_minutes_seconds_and_hundredths() -> None:
    assert lrc_text(SUNG, "Winter [live]").splitlines() == [
        "[ti:Winter (live)]",
        "[00:08.38][Verse]",
        "[00:08.38]Winter winds cut",
        "[01:01.00]So deep",
    ]


@pytest.mark.parametrize(
    ("at_s", "stamp"), [(0.0, "[00:00.00]"), (59.996, "[01:00.00]"), (61.5, "[01:01.50]"), (6_000.0, "[100:00.00]")]
)
def test_no_stamp_has_sixty_seconds(at_s: float, stamp: str) -> None:
    assert lrc_text(timing(("la", at_s))) == f"{stamp}la"


def test_without_words_nothing_is_printed() -> None:
    assert lrc_text(WordTimings()) == ""
    assert timed_lines(timing((" \n ", 1.0), ("\n", 2.0))) == []


@given(st.lists(st.tuples(st.text(alphabet="ab \n[]", max_size=8), st.floats(0, 86_400)), max_size=20))
def test_every_line_of_an_lrc_has_a_stamp_and_no_word_is_lost(words: list[tuple[str, float]]) -> None:
    sung = timing(*words)
    for line in filter(None, lrc_text(sung).split("\n")):
        assert re.match(r"\[\d\d+:[0-5]\d\.\d\d\].*[ab\[\]]", line)
    document = "".join(text for _, text in timed_lines(sung))
    assert document.replace(" ", "") == "".join(text for text, _ in words).replace(" ", "").replace("\n", "")

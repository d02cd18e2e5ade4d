"""Word timings are grouped into lines, and lines become LRC for players."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.documents.lrc import lrc_text
from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.domain.music.word_timings import AlignedWord, WordTimings


def sheet(*words: tuple[str, float]) -> LyricSheet:
    """Words with their start times in seconds."""
    return lyric_sheet("", WordTimings(tuple(AlignedWord(text, at, at + 0.5) for text, at in words)))


SUNG = sheet(("[Verse]\nWinter ", 8.38), ("winds ", 8.78), ("cut\n", 9.54), ("\nSo ", 61.0), ("deep", 3_661.999))


def test_lrc_has_minutes_seconds_and_hundredths_and_no_section_tags() -> None:
    assert lrc_text(SUNG, "Winter [live]").splitlines() == [
        "[ti:Winter (live)]",
        "[00:08.38]Winter winds cut",
        "[01:01.00]So deep",
    ]


@pytest.mark.parametrize(
    ("at_s", "stamp"), [(0.0, "[00:00.00]"), (59.996, "[01:00.00]"), (61.5, "[01:01.50]"), (6_000.0, "[100:00.00]")]
)
def test_no_stamp_has_sixty_seconds(at_s: float, stamp: str) -> None:
    assert lrc_text(sheet(("la", at_s))) == f"{stamp}la"


def test_nothing_in_a_title_or_a_line_is_read_as_a_tag() -> None:
    assert lrc_text(sheet(("[00:01.00][ar:x]evil ", 3.0), ("[line]\n", 4.0)), "a\n[00:00.00]b").splitlines() == [
        "[ti:a (00:00.00)b]",
        "[00:03.00](00:01.00)(ar:x)evil [line]",
    ]


def test_without_words_nothing_is_printed() -> None:
    assert lrc_text(LyricSheet()) == ""
    assert lrc_text(sheet((" \n ", 1.0), ("\n", 2.0))) == ""


@given(st.lists(st.tuples(st.text(alphabet="ab \n", max_size=8), st.floats(0, 86_400)), max_size=20))
def test_every_line_of_an_lrc_has_a_stamp_and_no_word_is_lost(words: list[tuple[str, float]]) -> None:
    document = ""
    for line in filter(None, lrc_text(sheet(*words)).split("\n")):
        found = re.match(r"\[\d\d+:[0-5]\d\.\d\d\](.*[ab])", line)
        assert found is not None
        document += found[1]
    assert document.replace(" ", "") == "".join(text for text, _ in words).replace(" ", "").replace("\n", "")

"""Lyrics are aligned with the times of their words, whatever the gateway returns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.domain.music.word_timings import AlignedWord, WordTimings

LYRICS = "[Verse]\nWinter winds cut\nSo deep (ooh)\n\n[Chorus]\nLet's go, let's go!"


def timed(*words: tuple[str, float]) -> WordTimings:
    """Words with their start times, half a second long."""
    return WordTimings(tuple(AlignedWord(text, at, at + 0.5) for text, at in words))


SUNG = timed(
    ("[Verse]\nWinter ", 8.0),
    ("winds ", 9.0),
    ("cut\n", 10.0),
    ("So ", 11.0),
    ("deep (ooh)\n\n", 12.0),
    ("[Chorus]\nLet's ", 20.0),
    ("go, ", 21.0),
    ("let's ", 22.0),
    ("go!", 23.0),
)


def line_starts(sheet: LyricSheet) -> list[tuple[str, float | None]]:
    return [(line.text, line.start_s) for line in sheet.lines]


def test_lines_begin_with_their_first_word_and_section_tags_have_no_time() -> None:
    assert line_starts(lyric_sheet(LYRICS, SUNG)) == [
        ("[Verse]", None),
        ("Winter winds cut", 8.0),
        ("So deep (ooh)", 11.0),
        ("", None),
        ("[Chorus]", None),
        ("Let's go, let's go!", 20.0),
    ]


def test_without_lyrics_the_text_is_that_of_the_timings() -> None:
    assert lyric_sheet("", SUNG).lines == lyric_sheet(LYRICS, SUNG).lines


def test_words_are_sung_one_after_the_other_with_their_signs() -> None:
    sheet = lyric_sheet(LYRICS, SUNG)
    last = sheet.lines[-1]
    assert [last.text[: last.sung(at)] for at in (19.9, 20.0, 21.0, 21.9, 22.5, 99.0)] == [
        "",
        "Let's",
        "Let's go,",
        "Let's go,",
        "Let's go, let's",
        "Let's go, let's go!",
    ]


def test_the_line_of_a_position_is_the_last_one_that_began() -> None:
    sheet = lyric_sheet(LYRICS, SUNG)
    assert [sheet.line_at(at) for at in (0.0, 7.99, 8.0, 10.9, 11.0, 19.0, 20.0, 500.0)] == [
        None,
        None,
        1,
        1,
        2,
        2,
        5,
        5,
    ]


def test_the_next_word_is_that_after_a_position() -> None:
    sheet = lyric_sheet(LYRICS, SUNG)
    assert [sheet.next_word_s(at) for at in (0.0, 8.0, 22.0, 23.0)] == [8.0, 9.0, 23.0, None]


def test_words_that_were_not_timed_lie_between_their_neighbours() -> None:
    sheet = lyric_sheet("Winter cold winds cut", timed(("Winter ", 8.0), ("winds ", 10.0), ("cut", 11.0)))
    assert [word.start_s for word in sheet.lines[0].words] == [8.0, 9.0, 10.0, 11.0]


def test_words_at_the_ends_that_were_not_timed_have_the_nearest_time() -> None:
    sheet = lyric_sheet("Oh Winter winds yeah", timed(("Winter ", 8.0), ("winds ", 9.0)))
    assert [word.start_s for word in sheet.lines[0].words] == [8.0, 8.0, 9.0, 9.0]


def test_lyrics_that_are_not_those_that_were_timed_give_way_to_them() -> None:
    sheet = lyric_sheet("Something else altogether\nin two lines", SUNG)
    assert [line.text for line in sheet.lines][:3] == ["[Verse]", "Winter winds cut", "So deep (ooh)"]


def test_text_without_blanks_is_sung_sign_by_sign() -> None:
    sheet = lyric_sheet("[Verse]\n雨の東京\n夜", timed(("[Verse]\n雨の東京\n", 4.0), ("夜", 6.0)))
    line = sheet.lines[1]
    assert [line.sung(at) for at in (3.9, 4.0, 4.2, 4.4)] == [0, 1, 2, 4]
    assert sheet.lines[2].start_s == 6.0


def test_remarks_in_a_line_are_not_sung() -> None:
    sheet = lyric_sheet("[softly] So deep", timed(("[softly] So ", 3.0), ("deep", 4.0)))
    assert [word.start_s for word in sheet.lines[0].words] == [3.0, 4.0]
    assert not sheet.lines[0].is_section


def test_a_line_of_signs_only_is_sung_where_the_timings_have_it() -> None:
    assert line_starts(lyric_sheet("", timed(("♪\n", 2.0), ("La", 3.0)))) == [("♪", 2.0), ("La", 3.0)]


@pytest.mark.parametrize("timings", [None, WordTimings()])
def test_without_timings_no_line_has_a_time(timings: WordTimings | None) -> None:
    sheet = lyric_sheet(LYRICS, timings)
    assert not sheet.has_times
    assert [line.text for line in sheet.lines] == LYRICS.split("\n")
    assert sheet.line_at(30.0) is None
    assert sheet.next_word_s(0.0) is None


def test_without_anything_there_are_no_lines() -> None:
    assert lyric_sheet("").lines == ()
    assert lyric_sheet(" \n ", timed(("\n", 1.0))).has_times is False


def test_text_that_controls_a_terminal_is_harmless() -> None:
    sheet = lyric_sheet("la \x1b]0;x\x07 \u202ela", timed(("la", 1.0)))
    assert all(line.text.isprintable() for line in sheet.lines)


def test_long_lyrics_that_differ_are_matched_within_bounds() -> None:
    words = ["la", "da", "dee"] * 700
    sheet = lyric_sheet(" ".join([*words, "end"]), timed(*((word + " ", float(at)) for at, word in enumerate(words))))
    assert sheet.lines, "an end in time: without a bound it would take hours"


TEXTS = st.text(alphabet="ab雨 \n[]()", max_size=8)


@given(st.lists(st.tuples(TEXTS, st.floats(0, 600), st.floats(0, 5)), max_size=20), st.text("ab雨 \n[]", max_size=60))
def test_lines_never_go_back_in_time_and_words_end_within_their_line(
    words: list[tuple[str, float, float]], lyrics: str
) -> None:
    words.sort(key=lambda word: word[1])
    sheet = lyric_sheet(lyrics, WordTimings(tuple(AlignedWord(text, at, at + long) for text, at, long in words)))
    starts = [word.start_s for line in sheet.lines for word in line.words]
    assert starts == sorted(starts)
    for line in sheet.lines:
        ends = [word.end for word in line.words]
        assert ends == sorted(ends)
        assert all(0 < end <= len(line.text) for end in ends)
        assert not (line.is_section and line.words)
        assert line.sung(1e9) <= len(line.text)
    if starts:
        assert sheet.line_at(starts[-1]) is not None


@given(st.lists(st.sampled_from(["la", "da", "rain", "雨", "night"]), min_size=1, max_size=30), st.data())
def test_equal_lyrics_have_exactly_the_times_of_their_words(words: list[str], data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.sampled_from([" ", "\n", "\n\n[Chorus]\n"]), min_size=len(words), max_size=len(words)))
    pieces = [word + gap for word, gap in zip(words, gaps, strict=True)]
    sheet = lyric_sheet("".join(pieces), timed(*((piece, float(at)) for at, piece in enumerate(pieces))))
    assert [word.start_s for line in sheet.lines for word in line.words] == [float(at) for at in range(len(words))]

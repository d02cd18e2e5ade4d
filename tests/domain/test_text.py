"""The door for foreign text: nothing that a terminal would obey gets in (T1)."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sunotui.domain.text import LINE_LIMIT, clean, clean_lines

PAYLOADS = [
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;UFdORUQ=\x1b\\",
    "\x1b]0;HACKED\x07",
    "\x9b31m",
    "\x90q\x9c",
    "a\x00b\x7fc\x08d",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "zero\u200bwidth\u200djoin\ufeff",
    "\U000e0041tag",
    "lone \ud800 surrogate",
    "\x0e\x0fshift",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_control_survives(payload: str) -> None:
    for cleaned in (clean(payload), clean_lines(payload)):
        assert not [char for char in cleaned if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]


@given(st.text())
@example("Z" + "\u0301" * 500)
def test_clean_is_one_safe_line_and_stable(text: str) -> None:
    once = clean(text)
    assert len(once) <= LINE_LIMIT
    assert not [char for char in once if unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    assert clean(once) == once
    once.encode("utf-8")


@given(st.text())
def test_clean_lines_keeps_nothing_but_newlines(text: str) -> None:
    once = clean_lines(text)
    assert not [char for char in once if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    assert "\n".join(line.rstrip() for line in once.split("\n")) == once


def test_ordinary_words_stay_as_they_are() -> None:
    assert clean("雨の東京 Neon Rain – Ünïcode ♥ 👍") == "雨の東京 Neon Rain – Ünïcode ♥ 👍"
    assert clean_lines("[Verse]\nLine one\n\n[/Outro] [b]kept[/b]\r\nend\t!") == (
        "[Verse]\nLine one\n\n[/Outro] [b]kept[/b]\nend !"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_ends_a_line(end: str) -> None:
    assert clean_lines(f"one{end}two{end}{end}three{end}") == "one\ntwo\n\nthree"
    assert clean_lines(f"é\u0301one{end}two") == "é\u0301one\ntwo"
    assert clean(f"one{end}two") == "one two"


def test_blanks_at_the_ends_of_lines_go_and_those_before_them_stay() -> None:
    for last in ("", "\u0301"):
        assert clean_lines(f"  one \n two  \n\tthree{last} ") == f"  one\n two\n three{last}"
        assert clean_lines(f"one{last} ") == f"one{last}"
    assert clean_lines("\n\n one\n\n") == " one"
    assert clean("  one   two\t\tthree ") == "one two three"
    assert clean("one  two") == "one two"
    assert clean(" one ") == "one"


@pytest.mark.parametrize("length", [LINE_LIMIT - 1, LINE_LIMIT, LINE_LIMIT + 1])
@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_line_is_whole_up_to_its_limit(letter: str, length: int) -> None:
    cut = letter * (LINE_LIMIT - 1) + "…"
    assert clean(letter * length) == (letter * length if length <= LINE_LIMIT else cut)
    assert clean_lines(letter * length, LINE_LIMIT) == (letter * length if length <= LINE_LIMIT else cut)


@pytest.mark.parametrize("marks", [1, 4, 5, 500])
def test_a_letter_keeps_four_marks(marks: int) -> None:
    expected = "Z" + "\u0301" * min(marks, 4) + "a"
    assert clean("Z" + "\u0301" * marks + "a") == expected
    assert clean_lines("Z" + "\u0301" * marks + "a") == expected
    assert clean("Z" + "\u20dd" * marks + "a\u0301") == "Z" + "\u20dd" * min(marks, 4) + "a\u0301"
    # Each letter has four of its own.
    assert clean("é" + "\u0301" * 4 + "雨" + "\u0301" * 4) == "é" + "\u0301" * 4 + "雨" + "\u0301" * 4


def test_long_text_ends_in_an_ellipsis() -> None:
    assert clean("x" * 300) == "x" * (LINE_LIMIT - 1) + "…"
    assert clean_lines("y" * 100_000)[-1] == "…"


def test_combining_marks_do_not_pile_up() -> None:
    assert len(clean("e" + "\u0301" * 400)) <= 5

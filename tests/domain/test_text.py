"""Sanitizing of untrusted text: nothing that controls a terminal remains (T1)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sunotui.domain.text import (
    LINE_LIMIT,
    clean,
    clean_lines,
    cleaned_id,
    encodable,
    has_dangerous,
    has_surrogate,
    printable,
    printable_lines,
    trim,
    visibly,
)

PAYLOADS = [
    "\x1b[31mred\x1b[0m",
    "\x1b]52;c;UFdORUQ=\x1b\\",
    "\x1b]0;HACKED\x07",
    "\x9b31m",
    "\x90q\x9c",
    "a\x00b\x7fc\x08d",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "\U000e0041tag",
    "lone \ud800 surrogate",
    "\x0e\x0fshift",
]


DIRECTION = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def dangers(text: str) -> list[str]:
    """What may control a terminal, by the properties of the characters and not by the program's own table."""
    return [
        char
        for char in text
        if unicodedata.category(char) in {"Cc", "Cs"}
        or unicodedata.bidirectional(char) in DIRECTION
        or char in "\u061c\u200e\u200f"
        or "\U000e0000" <= char <= "\U000e007f"
    ]


@pytest.mark.guarantee("T1", ordinary="11 payloads and any text, where it is drawn")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_control_survives(payload: str) -> None:
    for cleaned in (clean(payload), clean_lines(payload)):
        assert dangers(cleaned) == []


@pytest.mark.guarantee("T1")
@given(st.text())
@example("Z" + "\u0301" * 500)
def test_clean_is_one_safe_line_and_stable(text: str) -> None:
    once = clean(text)
    assert len(once) <= LINE_LIMIT
    assert dangers(once) == []
    assert clean(once) == once
    once.encode("utf-8")


@pytest.mark.guarantee("T1")
@given(st.text())
def test_clean_lines_keeps_nothing_but_newlines(text: str) -> None:
    once = clean_lines(text)
    assert dangers(once.replace("\n", "")) == []
    assert "\n".join(line.rstrip() for line in once.split("\n")) == once


def test_ordinary_text_is_unchanged() -> None:
    assert clean("雨の東京 Neon Rain – Ünïcode ♥ 👍") == "雨の東京 Neon Rain – Ünïcode ♥ 👍"
    assert clean_lines("[Verse]\nLine one\n\n[/Outro] [b]kept[/b]\r\nend\t!") == (
        "[Verse]\nLine one\n\n[/Outro] [b]kept[/b]\nend !"
    )


NEWER = [
    "I 🩷 this 🪿",
    "🪿 goose",
    "👩\u200d👩\u200d👧",
    "\U0001fadc\U0003fffd",
    "\ue000",
    "می\u200cخواهم",
    "soft\xadhyphen",
]


@pytest.mark.guarantee("E1", ordinary="any text that is drawn loses only what is dangerous")
@pytest.mark.parametrize("text", NEWER, ids=ascii)
def test_unknown_characters_are_passed_to_the_terminal(text: str) -> None:
    """Python 3.11 has Unicode 14; goose and pink heart are from Unicode 15."""
    assert clean(text) == clean_lines(text) == printable(text) == printable_lines(text) == text
    assert not has_dangerous(text)


@pytest.mark.guarantee("E1")
@given(st.text(st.characters()))
def test_text_for_a_terminal_loses_only_what_is_dangerous(text: str) -> None:
    for made in (printable(text), printable_lines(text).replace("\n", "").replace("\t", "").replace("\r", "")):
        assert dangers(made) == []
    assert dangers(visibly(text)) == []
    assert len(visibly(text)) == len(text)
    assert has_dangerous(text) is (bool(dangers(text)))


def test_lines_for_a_terminal_keep_their_ends() -> None:
    assert printable_lines("a\tb\r\nc\nsafe\rEVIL\x1b[2J") == "a\tb\r\nc\nsafeEVIL[2J"
    assert printable("a\tb\r\nc  d\u2028e") == "a b  c  d e"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_ends_a_line(end: str) -> None:
    assert clean_lines(f"one{end}two{end}{end}three{end}") == "one\ntwo\n\nthree"
    assert clean_lines(f"é\u0301one{end}two") == "é\u0301one\ntwo"
    assert clean(f"one{end}two") == "one two"


def test_trailing_blanks_are_removed_and_leading_ones_stay() -> None:
    for last in ("", "\u0301"):
        assert clean_lines(f"  one \n two  \n\tthree{last} ") == f"  one\n two\n three{last}"
        assert clean_lines(f"one{last} ") == f"one{last}"
    assert clean_lines("\n\n one\n\n") == " one"
    assert clean("  one   two\t\tthree ") == "one two three"
    assert clean("one  two") == "one two"
    assert clean(" one ") == "one"


@pytest.mark.parametrize("length", [LINE_LIMIT - 1, LINE_LIMIT, LINE_LIMIT + 1])
@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_line_is_complete_up_to_its_limit(letter: str, length: int) -> None:
    cut = letter * (LINE_LIMIT - 1) + "…"
    assert clean(letter * length) == (letter * length if length <= LINE_LIMIT else cut)
    assert clean_lines(letter * length, LINE_LIMIT) == (letter * length if length <= LINE_LIMIT else cut)


@pytest.mark.parametrize("marks", [1, 4, 5, 500])
def test_a_letter_keeps_four_marks(marks: int) -> None:
    expected = "Z" + "\u0301" * min(marks, 4) + "a"
    assert clean("Z" + "\u0301" * marks + "a") == expected
    assert clean_lines("Z" + "\u0301" * marks + "a") == expected
    assert clean("Z" + "\u20dd" * marks + "a\u0301") == "Z" + "\u20dd" * min(marks, 4) + "a\u0301"
    # Each letter has four marks of its own.
    assert clean("é" + "\u0301" * 4 + "雨" + "\u0301" * 4) == "é" + "\u0301" * 4 + "雨" + "\u0301" * 4


def test_long_text_ends_in_an_ellipsis() -> None:
    assert clean("x" * 300) == "x" * (LINE_LIMIT - 1) + "…"
    assert clean_lines("y" * 100_000)[-1] == "…"


def test_combining_marks_do_not_pile_up() -> None:
    assert len(clean("e" + "\u0301" * 400)) <= 5


INVISIBLE = [
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u3164",
    "\0",
    "\u200d\u00ad",
    "\u115f\uffa0",
    "\u2800",
    " \n\t\u3000",
    "\ufe0f",
    "\ufffc",
]
MARKS_ALONE = [
    "\uffff",
    "\ufdd0",
    "\U0001fffe",
    "\U0001d159",
    "\u0301",
    "\u0301\u0300 \u200d\u0301",
    "\u20dd",
    "\u093e",
    "\u0600",
    "\ufffc\u0301",
    "\U000110bd\ufeff",
]
"""Combining marks and format characters, which are invisible without a letter."""


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_a_text_of_nothing_visible_is_empty(text: str) -> None:
    assert trim(text) == trim(text * 3) == ""
    assert trim(f"{text}la{text} la{text}\ufeff") == f"la{text} la" + ("\ufe0f" if text == "\ufe0f" else "")


@pytest.mark.parametrize("text", MARKS_ALONE, ids=ascii)
def test_marks_without_a_letter_are_an_empty_text(text: str) -> None:
    """Regression: a song with U+0301 only was billed."""
    assert trim(text) == trim(f" {text}\n{text}") == ""
    assert trim(f"e{text}") == f"e{text}".rstrip("\ufeff\ufffc")
    assert trim("\u0301e") == "\u0301e"


@pytest.mark.parametrize("text", ["\ue000", "\ufffd", "\U0001fae9", "\u0378", "🪿", "\u0301é", "1\u20e3"], ids=ascii)
def test_possibly_visible_text_is_not_empty(text: str) -> None:
    """A private-use character, or one that this Python does not know yet, counts as visible."""
    assert trim(text) == text


@pytest.mark.parametrize(
    "text", ["❤\ufe0f", "1\ufe0f\u20e3", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "葛\U000e0100", "👩\u200d👧"]
)
def test_the_parts_of_an_emoji_stay_together(text: str) -> None:
    assert trim(f"\ufeff {text} \u200b") == text


@given(st.text())
def test_trim_changes_the_ends_only_and_is_idempotent(text: str) -> None:
    once = trim(text)
    assert once in text
    assert trim(once) == once


@given(st.text(st.characters()))
@example("\ud83d\ude00 \ud83d")
def test_encodable_changes_surrogates_only(text: str) -> None:
    found = encodable(text)
    found.encode()
    assert (found == text) is not has_surrogate(text)
    assert encodable("\ud83d\ude00 \udce9") == "😀 \ufffd"


@pytest.mark.parametrize("text", ["abc", " abc,", "abc, ,", "\ufeffabc ; \u2026", ",\u200b, abc\u200b;,\n"], ids=ascii)
def test_an_id_is_found_in_copied_text(text: str) -> None:
    assert cleaned_id(text) == "abc"

"""The door for foreign text: nothing that a terminal would obey gets in (T1)."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sunotui.domain.text import LINE_LIMIT, clean, clean_lines, encodable, has_surrogate, trim

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
]


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_a_text_of_nothing_visible_is_empty(text: str) -> None:
    assert trim(text) == trim(text * 3) == ""
    assert trim(f"{text}la{text} la{text}\ufeff") == f"la{text} la" + ("\ufe0f" if text == "\ufe0f" else "")


@pytest.mark.parametrize(
    "text", ["❤\ufe0f", "1\ufe0f\u20e3", "\U0001f3f4\U000e0067\U000e0062\U000e007f", "葛\U000e0100", "👩\u200d👧"]
)
def test_the_parts_of_an_emoji_stay_together(text: str) -> None:
    assert trim(f"\ufeff {text} \u200b") == text


@given(st.text())
def test_trim_takes_from_the_ends_only_and_once(text: str) -> None:
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

"""Names, notes and ratings as they are stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.annotations import (
    NAME_LIMIT,
    NOTE_LIMIT,
    Annotations,
    TakeRating,
    name_key,
    one_line,
    valid_name,
    valid_note,
    valid_rating,
)
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.text import storable_text


@given(st.text())
def test_a_name_is_stored_normalized(text: str) -> None:
    try:
        name = valid_name(text)
    except InvalidRequest:
        assert not name_key(text) or len(text) > NAME_LIMIT
        return
    assert len(name) <= NAME_LIMIT
    assert (valid_name(name), name_key(name)) == (name, name_key(text))
    assert one_line(name) == name == storable_text(name)


@pytest.mark.parametrize(
    ("one", "other"), [("Café", "CAFE"), ("Straße", "strasse"), ("Ｊａｚｚ", "jazz"), ("東京", "東 京")]
)
def test_names_are_equal_ignoring_case_accents_and_width(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_names_are_the_same_by_their_whole_text() -> None:
    one, other = "x" * (NAME_LIMIT - 1) + "1", "x" * (NAME_LIMIT - 1) + "2"
    assert valid_name(one) == one
    assert name_key(one) != name_key(other)
    assert name_key(one * 10) != name_key(one * 10 + "2")


@pytest.mark.parametrize("text", ["x" * (NAME_LIMIT + 1), "x" * 1_000_000, "東" * 1_000])
def test_a_name_that_is_too_long_is_rejected_with_the_limit(text: str) -> None:
    with pytest.raises(InvalidRequest, match=f"at most {NAME_LIMIT}"):
        valid_name(text)


def test_a_note_is_stored_completely_or_rejected_with_the_limit() -> None:
    assert valid_note("x" * NOTE_LIMIT) == "x" * NOTE_LIMIT
    for length in (NOTE_LIMIT + 1, 1_000_000):
        with pytest.raises(InvalidRequest, match=f"at most {NOTE_LIMIT:,}"):
            valid_note("x" * length)
    assert valid_note(" \n\t\n") == ""


@pytest.mark.parametrize("rating", [-1, 6, 10**30])
def test_there_are_five_stars(rating: int) -> None:
    with pytest.raises(InvalidRequest):
        valid_rating(rating)


def test_a_task_has_the_rating_of_its_best_take() -> None:
    kept = Annotations({"a": TakeRating(False, 2, 5.0), "b": TakeRating(True, 4)})
    assert (kept.rating, kept.is_favourite, kept.played) == (4, True, 1)
    assert kept.take_rating("c") == TakeRating()

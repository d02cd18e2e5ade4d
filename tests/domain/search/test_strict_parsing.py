"""An invalid search is never treated as one for everything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.errors import InvalidRequest
from sunotui.domain.search.query import TERMS_LIMIT, TEXT_LIMIT, parse, parse_strictly

pytestmark = pytest.mark.guarantee(
    "E6", ordinary="any search is empty, understood or refused; what is not understood finds nothing"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \t ", "is empty"),
        ("since:2026-13-45", "at character 1: '2026-13-45' is not a time"),
        ("rain since:soon", "at character 6: 'soon' is not a time"),
        ("is:nosuch", "'nosuch' is not one of"),
        ("status:", "'status:' needs something"),
        ("mood:sad", "There is no field 'mood'"),
        ("rating:9", "is not a rating"),
        ("len:long", "is not a length"),
        ('"rain', "quotation mark is not closed"),
        ("rain -", "at character 6: '-' has nothing to look for"),
        ('""', "has nothing to look for"),
        ("\U0001f469", "no letter and no digit"),
        ("rain \U0001f469", "at character 6"),
        ("note:!!!", "no letter and no digit"),
        ("\u200b", "no letter and no digit"),
        ("label:\u0301", "not the beginning of a name"),
        ("album:\u0301 model:\u0301", "at character 9"),
        ("x" * (TEXT_LIMIT + 1), "at most 1,000 characters"),
        ("a " * (TERMS_LIMIT + 1), "at most 16 words"),
    ],
)
def test_a_partly_invalid_search_is_rejected_for_scripts(text: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        parse_strictly(text)
    assert words in caught.value.sentence
    # Nothing is searched for, not even a part of it.
    assert "looked" not in caught.value.sentence


def test_a_valid_search_is_the_same_query() -> None:
    text = 'rain -"slow waltz" tag:jazz len:>2:00 since:7d label:Best C++ https://example.com'
    assert parse_strictly(text) == parse(text)


@pytest.mark.parametrize(
    "text", ["\U0001f469", "\U0001fa77 \u2603", "-\U0001f469", "title:!!!", "''", '"-"', "\0", "\u2060 \u200b"]
)
def test_only_symbols_find_nothing(text: str) -> None:
    query = parse(text)
    assert query.finds_nothing
    assert not query.is_empty
    assert query.issues


def test_symbols_beside_words_are_reported_and_ignored() -> None:
    query = parse("\U0001f469 rain")
    assert [term.text for term in query.terms] == ["rain"]
    assert not query.finds_nothing
    assert [complaint.at for complaint in query.issues] == [0]


@given(st.text(min_size=1))
def test_a_search_for_everything_is_blank_or_has_an_issue(text: str) -> None:
    query = parse(text)
    assert not query.is_empty or query.issues or not text.strip()

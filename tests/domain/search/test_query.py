"""Parsing of searches: for each text the exact query and its issues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.domain.search.filters import (
    FIELDS,
    AddedFilter,
    ChoiceField,
    ChoiceFilter,
    Flag,
    FlagFilter,
    NamedBy,
    NameFilter,
    PlayedFilter,
    RangeField,
    RangeFilter,
    TimeBound,
)
from sunotui.domain.search.query import (
    TERMS_LIMIT,
    TEXT_FIELDS,
    TEXT_LIMIT,
    Query,
    QueryIssue,
    Term,
    parse,
    shown_issues,
)

FAVOURITE = FlagFilter(Flag.FAVOURITE)
NO_END = "The quotation mark is not closed"


def parsed(text: str) -> Query:
    """What a text means, without the text."""
    return parse(text)._replace(text="")


def words(*texts: str) -> tuple[Term, ...]:
    return tuple(map(Term, texts))


UNDERSTOOD: dict[str, Query] = {
    "": Query(),
    "   \t\n ": Query(),
    "rain": Query(words("rain")),
    "Rain  ROOF": Query(words("rain", "roof")),
    "café": Query(words("cafe")),
    "東京": Query(words("東 京")),
    "don't": Query(words("don't")),
    "a-b": Query(words("a-b")),
    '"the rain"': Query((Term("the rain", is_exact=True),)),
    '"Rain" roof': Query((Term("rain", is_exact=True), Term("roof"))),
    "-rain": Query((Term("rain", is_excluded=True),)),
    '-"the rain"': Query((Term("the rain", is_exact=True, is_excluded=True),)),
    "roof -rain": Query((Term("roof"), Term("rain", is_excluded=True))),
    # A text field searches its column.
    "title:rain": Query((Term("rain", "title"),)),
    "style:jazz": Query((Term("jazz", "tags"),)),
    "tag:jazz": Query((Term("jazz", "tags"),)),
    "tags:jazz": Query((Term("jazz", "tags"),)),
    "lyrics:roof": Query((Term("roof", "lyrics"),)),
    "prompt:roof": Query((Term("roof", "prompt"),)),
    "description:roof": Query((Term("roof", "description"),)),
    "id:1a2b": Query((Term("1a2b", "ids"),)),
    "note:later": Query((Term("later", "note"),)),
    "TITLE:Rain": Query((Term("rain", "title"),)),
    'title:"The Rain"': Query((Term("the rain", "title", is_exact=True),)),
    "-tag:jazz": Query((Term("jazz", "tags", is_excluded=True),)),
    '-tag:"acid jazz"': Query((Term("acid jazz", "tags", is_exact=True, is_excluded=True),)),
    # A filter field.
    "is:starred": Query(filters=(FAVOURITE,)),
    "IS:starred": Query(filters=(FAVOURITE,)),
    "is:favourite": Query(filters=(FAVOURITE,)),
    "-is:starred": Query(filters=(FlagFilter(Flag.FAVOURITE, True),)),
    "kind:lyrics": Query(filters=(ChoiceFilter(ChoiceField.KIND, ("lyrics",)),)),
    "-status:failed": Query(filters=(ChoiceFilter(ChoiceField.STATUS, ("failure", "unknown", "lost"), True),)),
    "since:1d": Query(filters=(AddedFilter(TimeBound(86_400.0, is_ago=True)),)),
    "before:1d": Query(filters=(AddedFilter(TimeBound(86_400.0, is_ago=True), is_before=True),)),
    'since:"2001-09-08 01:46"': Query(filters=(AddedFilter(TimeBound(999_913_560.0)),)),
    "played:<7d": Query(filters=(PlayedFilter(TimeBound(604_800.0, is_ago=True)),)),
    "played:7d": Query(filters=(PlayedFilter(TimeBound(604_800.0, is_ago=True)),)),
    "played:>30d": Query(filters=(PlayedFilter(TimeBound(2_592_000.0, is_ago=True), is_before=True),)),
    "heard:<7d": Query(filters=(PlayedFilter(TimeBound(604_800.0, is_ago=True)),)),
    "-played:<7d": Query(filters=(PlayedFilter(TimeBound(604_800.0, is_ago=True), False, True),)),
    'played:"2001-09-08 01:46"': Query(filters=(PlayedFilter(TimeBound(999_913_560.0)),)),
    "played:>2001-09-08T01:46": Query(filters=(PlayedFilter(TimeBound(999_913_560.0)),)),
    "played:<2001-09-08T01:46": Query(filters=(PlayedFilter(TimeBound(999_913_560.0), is_before=True),)),
    "len:>3:00": Query(filters=(RangeFilter(RangeField.LENGTH, 180.5, None),)),
    "-len:>3:00": Query(filters=(RangeFilter(RangeField.LENGTH, 180.5, None, True),)),
    "rating:>=4": Query(filters=(RangeFilter(RangeField.RATING, 4.0, None),)),
    'album:"Long Rain"': Query(filters=(NameFilter(NamedBy.ALBUM, "Long Rain"),)),
    "label:sing": Query(filters=(NameFilter(NamedBy.LABEL, "sing"),)),
    "gateway:Work": Query(filters=(NameFilter(NamedBy.GATEWAY, "Work"),)),
    "model:chirp-v4": Query(filters=(NameFilter(NamedBy.MODEL, "chirp-v4"),)),
    "rain is:starred -tag:jazz len:<2:00": Query(
        (Term("rain"), Term("jazz", "tags", is_excluded=True)), (FAVOURITE, RangeFilter(RangeField.LENGTH, 0.0, 120.0))
    ),
    # Words and a URL, although they look like fields.
    "http://a.example/x": Query(words("http //a.example/x")),
    "https://a.example": Query(words("https //a.example")),
    "title://a": Query(words("title //a")),
    "12:30": Query(words("12:30")),
    ":rain": Query(words(":rain")),
}


NO_FLAG = "'nosuch' is not one of favourite, unplayed, played, rated, trashed, active, failed, song, saved, at-risk"
REST = "the rest is ignored"


def no_field(at: int, name: str) -> QueryIssue:
    """The issue for an unknown field."""
    return QueryIssue(at, f"There is no field '{name}'", "it is searched for as a word")


COMPLAINED: dict[str, Query] = {
    'rain "the roof': Query(
        (Term("rain"), Term("the roof", is_exact=True)), issues=(QueryIssue(5, NO_END),)
    ),
    "  artist:Nina": Query(words("artist nina"), issues=(no_field(2, "artist"),)),
    'artist:"Nina S"': Query(
        (Term("artist nina s", is_exact=True),), issues=(no_field(0, "artist"),)
    ),
    "-artist:Nina": Query(
        (Term("artist nina", is_excluded=True),), issues=(no_field(0, "artist"),)
    ),
    "rain title:": Query(words("rain"), issues=(QueryIssue(5, "'title:' needs something to look for"),)),
    'rain is:"" roof': Query(
        words("rain", "roof"), issues=(QueryIssue(5, "'is:' needs something to look for"),)
    ),
    "rain since:2026-13-45 roof": Query(
        words("rain", "roof"),
        issues=(QueryIssue(5, "'2026-13-45' is not a time: use 7d, 12h, 3w or 2026-01-31"),),
    ),
    "len:x is:starred": Query(
        (), (FAVOURITE,), (QueryIssue(0, "'x' is not a length: use 3:00, >2:30, 2:00-3:00 or 180"),)
    ),
    "played:often": Query(issues=(QueryIssue(0, "'often' is not a time: use 7d, 12h, 3w or 2026-01-31"),)),
    "rating:9": Query(issues=(QueryIssue(0, "'9' is not a rating: use 0 to 5, >=4 or 2-3"),)),
    "is:nosuch": Query(issues=(QueryIssue(0, NO_FLAG),)),
    'is:nosuch "a': Query(
        (Term("a", is_exact=True),),
        issues=(QueryIssue(0, NO_FLAG), QueryIssue(10, NO_END)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_the_query_of_a_text(text: str) -> None:
    assert parsed(text) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", COMPLAINED)
def test_invalid_parts_are_reported_and_the_rest_is_searched(text: str) -> None:
    assert parsed(text) == COMPLAINED[text]


def test_every_field_has_a_row() -> None:
    named = {text.lstrip("-").split(":")[0].lower() for text in UNDERSTOOD if ":" in text}
    assert named >= {*FIELDS, *TEXT_FIELDS}
    assert set(TEXT_FIELDS.values()) == {term.column for query in UNDERSTOOD.values() for term in query.terms} - {""}


def test_a_text_beyond_the_limit_is_searched_in_part() -> None:
    whole = f"{'a' * (TEXT_LIMIT - 5)} rain"
    assert parsed(whole) == Query(words("a" * (TEXT_LIMIT - 5), "rain"))
    assert parsed(f"{whole}y") == Query(
        words("a" * (TEXT_LIMIT - 5), "rain"),
        issues=(QueryIssue(TEXT_LIMIT, "A search has at most 1,000 characters", REST),),
    )


def test_words_up_to_the_limit_are_searched() -> None:
    exactly = " ".join(f"w{number}" for number in range(TERMS_LIMIT))
    assert parsed(exactly) == Query(words(*exactly.split()))
    assert parsed(f"{exactly} is:starred more") == Query(
        words(*exactly.split()),
        issues=(QueryIssue(len(exactly) + 1, "A search has at most 16 words", REST),),
    )
    mixed = parse(f"is:starred {exactly}")
    assert (len(mixed.terms), mixed.filters) == (TERMS_LIMIT - 1, (FAVOURITE,))


@pytest.mark.parametrize(
    ("text", "is_empty", "has_words", "wants_trash"),
    [
        ("", True, False, False),
        ("rain", False, True, False),
        ("-rain", False, False, False),
        ("-rain roof", False, True, False),
        ("is:starred", False, False, False),
        ("is:trashed", False, False, True),
        ("-is:trashed", False, False, False),
        ("rain is:trashed is:starred", False, True, True),
        ("status:failed", False, False, False),
    ],
)
def test_properties_of_a_query(text: str, is_empty: bool, has_words: bool, wants_trash: bool) -> None:
    query = parse(text)
    assert (query.is_empty, query.has_words, query.wants_trash) == (is_empty, has_words, wants_trash)


_PIECES = st.sampled_from([*(f"{name}:" for name in (*FIELDS, *TEXT_FIELDS, "x")), '"', "-", " ", ">=", "3:00", "7d"])


@given(st.lists(_PIECES | st.text(max_size=6), max_size=12).map("".join))
def test_parsing_never_raises_and_every_issue_has_a_position(text: str) -> None:
    query = parse(text)
    assert len(query.terms) + len(query.filters) <= TERMS_LIMIT
    assert all(0 <= complaint.at <= len(text) and complaint.sentence for complaint in query.issues)
    assert [one.at for one in query.issues] == sorted(one.at for one in query.issues)
    assert all(any(char.isalnum() for char in term.text) for term in query.terms)


def test_the_sentence_of_an_issue_includes_its_handling() -> None:
    (complaint,) = parse("artist:Nina").issues
    assert complaint.sentence == "There is no field 'artist'; it is searched for as a word"
    assert shown_issues(parse("artist:Nina since:soon is:nice").issues) == f"{complaint.sentence}; and 2 more"
    assert (shown_issues(()), shown_issues((complaint,))) == ("", complaint.sentence)
    assert parse("since:soon").issues[0].sentence == "'soon' is not a time: use 7d, 12h, 3w or 2026-01-31"

"""Each filter field of a search: its exact filter, and the message for an invalid value."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sunotui.domain.search.filters import (
    FIELDS,
    AddedFilter,
    ChoiceField,
    ChoiceFilter,
    Filter,
    Flag,
    FlagFilter,
    NamedBy,
    NameFilter,
    PlayedFilter,
    QuerySyntaxError,
    RangeField,
    RangeFilter,
    TimeBound,
    parse_filter,
)
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus

HOUR, DAY = 3_600.0, 86_400.0


def moment(*parts: int) -> float:
    """A time in the tests' time zone in Unix seconds."""
    return datetime(*parts, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


ASKED: dict[str, dict[str, Filter]] = {
    "is": {
        **{flag.value: FlagFilter(flag) for flag in Flag},
        "Starred": FlagFilter(Flag.FAVOURITE),
        "favourite": FlagFilter(Flag.FAVOURITE),
        "Favourites": FlagFilter(Flag.FAVOURITE),
        "unplayed": FlagFilter(Flag.UNPLAYED),
        "played": FlagFilter(Flag.PLAYED),
        "songs": FlagFilter(Flag.SONG),
        "SONGS": FlagFilter(Flag.SONG),
    },
    "status": {
        **{
            status.value: ChoiceFilter(ChoiceField.STATUS, (status.value,))
            for status in TaskStatus
            if status not in {TaskStatus.FAILURE, TaskStatus.SUCCESS}
        },
        "success": ChoiceFilter(ChoiceField.STATUS, ("success",)),
        "failure": ChoiceFilter(ChoiceField.STATUS, ("failure",)),
        "done": ChoiceFilter(ChoiceField.STATUS, ("success",)),
        "failed": ChoiceFilter(ChoiceField.STATUS, ("failure", "unknown", "lost")),
        "active": ChoiceFilter(ChoiceField.STATUS, ("not_started", "submitted", "queued", "in_progress")),
        "FAILED": ChoiceFilter(ChoiceField.STATUS, ("failure", "unknown", "lost")),
    },
    "kind": {
        **{kind.value: ChoiceFilter(ChoiceField.KIND, (kind.value,)) for kind in TaskKind},
        "song": ChoiceFilter(ChoiceField.KIND, ("music",)),
        "songs": ChoiceFilter(ChoiceField.KIND, ("music",)),
        "Lyrics": ChoiceFilter(ChoiceField.KIND, ("lyrics",)),
    },
    "since": {
        "12h": AddedFilter(TimeBound(12 * HOUR, is_ago=True)),
        "1d": AddedFilter(TimeBound(DAY, is_ago=True)),
        "7D": AddedFilter(TimeBound(7 * DAY, is_ago=True)),
        "3w": AddedFilter(TimeBound(21 * DAY, is_ago=True)),
        "6m": AddedFilter(TimeBound(6 * 30.4375 * DAY, is_ago=True)),
        "2y": AddedFilter(TimeBound(2 * 365.25 * DAY, is_ago=True)),
        "0d": AddedFilter(TimeBound(0.0, is_ago=True)),
        "2026-01-31": AddedFilter(TimeBound(moment(2026, 1, 31))),
        "2026-01-31T12:34": AddedFilter(TimeBound(moment(2026, 1, 31, 12, 34))),
        "2026-01-31 12:34:56": AddedFilter(TimeBound(moment(2026, 1, 31, 12, 34, 56))),
        "2026-01-31T12:34+02:00": AddedFilter(TimeBound(moment(2026, 1, 31, 10, 34))),
    },
    "played": {
        "<7d": PlayedFilter(TimeBound(7 * DAY, is_ago=True)),
        "<=7D": PlayedFilter(TimeBound(7 * DAY, is_ago=True)),
        "12h": PlayedFilter(TimeBound(12 * HOUR, is_ago=True)),
        ">30d": PlayedFilter(TimeBound(30 * DAY, is_ago=True), is_before=True),
        ">=1w": PlayedFilter(TimeBound(7 * DAY, is_ago=True), is_before=True),
        "2026-01-31": PlayedFilter(TimeBound(moment(2026, 1, 31))),
        ">2026-01-31": PlayedFilter(TimeBound(moment(2026, 1, 31))),
        "<2026-01-31T12:34": PlayedFilter(TimeBound(moment(2026, 1, 31, 12, 34)), is_before=True),
    },
    "before": {
        "12h": AddedFilter(TimeBound(12 * HOUR, is_ago=True), is_before=True),
        "2w": AddedFilter(TimeBound(14 * DAY, is_ago=True), is_before=True),
        "2026-01-31": AddedFilter(TimeBound(moment(2026, 1, 31)), is_before=True),
        "2026-01-31T12:34": AddedFilter(TimeBound(moment(2026, 1, 31, 12, 34)), is_before=True),
    },
    "len": {
        # A single length matches within half a second; the bounds of a range are inclusive.
        "180": RangeFilter(RangeField.LENGTH, 179.5, 180.5),
        "3:00": RangeFilter(RangeField.LENGTH, 179.5, 180.5),
        "=3:00": RangeFilter(RangeField.LENGTH, 179.5, 180.5),
        "1:02:03": RangeFilter(RangeField.LENGTH, 3_722.5, 3_723.5),
        "2:03.25": RangeFilter(RangeField.LENGTH, 122.75, 123.75),
        ">3:00": RangeFilter(RangeField.LENGTH, 180.5, None),
        ">=3:00": RangeFilter(RangeField.LENGTH, 180.0, None),
        # An unknown length is stored as a negative one, and is not short.
        "<3:00": RangeFilter(RangeField.LENGTH, 0.0, 180.0),
        "<=3:00": RangeFilter(RangeField.LENGTH, 0.0, 180.5),
        "2:00-3:00": RangeFilter(RangeField.LENGTH, 120.0, 180.5),
        "3:00-2:00": RangeFilter(RangeField.LENGTH, 120.0, 180.5),
        "90-120": RangeFilter(RangeField.LENGTH, 90.0, 120.5),
    },
    "rating": {
        "0": RangeFilter(RangeField.RATING, 0.0, 1.0),
        "4": RangeFilter(RangeField.RATING, 4.0, 5.0),
        "=4": RangeFilter(RangeField.RATING, 4.0, 5.0),
        ">3": RangeFilter(RangeField.RATING, 4.0, None),
        ">=3": RangeFilter(RangeField.RATING, 3.0, None),
        "<3": RangeFilter(RangeField.RATING, 0.0, 3.0),
        "<=3": RangeFilter(RangeField.RATING, 0.0, 4.0),
        "2-3": RangeFilter(RangeField.RATING, 2.0, 4.0),
        "3-2": RangeFilter(RangeField.RATING, 2.0, 4.0),
        "5-5": RangeFilter(RangeField.RATING, 5.0, 6.0),
    },
    "heard": {"<7d": PlayedFilter(TimeBound(604_800.0, is_ago=True))},
    "model": {"chirp-v4": NameFilter(NamedBy.MODEL, "chirp-v4")},
    "label": {"To Sing": NameFilter(NamedBy.LABEL, "To Sing")},
    "album": {"Rain": NameFilter(NamedBy.ALBUM, "Rain")},
    "gateway": {"Work": NameFilter(NamedBy.GATEWAY, "Work")},
}
FLAGS = "favourite, unplayed, played, rated, trashed, active, failed, song"
STATUSES = ", ".join(TaskStatus)
NO_TIME = "'{}' is not a time: use 7d, 12h, 3w or 2026-01-31"
NO_LENGTH = "'{}' is not a length: use 3:00, >2:30, 2:00-3:00 or 180"
NO_RATING = "'{}' is not a rating: use 0 to 5, >=4 or 2-3"
COMPLAINTS: dict[str, dict[str, str]] = {
    "is": {"nosuch": f"'nosuch' is not one of {FLAGS}", "stars": f"'stars' is not one of {FLAGS}", "x" * 90: "x" * 40},
    "status": {"nosuch": f"'nosuch' is not one of {STATUSES}", "song": f"'song' is not one of {STATUSES}"},
    "kind": {"nosuch": f"'nosuch' is not one of {', '.join(TaskKind)}", "active": "'active' is not one of music, "},
    "since": {
        one: NO_TIME.format(one)
        for one in ("7", "d7", "7x", "7dd", "-7d", "1234567d", "2026-13-45", "2026-02-30", "yesterday", "0001-01-01T")
    },
    "played": {one: NO_TIME.format(one.lstrip("<>")) for one in ("often", "<7", ">soon")},
    "heard": {"often": NO_TIME.format("often")},
    "before": {one: NO_TIME.format(one) for one in ("7", "soon", "2026-13-45")},
    "len": {
        "x": NO_LENGTH.format("x"),
        "3:": NO_LENGTH.format("3:"),
        "1:2:3:4": NO_LENGTH.format("1:2:3:4"),
        "-5": NO_LENGTH.format("-5"),
        "1-x": NO_LENGTH.format("x"),
        ">": NO_LENGTH.format(">"),
        ">>3": NO_LENGTH.format(">>3"),
        "1-2-3": NO_LENGTH.format("1-2-3"),
        "<0": "'<0' matches nothing",
        "<0:00": "'<0:00' matches nothing",
    },
    "rating": {
        "6": NO_RATING.format("6"),
        "4.5": NO_RATING.format("4.5"),
        "-1": NO_RATING.format("-1"),
        "2-9": NO_RATING.format("9"),
        "=>3": NO_RATING.format("=>3"),
        "<0": "'<0' matches nothing",
        "٣": NO_RATING.format("٣"),
    },
}


def table(of: dict[str, dict[str, object]]) -> list[tuple[str, str, object]]:
    return [(field, value, expected) for field, values in of.items() for value, expected in values.items()]


def test_every_field_has_rows() -> None:
    assert set(ASKED) == set(FIELDS)
    assert set(COMPLAINTS) == set(FIELDS) - {by.value for by in NamedBy}


@pytest.mark.parametrize(("field", "value", "expected"), table(ASKED))  # type: ignore[arg-type]
def test_the_filter_of_a_field(field: str, value: str, expected: Filter) -> None:
    assert parse_filter(field, value, is_excluded=False) == expected


@pytest.mark.parametrize(("field", "value", "expected"), table(ASKED))  # type: ignore[arg-type]
def test_a_minus_excludes_the_filter(field: str, value: str, expected: Filter) -> None:
    found = parse_filter(field, value, is_excluded=True)
    assert found.is_excluded
    assert found != expected
    assert not expected.is_excluded


@pytest.mark.parametrize(("field", "value", "sentence"), table(COMPLAINTS))  # type: ignore[arg-type]
def test_an_invalid_value_of_a_field(field: str, value: str, sentence: str) -> None:
    with pytest.raises(QuerySyntaxError) as complaint:
        parse_filter(field, value, is_excluded=False)
    assert sentence in str(complaint.value)
    assert len(str(complaint.value)) < 160


@example("len", "<0")
@given(st.sampled_from(FIELDS), st.text(max_size=30) | st.from_regex(r"[<>=]{0,2}[0-9:.-]{0,9}[a-z]?", fullmatch=True))
def test_a_field_is_parsed_or_rejected(field: str, value: str) -> None:
    try:
        found = parse_filter(field, value, is_excluded=False)
    except QuerySyntaxError:
        return
    assert found == parse_filter(field, value, is_excluded=False)
    if isinstance(found, RangeFilter) and found.low is not None and found.high is not None:
        assert found.low < found.high

"""The fields of a search that are no words: is:starred, status:failed, since:7d, len:>3:00, rating:4, album:"Rain"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sunotui.domain.search.folding import fold
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus


class Flag(StrEnum):
    """What `is:` can ask."""

    STARRED = "starred"
    UNHEARD = "unheard"
    HEARD = "heard"
    RATED = "rated"
    TRASHED = "trashed"
    ACTIVE = "active"
    FAILED = "failed"
    SONG = "song"


class NamedBy(StrEnum):
    """Whose name a filter gives."""

    MODEL = "model"
    LABEL = "label"
    ALBUM = "album"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """A yes or no."""

    flag: Flag
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """A column with one of these values."""

    column: str
    values: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class RangeFilter:
    """A column from `low` on and below `high`; None is no bound."""

    column: str
    low: float | None
    high: float | None
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class NameFilter:
    """A model, label, album or gateway by its name, or by the beginning of it."""

    by: NamedBy
    name: str
    is_excluded: bool = False


Filter = FlagFilter | ChoiceFilter | RangeFilter | NameFilter


class QuerySyntaxError(Exception):
    """A part of a search that means nothing; the message says what is wrong with it."""

    def __init__(self, problem: str, handling: str = "") -> None:
        """`handling` says what a search of the rest does with it, where that is not to leave it out."""
        super().__init__(problem)
        self.handling = handling


class NoSearchableText(QuerySyntaxError):
    """Something without a letter or digit is looked for, which no index of words can find."""


FIELDS = ("is", "status", "kind", "since", "before", "len", "rating", *(by.value for by in NamedBy))

_AGE = r"(\d{1,6})([hdwmy])"
"""Compiled by the first search, as the others here are, and not by every start."""
_AGES_S = {"h": 3_600.0, "d": 86_400.0, "w": 604_800.0, "m": 2_629_800.0, "y": 31_557_600.0}
_RANGE = r"(?P<low>[^-<>=]+)-(?P<high>[^-<>=]+)|(?P<sign>>=|<=|>|<|=?)(?P<one>[^<>=]+)"
_LENGTH = r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:\.\d{1,3})?)"
_HALF_SECOND = 0.5


def filter_of(field: str, value: str, now: float, *, is_excluded: bool) -> Filter:
    """The filter that a field of FIELDS and its value stand for. `now` is in Unix seconds. Raises Misunderstood."""
    folded = value.casefold()
    match field:
        case "is":
            return FlagFilter(
                Flag(_known(folded.removesuffix("s") if folded == "songs" else folded, Flag)), is_excluded
            )
        case "status":
            return ChoiceFilter("status", _statuses(folded), is_excluded)
        case "kind":
            wanted = "music" if folded in {"song", "songs"} else folded
            return ChoiceFilter("kind", (_known(wanted, TaskKind),), is_excluded)
        case "since":
            return RangeFilter("added_at", _moment(value, now), None, is_excluded)
        case "before":
            return RangeFilter("added_at", None, _moment(value, now), is_excluded)
        case "len":
            return _range("length_key", value, _seconds, _HALF_SECOND, is_excluded=is_excluded)
        case "rating":
            return _range("rating", value, _rating, 0.0, is_excluded=is_excluded)
        case _:
            if not fold(value).strip():
                # The beginning of every name is nothing.
                raise NoSearchableText(f"'{value[:40]}' is not the beginning of a name")
            return NameFilter(NamedBy(field), value, is_excluded)


def _known(word: str, words: type[StrEnum]) -> str:
    if word not in {one.value for one in words}:
        raise QuerySyntaxError(f"'{word[:40]}' is not one of {', '.join(words)}")
    return word


def _statuses(word: str) -> tuple[str, ...]:
    """A status, also as the screens call it."""
    told: dict[str, Sequence[TaskStatus]] = {
        "failed": (TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST),
        "done": (TaskStatus.SUCCESS,),
        "active": tuple(status for status in TaskStatus if not status.is_final),
    }
    found = told.get(word) or (TaskStatus(_known(word, TaskStatus)),)
    return tuple(status.value for status in found)


def _moment(value: str, now: float) -> float:
    """7d, 12h, 3w, 6m, 1y ago; or a day, or a time of one, in the person's own zone."""
    ago = re.fullmatch(_AGE, value.lower())
    if ago is not None:
        return now - int(ago[1]) * _AGES_S[ago[2]]
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError):
        raise QuerySyntaxError(f"'{value[:40]}' is not a time: use 7d, 12h, 3w or 2026-01-31") from None


def _seconds(value: str) -> float:
    found = re.fullmatch(_LENGTH, value)
    if found is None:
        raise QuerySyntaxError(f"'{value[:40]}' is not a length: use 3:00, >2:30, 2:00-3:00 or 180")
    return int(found[1] or 0) * 3_600 + int(found[2] or 0) * 60 + float(found[3])


def _rating(value: str) -> float:
    if value not in {"0", "1", "2", "3", "4", "5"}:
        raise QuerySyntaxError(f"'{value[:40]}' is not a rating: use 0 to 5, >=4 or 2-3")
    return float(value)


def _range(column: str, value: str, read: Callable[[str], float], about: float, *, is_excluded: bool) -> RangeFilter:
    """`about` is how far from a single value still counts as it, with lengths: half a second."""
    found = re.fullmatch(_RANGE, value)
    if found is None:
        read(value)
        raise QuerySyntaxError(f"'{value[:40]}' is not a range")
    # A range ends below its upper bound; what follows it at once is the smallest step above.
    step = about or 1.0
    if found["low"] is not None:
        low, high = read(found["low"]), read(found["high"])
        return RangeFilter(column, min(low, high), max(low, high) + step, is_excluded)
    one = read(found["one"])
    match found["sign"]:
        case ">":
            return RangeFilter(column, one + step, None, is_excluded)
        case ">=":
            return RangeFilter(column, one, None, is_excluded)
        case "<" if one == 0:
            raise QuerySyntaxError(f"'{value[:40]}' matches nothing: no value is below 0")
        case "<":
            # Unknown lengths are kept as negative ones.
            return RangeFilter(column, 0.0, one, is_excluded)
        case "<=":
            return RangeFilter(column, 0.0, one + step, is_excluded)
        case _:
            return RangeFilter(column, one - about, one + step, is_excluded)

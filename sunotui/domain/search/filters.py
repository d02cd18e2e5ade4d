"""The filter fields of a search: is:favourite, status:failed, since:7d, len:>3:00, rating:4, album:"Rain"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum

from sunotui.domain.search.folding import fold
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.named_tuple import NamedTuple


class Flag(StrEnum):
    """The values of `is:`, as they are stored; FLAG_NAMES has their names on screen."""

    FAVOURITE = "starred"
    UNPLAYED = "unheard"
    PLAYED = "heard"
    RATED = "rated"
    TRASHED = "trashed"
    ACTIVE = "active"
    FAILED = "failed"
    SONG = "song"
    SAVED = "saved"
    AT_RISK = "at-risk"


FLAG_NAMES = {"favourite": Flag.FAVOURITE, "unplayed": Flag.UNPLAYED, "played": Flag.PLAYED}
"""The values of `is:` by their names on screen, if these differ from the stored values, which also work."""


class ChoiceField(StrEnum):
    """What a ChoiceFilter compares."""

    STATUS = "status"
    KIND = "kind"


class RangeField(StrEnum):
    """What a RangeFilter compares."""

    LENGTH = "len"
    """The duration of the longest take, in seconds."""
    RATING = "rating"
    """The best rating of the takes, 1 to 5; 0 if no take is rated."""


class NamedBy(StrEnum):
    """What a NameFilter names."""

    MODEL = "model"
    LABEL = "label"
    ALBUM = "album"
    GATEWAY = "gateway"


class FlagFilter(NamedTuple):
    """A property that a task either has or does not have."""

    flag: Flag
    is_excluded: bool = False


class ChoiceFilter(NamedTuple):
    """Matches a field with one of these values."""

    field: ChoiceField
    values: tuple[str, ...]
    is_excluded: bool = False


class RangeFilter(NamedTuple):
    """Matches a field from `low` (inclusive) to `high` (exclusive); None is no bound. An unknown length is neither
    inside nor outside any range."""

    field: RangeField
    low: float | None
    high: float | None
    is_excluded: bool = False


class TimeBound(NamedTuple):
    """A point in time: absolute, or relative to the time at which the search runs."""

    seconds: float
    """Unix seconds, or seconds before the search runs."""
    is_ago: bool = False

    def at(self, now: float) -> float:
        """The point in time in Unix seconds for a search that runs at `now` (Unix seconds)."""
        return now - self.seconds if self.is_ago else self.seconds


class AddedFilter(NamedTuple):
    """Matches tasks added at `bound` or later or, with `is_before`, earlier."""

    bound: TimeBound
    is_before: bool = False
    is_excluded: bool = False


class PlayedFilter(NamedTuple):
    """Matches tasks that were last played at `bound` or later or, with `is_before`, earlier. Only `is_excluded` matches
    a task that was never played."""

    bound: TimeBound
    is_before: bool = False
    is_excluded: bool = False


class NameFilter(NamedTuple):
    """Matches a model, label, album or gateway by name or by the beginning of its name."""

    by: NamedBy
    name: str
    is_excluded: bool = False


Filter = FlagFilter | ChoiceFilter | RangeFilter | AddedFilter | PlayedFilter | NameFilter


class QuerySyntaxError(Exception):
    """A part of a search is invalid; the message says why."""

    def __init__(self, problem: str, handling: str = "") -> None:
        """`handling` says how a search treats this part, unless it ignores it."""
        super().__init__(problem)
        self.handling = handling


class NoSearchableText(QuerySyntaxError):
    """A word of the search has no letter or digit, so the index cannot find it."""


FIELDS = ("is", "status", "kind", "since", "before", "played", "heard", "len", "rating", *(by.value for by in NamedBy))

# The first search compiles these patterns, not every start.
_AGE = r"(\d{1,6})([hdwmy])"
_AGES_S = {"h": 3_600.0, "d": 86_400.0, "w": 604_800.0, "m": 2_629_800.0, "y": 31_557_600.0}
_RANGE = r"(?P<low>[^-<>=]+)-(?P<high>[^-<>=]+)|(?P<sign>>=|<=|>|<|=?)(?P<one>[^<>=]+)"
_LENGTH = r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:\.\d{1,3})?)"
_HALF_SECOND = 0.5


def parse_filter(field: str, value: str, *, is_excluded: bool) -> Filter:
    """Parse the filter for a field of FIELDS and its value. Raises QuerySyntaxError for an invalid value."""
    folded = value.casefold()
    match field:
        case "is":
            return FlagFilter(_flag(folded), is_excluded)
        case "status":
            return ChoiceFilter(ChoiceField.STATUS, _statuses(folded), is_excluded)
        case "kind":
            wanted = "music" if folded in {"song", "songs"} else folded
            return ChoiceFilter(ChoiceField.KIND, (_known(wanted, TaskKind),), is_excluded)
        case "since":
            return AddedFilter(_time_bound(value), is_excluded=is_excluded)
        case "before":
            return AddedFilter(_time_bound(value), is_before=True, is_excluded=is_excluded)
        case "played" | "heard":
            # The second is the older word.
            return _played(value, is_excluded=is_excluded)
        case "len":
            return _range(RangeField.LENGTH, value, _seconds, _HALF_SECOND, is_excluded=is_excluded)
        case "rating":
            return _range(RangeField.RATING, value, _rating, 0.0, is_excluded=is_excluded)
        case _:
            if not fold(value).strip():
                # Every name begins with an empty string.
                raise NoSearchableText(f"'{value[:40]}' is not the beginning of a name")
            return NameFilter(NamedBy(field), value, is_excluded)


def _flag(word: str) -> Flag:
    singular = word.removesuffix("s") if word in {"songs", "favourites"} else word
    if singular in FLAG_NAMES:
        return FLAG_NAMES[singular]
    try:
        return Flag(singular)
    except ValueError:
        shown = {flag: name for name, flag in FLAG_NAMES.items()}
        names = ", ".join(shown.get(flag, flag) for flag in Flag)
        raise QuerySyntaxError(f"'{word[:40]}' is not one of {names}") from None


def _known(word: str, words: type[StrEnum]) -> str:
    if word not in {one.value for one in words}:
        raise QuerySyntaxError(f"'{word[:40]}' is not one of {', '.join(words)}")
    return word


def _statuses(word: str) -> tuple[str, ...]:
    """The statuses for a value of `status:`: a status of the protocol, or a group with its name on screen."""
    groups: dict[str, Sequence[TaskStatus]] = {
        "failed": (TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST),
        "done": (TaskStatus.SUCCESS,),
        "active": tuple(status for status in TaskStatus if not status.is_final),
    }
    found = groups.get(word) or (TaskStatus(_known(word, TaskStatus)),)
    return tuple(status.value for status in found)


def _time_bound(value: str) -> TimeBound:
    """Parse 7d, 12h, 3w, 6m or 1y ago; or a date, or a date and a time, in the user's time zone."""
    ago = re.fullmatch(_AGE, value.lower())
    if ago is not None:
        return TimeBound(int(ago[1]) * _AGES_S[ago[2]], is_ago=True)
    try:
        return TimeBound(datetime.fromisoformat(value).timestamp())
    except (ValueError, OverflowError, OSError):
        raise QuerySyntaxError(f"'{value[:40]}' is not a time: use 7d, 12h, 3w or 2026-01-31") from None


def _played(value: str, *, is_excluded: bool) -> PlayedFilter:
    """Parse <7d (less than 7 days ago), >30d (longer ago), or a date on or after which, or before which, it was
    played."""
    bare = value.lstrip("<>=")
    bound = _time_bound(bare)
    # A shorter time ago is later.
    is_less = value.startswith("<")
    is_before = value.startswith(">") if bound.is_ago else is_less
    return PlayedFilter(bound, is_before, is_excluded)


def _seconds(value: str) -> float:
    found = re.fullmatch(_LENGTH, value)
    if found is None:
        raise QuerySyntaxError(f"'{value[:40]}' is not a length: use 3:00, >2:30, 2:00-3:00 or 180")
    return int(found[1] or 0) * 3_600 + int(found[2] or 0) * 60 + float(found[3])


def _rating(value: str) -> float:
    if value not in {"0", "1", "2", "3", "4", "5"}:
        raise QuerySyntaxError(f"'{value[:40]}' is not a rating: use 0 to 5, >=4 or 2-3")
    return float(value)


def _range(
    field: RangeField, value: str, read: Callable[[str], float], tolerance: float, *, is_excluded: bool
) -> RangeFilter:
    """Parse a range or a single value. `tolerance` is the distance from a single value that still counts as equal: half
    a second for lengths."""
    found = re.fullmatch(_RANGE, value)
    if found is None:
        read(value)
        raise QuerySyntaxError(f"'{value[:40]}' is not a range")
    # The upper bound of a RangeFilter is exclusive: add the smallest step to include a value.
    step = tolerance or 1.0
    if found["low"] is not None:
        low, high = read(found["low"]), read(found["high"])
        return RangeFilter(field, min(low, high), max(low, high) + step, is_excluded)
    one = read(found["one"])
    match found["sign"]:
        case ">":
            return RangeFilter(field, one + step, None, is_excluded)
        case ">=":
            return RangeFilter(field, one, None, is_excluded)
        case "<" if one == 0:
            raise QuerySyntaxError(f"'{value[:40]}' matches nothing: no value is below 0")
        case "<":
            # Unknown lengths are stored as negative ones.
            return RangeFilter(field, 0.0, one, is_excluded)
        case "<=":
            return RangeFilter(field, 0.0, one + step, is_excluded)
        case _:
            return RangeFilter(field, one - tolerance, one + step, is_excluded)

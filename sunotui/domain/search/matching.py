"""The meaning of a search: whether a query matches a task. `storage/browse/query_sql.py` implements the same in SQL for
tasks in the library; a property test checks that the two agree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sunotui.domain.annotations import name_key
from sunotui.domain.gateways.models import model_key
from sunotui.domain.saving.safety import NO_LINK_LIFE, LinkLife, has_expiring_links
from sunotui.domain.search.filters import (
    AddedFilter,
    ChoiceField,
    ChoiceFilter,
    Filter,
    Flag,
    FlagFilter,
    NamedBy,
    NameFilter,
    PlayedFilter,
    RangeField,
    RangeFilter,
)
from sunotui.domain.search.folding import fold
from sunotui.domain.search.query import Query, Term
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.text import storable_text
from sunotui.named_tuple import NamedTuple

_FAILED = frozenset({TaskStatus.FAILURE, TaskStatus.UNKNOWN, TaskStatus.LOST})
# Letters, digits and private-use characters, as in the tokenizer unicode61 of SQLite's FTS5.
_TOKENS = re.compile(r"(?:[^\W_]|[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd])+")


class SearchedTask(NamedTuple):
    """The searchable values of a task."""

    texts: Mapping[str, str]
    """Folded text by column of the full-text index."""
    profile: str
    kind: TaskKind
    status: TaskStatus
    added_at: float
    """Unix seconds."""
    duration_s: float | None = None
    model: str = ""
    takes: int = 0
    played: int = 0
    """How many of its takes were played."""
    rating: int = 0
    """The best rating of its takes, 1 to 5; 0 if no take is rated."""
    is_favourite: bool = False
    labels: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    is_trashed: bool = False
    last_played_at: float | None = None
    """When one of its takes was last played, in Unix seconds; None for never."""
    saved: int = 0
    """How many of its takes are saved."""
    unsaved_favourites: int = 0
    """How many of its takes are favourites and not saved."""
    link_life: LinkLife = NO_LINK_LIFE
    """How long the links of its gateway work."""


def matches(query: Query, task: SearchedTask, now: float) -> bool:
    """Whether the query, run at `now` (Unix seconds), matches the task."""
    if query.finds_nothing or (task.is_trashed and not query.wants_trash):
        return False
    return all(_has_term(task, term) is not term.is_excluded for term in query.terms if term.words) and all(
        _passes(task, one, now) for one in query.filters
    )


def _has_term(task: SearchedTask, term: Term) -> bool:
    texts = [task.texts.get(term.column, "")] if term.column else task.texts.values()
    return any(_has_phrase(_TOKENS.findall(text), term.words, is_prefix=term.is_prefix) for text in texts)


def _has_phrase(tokens: Sequence[str], words: Sequence[str], *, is_prefix: bool) -> bool:
    *first, last = words
    for start in range(len(tokens) - len(words) + 1):
        *before, end = tokens[start : start + len(words)]
        if before == first and (end.startswith(last) if is_prefix else end == last):
            return True
    return False


def _passes(task: SearchedTask, one: Filter, now: float) -> bool:
    if isinstance(one, RangeFilter) and one.field is RangeField.LENGTH and task.duration_s is None:
        # An unknown length is neither inside nor outside a range.
        return False
    return _fits(task, one, now) is not one.is_excluded


def _fits(task: SearchedTask, one: Filter, now: float) -> bool:
    match one:
        case FlagFilter():
            return _has_flag(task, one.flag, now)
        case ChoiceFilter():
            return (task.status if one.field is ChoiceField.STATUS else task.kind).value in one.values
        case RangeFilter():
            value = task.rating if one.field is RangeField.RATING else task.duration_s or 0.0
            return (one.low is None or value >= one.low) and (one.high is None or value < one.high)
        case AddedFilter():
            return (task.added_at < one.bound.at(now)) is one.is_before
        case PlayedFilter():
            at = task.last_played_at
            return at is not None and (at < one.bound.at(now)) is one.is_before
        case NameFilter():
            return _has_name(task, one.by, storable_text(one.name))


def _has_flag(task: SearchedTask, flag: Flag, now: float) -> bool:
    match flag:
        case Flag.FAVOURITE:
            return task.is_favourite
        case Flag.UNPLAYED:
            return task.status is TaskStatus.SUCCESS and task.kind is not TaskKind.LYRICS and task.played < task.takes
        case Flag.PLAYED:
            return task.played > 0
        case Flag.RATED:
            return task.rating > 0
        case Flag.TRASHED:
            return task.is_trashed
        case Flag.ACTIVE:
            return not task.status.is_final
        case Flag.FAILED:
            return task.status in _FAILED
        case Flag.SONG:
            return task.kind.is_song
        case Flag.SAVED:
            return task.saved > 0
        case Flag.AT_RISK:
            return _is_at_risk(task, now)


def _is_at_risk(task: SearchedTask, now: float) -> bool:
    if task.status is not TaskStatus.SUCCESS or not task.kind.is_song or task.is_trashed:
        return False
    is_expiring = not task.saved and has_expiring_links(now - task.added_at, task.link_life)
    return task.unsaved_favourites > 0 or is_expiring


def _has_name(task: SearchedTask, by: NamedBy, name: str) -> bool:
    match by:
        case NamedBy.MODEL:
            return model_key(task.model) == model_key(name)
        case NamedBy.GATEWAY:
            return task.profile == name
        case NamedBy.LABEL | NamedBy.ALBUM:
            names = task.labels if by is NamedBy.LABEL else task.albums
            return any(name_key(one).startswith(fold(name)) for one in names)

"""Translates a query to SQL: only this module knows the columns of the full-text index and of the filters.

What a query means is defined by `domain/search/matching.py`.
"""

from __future__ import annotations

from sunotui.domain.gateways.models import model_key
from sunotui.domain.saving.safety import AT_RISK_S, FIRST_DEATH_S, LAST_DEATH_S
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
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.domain.tasks.summary import View
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.sql_values import Value, storable_text

UNFINISHED = "task.status IN ('not_started', 'submitted', 'queued', 'in_progress')"
FAILED = "task.status IN ('failure', 'unknown', 'lost')"
UNPLAYED = "task.status = 'success' AND task.kind <> 'lyrics' AND task.heard < task.takes"
NOT_TRASHED = "task.trashed_at IS NULL"
SONG = f"task.kind IN ({', '.join(repr(kind.value) for kind in TaskKind if kind.is_song)})"

VIEWS: dict[View, str] = {
    View.ALL: NOT_TRASHED,
    View.ACTIVE: f"{UNFINISHED} AND {NOT_TRASHED}",
    View.SONGS: f"{SONG} AND NOT {FAILED} AND {NOT_TRASHED}",
    View.LYRICS: f"task.kind = 'lyrics' AND NOT {FAILED} AND {NOT_TRASHED}",
    View.FAVOURITES: f"task.is_starred AND {NOT_TRASHED}",
    View.UNPLAYED: f"{UNPLAYED} AND {NOT_TRASHED}",
    View.FAILED: f"{FAILED} AND {NOT_TRASHED}",
    View.TRASH: "task.trashed_at IS NOT NULL",
}
"""The condition of each view that is the same at any time, written as in its partial index, if it has one."""

SAVEABLE = f"task.status = 'success' AND {SONG} AND {NOT_TRASHED}"
"""The condition of songs whose takes can be saved."""
_ALIVE = "coalesce(longest_alive_s, 0.0)"


def _death(assumed: float) -> str:
    """SQL for the age in seconds at which links expire, by a row of `link_life`; 0 if they do not."""
    return (
        f"CASE WHEN shortest_dead_s IS NOT NULL THEN max(shortest_dead_s, {_ALIVE}) "
        f"WHEN {_ALIVE} > {LAST_DEATH_S} THEN 0.0 ELSE max({_ALIVE}, {assumed}) END"
    )


_FIRST, _LAST = _death(FIRST_DEATH_S), _death(LAST_DEATH_S)


def _of_profile(death: str, assumed: float) -> str:
    return f"coalesce((SELECT {death} FROM link_life WHERE link_life.profile = task.profile), {assumed})"


UNSAFE = f"unsaved_favourites > 0 AND {SAVEABLE}"
"""Songs with favourites that are not saved; for the index `task_unsafe`."""
EXPIRING = (
    # The bounds over all gateways, for the index `task_by_age`; then those of the song's own gateway.
    f"task.added_at > ? - (SELECT max({LAST_DEATH_S}, coalesce(max({_LAST}), 0.0)) FROM link_life) "
    f"AND task.added_at <= ? - (SELECT min({FIRST_DEATH_S}, coalesce(min(nullif({_FIRST}, 0.0)), {FIRST_DEATH_S})) "
    f"FROM link_life) + {AT_RISK_S} "
    f"AND {SAVEABLE} AND saved = 0 "
    f"AND task.added_at > ? - {_of_profile(_LAST, LAST_DEATH_S)} "
    f"AND task.added_at <= ? - {_of_profile(_FIRST, FIRST_DEATH_S)} + {AT_RISK_S}"
)
"""Songs without a saved take whose links may expire soon; its values are four times the time in Unix seconds."""
AT_RISK = (
    f"task.seq IN (SELECT task.seq FROM task INDEXED BY task_unsafe WHERE {UNSAFE} "
    f"UNION ALL SELECT task.seq FROM task INDEXED BY task_by_age WHERE {EXPIRING})"
)
"""Both, with the same values."""

_FLAGS = {
    Flag.FAVOURITE: "task.is_starred",
    Flag.UNPLAYED: UNPLAYED,
    Flag.PLAYED: "task.heard > 0",
    Flag.RATED: "task.rating > 0",
    Flag.TRASHED: "task.trashed_at IS NOT NULL",
    Flag.ACTIVE: UNFINISHED,
    Flag.FAILED: FAILED,
    Flag.SONG: SONG,
    Flag.SAVED: "task.saved > 0",
}
_CHOICES = {ChoiceField.STATUS: "task.status", ChoiceField.KIND: "task.kind"}
_RANGES = {RangeField.LENGTH: "task.length_key", RangeField.RATING: "task.rating"}
_NAMED = {
    NamedBy.LABEL: "SELECT task_id FROM task_label JOIN label ON label.id = label_id WHERE {}",
    NamedBy.ALBUM: "SELECT task_id FROM album_take JOIN album ON album.id = album_id WHERE {}",
}
WEIGHTS = "10.0, 4.0, 1.0, 2.0, 2.0, 1.0, 1.0, 6.0, 4.0"
"""The weight of each column of the full-text index for the relevance of a result."""


class Clause(NamedTuple):
    """A condition on the table `task`, with its values."""

    sql: str
    values: tuple[Value, ...]


def at_risk_clause(now: float) -> Clause:
    """The songs that are at risk at `now`, in Unix seconds."""
    return Clause(AT_RISK, (now,) * 4)


def view_clause(view: View, now: float) -> Clause:
    """The condition of a built-in view at `now`, in Unix seconds."""
    return at_risk_clause(now) if view is View.AT_RISK else Clause(VIEWS[view], ())


def clause_of(query: Query, now: float, *, leaves_out_trash: bool = True) -> Clause:
    """The whole query, run at `now` in Unix seconds, as one condition. With `leaves_out_trash`, tasks in the trash
    are left out unless the query asks for them."""
    if query.finds_nothing:
        return Clause("0", ())
    conditions: list[str] = []
    values: list[Value] = []
    match = match_of(query)
    if match:
        conditions.append("task.seq IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(match)
    rest = narrowing_of(query, now)
    if rest.sql:
        conditions.append(rest.sql)
        values += rest.values
    if leaves_out_trash and not query.wants_trash:
        conditions.append(NOT_TRASHED)
    return Clause(" AND ".join(conditions) or "1", tuple(values))


def match_of(query: Query) -> str:
    """The expression for MATCH: the words that must occur, and those that must not. Empty for a query
    without words that must occur, which MATCH cannot express."""
    wanted, unwanted = _phrases(query)
    match = " AND ".join(wanted)
    return f"({match}) NOT ({' OR '.join(unwanted)})" if wanted and unwanted else match


def narrowing_of(query: Query, now: float) -> Clause:
    """The conditions that `match_of` does not include, except for the trash; an empty text if there are no others."""
    conditions: list[str] = []
    values: list[Value] = []
    wanted, unwanted = _phrases(query)
    if unwanted and not wanted:
        conditions.append("task.seq NOT IN (SELECT rowid FROM words WHERE words MATCH ?)")
        values.append(" OR ".join(unwanted))
    for one in query.filters:
        sql, own = _filter(one, now)
        conditions.append(f"NOT ({sql})" if one.is_excluded else f"({sql})")
        if isinstance(one, RangeFilter) and one.field is RangeField.LENGTH and one.is_excluded:
            # An unknown length, stored as a negative number, is neither inside nor outside a range.
            conditions.append("task.length_key >= 0")
        values += own
    return Clause(" AND ".join(conditions), tuple(values))


def _phrases(query: Query) -> tuple[list[str], list[str]]:
    """The phrases that must occur, and those that must not."""
    wanted = [found for term in query.terms if not term.is_excluded and (found := _phrase(term))]
    return wanted, [found for term in query.terms if term.is_excluded and (found := _phrase(term))]


def _phrase(term: Term) -> str:
    # Words have letters and digits only, so no part of a search is parsed as MATCH syntax.
    if not term.words:
        return ""
    column = f"{term.column} : " if term.column else ""
    return f'{column}"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'


def _filter(one: Filter, now: float) -> Clause:
    match one:
        case FlagFilter():
            return at_risk_clause(now) if one.flag is Flag.AT_RISK else Clause(_FLAGS[one.flag], ())
        case ChoiceFilter():
            return Clause(f"{_CHOICES[one.field]} IN ({', '.join('?' * len(one.values))})", one.values)
        case RangeFilter():
            column = _RANGES[one.field]
            bounds = [(f"{column} >= ?", one.low), (f"{column} < ?", one.high)]
            given = [(sql, bound) for sql, bound in bounds if bound is not None]
            return Clause(" AND ".join(sql for sql, _ in given) or "1", tuple(bound for _, bound in given))
        case AddedFilter():
            return Clause(f"task.added_at {'<' if one.is_before else '>='} ?", (one.bound.at(now),))
        case PlayedFilter():
            sign = "<" if one.is_before else ">="
            return Clause(f"coalesce(task.last_played_at {sign} ?, 0)", (one.bound.at(now),))
        case NameFilter():
            return _named(one)


def _named(one: NameFilter) -> Clause:
    name = storable_text(one.name)
    if one.by is NamedBy.MODEL:
        # All names of a model have the same key, which is indexed.
        return Clause("task.model_key = ?", (model_key(name),))
    if one.by is NamedBy.GATEWAY:
        return Clause("task.profile = ?", (name,))
    key = fold(name)
    return Clause(f"task.id IN ({_NAMED[one.by].format('key = ? OR substr(key, 1, ?) = ?')})", (key, len(key), key))

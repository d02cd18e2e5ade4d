"""Computes the statistics of the library with a few queries over narrow columns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from sunotui.domain.gateways.money import Price
from sunotui.domain.statistics import LIKED_RATING, Spending, Statistics, TaskCounts, whole_weeks
from sunotui.domain.tasks.durations import DurationEstimate, estimate_duration
from sunotui.storage.browse.query_sql import FAILED
from sunotui.storage.db.connection import Database
from sunotui.storage.gateway_facts.prices import PriceStore

_COUNTS = (
    "count(*) AS tasks, "
    f"sum({FAILED} OR status = 'success') AS ended, sum({FAILED}) AS failed, "
    "sum(CASE WHEN kind = 'lyrics' THEN 0 ELSE takes END) AS takes, coalesce(sum(liked.takes_liked), 0) AS liked"
)
_LIKED = (
    "WITH liked (task_id, takes_liked) AS (SELECT task_id, count(*) FROM ("
    f"SELECT task_id, clip_id FROM opinion WHERE clip_id <> '' AND (is_starred OR rating >= {LIKED_RATING}) "
    "UNION SELECT task_id, clip_id FROM album_take WHERE clip_id <> '') "
    "WHERE task_id IN (SELECT id FROM task WHERE trashed_at IS NULL) GROUP BY task_id) "
)
_BY = f"{_LIKED} SELECT {{key}} AS name, {_COUNTS} FROM task LEFT JOIN liked ON liked.task_id = task.id GROUP BY 1"
_DAY = "date(added_at, 'unixepoch', 'localtime')"
_PAID = (
    _LIKED + "SELECT submission.profile, json_extract(submission.request, '$.kind'), count(*), "
    "coalesce(sum(liked.takes_liked), 0) FROM submission LEFT JOIN task ON task.id = submission.task_id "
    "LEFT JOIN liked ON liked.task_id = submission.task_id WHERE submission.state = 'accepted' "
    "AND coalesce(task.status, '') <> 'failure' GROUP BY 1, 2"
)

_PLAYS = (
    "SELECT count(*), coalesce(sum(plays), 0), max(last_played_at) FROM opinion "
    "WHERE plays > 0 AND task_id IN (SELECT id FROM task WHERE trashed_at IS NULL)"
)


def read_statistics(db: Database) -> Statistics:
    """All statistics of the library. Raises LibraryError."""
    days = {day: counts for counts in _counts(db, _DAY) if (day := _day_of(counts.name)) is not None}
    gateways = sorted(_counts(db, "profile"), key=lambda one: (-one.tasks, one.name))
    models = [one for one in _counts(db, "model") if one.takes]
    total = TaskCounts("all")
    for one in gateways:
        total = total.plus(one)
    times, all_times = _times(db)
    played, plays, last_played_at = db.query(_PLAYS)[0]
    return Statistics(
        total=total,
        weeks=whole_weeks(days),
        models=tuple(sorted(models, key=lambda one: (-one.takes, one.name))),
        gateways=tuple(gateways),
        times=times,
        all_times=all_times,
        spending=tuple(_spending(db.query(_PAID), PriceStore(db).all())),
        played=played,
        plays=plays,
        last_played_at=last_played_at,
    )


def _counts(db: Database, key: str) -> list[TaskCounts]:
    return [TaskCounts(str(row[0]), *row[1:]) for row in db.query(_BY.format(key=key))]


def _day_of(name: str) -> date | None:
    # A clock that was far off when a task was added may give an impossible date (P6).
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _times(db: Database) -> tuple[dict[tuple[str, str], DurationEstimate], DurationEstimate | None]:
    """How long songs took that were polled to their end, by profile and model, and for all of them."""
    seconds: dict[tuple[str, str], list[float]] = {}
    rows = db.query("SELECT profile, model, made_in_s FROM task WHERE made_in_s IS NOT NULL AND kind = 'music'")
    for profile, model, made_in_s in rows:
        seconds.setdefault((profile, model), []).append(made_in_s)
    estimates = {
        key: estimate for key, values in sorted(seconds.items()) if (estimate := estimate_duration(values)) is not None
    }
    return estimates, estimate_duration([one for values in seconds.values() for one in values])


def _spending(rows: Iterable[sqlite3.Row], prices: Mapping[tuple[str, str], tuple[Price, ...]]) -> list[Spending]:
    found: dict[tuple[str, str], Spending] = {}
    unpriced: dict[str, int] = {}
    for profile, request_kind, count, liked in rows:
        # In the unit of the newest price, which the gateway uses now.
        price = next(iter(prices.get((profile, request_kind), ())), None)
        if price is None:
            unpriced[profile] = unpriced.get(profile, 0) + count
            continue
        before = found.get((profile, price.unit), Spending(profile, price.unit, 0.0, 0, 0, 0))
        found[profile, price.unit] = Spending(
            profile, price.unit, before.amount + price.amount * count, before.priced + count, 0, before.liked + liked
        )
    complete = [
        Spending(one.profile, one.unit, one.amount, one.priced, unpriced.get(one.profile, 0), one.liked)
        for one in found.values()
    ]
    return sorted(complete, key=lambda one: (one.profile, one.unit))

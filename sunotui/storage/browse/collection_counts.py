"""Counts the tasks of every collection in the sidebar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sunotui.domain.browse import Collection, CollectionKind
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.summary import View
from sunotui.storage.browse.query_sql import AT_RISK, at_risk_clause
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.summaries import corrupt_row_errors

# From the trash to its labels: the other way round, the task of every label would be looked up.
_LABELS = """
    SELECT label.name,
        (SELECT count(*) FROM task_label WHERE label_id = label.id) - coalesce(trashed.n, 0)
    FROM label LEFT JOIN (
        SELECT label_id, count(*) AS n FROM task INDEXED BY task_in_trash
        CROSS JOIN task_label ON task_label.task_id = task.id WHERE task.trashed_at IS NOT NULL GROUP BY label_id
    ) AS trashed ON trashed.label_id = label.id ORDER BY label.key"""
_ALBUMS = """
    SELECT album.name, count(DISTINCT task.seq) FROM album LEFT JOIN album_take ON album_take.album_id = album.id
    LEFT JOIN task ON task.id = album_take.task_id AND task.trashed_at IS NULL GROUP BY album.id ORDER BY album.key"""

# A song is counted once: one with a favourite that is not saved may also be expiring.
_AT_RISK = f"SELECT count(*) FROM task WHERE {AT_RISK}"


def collection_counts(db: Database, now: float) -> dict[Collection, int]:
    """The number of tasks of each collection at `now` in Unix seconds, in the order of the sidebar; -1 for a saved
    search, which has to run to be counted. Slow with many labels and favourites. Raises LibraryError."""
    views, gateways = tallied_counts(db)
    views[View.AT_RISK] = db.numbers(_AT_RISK, at_risk_clause(now).values)[0]
    gateways = {name: count for name, count in gateways.items() if count}
    found = {Collection.of_view(view): count for view, count in views.items() if view is not View.TRASH}
    found |= {Collection(CollectionKind.LABEL, name): count for name, count in db.query(_LABELS)}
    found |= {Collection(CollectionKind.ALBUM, name): count for name, count in db.query(_ALBUMS)}
    if len(gateways) > 1:
        found |= {Collection(CollectionKind.GATEWAY, name): gateways[name] for name in sorted(gateways)}
    found |= {
        Collection(CollectionKind.SEARCH, name): -1 for name in db.column("SELECT name FROM saved_search ORDER BY key")
    }
    return found | {Collection.of_view(View.TRASH): views[View.TRASH]}


def tallied_counts(db: Database) -> tuple[dict[View, int], dict[str, int]]:
    """The number of tasks of each view, and of each gateway outside of the trash. The library keeps these numbers, so
    that this is fast; that of View.AT_RISK, which depends on the time, is 0. Raises LibraryError."""
    views = dict.fromkeys(View, 0)
    gateways: dict[str, int] = {}
    for row in db.query("SELECT kind, status, is_starred, is_unheard, is_trashed, profile, n FROM tally"):
        with corrupt_row_errors():
            kind, status = TaskKind(row["kind"]), TaskStatus(row["status"])
        if row["is_trashed"]:
            views[View.TRASH] += row["n"]
            continue
        gateways[row["profile"]] = gateways.get(row["profile"], 0) + row["n"]
        for view in _views_with(kind, status, is_favourite=row["is_starred"], is_unplayed=row["is_unheard"]):
            views[view] += row["n"]
    return views, gateways


def view_counts(counts: Mapping[Collection, int]) -> dict[View, int]:
    """The counts of the built-in views."""
    return {place.view: count for place, count in counts.items() if place.view is not None}


def _views_with(kind: TaskKind, status: TaskStatus, *, is_favourite: bool, is_unplayed: bool) -> Iterator[View]:
    yield View.ALL
    if not status.is_final:
        yield View.ACTIVE
    if status.is_final and status is not TaskStatus.SUCCESS:
        yield View.FAILED
    else:
        if kind is TaskKind.LYRICS:
            yield View.LYRICS
        elif kind.is_song:
            yield View.SONGS
    if is_favourite:
        yield View.FAVOURITES
    if is_unplayed:
        yield View.UNPLAYED

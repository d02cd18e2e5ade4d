"""Reads which clips were derived from which, as gateways report it and as submissions requested it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from sunotui.domain.tasks.lineage import DerivationType, Lineage, Relative, lineage_of
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import chunks, placeholders, storable_text
from sunotui.storage.tasks.summaries import corrupt_row_errors

MOST_RELATIVES = 500
"""The maximum number of clips of a lineage that are read, nearest first."""

_PARENTS = (
    "SELECT descent.parent_id, clip.id FROM clip "
    "JOIN descent ON descent.task_id = clip.task_id AND descent.clip_id IN (clip.id, '') WHERE clip.id IN ({ids})"
)
_CHILDREN = (
    "SELECT descent.parent_id, clip.id FROM descent "
    "JOIN clip ON clip.task_id = descent.task_id AND descent.clip_id IN (clip.id, '') "
    "WHERE descent.parent_id IN ({ids})"
)
# The first task that has a clip is the clip's own one.
_RELATIVES = (
    "SELECT clip.id, clip.task_id, clip.take, clip.title, clip.model, clip.duration_s, task.kind, task.added_at, "
    "CASE WHEN submission.id IS NOT NULL THEN json_extract(submission.request, '$.kind') "
    "WHEN ' ' || coalesce(clip.derivations, '') LIKE '% stem:%' THEN 'stems' ELSE '' END, min(task.seq) "
    "FROM clip JOIN task ON task.id = clip.task_id LEFT JOIN submission ON submission.id = task.submission_id "
    "WHERE clip.id IN ({ids}) GROUP BY clip.id"
)


class LineageStore:
    """Lineages of clips. Every method raises LibraryError when the library cannot be read."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def around(self, clip_ids: Sequence[str]) -> Lineage | None:
        """The lineage of these clips: their ancestors and all descendants of those.

        None if they have neither parents nor children.
        """
        seen = dict.fromkeys(clip_ids)
        edges: dict[tuple[str, str], None] = {}
        self._follow(_PARENTS, 0, seen, edges)
        self._follow(_CHILDREN, 1, seen, edges)
        if not edges:
            return None
        known = {one.clip_id: one for one in self._relatives(list(seen))}
        return lineage_of((known.get(clip_id) or Relative(clip_id) for clip_id in seen), edges)

    def named(self, clip_ids: Sequence[str]) -> tuple[Relative, ...]:
        """What is known about these clips."""
        known = {one.clip_id: one for one in self._relatives(clip_ids)}
        return tuple(known.get(clip_id) or Relative(clip_id) for clip_id in clip_ids)

    def tasks_made_of(self, clip_id: str) -> list[str]:
        """The ids of the tasks with a clip that was derived from this one, oldest first."""
        return self._db.column(
            "SELECT id FROM task WHERE id IN (SELECT task_id FROM descent WHERE parent_id = ?) ORDER BY seq",
            [storable_text(clip_id)],
        )

    def is_child(self, clip_id: str) -> bool:
        """Whether the clip is known to be made from another one."""
        return bool(self._db.query(_PARENTS.format(ids="?"), [storable_text(clip_id)]))

    def _follow(self, sql: str, side: int, seen: dict[str, None], edges: dict[tuple[str, str], None]) -> None:
        """Follow the edges from all of `seen` to one side, 0 for parents and 1 for children, and add the clips
        found."""
        frontier = list(seen)
        while frontier and len(seen) < MOST_RELATIVES:
            found = [(row[0], row[1]) for row in self._rows(sql, frontier) if row[0] != row[1]]
            edges.update(dict.fromkeys(found))
            frontier = [clip_id for clip_id in dict.fromkeys(edge[side] for edge in found) if clip_id not in seen]
            frontier = frontier[: MOST_RELATIVES - len(seen)]
            seen.update(dict.fromkeys(frontier))

    def _relatives(self, clip_ids: Sequence[str]) -> Iterator[Relative]:
        types = {
            "music": DerivationType.EXTENDED,
            "cover": DerivationType.COVERED,
            "concat": DerivationType.JOINED,
            "infill": DerivationType.REPLACED,
            "stems": DerivationType.TAKEN_APART,
            "stems_short": DerivationType.TAKEN_APART,
        }
        for row in self._rows(_RELATIVES, clip_ids):
            clip_id, task_id, take, title, model, duration_s, kind, added_at, request_kind, _seq = row
            derivation = types.get(request_kind) or (DerivationType.JOINED if kind == "concat" else DerivationType.MADE)
            with corrupt_row_errors():
                yield Relative(clip_id, task_id, int(take), title, model, duration_s, derivation, float(added_at))

    def _rows(self, sql: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        for chunk in chunks([storable_text(clip_id) for clip_id in ids]):
            yield from self._db.query(sql.format(ids=placeholders(chunk)), chunk)

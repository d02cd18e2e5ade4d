"""Reads who was made of whom, out of what gateways tell of their clips and what our own submissions asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_text
from sunotui.storage.tasks.summaries import corrupt_row_errors

if TYPE_CHECKING:
    from sunotui.domain.tasks.lineage import Lineage, Relative

MOST_RELATIVES = 500
"""Members of a family that are looked for; a larger one is told from its nearest members on."""

_CHUNK = 400
_PARENTS = (
    "SELECT descent.parent_id, clip.id FROM clip "
    "JOIN descent ON descent.task_id = clip.task_id AND descent.clip_id IN (clip.id, '') WHERE clip.id IN ({marks})"
)
_CHILDREN = (
    "SELECT descent.parent_id, clip.id FROM descent "
    "JOIN clip ON clip.task_id = descent.task_id AND descent.clip_id IN (clip.id, '') "
    "WHERE descent.parent_id IN ({marks})"
)
# Of the tasks that tell of a clip the first is its own.
_RELATIVES = (
    "SELECT clip.id, clip.task_id, clip.take, clip.title, clip.model, clip.duration_s, task.kind, task.added_at, "
    "CASE WHEN submission.id IS NULL THEN '' ELSE json_extract(submission.request, '$.kind') END, min(task.seq) "
    "FROM clip JOIN task ON task.id = clip.task_id LEFT JOIN submission ON submission.id = task.submission_id "
    "WHERE clip.id IN ({marks}) GROUP BY clip.id"
)


class LineageStore:
    """Families of clips. Every method raises LibraryError when the file cannot be read."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def around(self, clip_ids: Sequence[str]) -> Lineage | None:
        """The family that these clips belong to: their ancestors and all that descends from those.

        None where none of them was made of anything and nothing was made of them.
        """
        from sunotui.domain.tasks.lineage import Relative, lineage_of

        seen = dict.fromkeys(clip_ids)
        edges: dict[tuple[str, str], None] = {}
        self._climb(_PARENTS, 0, seen, edges)
        self._climb(_CHILDREN, 1, seen, edges)
        if not edges:
            return None
        known = {one.clip_id: one for one in self._relatives(list(seen))}
        return lineage_of((known.get(clip_id) or Relative(clip_id) for clip_id in seen), edges)

    def is_child(self, clip_id: str) -> bool:
        """Whether the clip is known to be made of another one."""
        return bool(self._db.query(_PARENTS.format(marks="?"), [storable_text(clip_id)]))

    def _climb(self, question: str, side: int, seen: dict[str, None], edges: dict[tuple[str, str], None]) -> None:
        """Follow edges from all of `seen` to one side, 0 for parents and 1 for children, and add whoever is met."""
        ahead = list(seen)
        while ahead and len(seen) < MOST_RELATIVES:
            found = [(row[0], row[1]) for row in self._rows(question, ahead) if row[0] != row[1]]
            edges.update(dict.fromkeys(found))
            ahead = [one for one in dict.fromkeys(edge[side] for edge in found) if one not in seen]
            ahead = ahead[: MOST_RELATIVES - len(seen)]
            seen.update(dict.fromkeys(ahead))

    def _relatives(self, clip_ids: Sequence[str]) -> Iterator[Relative]:
        from sunotui.domain.tasks.lineage import DerivationType, Relative

        makings = {
            "music": DerivationType.EXTENDED,
            "cover": DerivationType.COVERED,
            "concat": DerivationType.JOINED,
            "infill": DerivationType.REPLACED,
            "stems": DerivationType.TAKEN_APART,
        }
        for row in self._rows(_RELATIVES, clip_ids):
            clip_id, task_id, take, title, model, duration_s, kind, added_at, word, _seq = row
            making = makings.get(word) or (DerivationType.JOINED if kind == "concat" else DerivationType.MADE)
            with corrupt_row_errors():
                yield Relative(clip_id, task_id, int(take), title, model, duration_s, making, float(added_at))

    def _rows(self, question: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
        for start in range(0, len(ids), _CHUNK):
            chunk = [storable_text(clip_id) for clip_id in ids[start : start + _CHUNK]]
            yield from self._db.query(question.format(marks=", ".join("?" * len(chunk))), chunk)

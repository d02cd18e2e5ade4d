"""Stores the data of triage: which takes are postponed, and the decisions on takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sunotui.domain.annotations import TakeRef, TriageDecision, TriageVerdict
from sunotui.domain.playback import QueueEntry
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.named_tuple import NamedTuple
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import id_chunks, placeholders, storable_row, storable_text

_SONGS = ", ".join(repr(kind.value) for kind in TaskKind if kind.is_song)
# A rating without a clip refers to the first take.
_UNPLAYED = (
    "SELECT task.id, clip.id, coalesce(nullif(clip.title, ''), task.title), take, profile, clip.duration_s "
    "FROM task JOIN clip ON clip.task_id = task.id LEFT JOIN triage_later ON triage_later.clip_id = clip.id "
    f"WHERE task.id IN ({{}}) AND task.trashed_at IS NULL AND task.status = 'success' AND task.kind IN ({_SONGS}) "
    "AND clip.status <> 'error' AND ' ' || coalesce(clip.derivations, '') NOT LIKE '% stem:%' "
    "AND coalesce(until, 0) <= ? AND NOT EXISTS (SELECT 1 FROM opinion WHERE opinion.task_id = task.id "
    "AND heard_at IS NOT NULL AND (opinion.clip_id = clip.id OR (opinion.clip_id = '' AND clip.id = "
    "(SELECT first.id FROM clip AS first WHERE first.task_id = task.id ORDER BY first.take LIMIT 1)))) "
    "ORDER BY task.id, take"
)
_COLUMNS = "task_id, clip_id, verdict, rating, decided_at"


class StoredDecision(NamedTuple):
    """A decision in the library."""

    decision: TriageDecision
    is_pending: bool
    """Whether it still has to be applied."""


class TriageStore:
    """The takes to triage, and the decisions. Decisions outlive their takes. Every method raises LibraryError."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def unplayed(self, task_ids: Sequence[str], now: float) -> list[QueueEntry]:
        """The takes of these songs that were never played, in the order of the songs. Takes that are postponed at
        `now`, in Unix seconds, takes of songs in the trash, stems and failed takes are left out."""
        found: dict[str, list[QueueEntry]] = {}
        for chunk in id_chunks(task_ids):
            for row in self._db.query(_UNPLAYED.format(placeholders(chunk)), [*chunk, now]):
                entry = QueueEntry(*row)
                found.setdefault(entry.task_id, []).append(entry)
        return [entry for task_id in dict.fromkeys(task_ids) for entry in found.get(storable_text(task_id), ())]

    def takes_of(self, task_ids: Iterable[str]) -> dict[str, list[str]]:
        """The ids of all takes of these songs, by song."""
        found: dict[str, list[str]] = {}
        for chunk in id_chunks(task_ids):
            rows = self._db.query(f"SELECT task_id, id FROM clip WHERE task_id IN ({placeholders(chunk)})", chunk)
            for task_id, clip_id in rows:
                found.setdefault(task_id, []).append(clip_id)
        return found

    # --- decisions ---------------------------------------------------------------------------------------------------

    def decisions(self, clip_ids: Iterable[str]) -> dict[str, StoredDecision]:
        """The stored decisions on these takes, by clip id."""
        found: dict[str, StoredDecision] = {}
        for chunk in id_chunks(clip_ids):
            rows = self._db.query(
                f"SELECT {_COLUMNS}, is_pending FROM triage_decision WHERE clip_id IN ({placeholders(chunk)})", chunk
            )
            found.update((row[1], _stored(row)) for row in rows)
        return found

    def pending(self) -> list[TriageDecision]:
        """The decisions that still have to be applied, oldest first."""
        rows = self._db.query(
            f"SELECT {_COLUMNS}, is_pending FROM triage_decision WHERE is_pending ORDER BY decided_at, clip_id"
        )
        return [_stored(row).decision for row in rows]

    def put(self, decisions: Mapping[str, StoredDecision | None]) -> None:
        """Store or, with None, forget the decisions on takes, by clip id, in one transaction."""
        stored = [one for one in decisions.values() if one is not None]
        with self._db.write() as connection:
            connection.executemany(
                "DELETE FROM triage_decision WHERE clip_id = ?",
                [(storable_text(clip_id),) for clip_id, one in decisions.items() if one is None],
            )
            connection.executemany(
                f"INSERT INTO triage_decision ({_COLUMNS}, is_pending) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (clip_id) DO UPDATE SET task_id = excluded.task_id, verdict = excluded.verdict, "
                "rating = excluded.rating, decided_at = excluded.decided_at, is_pending = excluded.is_pending",
                [
                    storable_row((*one.take, one.verdict.value, one.rating, one.decided_at, int(is_pending)))
                    for one, is_pending in stored
                ],
            )

    # --- later -------------------------------------------------------------------------------------------------------

    def put_off_until(self, clip_id: str) -> float | None:
        """Until when a take is postponed, in Unix seconds; None if it is not."""
        rows = self._db.query("SELECT until FROM triage_later WHERE clip_id = ?", [storable_text(clip_id)])
        return next((until for (until,) in rows), None)

    def put_off(self, take: TakeRef, until: float | None) -> None:
        """Postpone a take until a time in Unix seconds; None ends that."""
        task_id, clip_id = storable_row(take)
        with self._db.write() as connection:
            if until is None:
                connection.execute("DELETE FROM triage_later WHERE clip_id = ?", (clip_id,))
            else:
                connection.execute(
                    "INSERT INTO triage_later (clip_id, task_id, until) VALUES (?, ?, ?) "
                    "ON CONFLICT (clip_id) DO UPDATE SET task_id = excluded.task_id, until = excluded.until",
                    (clip_id, task_id, until),
                )


def _stored(row: Sequence[object]) -> StoredDecision:
    task_id, clip_id, verdict, rating, decided_at, is_pending = row
    take = TakeRef(str(task_id), str(clip_id))
    decision = TriageDecision(take, TriageVerdict(str(verdict)), int(str(rating)), float(str(decided_at)))
    return StoredDecision(decision, bool(is_pending))

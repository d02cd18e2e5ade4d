"""Records of another library taken in: what is here stays, what is missing comes, and twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Any

from sunotui.domain.export_records import ExportedTask, Record, arrived
from sunotui.domain.requests.request import to_json
from sunotui.domain.submission import Submission, SubmissionState, can_transition
from sunotui.domain.tasks.merge_imported import is_same, merge_imported
from sunotui.domain.tasks.task import Task
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import storable_row, storable_text
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.transfer.import_annotations import KEPT, import_annotations
from sunotui.storage.transfer.import_extras import EXTRAS


class ImportStatus(StrEnum):
    """What became of a record."""

    ADDED = "added"
    CHANGED = "changed"
    """It was here, and something of it was missing."""
    THERE = "there"
    """All of it was here."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """One record's fate."""

    status: ImportStatus
    reason: str = ""
    """Why it was refused, for a person."""


_ANOTHER = "its id is that of another task here"


class Importer:
    """Takes records in. Every method raises LibraryError when the library cannot be written."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._library = TaskStore(db)
        self._journal = Journal(db)
        self._readers: dict[type, Callable[[Sequence[Any]], Iterable[ImportResult]]] = {
            Submission: lambda records: map(self._submission, records),
            ExportedTask: self._tasks,
        }

    def add(self, records: Iterable[Record]) -> list[ImportResult]:
        """Take records in, in their order and in one transaction: all of them or none. Their fates, in order."""
        found: list[ImportResult] = []
        with self._db.write():
            for kind, run in groupby(records, type):
                found += self._read(kind, list(run))
        return found

    def _read(self, kind: type, records: Sequence[Any]) -> Iterable[ImportResult]:
        if kind in self._readers:
            return self._readers[kind](records)
        take = KEPT.get(kind) or EXTRAS[kind]
        return [ImportResult(ImportStatus(take(self._db, record))) for record in records]

    # --- tasks -------------------------------------------------------------------------------------------------------

    def _tasks(self, carried: Sequence[ExportedTask]) -> list[ImportResult]:
        before = self._library.tasks(list({one.task.id for one in carried}))
        known, raws, refused = dict(before), dict[str, str](), set[int]()
        for place, one in enumerate(carried):
            old = known.get(one.task.id)
            if old is not None and not is_same(old, one.task):
                refused.add(place)
                continue
            known[one.task.id] = one.task if old is None else merge_imported(old, one.task)
            if one.raw and (old is None or not self._has_better_raw(old, one)):
                raws[one.task.id] = one.raw
        # In the file's order: its order is that of the list.
        self._library.save([known[task_id] for task_id in dict.fromkeys(one.task.id for one in carried)], raws)
        changed = {task_id for task_id, task in known.items() if _is_news(before.get(task_id), task)} | set(raws)
        taken = [one for place, one in enumerate(carried) if place not in refused]
        kept = import_annotations(self._db, taken, is_new=lambda task_id: task_id not in before)
        self._library.reindex(sorted(kept))
        changed |= kept
        return list(_fates(carried, refused, before, changed))

    def _has_better_raw(self, old: Task, told: ExportedTask) -> bool:
        if (told.task.checked_at or 0.0) > (old.checked_at or 0.0):
            return self._library.raw(old.id) == told.raw
        return bool(self._library.raw(old.id))

    # --- submissions -------------------------------------------------------------------------------------------------

    def _submission(self, told: Submission) -> ImportResult:
        told = arrived(told)
        known = self._journal.get(told.id)
        if known is None:
            self._insert(told)
            return ImportResult(ImportStatus.ADDED)
        if known.created_at != told.created_at or known.profile != told.profile:
            return ImportResult(ImportStatus.REFUSED, "its id is that of another submission here")
        # What is unknown here may have come to its end there; what this computer is sending is its own (S1, S5).
        if known.state is SubmissionState.UNKNOWN and can_transition(known.state, told.state):
            self._end(told)
            return ImportResult(ImportStatus.CHANGED)
        return ImportResult(ImportStatus.THERE)

    def _insert(self, told: Submission) -> None:
        values = {
            "id": told.id,
            "profile": told.profile,
            "request": to_json(told.request),
            "path": told.path,
            "body": told.body,
            "state": told.state.value,
            # Nobody's: there is no process that is to send it.
            "owner": "",
            "created_at": told.created_at,
            "sent_at": told.sent_at,
            "ended_at": told.ended_at,
            "task_id": told.task_id,
            "retry_of": told.retry_of,
            "trouble": told.trouble,
            "trouble_kind": told.trouble_kind,
            "request_id": told.request_id,
            "http_status": told.http_status,
            "answer": told.answer,
            "task_hint": " ".join(told.task_hints),
            "result": told.result,
        }
        with self._db.write() as connection:
            connection.execute(
                f"INSERT INTO submission ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                storable_row(values.values()),
            )

    def _end(self, told: Submission) -> None:
        values = storable_row(
            (told.state.value, told.ended_at, told.task_id, told.request_id, told.http_status, told.result)
        )
        with self._db.write() as connection:
            connection.execute(
                "UPDATE submission SET state = ?, ended_at = ?, task_id = ?, trouble = '', trouble_kind = '', "
                "request_id = ?, http_status = ?, result = ? WHERE id = ? AND state = 'unknown'",
                (*values, storable_text(told.id)),
            )


def _is_news(before: Task | None, task: Task) -> bool:
    """Whether more than the time of the last look is new."""
    return before is None or replace(task, checked_at=before.checked_at, misses=before.misses) != before


def _fates(
    carried: Sequence[ExportedTask], refused: set[int], before: dict[str, Task], changed: set[str]
) -> Iterator[ImportResult]:
    seen: set[str] = set()
    for place, one in enumerate(carried):
        if place in refused:
            yield ImportResult(ImportStatus.REFUSED, _ANOTHER)
        elif one.task.id in seen or one.task.id not in changed:
            yield ImportResult(ImportStatus.THERE)
        else:
            seen.add(one.task.id)
            yield ImportResult(ImportStatus.CHANGED if one.task.id in before else ImportStatus.ADDED)

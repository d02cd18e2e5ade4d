"""Imports records of another library: existing data stays, missing data is added, and importing again changes
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sunotui.domain.annotations import Preference, TakeRef
from sunotui.domain.export_records import (
    ExportedAlbum,
    ExportedCapabilities,
    ExportedDecision,
    ExportedDraft,
    ExportedLabel,
    ExportedLater,
    ExportedPreference,
    ExportedPrice,
    ExportedSearch,
    ExportedTask,
    ExportedTimings,
    Record,
    arrived,
)
from sunotui.domain.gateways.persona import Persona
from sunotui.domain.submission import Submission, SubmissionState, can_transition
from sunotui.domain.tasks.merge import is_same, merge_imported
from sunotui.domain.tasks.task import Task
from sunotui.storage.annotations.preferences import PreferenceStore
from sunotui.storage.db.connection import Database
from sunotui.storage.db.sql_values import Value, insert_all, placeholders, storable_row, storable_text
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.storage.transfer.annotation_import import add_annotations, find_or_insert
from sunotui.storage.transfer.new_rows import ADD_SUBMISSIONS, NewRows, insert_new, submission_row


class ImportStatus(StrEnum):
    """The outcome of importing a record."""

    ADDED = "added"
    CHANGED = "changed"
    """The library had a part of it, and the rest was added."""
    THERE = "there"
    """The library had all of it."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result for one record."""

    status: ImportStatus
    reason: str = ""
    """Why it was rejected, for the user."""


_OTHER_TASK = "its id is that of another task here"


class Importer:
    """Adds records to a library. Every method raises LibraryError when the library cannot be written."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._tasks = TaskStore(db)
        self._journal = Journal(db)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Add what the body adds in one transaction: all of it or, if the body raises, none."""
        with self._db.write():
            yield

    def add(self, records: Iterable[Record]) -> list[ImportResult]:
        """Add records in one transaction: all of them or none. Their results, in the same order.

        Records of one kind are added together, in the order in which the kinds first occur.
        """
        kinds: dict[type, list[int]] = {}
        given = list(records)
        for index, record in enumerate(given):
            kinds.setdefault(type(record), []).append(index)
        results: dict[int, ImportResult] = {}
        with self._db.write():
            for kind, indexes in kinds.items():
                added = self._add_kind(kind, [given[index] for index in indexes])
                results.update(zip(indexes, added, strict=True))
        return [results[index] for index in range(len(given))]

    def add_new(self, rows: NewRows) -> bool:
        """Add rows in one transaction; returns whether they were added. Adds none of them if the library has a
        submission or a task with one of their ids: `add` completes that."""
        return insert_new(self._db, rows)

    def _add_kind(self, kind: type, records: Sequence[Any]) -> Iterable[ImportResult]:
        if kind is ExportedTask:
            return self._add_tasks(records)
        if kind is Submission:
            return self._add_submissions(records)
        return [ImportResult(_ADD[kind](self._db, record)) for record in records]

    # --- tasks -------------------------------------------------------------------------------------------------------

    def _add_tasks(self, records: Sequence[ExportedTask]) -> list[ImportResult]:
        before = self._tasks.tasks(list({record.task.id for record in records}))
        known, raws, refused = dict(before), dict[str, str](), set[int]()
        for index, record in enumerate(records):
            old = known.get(record.task.id)
            if old is not None and not is_same(old, record.task):
                refused.add(index)
                continue
            known[record.task.id] = record.task if old is None else merge_imported(old, record.task)
            if record.raw and (old is None or not self._has_better_raw(old, record)):
                raws[record.task.id] = record.raw
        accepted = [record for index, record in enumerate(records) if index not in refused]
        annotated: set[str] = set()

        def annotate() -> set[str]:
            annotated.update(add_annotations(self._db, accepted, before))
            return annotated

        # In the order of the file, which becomes the order of the list.
        tasks = [known[task_id] for task_id in dict.fromkeys(record.task.id for record in records)]
        self._tasks.save(tasks, raws, annotate)
        changed = {task_id for task_id, task in known.items() if _is_changed(before.get(task_id), task)} | set(raws)
        changed |= annotated
        return list(_task_results(records, refused, before, changed))

    def _has_better_raw(self, old: Task, record: ExportedTask) -> bool:
        if (record.task.checked_at or 0.0) > (old.checked_at or 0.0):
            return self._tasks.raw(old.id) == record.raw
        return bool(self._tasks.raw(old.id))

    # --- submissions -------------------------------------------------------------------------------------------------

    def _add_submissions(self, records: Sequence[Submission]) -> list[ImportResult]:
        arriving = [arrived(record) for record in records]
        known = self._journal.reader.of([record.id for record in arriving])
        new: list[Submission] = []
        results: list[ImportResult] = []
        for record in arriving:
            results.append(self._add_submission(record, known.get(record.id)))
            if record.id not in known:
                known[record.id] = record
                new.append(record)
        with self._db.write() as connection:
            insert_all(connection, ADD_SUBMISSIONS, list(map(submission_row, new)))
        return results

    def _add_submission(self, record: Submission, known: Submission | None) -> ImportResult:
        if known is None:
            return ImportResult(ImportStatus.ADDED)
        if known.created_at != record.created_at or known.profile != record.profile:
            return ImportResult(ImportStatus.REFUSED, "its id is that of another submission here")
        # An outcome that is unknown here may be known there; what this computer is sending stays unchanged (S1, S5).
        if known.state is SubmissionState.UNKNOWN and can_transition(known.state, record.state):
            self._end_submission(record)
            return ImportResult(ImportStatus.CHANGED)
        return ImportResult(ImportStatus.THERE)

    def _end_submission(self, record: Submission) -> None:
        values = storable_row(
            (record.state.value, record.ended_at, record.task_id, record.request_id, record.http_status, record.result)
        )
        with self._db.write() as connection:
            connection.execute(
                "UPDATE submission SET state = ?, ended_at = ?, task_id = ?, trouble = '', trouble_kind = '', "
                "request_id = ?, http_status = ?, result = ? WHERE id = ? AND state = 'unknown'",
                (*values, storable_text(record.id)),
            )


def _is_changed(before: Task | None, task: Task) -> bool:
    """Whether more than the time of the last check has changed."""
    return before is None or task._replace(checked_at=before.checked_at, misses=before.misses) != before


def _task_results(
    records: Sequence[ExportedTask], refused: set[int], before: dict[str, Task], changed: set[str]
) -> Iterator[ImportResult]:
    seen: set[str] = set()
    for index, record in enumerate(records):
        if index in refused:
            yield ImportResult(ImportStatus.REFUSED, _OTHER_TASK)
        elif record.task.id in seen or record.task.id not in changed:
            yield ImportResult(ImportStatus.THERE)
        else:
            seen.add(record.task.id)
            yield ImportResult(ImportStatus.CHANGED if record.task.id in before else ImportStatus.ADDED)


# --- labels, albums and searches --------------------------------------------------------------------------------------


def _add_label(db: Database, record: ExportedLabel) -> ImportStatus:
    _, is_new = find_or_insert(db, "label", record.name, {})
    return ImportStatus.ADDED if is_new else ImportStatus.THERE


def _add_album(db: Database, record: ExportedAlbum) -> ImportStatus:
    """Append the takes that the album with this name does not have; those of unknown tasks are left out. An artist and
    a cover that it has are kept."""
    album_id, is_new = find_or_insert(db, "album", record.name, {"created_at": record.created_at})
    has_added = False
    with db.write() as connection:
        if record.artist:
            added = connection.execute(
                "UPDATE album SET artist = ? WHERE id = ? AND coalesce(artist, '') = '' RETURNING 1",
                (storable_text(record.artist), album_id),
            ).fetchall()
            has_added = bool(added)
        if record.cover_clip or record.cover_path:
            added = connection.execute(
                "UPDATE album SET cover_clip = ?, cover_path = ? "
                "WHERE id = ? AND coalesce(cover_clip, '') = '' AND coalesce(cover_path, '') = '' RETURNING 1",
                (storable_text(record.cover_clip), storable_text(record.cover_path), album_id),
            ).fetchall()
            has_added = has_added or bool(added)
        for task_id, clip_id in record.takes:
            added = connection.execute(
                "INSERT INTO album_take (album_id, place, task_id, clip_id) "
                "SELECT ?1, (SELECT coalesce(max(place), 0) + 1 FROM album_take WHERE album_id = ?1), id, ?3 "
                "FROM task WHERE id = ?2 ON CONFLICT DO NOTHING RETURNING 1",
                (album_id, task_id, clip_id),
            ).fetchall()
            has_added = has_added or bool(added)
    if is_new:
        return ImportStatus.ADDED
    return ImportStatus.CHANGED if has_added else ImportStatus.THERE


def _add_search(db: Database, record: ExportedSearch) -> ImportStatus:
    values = {"query": record.query, "sort": record.sort, "is_reversed": int(record.is_reversed)}
    _, is_new = find_or_insert(db, "saved_search", record.name, values)
    return ImportStatus.ADDED if is_new else ImportStatus.THERE


# --- facts about gateways, and drafts --------------------------------------------------------------------------------


def _insert(db: Database, table: str, values: Mapping[str, Value]) -> ImportStatus:
    """Insert a row if it is missing; an existing row is newer or equal, and stays."""
    with db.write() as connection:
        inserted = connection.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({placeholders([*values])}) "
            "ON CONFLICT DO NOTHING RETURNING 1",
            storable_row(values.values()),
        ).fetchall()
    return ImportStatus.ADDED if inserted else ImportStatus.THERE


def _add_preference(db: Database, record: ExportedPreference) -> ImportStatus:
    winner, loser = TakeRef(record.winner_task, record.winner_clip), TakeRef(record.loser_task, record.loser_clip)
    is_new = PreferenceStore(db).add(Preference(winner, loser, record.profile, record.compared_at))
    return ImportStatus.ADDED if is_new else ImportStatus.THERE


def _add_decision(db: Database, record: ExportedDecision) -> ImportStatus:
    values: dict[str, Value] = {"verdict": record.verdict, "rating": record.rating, "decided_at": record.decided_at}
    ids: dict[str, Value] = {"clip_id": record.clip_id, "task_id": record.task_id}
    return _insert(db, "triage_decision", ids | values | {"is_pending": int(record.is_pending)})


def _add_later(db: Database, record: ExportedLater) -> ImportStatus:
    return _insert(db, "triage_later", {"clip_id": record.clip_id, "task_id": record.task_id, "until": record.until})


def _add_timings(db: Database, record: ExportedTimings) -> ImportStatus:
    return _insert(db, "timing", {"clip_id": record.clip_id, "text": record.text})


def _add_persona(db: Database, record: Persona) -> ImportStatus:
    values: dict[str, Value] = {"profile": record.profile, "id": record.id, "name": record.name}
    return _insert(db, "persona", {**values, "clip_id": record.clip_id, "created_at": record.created_at})


def _add_price(db: Database, record: ExportedPrice) -> ImportStatus:
    """Prices have no key: one that was learned at the same time is the same."""
    names = ("profile", "action", "amount", "unit", "learned_at")
    values = storable_row((record.profile, record.action, record.amount, record.unit, record.learned_at))
    if db.query(f"SELECT 1 FROM price WHERE {' AND '.join(f'{name} = ?' for name in names)}", values):
        return ImportStatus.THERE
    return _insert(db, "price", dict(zip(names, values, strict=True)))


def _add_capabilities(db: Database, record: ExportedCapabilities) -> ImportStatus:
    return _insert(db, "offers", {"profile": record.profile, "text": record.text})


def _add_draft(db: Database, record: ExportedDraft) -> ImportStatus:
    return _insert(db, "draft", {"name": record.name, "text": record.text})


_ADD: Mapping[type, Callable[[Database, Any], ImportStatus]] = {
    ExportedLabel: _add_label,
    ExportedAlbum: _add_album,
    ExportedSearch: _add_search,
    ExportedPreference: _add_preference,
    ExportedDecision: _add_decision,
    ExportedLater: _add_later,
    ExportedTimings: _add_timings,
    Persona: _add_persona,
    ExportedPrice: _add_price,
    ExportedCapabilities: _add_capabilities,
    ExportedDraft: _add_draft,
}
"""The function that adds a record of each kind."""

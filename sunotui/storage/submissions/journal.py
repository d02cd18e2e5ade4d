"""The journal of submissions: a row for each, on disk before a byte is sent, so that nothing is paid twice (S1, S4,
S5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sunotui.domain.errors import (
    Charge,
    InvalidRequest,
    JournalWriteError,
    LibraryError,
    SunotuiError,
)
from sunotui.domain.submission import Submission, SubmissionState, can_transition
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import BUSY_ADVICE, is_busy, reason_of
from sunotui.storage.db.sql_values import Value, storable, storable_text
from sunotui.storage.submissions.process_lock import ProcessLock, is_dead, remove_stale_locks
from sunotui.storage.submissions.reader import DuplicateQuery, SubmissionReader, Submissions
from sunotui.storage.submissions.rows import request_json
from sunotui.storage.tasks.task_store import TaskStore

if TYPE_CHECKING:
    from sunotui.domain.tasks.task import Task

_NEVER_SENT = "sunotui ended before this was sent; nothing was charged."
_INTERRUPTED = "sunotui ended while this was being sent. It may have been charged."


class Journal:
    """The journal of submissions. Each write is on disk when its method returns; otherwise it raises JournalWriteError
    from the cause."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.reader = SubmissionReader(db)
        self._tasks = TaskStore(db)
        self._lock_folder = db.path.parent / "owners"
        self._process_lock: ProcessLock | None = None

    def add(
        self, submission: Submission, unless: DuplicateQuery | None = None, *, origin: str = ""
    ) -> Submission | None:
        """Record a submission before it is sent to the gateway at `origin`.

        With `unless`, an existing duplicate is returned and nothing is written. The search runs in the same
        transaction, so that two processes cannot both miss it.

        The outcome of the submission `retry_of` must be unknown, and it must not have been sent again, which is checked
        in the same transaction. Raises NotFound and InvalidRequest otherwise; ValueError unless the submission is ready
        and its id is new; JournalWriteError.
        """
        if submission.state is not SubmissionState.READY:
            raise ValueError(f"a new submission must be ready, not {submission.state.value}")
        row: list[Value] = [
            submission.id,
            submission.profile,
            request_json(submission),
            submission.path,
            submission.body,
            submission.state.value,
            submission.created_at,
            submission.retry_of,
            origin,
        ]
        with self._write_before_sending() as connection:
            if unless is not None and (duplicate := self.reader.find_duplicate(submission, unless)) is not None:
                return duplicate
            if submission.retry_of is not None:
                self._require_retryable(submission.retry_of)
            if self.reader.get(submission.id) is not None:
                raise ValueError(f"the submission {submission.id} is in the journal already")
            connection.execute(
                "INSERT INTO submission (id, profile, request, path, body, state, created_at, retry_of, origin, "
                "owner, trouble, trouble_kind, request_id, answer) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', '', '')",
                [*map(storable, row), self._own_id()],
            )
        return None

    def claim(self, submission_id: str, now: float) -> bool:
        """Claim a ready submission for sending; returns true exactly once, to one caller of all processes (S1). `now`
        is in Unix seconds. Raises JournalWriteError."""
        with self._write_before_sending() as connection:
            claimed = connection.execute(
                "UPDATE submission SET state = 'sending', sent_at = ?, owner = ? WHERE id = ? AND state = 'ready' "
                "RETURNING id",
                (now, self._own_id(), storable_text(submission_id)),
            ).fetchall()
        return bool(claimed)

    def accept(
        self,
        submission_id: str,
        task: Task,
        now: float,
        request_id: str = "",
        http_status: int | None = None,
        answer: str = "",
    ) -> bool:
        """Record that the gateway accepted a submission, and its task, in one transaction; also for an outcome that was
        unknown until now. Returns False, and writes nothing, if the task of that id belongs to another submission or
        gateway: a gateway that reuses ids after a reset, or a hostile one, must not replace it (D2). Raises
        JournalWriteError.
        """
        what = f"The gateway accepted the task {task.id}, but the library could not be written"
        with self._write_after_sending(what, Charge.MAYBE):
            known = self._tasks.task(task.id)
            if known is not None:
                if not self._can_belong_to(known, submission_id, task.profile):
                    return False
                # It was fetched before its acceptance was recorded, so the known task is newer.
                task = known
            self._move(
                submission_id,
                SubmissionState.ACCEPTED,
                now,
                task_id=task.id,
                trouble="",
                trouble_kind="",
                request_id=request_id,
                http_status=http_status,
                answer=answer,
            )
            self._tasks.save([task._replace(submission_id=submission_id)])
        return True

    def deliver(
        self,
        submission_id: str,
        result: str,
        now: float,
        request_id: str = "",
        http_status: int | None = None,
        answer: str = "",
    ) -> None:
        """Record that the gateway accepted a submission without a task, with a `result`, which may be empty for now.

        A persona is saved in the same transaction. Raises JournalWriteError.
        """
        about = f" ({shortened(result)})" if result else ""
        what = f"The gateway accepted this{about}, but the library could not be written"
        with self._write_after_sending(what, Charge.MAYBE):
            self._move(
                submission_id,
                SubmissionState.ACCEPTED,
                now,
                trouble="",
                trouble_kind="",
                request_id=request_id,
                http_status=http_status,
                answer=answer,
            )
            if result:
                self.save_result(submission_id, result, now)

    def save_result(self, submission_id: str, result: str, now: float) -> bool:
        """Save the result of an accepted submission, and the persona that it may be, in one transaction. Returns False,
        and writes nothing, if the submission has a result. Raises JournalWriteError.
        """
        from sunotui.storage.gateway_facts.personas import PersonaStore

        with self._write_after_sending(
            f"The gateway made this ({shortened(result)}), but the library could not be written"
        ):
            self._require(submission_id, SubmissionState.ACCEPTED)
            with self._db.write() as connection:
                rows = connection.execute(
                    "UPDATE submission SET result = ? WHERE id = ? AND result = '' RETURNING profile, request",
                    (storable_text(result), storable_text(submission_id)),
                ).fetchall()
            personas = PersonaStore(self._db)
            for profile, text in rows:
                personas.add_result(text, result, profile, now)
        return bool(rows)

    def _can_belong_to(self, known: Task, submission_id: str, profile: str) -> bool:
        submission = self.reader.get(submission_id)
        if known.profile != profile or submission is None:
            return False
        if known.submission_id is not None:
            return known.submission_id == submission_id
        return submission.sent_at is not None and known.added_at >= submission.sent_at

    def reject(self, submission_id: str, error: SunotuiError, now: float, answer: str = "") -> None:
        """Record that the gateway certainly did not accept a submission. Raises JournalWriteError."""
        self._end(submission_id, SubmissionState.REJECTED, error, now, answer)

    def mark_unknown(
        self, submission_id: str, error: SunotuiError, now: float, answer: str = "", hints: Sequence[str] = ()
    ) -> None:
        """Record that it is unknown whether the gateway accepted a submission, until the user decides (S4). `hints` are
        task ids in the response. Raises JournalWriteError."""
        self._end(submission_id, SubmissionState.UNKNOWN, error, now, answer, task_hint=" ".join(hints))

    def mark_lost(self, submission_id: str, now: float) -> None:
        """Record that the user gives up on an unknown outcome. Raises NotFound, InvalidRequest for an outcome that has
        become known, and JournalWriteError.
        """
        with self._write_after_sending():
            self.reader.unknown(submission_id)
            self._move(submission_id, SubmissionState.DROPPED, now)

    def adopt(self, submission_id: str, task: Task, now: float) -> None:
        """Record that the user has found the task of an unknown outcome.

        Raises NotFound, InvalidRequest for an outcome that has become known and for a task of another submission, and
        JournalWriteError; nothing is written then.
        """
        with self._write_after_sending():
            self.reader.unknown(submission_id)
            known = self._tasks.task(task.id)
            if known is not None and known.submission_id not in {None, submission_id}:
                raise InvalidRequest(
                    f"The task {task.id} belongs to another submission",
                    advice="Choose one that is not in the library",
                )
            self._move(submission_id, SubmissionState.ACCEPTED, now, task_id=task.id, trouble="", trouble_kind="")
            self._tasks.save([task._replace(submission_id=submission_id)])

    def recover(self, now: float) -> Submissions:
        """Close the submissions of processes that have ended; returns those with an unknown outcome in the order of the
        journal.

        A submission that was being sent becomes unknown; one that was not sent yet is rejected. Submissions of living
        processes are not changed (S5). Raises JournalWriteError.
        """
        interrupted: list[str] = []
        with self._write_after_sending():
            rows = self._db.query(
                "SELECT id, state, owner FROM submission "
                # As in the condition of the index submission_open, without which all submissions would be read.
                "WHERE state IN ('ready', 'sending', 'unknown') AND state <> 'unknown'"
            )
            dead = {owner for owner in {row["owner"] for row in rows} if is_dead(self._lock_folder, owner)}
            for row in rows:
                if row["owner"] not in dead:
                    continue
                if row["state"] == SubmissionState.READY:
                    self._move(row["id"], SubmissionState.REJECTED, now, trouble=_NEVER_SENT)
                else:
                    self._move(row["id"], SubmissionState.UNKNOWN, now, trouble=_INTERRUPTED)
                    interrupted.append(row["id"])
            remove_stale_locks(self._lock_folder)
        return [found for submission_id in interrupted if (found := self.reader.get(submission_id)) is not None]

    def _end(
        self,
        submission_id: str,
        state: SubmissionState,
        error: SunotuiError,
        now: float,
        answer: str,
        **values: Value,
    ) -> None:
        charge = Charge.NO if state is SubmissionState.REJECTED else Charge.MAYBE
        with self._write_after_sending(f"The outcome ({state.value}) could not be written to the library", charge):
            self._move(
                submission_id,
                state,
                now,
                trouble=error.sentence,
                trouble_kind=error.code,
                request_id=error.request_id,
                http_status=error.http_status,
                answer=answer,
                **values,
            )

    def _move(self, submission_id: str, new: SubmissionState, now: float, **values: Value) -> None:
        """Set the state of a submission, within a transaction. Raises ValueError for a transition that is not
        allowed."""
        rows = self._db.query("SELECT state FROM submission WHERE id = ?", [storable_text(submission_id)])
        if not rows:
            raise ValueError(f"there is no submission {submission_id}")
        old = SubmissionState(rows[0]["state"])
        if not can_transition(old, new):
            raise ValueError(f"a submission cannot go from {old.value} to {new.value}")
        values = {"state": new.value, "ended_at": now, **values}
        with self._db.write() as connection:
            connection.execute(
                f"UPDATE submission SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
                [*map(storable, values.values()), storable_text(submission_id)],
            )

    def _require_retryable(self, submission_id: str) -> None:
        """Raise NotFound or InvalidRequest unless a submission may be sent again; within a transaction."""
        self.reader.unknown(submission_id)
        if (retry := self.reader.retry(submission_id)) is not None:
            raise InvalidRequest(
                f"That was sent again already; the retry is {retry.state.value}",
                advice="Wait for it, or resolve it",
            )

    def _require(self, submission_id: str, state: SubmissionState) -> None:
        found = self.reader.get(submission_id)
        if found is None or found.state is not state:
            raise ValueError(f"the submission {submission_id} is not {state.value}")

    def _own_id(self) -> str:
        if self._process_lock is None:
            self._process_lock = lock = ProcessLock(self._lock_folder)
            self._db.at_close(lock.release)
        return self._process_lock.id

    @contextmanager
    def _write_before_sending(self) -> Iterator[sqlite3.Connection]:
        """A transaction before sending: if it fails, nothing is sent (S8)."""
        try:
            with self._db.write() as connection:
                yield connection
        except LibraryError as error:
            cause = error.__cause__ or error
            why = f" ({reason_of(cause)})" if isinstance(cause, OSError | sqlite3.Error) else ""
            what = f"The library could not be written{why}, so nothing was sent"
            raise (
                JournalWriteError(what, advice=BUSY_ADVICE) if is_busy(cause) else JournalWriteError(what)
            ) from cause

    @contextmanager
    def _write_after_sending(
        self, what: str = "The library could not be written", charge: Charge = Charge.NO
    ) -> Iterator[None]:
        """A transaction after sending: if it fails, the row does not change and the next start marks it as unknown."""
        try:
            with self._db.write():
                yield
        except LibraryError as error:
            cause = error.__cause__ or error
            why = f": {reason_of(cause)}" if isinstance(cause, OSError | sqlite3.Error) else ""
            advice = BUSY_ADVICE if is_busy(cause) else "Free some disk space or check the folder's permissions"
            raise JournalWriteError(what + why, advice=advice, charge=charge) from cause


def shortened(text: str) -> str:
    """The first 200 characters of a result, for a sentence."""
    return text if len(text) <= 200 else text[:199] + "…"

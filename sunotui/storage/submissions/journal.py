"""The journal of submissions: a row for each, on disk before a byte is sent, so that nothing is paid twice (S1, S4,
S5)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from sunotui.domain.errors import (
    Charge,
    InvalidRequest,
    JournalWriteError,
    LibraryError,
    NotFound,
    SunotuiError,
)
from sunotui.domain.gateways.profile import ENV_PROFILE
from sunotui.domain.persona import Persona
from sunotui.domain.submission import Submission, SubmissionState, can_transition
from sunotui.domain.text import trim
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import BUSY_ADVICE, is_busy, reason_of
from sunotui.storage.db.sql_values import Value, placeholders, storable, storable_text
from sunotui.storage.gateway_facts.personas import PersonaStore
from sunotui.storage.submissions.process_lock import ProcessLock, is_dead, remove_stale_locks
from sunotui.storage.tasks.summaries import corrupt_row_errors
from sunotui.storage.tasks.task_store import TaskStore

if TYPE_CHECKING:
    from sunotui.domain.requests.request import Request
    from sunotui.domain.tasks.task import Task

_COLUMNS = (
    "id, profile, request, path, body, state, created_at, sent_at, ended_at, task_id, retry_of, trouble, "
    "trouble_kind, request_id, http_status, answer, task_hint, result"
)
Submissions = list[Submission]
Ids = list[str]

PERSONA_KIND, TAGS_KIND = "persona", "upsample_tags"
"""The kinds of requests whose result may be in a task's response; as text, so that their module is not imported."""

_NEVER_SENT = "sunotui ended before this was sent; nothing was charged."
_INTERRUPTED = "sunotui ended while this was being sent. It may have been charged."


class DuplicateQuery(NamedTuple):
    """Which earlier submissions count as duplicates of a new one."""

    since: float
    """Only submissions created at this time (Unix seconds) or later."""
    other_than: tuple[str, ...] = ()
    """Ids of submissions to ignore."""
    is_same_request: bool = False
    """Whether the requests must be equal, too; for requests that the body does not identify, such as file uploads."""


MODELS_READ = 300
"""How many of the newest submissions are searched for models that worked."""
# Bodies of older versions and imported ones may be invalid JSON, such as those with NaN; they are skipped.
_MODELS_THAT_WORKED = """
    SELECT coalesce(
        CASE WHEN json_type(sent.body, '$.mv') = 'text' THEN json_extract(sent.body, '$.mv') END,
        CASE WHEN json_type(sent.body, '$.model') = 'text' THEN json_extract(sent.body, '$.model') END
    )
    FROM (SELECT * FROM submission ORDER BY created_at DESC, seq DESC LIMIT ?) AS sent
    JOIN task ON task.id = sent.task_id
    WHERE sent.profile = ? AND sent.origin IN (?, ?) AND sent.state = 'accepted' AND task.status = 'success'
        AND json_valid(sent.body)
        AND CASE WHEN json_valid(sent.request) THEN json_extract(sent.request, '$.kind') END = ?
        AND NOT EXISTS (
            SELECT 1 FROM json_each(
                CASE WHEN json_valid(json_extract(sent.request, '$.extra'))
                    THEN json_extract(sent.request, '$.extra') ELSE '{}' END
            ) AS given WHERE given.key IN ('mv', 'model')
        )
    ORDER BY sent.created_at DESC, sent.seq DESC
"""


class Journal:
    """The journal of submissions. Each write is on disk when its method returns; otherwise it raises JournalWriteError
    from the cause."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._tasks = TaskStore(db)
        self._personas = PersonaStore(db)
        self._lock_folder = db.path.parent / "owners"
        self._process_lock: ProcessLock | None = None

    def add(
        self, submission: Submission, unless: DuplicateQuery | None = None, *, origin: str = ""
    ) -> Submission | None:
        """Record a submission before it is sent to the gateway at `origin`.

        With `unless`, an existing duplicate is returned and nothing is written. The search runs in the same
        transaction, so that two processes cannot both find none.

        The outcome of the submission `retry_of` must be unknown, and it must not have been sent again, which is checked
        in the same transaction. Raises NotFound and InvalidRequest otherwise; ValueError unless the submission is ready
        and its id is new; JournalWriteError.
        """
        if submission.state is not SubmissionState.READY:
            raise ValueError(f"a new submission must be ready, not {submission.state.value}")
        row: list[Value] = [
            submission.id,
            submission.profile,
            _json_of(submission.request),
            submission.path,
            submission.body,
            submission.state.value,
            submission.created_at,
            submission.retry_of,
            origin,
        ]
        with self._write_before_sending() as connection:
            if unless is not None and (duplicate := self.find_duplicate(submission, unless)) is not None:
                return duplicate
            if submission.retry_of is not None:
                self._require_retryable(submission.retry_of)
            if self.get(submission.id) is not None:
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
            self._tasks.save([replace(task, submission_id=submission_id)])
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
        with self._write_after_sending(
            f"The gateway made this ({shortened(result)}), but the library could not be written"
        ):
            self._require(submission_id, SubmissionState.ACCEPTED)
            with self._db.write() as connection:
                rows = connection.execute(
                    "UPDATE submission SET result = ? WHERE id = ? AND result = '' RETURNING profile, request",
                    (storable_text(result), storable_text(submission_id)),
                ).fetchall()
            for profile, text in rows:
                if (persona := _persona_of(text, result, profile, now)) is not None:
                    self._personas.add(persona)
        return bool(rows)

    def unread_results(self) -> Submissions:
        """At most 100 accepted submissions whose task has succeeded and whose result was not read yet, newest first.
        Raises LibraryError.
        """
        kinds = (PERSONA_KIND, TAGS_KIND)
        return self._select(
            "WHERE state = 'accepted' AND result = '' "
            "AND CASE WHEN json_valid(request) THEN json_extract(request, '$.kind') END IN (?, ?) "
            "AND task_id IN (SELECT id FROM task WHERE status = 'success') "
            "ORDER BY created_at DESC, seq DESC LIMIT 100",
            kinds,
        )

    def _can_belong_to(self, known: Task, submission_id: str, profile: str) -> bool:
        submission = self.get(submission_id)
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
        task ids in the answer. Raises JournalWriteError."""
        self._end(submission_id, SubmissionState.UNKNOWN, error, now, answer, task_hint=" ".join(hints))

    def mark_lost(self, submission_id: str, now: float) -> None:
        """Record that the user gives up on an unknown outcome. Raises NotFound, InvalidRequest for an outcome that has
        become known, and JournalWriteError.
        """
        with self._write_after_sending():
            self.unknown(submission_id)
            self._move(submission_id, SubmissionState.DROPPED, now)

    def adopt(self, submission_id: str, task: Task, now: float) -> None:
        """Record that the user has found the task of an unknown outcome.

        Raises NotFound, InvalidRequest for an outcome that has become known and for a task of another submission, and
        JournalWriteError; nothing is written then.
        """
        with self._write_after_sending():
            self.unknown(submission_id)
            known = self._tasks.task(task.id)
            if known is not None and known.submission_id not in {None, submission_id}:
                raise InvalidRequest(
                    f"The task {task.id} belongs to another submission",
                    advice="Choose one that is not in the library",
                )
            self._move(submission_id, SubmissionState.ACCEPTED, now, task_id=task.id, trouble="", trouble_kind="")
            self._tasks.save([replace(task, submission_id=submission_id)])

    def get(self, submission_id: str) -> Submission | None:
        """The submission with this id; None if there is none. Raises LibraryError."""
        return next(iter(self._select("WHERE id = ?", [storable_text(submission_id)])), None)

    def ids_with_prefix(self, prefix: str) -> Ids:
        """The ids that begin with `prefix`, as it stands or in lower case, as new ids are. Raises LibraryError."""
        starts = [storable_text(prefix), storable_text(prefix.lower())]
        bounds = [bound for start in starts for bound in (start, start + "\U0010ffff")]
        return self._db.column("SELECT id FROM submission WHERE id >= ? AND id < ? OR id >= ? AND id < ?", bounds)

    def unknown(self, submission_id: str) -> Submission:
        """The submission with this id, if its outcome is unknown. Raises NotFound, InvalidRequest for an outcome that
        is known, and LibraryError.
        """
        submission = self.get(submission_id)
        if submission is None:
            raise NotFound(f"There is no submission {submission_id}", advice="", topic="submissions")
        if submission.state is not SubmissionState.UNKNOWN:
            raise InvalidRequest(
                f"That submission is {submission.state.value}", advice="Only an unknown outcome can be resolved"
            )
        return submission

    def list(self, states: Collection[SubmissionState] | None = None, limit: int = 100) -> Submissions:
        """The newest submissions, at most `limit`, in these states or in any. Raises LibraryError."""
        values = [state.value for state in SubmissionState if states is None or state in states]
        return self._select(
            f"WHERE state IN ({placeholders(values)}) ORDER BY created_at DESC, seq DESC LIMIT ?",
            [*values, max(0, limit)],
        )

    def find_duplicate(self, submission: Submission, query: DuplicateQuery) -> Submission | None:
        """The newest submission with the same body that was not rejected or given up; None if there is none. Raises
        LibraryError.
        """
        same, values = "", [submission.profile, submission.path, submission.body]
        if query.is_same_request:
            same = "AND request = ? "
            values.append(_json_of(submission.request))
        others = [submission.id, *query.other_than]
        found = self._select(
            f"WHERE created_at >= ? AND profile = ? AND path = ? AND body = ? {same}"
            f"AND id NOT IN ({placeholders(others)}) "
            "AND state IN ('ready', 'sending', 'accepted', 'unknown') ORDER BY created_at DESC, seq DESC LIMIT 1",
            [query.since, *map(storable_text, [*values, *others])],
        )
        return next(iter(found), None)

    def models_that_worked(self, profile: str, kind: str, origin: str = "") -> tuple[str, ...]:
        """The models with which a profile's submissions of a kind succeeded, newest first and without duplicates.
        `kind` is `Request.kind`, `origin` the URL of the profile's gateway. Submissions without an origin count, too,
        except for the profile of the environment, which may be any gateway. Models in extra fields do not count. Only
        the newest MODELS_READ submissions are read. Raises LibraryError.
        """
        no_origin = origin if profile == ENV_PROFILE else ""
        names = self._db.column(_MODELS_THAT_WORKED, [MODELS_READ, profile, origin, no_origin, kind])
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))

    def recover(self, now: float) -> Submissions:
        """Close the submissions of processes that have ended; returns those with an unknown outcome in the order of the
        journal.

        A submission that was being sent becomes unknown; one that was not sent yet is rejected. Submissions of living
        processes are not changed (S5). Raises JournalWriteError.
        """
        interrupted: list[str] = []
        with self._write_after_sending():
            rows = self._db.query("SELECT id, state, owner FROM submission WHERE state IN ('ready', 'sending')")
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
        return [found for submission_id in interrupted if (found := self.get(submission_id)) is not None]

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
        """Raise NotFound or InvalidRequest unless a submission may be sent again; within a transaction.

        A retry of a retry counts, too, even if the one in between was given up: it may have been charged for the same
        request.
        """
        self.unknown(submission_id)
        retries = self._select(
            "WHERE id IN (WITH RECURSIVE again (id) AS (SELECT id FROM submission WHERE retry_of = ? "
            "UNION SELECT later.id FROM submission AS later JOIN again ON later.retry_of = again.id) "
            "SELECT id FROM again) AND id != ? AND state NOT IN ('rejected', 'dropped') "
            "ORDER BY created_at DESC, seq DESC LIMIT 1",
            [storable_text(submission_id)] * 2,
        )
        for retry in retries:
            raise InvalidRequest(
                f"That was sent again already; the retry is {retry.state.value}",
                advice="Wait for it, or resolve it",
            )

    def _require(self, submission_id: str, state: SubmissionState) -> None:
        found = self.get(submission_id)
        if found is None or found.state is not state:
            raise ValueError(f"the submission {submission_id} is not {state.value}")

    def _select(self, rest: str, values: Sequence[Value]) -> Submissions:
        with corrupt_row_errors():
            return [_submission_of(row) for row in self._db.query(f"SELECT {_COLUMNS} FROM submission {rest}", values)]

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


def _persona_of(request_text: str, persona_id: str, profile: str, now: float) -> Persona | None:
    """The persona that a request created; None for a request of another kind."""
    from sunotui.domain.requests.request import PersonaRequest, from_json

    request = from_json(request_text)
    if not isinstance(request, PersonaRequest):
        return None
    return Persona(persona_id, trim(request.name), trim(request.clip_id), profile, now)


def _json_of(request: Request) -> str:
    from sunotui.domain.requests.request import to_json

    return to_json(request)


def _submission_of(row: sqlite3.Row) -> Submission:
    # Requests take 7 ms to import, and a start shows none unless one was interrupted.
    from sunotui.domain.requests.request import from_json

    values = dict(zip(row.keys(), row, strict=True))
    state, request = SubmissionState(values.pop("state")), from_json(values.pop("request"))
    hints = tuple(values.pop("task_hint").split())
    return Submission(state=state, request=request, task_hints=hints, **values)

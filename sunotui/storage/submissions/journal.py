"""One row per wish, on disk before a byte is sent: the reason why nothing is paid for twice (S1, S4, S5)."""

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
from sunotui.domain.persona import Persona
from sunotui.domain.profile import ENV_PROFILE
from sunotui.domain.submission import Submission, SubmissionState, can_transition
from sunotui.domain.text import trim
from sunotui.storage.db.connection import Database
from sunotui.storage.db.integrity import BUSY_ADVICE, is_busy, reason_of
from sunotui.storage.db.sql_values import Value, storable, storable_text
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

PERSONA_WORD, TAGS_WORD = "persona", "upsample_tags"
"""The words of the requests whose result may stand in a task's answer; their module is not loaded for them."""

_NEVER_SENT = "sunotui ended before this was sent; nothing was charged."
_CUT_OFF = "sunotui ended while this was being sent. It may have been charged."


class DuplicateQuery(NamedTuple):
    """What would be the same submission once more."""

    since: float
    """Made at this time, in Unix seconds, or later."""
    other_than: tuple[str, ...] = ()
    """Ids of submissions that are wanted beside it."""
    is_same_request: bool = False
    """Whether the request must be the same too, for those whose text does not say all, such as a file's upload."""


MODELS_READ = 300
"""Submissions that are looked at for models that worked: a bound on the work, whatever the journal's length."""
# Older versions and imported files have bodies that are no JSON, such as those with NaN: they tell of no model.
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
    """The submissions. Every write is on disk when its method returns, or raises JournalWriteError from the reason."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._library = TaskStore(db)
        self._personas = PersonaStore(db)
        self._owners = db.path.parent / "owners"
        self._owner: ProcessLock | None = None

    def add(
        self, submission: Submission, unless: DuplicateQuery | None = None, *, origin: str = ""
    ) -> Submission | None:
        """Write down a submission that is about to be sent to the gateway at `origin`.

        With `unless`, nothing is written when there is such a twin, which is returned: looked for in the same
        transaction, so that two at once cannot both find nothing.

        With `retry_of`, that submission must still be unknown, and must not have been sent again already: checked in
        the same transaction, too. Raises NotFound and InvalidRequest otherwise, ValueError unless the submission is
        ready and its id is new, and JournalWriteError.
        """
        if submission.state is not SubmissionState.READY:
            raise ValueError(f"a submission enters the journal ready, not {submission.state.value}")
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
        with self._sending() as connection:
            if unless is not None and (twin := self.find_duplicate(submission, unless)) is not None:
                return twin
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
        """Take the right to send: True for one caller only, of all processes, and only once ever (S1)."""
        with self._sending() as connection:
            won = connection.execute(
                "UPDATE submission SET state = 'sending', sent_at = ?, owner = ? WHERE id = ? AND state = 'ready' "
                "RETURNING id",
                (now, self._own_id(), storable_text(submission_id)),
            ).fetchall()
        return bool(won)

    def accept(
        self,
        submission_id: str,
        task: Task,
        now: float,
        request_id: str = "",
        http_status: int | None = None,
        answer: str = "",
    ) -> bool:
        """The gateway took it: the row and its task in one transaction. A late answer may come for an unknown row.

        False, and nothing is written, when the id is that of a task which another wish or another gateway made: a
        gateway that starts over, or a hostile one, must not make it disappear (D2).
        """
        what = f"The gateway accepted the task {task.id}, but the library could not be written"
        with self._sent(what, Charge.MAYBE):
            known = self._library.task(task.id)
            if known is not None:
                if not self._may_be_of(known, submission_id, task.profile):
                    return False
                # It was fetched before its acceptance was written down: what is known of it is newer.
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
            self._library.save([replace(task, submission_id=submission_id)])
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
        """The gateway answered without a task: with `result`, or with nothing yet where that is empty.

        The row, and the persona where it is one, are written in one transaction.
        """
        about = f" ({shortened(result)})" if result else ""
        what = f"The gateway accepted this{about}, but the library could not be written"
        with self._sent(what, Charge.MAYBE):
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
                self.keep_result(submission_id, result, now)

    def keep_result(self, submission_id: str, result: str, now: float) -> bool:
        """Write down what an accepted submission came to, and its persona where it is one, in one transaction.

        False, and nothing is written, when there is a result already. Raises JournalWriteError.
        """
        with self._sent(f"The gateway made this ({shortened(result)}), but the library could not be written"):
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
        """Accepted submissions whose task has ended well and whose result was not read from it yet, the newest first.

        Raises LibraryError.
        """
        words = (PERSONA_WORD, TAGS_WORD)
        return self._select(
            "WHERE state = 'accepted' AND result = '' "
            "AND CASE WHEN json_valid(request) THEN json_extract(request, '$.kind') END IN (?, ?) "
            "AND task_id IN (SELECT id FROM task WHERE status = 'success') "
            "ORDER BY created_at DESC, seq DESC LIMIT 100",
            words,
        )

    def _may_be_of(self, known: Task, submission_id: str, profile: str) -> bool:
        submission = self.get(submission_id)
        if known.profile != profile or submission is None:
            return False
        if known.submission_id is not None:
            return known.submission_id == submission_id
        return submission.sent_at is not None and known.added_at >= submission.sent_at

    def reject(self, submission_id: str, trouble: SunotuiError, now: float, answer: str = "") -> None:
        """The gateway certainly did not take it."""
        self._end(submission_id, SubmissionState.REJECTED, trouble, now, answer)

    def mark_unknown(
        self, submission_id: str, trouble: SunotuiError, now: float, answer: str = "", hints: Sequence[str] = ()
    ) -> None:
        """Nobody knows whether it was taken; a person will say (S4). `hints` are ids that the answer names."""
        self._end(submission_id, SubmissionState.UNKNOWN, trouble, now, answer, task_hint=" ".join(hints))

    def mark_lost(self, submission_id: str, now: float) -> None:
        """The user calls an unknown outcome lost.

        Raises NotFound, and InvalidRequest where the outcome is known by now.
        """
        with self._sent():
            self.unknown(submission_id)
            self._move(submission_id, SubmissionState.DROPPED, now)

    def adopt(self, submission_id: str, task: Task, now: float) -> None:
        """The user found the task of an unknown outcome.

        Raises NotFound and InvalidRequest, and writes nothing, where the outcome is known by now and for a task
        that another submission made.
        """
        with self._sent():
            self.unknown(submission_id)
            known = self._library.task(task.id)
            if known is not None and known.submission_id not in {None, submission_id}:
                raise InvalidRequest(
                    f"The task {task.id} belongs to another submission",
                    advice="Look for one that is not in the library",
                )
            self._move(submission_id, SubmissionState.ACCEPTED, now, task_id=task.id, trouble="", trouble_kind="")
            self._library.save([replace(task, submission_id=submission_id)])

    def get(self, submission_id: str) -> Submission | None:
        """The submission by its id. Raises LibraryError."""
        return next(iter(self._select("WHERE id = ?", [storable_text(submission_id)])), None)

    def unknown(self, submission_id: str) -> Submission:
        """The submission by its id, whose outcome must be unknown.

        Raises NotFound, InvalidRequest for an outcome that is known, and LibraryError.
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
        words = [state.value for state in SubmissionState if states is None or state in states]
        marks = ", ".join("?" * len(words))
        return self._select(
            f"WHERE state IN ({marks}) ORDER BY created_at DESC, seq DESC LIMIT ?", [*words, max(0, limit)]
        )

    def find_duplicate(self, submission: Submission, wanted: DuplicateQuery) -> Submission | None:
        """The newest submission of the very same text that is not certainly refused or called lost.

        Raises LibraryError.
        """
        same, values = "", [submission.profile, submission.path, submission.body]
        if wanted.is_same_request:
            same = "AND request = ? "
            values.append(_json_of(submission.request))
        others = [submission.id, *wanted.other_than]
        found = self._select(
            f"WHERE created_at >= ? AND profile = ? AND path = ? AND body = ? {same}"
            f"AND id NOT IN ({', '.join('?' * len(others))}) "
            "AND state IN ('ready', 'sending', 'accepted', 'unknown') ORDER BY created_at DESC, seq DESC LIMIT 1",
            [wanted.since, *map(storable_text, [*values, *others])],
        )
        return next(iter(found), None)

    def models_that_worked(self, profile: str, kind: str, origin: str = "") -> tuple[str, ...]:
        """Models of a profile's newest submissions of a kind that became finished tasks, each once, the newest first.

        `kind` is the request's word, `origin` the address of the profile's gateway; submissions that do not say where
        they went count too, but for the profile of the environment, which is any gateway. Models that stand in extra
        fields are the request's own affair. Only the newest MODELS_READ submissions are looked at. Raises
        LibraryError.
        """
        unsaid = origin if profile == ENV_PROFILE else ""
        names = self._db.column(_MODELS_THAT_WORKED, [MODELS_READ, profile, origin, unsaid, kind])
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))

    def recover(self, now: float) -> Submissions:
        """End what dead processes left open, and return what is unknown for it, oldest first.

        What they were sending becomes unknown; what they had not begun to send is rejected, since nothing was sent.
        Rows of living processes are left alone (S5).
        """
        cut_off: list[str] = []
        with self._sent():
            rows = self._db.query("SELECT id, state, owner FROM submission WHERE state IN ('ready', 'sending')")
            dead = {owner for owner in {row["owner"] for row in rows} if is_dead(self._owners, owner)}
            for row in rows:
                if row["owner"] not in dead:
                    continue
                if row["state"] == SubmissionState.READY:
                    self._move(row["id"], SubmissionState.REJECTED, now, trouble=_NEVER_SENT)
                else:
                    self._move(row["id"], SubmissionState.UNKNOWN, now, trouble=_CUT_OFF)
                    cut_off.append(row["id"])
            remove_stale_locks(self._owners)
        return [found for submission_id in cut_off if (found := self.get(submission_id)) is not None]

    def _end(
        self,
        submission_id: str,
        state: SubmissionState,
        trouble: SunotuiError,
        now: float,
        answer: str,
        **values: Value,
    ) -> None:
        charge = Charge.NO if state is SubmissionState.REJECTED else Charge.MAYBE
        with self._sent(f"The outcome ({state.value}) could not be written to the library", charge):
            self._move(
                submission_id,
                state,
                now,
                trouble=trouble.sentence,
                trouble_kind=trouble.code,
                request_id=trouble.request_id,
                http_status=trouble.http_status,
                answer=answer,
                **values,
            )

    def _move(self, submission_id: str, new: SubmissionState, now: float, **values: Value) -> None:
        """Within a transaction: the row's new state. Raises ValueError for a move that `domain.submission` forbids."""
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
        """Within a transaction: raise NotFound or InvalidRequest unless a submission may be sent again.

        A retry of a retry counts: it may have paid for the same request, even where the one between was called lost.
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
                f"That was sent again already; the one sent again is {retry.state.value}",
                advice="Wait for it, or resolve that one",
            )

    def _require(self, submission_id: str, state: SubmissionState) -> None:
        found = self.get(submission_id)
        if found is None or found.state is not state:
            raise ValueError(f"the submission {submission_id} is not {state.value}")

    def _select(self, rest: str, values: Sequence[Value]) -> Submissions:
        with corrupt_row_errors():
            return [_submission_of(row) for row in self._db.query(f"SELECT {_COLUMNS} FROM submission {rest}", values)]

    def _own_id(self) -> str:
        if self._owner is None:
            self._owner = owner = ProcessLock(self._owners)
            self._db.at_close(owner.release)
        return self._owner.id

    @contextmanager
    def _sending(self) -> Iterator[sqlite3.Connection]:
        """A write before sending: when it fails, nothing is sent (S8)."""
        try:
            with self._db.write() as connection:
                yield connection
        except LibraryError as trouble:
            cause = trouble.__cause__ or trouble
            why = f" ({reason_of(cause)})" if isinstance(cause, OSError | sqlite3.Error) else ""
            what = f"The library could not be written{why}, so nothing was sent"
            raise (
                JournalWriteError(what, advice=BUSY_ADVICE) if is_busy(cause) else JournalWriteError(what)
            ) from cause

    @contextmanager
    def _sent(self, what: str = "The library could not be written", charge: Charge = Charge.NO) -> Iterator[None]:
        """A write after sending: when it fails, the row stays as it was and the next start calls it unknown."""
        try:
            with self._db.write():
                yield
        except LibraryError as trouble:
            cause = trouble.__cause__ or trouble
            why = f": {reason_of(cause)}" if isinstance(cause, OSError | sqlite3.Error) else ""
            advice = BUSY_ADVICE if is_busy(cause) else "Free some disk space or check the folder's permissions"
            raise JournalWriteError(what + why, advice=advice, charge=charge) from cause


def shortened(text: str) -> str:
    """The beginning of a result, for a sentence."""
    return text if len(text) <= 200 else text[:199] + "…"


def _persona_of(request_text: str, persona_id: str, profile: str, now: float) -> Persona | None:
    """The persona that a request came to; None for a request of another kind."""
    from sunotui.domain.requests.request import PersonaRequest, from_json

    request = from_json(request_text)
    if not isinstance(request, PersonaRequest):
        return None
    return Persona(persona_id, trim(request.name), trim(request.clip_id), profile, now)


def _json_of(request: Request) -> str:
    from sunotui.domain.requests.request import to_json

    return to_json(request)


def _submission_of(row: sqlite3.Row) -> Submission:
    # The requests take 7 ms to load, and the start has none to show unless one was cut off.
    from sunotui.domain.requests.request import from_json

    values = dict(zip(row.keys(), row, strict=True))
    state, request = SubmissionState(values.pop("state")), from_json(values.pop("request"))
    hints = tuple(values.pop("task_hint").split())
    return Submission(state=state, request=request, task_hints=hints, **values)

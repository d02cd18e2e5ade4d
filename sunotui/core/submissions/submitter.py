"""Sends a request exactly once: it is journalled, claimed, sent, recorded and shown, in that order (S1)."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection

from sunotui.core.context import Context
from sunotui.core.events import InFlightChanged, SubmissionChanged, TasksChanged, UploadProgress
from sunotui.core.gateways.model_choice import ModelChoice
from sunotui.core.gateways.parent_checks import ParentChecks
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.submissions.prepared_request import PreparedRequest
from sunotui.domain.errors import (
    Charge,
    DuplicateRequest,
    InvalidRequest,
    JournalWriteError,
    SunotuiError,
    UnreadableResponse,
)
from sunotui.domain.gateways.dialect import DialectChoice
from sunotui.domain.requests.request import Request, check, trimmed
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.merge import task_from_report
from sunotui.domain.tasks.task import Task, TaskReport, TaskStatus
from sunotui.gateway.submit.outcome import Accepted, Delivered, Outcome, Rejected
from sunotui.gateway.submit.payloads import Payload, build_payload
from sunotui.gateway.upload.audio_file import check_file
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.submissions.reader import DuplicateQuery

_log = logging.getLogger(__name__)

DUPLICATE_WINDOW_S = 600.0
"""A request is not sent a second time within this time, in seconds, unless the user confirms it."""
RESPONSE_TIMEOUT_S = 430.0
"""How long the response to a submission may take, in seconds (G7); its outcome is unknown if the program ends
earlier."""
PROGRESS_EVERY_S = 0.1
"""The minimum time between two events about an upload's progress, in seconds."""
MAX_IN_FLIGHT = 3
"""Requests that one process sends at a time; further ones wait in the journal."""


def new_submission_id() -> str:
    """Generate the id for one request of the user: when a form opens, so that a double key press sends once (S6)."""
    return secrets.token_hex(8)


def preview(request: Request, dialect: DialectChoice) -> Payload:
    """The payload as it would be sent in a gateway's dialect; the request may still be incomplete. Raises
    InvalidRequest if the dialect does not support the request."""
    return build_payload(request, dialect.dialect, dialect.label)


class Submitter:
    """Sends requests. Sending does not depend on a screen: closing one never loses a response (S7)."""

    def __init__(
        self,
        ctx: Context,
        journal: Journal,
        pollers: PollerPool,
        models: ModelChoice,
        parent_checks: ParentChecks,
    ) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._journal = journal
        self._pollers = pollers
        self._model_choice = models
        self._parent_checks = parent_checks
        self._in_flight: dict[str, asyncio.Task[Submission]] = {}
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)

    @property
    def in_flight(self) -> int:
        """The number of submissions that wait for a response."""
        return len(self._in_flight)

    async def prepare(self, request: Request, profile: str, *, checks_file: bool = True) -> PreparedRequest:
        """Validate and serialise a request for a profile's gateway, without contacting it. If the request names no
        model, one is chosen. With `checks_file` the file of an upload is opened, which takes as long as its disk does.

        Raises InvalidRequest for a request that cannot be sent, also if the chosen model does not support it, and
        LibraryError.
        """
        target = self._clients.target(profile)
        completed = await self._model_choice.complete(request, profile)
        warnings = check(completed)
        # Once, before the journal row and the body are made from it.
        completed = trimmed(completed)
        await self._parent_checks.check_range(completed)
        await self._parent_checks.check_take(completed, target.dialect)
        payload = build_payload(completed, target.dialect, target.label)
        if payload.file and checks_file:
            await check_file(payload.file)
        return PreparedRequest(request, completed, payload, profile, target, warnings)

    async def send(
        self,
        prepared: PreparedRequest,
        *,
        submission_id: str = "",
        is_again: bool = False,
        together: Collection[str] = (),
        retry_of: str | None = None,
    ) -> Submission:
        """Send a prepared request and return its final journal row: accepted, rejected or unknown.

        `together` names submissions that are sent at the same time, which do not count as duplicates. A second call
        with the same submission id sends nothing. Cancelling the caller does not cancel the sending.

        Raises InvalidRequest (the profile's address or dialect changed since it was prepared), TokenMissing and other
        errors of the token, DuplicateRequest (the same was sent within ten minutes and `is_again` is not set) and
        JournalWriteError, all of them before anything is sent.
        """
        submission_id = submission_id or new_submission_id()
        running = self._in_flight.get(submission_id)
        if running is None:
            siblings = None if is_again else tuple(together)
            running = asyncio.create_task(
                self._send(prepared, submission_id, siblings, retry_of), name=f"submit {submission_id}"
            )
            self._in_flight[submission_id] = running
            running.add_done_callback(lambda task: self._finished(submission_id, task))
            self._events.publish(InFlightChanged(self.in_flight))
        return await asyncio.shield(running)

    async def drain(self, limit_s: float | None = None) -> bool:
        """Wait for the responses to all submissions, at most `limit_s` seconds, or as long as one may take; returns
        False if some are missing."""
        tasks = set(self._in_flight.values())
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=RESPONSE_TIMEOUT_S if limit_s is None else limit_s)
        return not late

    def _finished(self, submission_id: str, task: asyncio.Task[Submission]) -> None:
        self._in_flight.pop(submission_id, None)
        self._events.publish(InFlightChanged(self.in_flight))
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, SunotuiError):
            _log.error("submission %s: unexpected error: %s", submission_id, type(error).__name__)

    async def _send(
        self, prepared: PreparedRequest, submission_id: str, together: tuple[str, ...] | None, retry_of: str | None
    ) -> Submission:
        earlier = await self._storage.run(self._journal.reader.get, submission_id)
        if earlier is not None:
            return earlier
        payload = prepared.payload
        # Before, so that the client belongs to the target; and after, because reading a token may take long.
        self._require_same_target(prepared)
        # The token before the journal: a request without a token is not a submission yet.
        client = await self._clients.client(prepared.profile)
        self._require_same_target(prepared)
        submission = self._new_submission(prepared, submission_id, retry_of)
        unless = self._duplicate_of(payload, together) if together is not None else None
        origin = self._clients.origin(prepared.profile)
        duplicate = await self._storage.run(self._journal.add, submission, unless, origin=origin)
        if duplicate is not None:
            raise self.duplicate_error(duplicate)
        async with self._slots:
            sent_at = self._clock.now()
            if not await self._storage.run(self._journal.claim, submission_id, sent_at):
                raise InvalidRequest("Another sunotui is already sending this")
            self._events.publish(SubmissionChanged(submission._replace(state=SubmissionState.SENDING, sent_at=sent_at)))
            if payload.file:
                outcome = await client.submit(payload, file_progress=self._progress(submission_id))
            else:
                outcome = await client.submit(payload)
        return await self._record(submission, outcome)

    def _require_same_target(self, prepared: PreparedRequest) -> None:
        """Raise InvalidRequest if the profile's address or dialect is not the one the request was prepared for."""
        if self._clients.target(prepared.profile) != prepared.target:
            raise InvalidRequest(
                "The gateway's address or dialect changed after the request was prepared: nothing was sent",
                advice="Check the request and send it again",
            )

    async def find_duplicate(self, prepared: PreparedRequest, submission_id: str = "") -> Submission | None:
        """The newest submission of the same request within ten minutes that was neither rejected nor given up; None if
        `submission_id` itself was sent already, since it is not sent again. Raises LibraryError.
        """
        if submission_id in self._in_flight:
            return None
        if submission_id and await self._storage.run(self._journal.reader.get, submission_id) is not None:
            return None
        submission = self._new_submission(prepared, submission_id)
        return await self._storage.run(
            self._journal.reader.find_duplicate, submission, self._duplicate_of(prepared.payload)
        )

    def duplicate_error(self, duplicate: Submission) -> DuplicateRequest:
        """The error with the time at which the same request was sent."""
        minutes = max(0, round((self._clock.now() - duplicate.created_at) / 60))
        return DuplicateRequest(f"The same request was sent {minutes} min ago" if minutes else "The same was just sent")

    def _new_submission(self, prepared: PreparedRequest, submission_id: str, retry_of: str | None = None) -> Submission:
        return Submission(
            id=submission_id,
            profile=prepared.profile,
            request=prepared.request,
            path=prepared.payload.path,
            body=prepared.payload.body,
            state=SubmissionState.READY,
            created_at=self._clock.now(),
            retry_of=retry_of,
        )

    def _duplicate_of(self, payload: Payload, together: tuple[str, ...] = ()) -> DuplicateQuery:
        """The query for duplicates. Files are identified by path: the first request of an upload has only the file's
        suffix. The content is not compared, since an unnecessary confirmation costs nothing."""
        return DuplicateQuery(self._clock.now() - DUPLICATE_WINDOW_S, together, is_same_request=bool(payload.file))

    def _progress(self, submission_id: str) -> Callable[[int, int], None]:
        published_at = -PROGRESS_EVERY_S

        def publish(sent: int, size: int) -> None:
            nonlocal published_at
            now = self._clock.monotonic()
            if sent >= size or now - published_at >= PROGRESS_EVERY_S:
                published_at = now
                self._events.publish(UploadProgress(submission_id, sent, size))

        return publish

    async def _record(self, submission: Submission, outcome: Outcome) -> Submission:
        now = self._clock.now()
        if isinstance(outcome, Accepted):
            await self._record_task(submission, outcome, now)
        elif isinstance(outcome, Delivered):
            await self._storage.run(
                self._journal.deliver,
                submission.id,
                outcome.result,
                now,
                outcome.request_id,
                outcome.http_status,
                outcome.answer,
            )
        elif isinstance(outcome, Rejected):
            try:
                await self._model_choice.add_advice(outcome.error, submission.request, submission.profile)
            except SunotuiError:
                # The rejection is recorded with its own advice.
                pass
            await self._storage.run(self._journal.reject, submission.id, outcome.error, now, outcome.answer)
        else:
            await self._storage.run(
                self._journal.mark_unknown, submission.id, outcome.error, now, outcome.answer, outcome.hints
            )
        ended = await self._storage.run(self._journal.reader.get, submission.id)
        if ended is None:
            raise JournalWriteError("The journal lost a row while it was being written")
        self._events.publish(SubmissionChanged(ended))
        return ended

    async def _record_task(self, submission: Submission, outcome: Accepted, now: float) -> None:
        """Save the task of an accepted submission and watch it. The outcome becomes unknown when the id of the task
        belongs to another one."""
        task = _accepted_task(submission, outcome, now)
        if await self._storage.run(
            self._journal.accept, submission.id, task, now, outcome.request_id, outcome.http_status, outcome.answer
        ):
            self._events.publish(TasksChanged((task.id,)))
            self._pollers.watch_task(task)
            return
        error = UnreadableResponse(
            f"The gateway responded with the id of a song that the library already has ({task.id})",
            advice="Look for the new song on your gateway's page",
            charge=Charge.MAYBE,
            request_id=outcome.request_id,
            http_status=outcome.http_status,
        )
        await self._storage.run(self._journal.mark_unknown, submission.id, error, now, outcome.answer)


def _accepted_task(submission: Submission, outcome: Accepted, now: float) -> Task:
    report = TaskReport(
        id=outcome.task_id,
        status=None if outcome.clips else TaskStatus.SUBMITTED,
        kind=submission.request.task_kind,
        clips=outcome.clips,
        raw="",
    )
    return task_from_report(report, submission.profile, now, submission.id, submission.request.title_hint)

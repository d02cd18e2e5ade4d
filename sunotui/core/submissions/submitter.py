"""Sending a wish exactly once: journalled, claimed, sent, recorded, shown, in that order (S1)."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from sunotui.core.context import Context
from sunotui.core.events import InFlightChanged, SubmissionChanged, TasksChanged, UploadProgress
from sunotui.core.gateways.model_choice import ModelChoice
from sunotui.core.gateways.parent_checks import ParentChecks
from sunotui.core.polling.pollers import PollerPool
from sunotui.domain.dialect import DialectChoice
from sunotui.domain.errors import (
    Charge,
    DuplicateRequest,
    InvalidRequest,
    JournalWriteError,
    SunotuiError,
    UnreadableResponse,
)
from sunotui.domain.requests.request import Request, check, trimmed
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.merge import task_from_report
from sunotui.domain.tasks.task import Task, TaskReport, TaskStatus
from sunotui.gateway.submit.payloads import Payload, build_payload
from sunotui.gateway.upload.audio_file import check_file
from sunotui.storage.submissions.journal import DuplicateQuery, Journal

if TYPE_CHECKING:
    from sunotui.gateway.submit.outcome import Accepted, Outcome

_log = logging.getLogger(__name__)

DUPLICATE_WINDOW_S = 600.0
"""The same request sent again within this time asks first."""
ANSWER_TIMEOUT_S = 430.0
"""A submit may take this long (G7); leaving earlier makes its outcome unknown."""
PROGRESS_EVERY_S = 0.1
"""How often an upload's progress is told at most."""
MAX_IN_FLIGHT = 3
"""Requests that one program has under way at a time; the rest wait their turn, journalled."""


def new_submission_id() -> str:
    """An id for one wish: made when a form opens, so that a double key press stays one wish (S6)."""
    return secrets.token_hex(8)


def preview(request: Request, choice: DialectChoice) -> tuple[str, str]:
    """Path and JSON text as they would go out in a gateway's dialect. Raises InvalidRequest where there is no form."""
    payload = build_payload(request, choice.dialect, choice.label)
    return payload.path, payload.body


class Submitter:
    """Sends requests. The sending belongs to no screen: closing one never loses an answer (S7)."""

    def __init__(
        self,
        ctx: Context,
        journal: Journal,
        pollers: PollerPool,
        models: ModelChoice,
        parentage: ParentChecks,
    ) -> None:
        self._storage = ctx.storage
        self._gateways = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._journal = journal
        self._pollers = pollers
        self._models = models
        self._parentage = parentage
        self._under_way: dict[str, asyncio.Task[Submission]] = {}
        self._turns = asyncio.Semaphore(MAX_IN_FLIGHT)

    @property
    def in_flight(self) -> int:
        """How many submissions wait for their answer."""
        return len(self._under_way)

    async def send(
        self,
        request: Request,
        profile: str,
        *,
        submission_id: str = "",
        is_again: bool = False,
        together: Collection[str] = (),
        retry_of: str | None = None,
    ) -> Submission:
        """Send a request and return its journal row as it ended: accepted, rejected or unknown.

        Raises InvalidRequest, TokenMissing and their like, DuplicateRequest (the same was sent within ten minutes and
        `is_again` is not set; `together` names those that are wanted at once) and JournalWriteError, all before a byte
        is sent. Called twice with one submission id
        it sends once. Cancelling the caller does not cancel the sending.
        """
        submission_id = submission_id or new_submission_id()
        running = self._under_way.get(submission_id)
        if running is None:
            siblings = None if is_again else tuple(together)
            running = asyncio.create_task(
                self._send(request, profile, submission_id, siblings, retry_of), name=f"submit {submission_id}"
            )
            self._under_way[submission_id] = running
            running.add_done_callback(lambda task: self._finished(submission_id, task))
            self._events.publish(InFlightChanged(self.in_flight))
        return await asyncio.shield(running)

    async def drain(self, limit_s: float | None = None) -> bool:
        """Wait for the answers of all submissions under way; False when some did not come in time."""
        tasks = set(self._under_way.values())
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=limit_s)
        return not late

    def _finished(self, submission_id: str, task: asyncio.Task[Submission]) -> None:
        self._under_way.pop(submission_id, None)
        self._events.publish(InFlightChanged(self.in_flight))
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, SunotuiError):
            _log.error("submission %s stumbled: %s", submission_id, type(error).__name__)

    async def _send(
        self, request: Request, profile: str, submission_id: str, together: tuple[str, ...] | None, retry_of: str | None
    ) -> Submission:
        earlier = await self._storage.run(self._journal.get, submission_id)
        if earlier is not None:
            return earlier
        request, order = await self._checked(request, profile)
        # The token before the journal: a wish without one is a draft, not a submission.
        client = await self._gateways.client(profile)
        submission = self._ready(request, order, profile, submission_id, retry_of)
        unless = self._duplicate_of(order, together) if together is not None else None
        origin = self._gateways.origin(profile)
        twin = await self._storage.run(self._journal.add, submission, unless, origin=origin)
        if twin is not None:
            raise self._sent_already(twin)
        async with self._turns:
            sent_at = self._clock.now()
            if not await self._storage.run(self._journal.claim, submission_id, sent_at):
                raise InvalidRequest("Another sunotui is already sending this")
            self._events.publish(SubmissionChanged(replace(submission, state=SubmissionState.SENDING, sent_at=sent_at)))
            if order.file:
                outcome = await client.submit(order, file_progress=self._progress(submission_id))
            else:
                outcome = await client.submit(order)
        return await self._record(submission, outcome)

    async def refuse_duplicate(self, request: Request, profile: str, submission_id: str) -> None:
        """Raise DuplicateRequest when the same request was sent within ten minutes by another wish than this one.

        Raises InvalidRequest for what cannot be sent at all.
        """
        if submission_id not in self._under_way and await self._storage.run(self._journal.get, submission_id) is None:
            twin = await self.same_before(request, profile, submission_id)
            if twin is not None:
                raise self._sent_already(twin)

    async def same_before(self, request: Request, profile: str, submission_id: str = "") -> Submission | None:
        """The newest submission of the same request within ten minutes that was not certainly refused or called lost,
        other than `submission_id`.

        Raises InvalidRequest for what cannot be sent at all, and LibraryError.
        """
        request, order = await self._checked(request, profile)
        wish = self._ready(request, order, profile, submission_id)
        return await self._storage.run(self._journal.find_duplicate, wish, self._duplicate_of(order))

    async def check(self, request: Request, profile: str) -> None:
        """Raise InvalidRequest for what cannot be sent to this profile's gateway. Raises LibraryError."""
        await self._checked(request, profile)

    async def _checked(self, request: Request, profile: str) -> tuple[Request, Payload]:
        """The request with its model, and what goes out for it. Raises InvalidRequest for what cannot be sent: the
        model that is chosen here may be one that cannot do it."""
        request = await self._models.complete(request, profile)
        check(request)
        # Once, before both the journal's row and the body are made of it.
        request = trimmed(request)
        await self._parentage.check_range(request)
        choice = self._gateways.dialect(profile)
        await self._parentage.check_take(request, choice.dialect)
        order = build_payload(request, choice.dialect, choice.label)
        if order.file:
            await check_file(order.file)
        return request, order

    def _ready(
        self, request: Request, order: Payload, profile: str, submission_id: str, retry_of: str | None = None
    ) -> Submission:
        return Submission(
            id=submission_id,
            profile=profile,
            request=request,
            path=order.path,
            body=order.body,
            state=SubmissionState.READY,
            created_at=self._clock.now(),
            retry_of=retry_of,
        )

    def _duplicate_of(self, order: Payload, together: tuple[str, ...] = ()) -> DuplicateQuery:
        """A file is the same when its path is: what goes out first names only its ending, and whether its bytes have
        changed is not looked at, since asking once too often costs nothing."""
        return DuplicateQuery(self._clock.now() - DUPLICATE_WINDOW_S, together, is_same_request=bool(order.file))

    def _sent_already(self, twin: Submission) -> DuplicateRequest:
        minutes = max(0, round((self._clock.now() - twin.created_at) / 60))
        return DuplicateRequest(f"The same request was sent {minutes} min ago" if minutes else "The same was just sent")

    def _progress(self, submission_id: str) -> Callable[[int, int], None]:
        told_at = -PROGRESS_EVERY_S

        def tell(sent: int, size: int) -> None:
            nonlocal told_at
            now = self._clock.monotonic()
            if sent >= size or now - told_at >= PROGRESS_EVERY_S:
                told_at = now
                self._events.publish(UploadProgress(submission_id, sent, size))

        return tell

    async def _record(self, submission: Submission, outcome: Outcome) -> Submission:
        from sunotui.gateway.submit.outcome import Accepted, Delivered, Rejected

        now = self._clock.now()
        if isinstance(outcome, Accepted):
            task = _accepted_task(submission, outcome, now)
            if await self._storage.run(
                self._journal.accept, submission.id, task, now, outcome.request_id, outcome.http_status, outcome.answer
            ):
                self._events.publish(TasksChanged((task.id,)))
                self._pollers.watch_task(task)
            else:
                taken = UnreadableResponse(
                    f"The gateway answered with the id of a task that is here already ({task.id})",
                    advice="Look for the new task on your gateway's page",
                    charge=Charge.MAYBE,
                    request_id=outcome.request_id,
                    http_status=outcome.http_status,
                )
                await self._storage.run(self._journal.mark_unknown, submission.id, taken, now, outcome.answer)
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
                await self._models.add_advice(outcome.trouble, submission.request, submission.profile)
            except SunotuiError:
                # The refusal is recorded with the advice that it has.
                pass
            await self._storage.run(self._journal.reject, submission.id, outcome.trouble, now, outcome.answer)
        else:
            await self._storage.run(
                self._journal.mark_unknown, submission.id, outcome.trouble, now, outcome.answer, outcome.hints
            )
        ended = await self._storage.run(self._journal.get, submission.id)
        if ended is None:
            raise JournalWriteError("The journal lost a row while it was being written")
        self._events.publish(SubmissionChanged(ended))
        return ended


def _accepted_task(submission: Submission, outcome: Accepted, now: float) -> Task:
    report = TaskReport(
        id=outcome.task_id,
        status=None if outcome.clips else TaskStatus.SUBMITTED,
        kind=submission.request.task_kind,
        clips=outcome.clips,
        raw="",
    )
    return task_from_report(report, submission.profile, now, submission.id, submission.request.title_hint)

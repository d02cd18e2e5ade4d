"""Results of accepted submissions that generate no song: personas, expanded tags, files of clips."""

from __future__ import annotations

import asyncio
import json

from sunotui.core.context import Context
from sunotui.core.events import Event, ResultArrived, TaskEnded
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.submissions.prepared_request import PreparedRequest
from sunotui.core.submissions.submitter import Submitter
from sunotui.domain.errors import GatewayFailed, InvalidRequest, NotReady, UnreadableResponse
from sunotui.domain.gateways.capabilities import features_of
from sunotui.domain.requests.request import ClipFileRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.task import Task
from sunotui.gateway.parsing.results import ResultReading, read_result
from sunotui.gateway.submit.payloads import Payload
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

POLL_DELAYS_S = (3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 40.0, 60.0)
"""Seconds before each further poll of a result: eight polls in three minutes, then it stops. No documentation says how
long a file takes, and one gateway (kkiai) documents a response that never becomes a link."""

_WITH_TASK = frozenset({TaskKind.PERSONA, TaskKind.TAGS})
_NAMES = {
    "persona": "the voice",
    "upsample_tags": "the style",
    "wav": "the WAV",
    "mp4": "the MP4",
    "midi": "the notes",
}


class ResultCollector:
    """Polls for results, within limits, and saves each once. A poll costs nothing and is never a submission."""

    def __init__(
        self,
        ctx: Context,
        *,
        library: TaskStore,
        journal: Journal,
        capabilities: CapabilityService,
        pollers: PollerPool,
        submitter: Submitter,
    ) -> None:
        self._storage = ctx.storage
        self._clients = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._background = ctx.background
        self._library = library
        self._journal = journal
        self._capabilities = capabilities
        self._pollers = pollers
        self._submitter = submitter
        self._awaited: set[str] = set()

    async def earlier_submission(self, prepared: PreparedRequest) -> Submission | None:
        """The accepted submission of the same request for a file within the last ten minutes; None for any other
        request. Its result exists or is being made, so the request must not be sent and paid again. Raises
        LibraryError.
        """
        if not isinstance(prepared.request, ClipFileRequest):
            return None
        earlier = await self._submitter.find_duplicate(prepared)
        return earlier if earlier is not None and earlier.state is SubmissionState.ACCEPTED else None

    async def result_of(self, submission: Submission) -> str:
        """The result of an accepted submission: immediately if known, otherwise after some polls. Raises NotReady after
        the last poll, GatewayFailed if the gateway reports a failure, InvalidRequest while another call waits for it,
        and any other SunotuiError of a poll. The submission stays accepted in all of these cases, and a later call
        polls again.
        """
        if submission.result:
            return submission.result
        if submission.id in self._awaited:
            raise InvalidRequest("The gateway is already being asked for that", advice="Wait for its response")
        self._awaited.add(submission.id)
        try:
            if submission.task_id is not None:
                return await self._task_result(submission, submission.task_id)
            return await self._file_result(submission)
        finally:
            self._awaited.discard(submission.id)

    async def collect(self) -> None:
        """Read the results of tasks that ended while this program was not running. Raises LibraryError."""
        for submission in await self._storage.run(self._journal.reader.unread_results):
            await self._save_task_result(submission)

    def on_event(self, event: Event) -> None:
        """Save the result of a task that has ended."""
        if isinstance(event, TaskEnded) and event.task.kind in _WITH_TASK and event.task.submission_id:
            self._background.start_brief("read a result", self._collect_one, event.task.submission_id)

    async def _collect_one(self, submission_id: str) -> None:
        submission = await self._storage.run(self._journal.reader.get, submission_id)
        if submission is not None and not submission.result:
            await self._save_task_result(submission)

    # --- files -------------------------------------------------------------------------------------------------------

    async def _file_result(self, submission: Submission) -> str:
        payload = Payload(submission.path, submission.body, result=submission.request.kind)
        for wait_s in POLL_DELAYS_S:
            await self._wait(wait_s)
            client = await self._clients.client(submission.profile)
            result: ResultReading = await client.look_for(payload)
            if result.value:
                return await self._save(submission, result.value)
            if result.has_failed:
                raise GatewayFailed(f"The gateway could not make {_name(submission)}", advice="Try again later")
        raise NotReady(
            f"The gateway responded {len(POLL_DELAYS_S) + 1} times without {_name(submission)}",
            advice="It may still come, or this gateway never sends it; try again later",
        )

    # --- tasks -------------------------------------------------------------------------------------------------------

    async def _task_result(self, submission: Submission, task_id: str) -> str:
        poller = self._pollers.of(submission.profile)
        for wait_s in (0.0, *POLL_DELAYS_S):
            await self._wait(wait_s)
            task = await self._storage.run(self._library.task, task_id)
            if task is None or not task.status.is_final:
                task = await poller.poll_now(task_id) or task
            if task is not None and task.status.is_final:
                return await self._ended_task_result(submission, task)
        raise NotReady(
            f"The gateway has not made {_name(submission)} yet",
            advice=f"{task_id} is in the library; the result is read when it is done",
        )

    async def _ended_task_result(self, submission: Submission, task: Task) -> str:
        if task.status is not TaskStatus.SUCCESS:
            raise GatewayFailed(f"The gateway could not make {_name(submission)}", detail=task.fail_reason)
        result = await self._save_task_result(submission)
        if not result:
            raise UnreadableResponse(
                f"It is done, but {_name(submission)} could not be found in the response",
                advice="Its details and the raw response may show why",
                topic="task",
                subject=task.id,
            )
        return result

    async def _save_task_result(self, submission: Submission) -> str:
        """Save and return the result in the response of the submission's task; empty if the response has no result."""
        raw = await self._storage.run(self._library.raw, submission.task_id or "")
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            return ""
        data = answer.get("data") if isinstance(answer, dict) else None
        found = read_result(submission.request.kind, data)
        return await self._save(submission, found.value) if found.value else ""

    async def _save(self, submission: Submission, result: str) -> str:
        """Save a result, publish it and learn from it; one that was saved before stays. Raises JournalWriteError."""
        if await self._storage.run(self._journal.save_result, submission.id, result, self._clock.now()):
            saved = await self._storage.run(self._journal.reader.get, submission.id)
            if saved is not None:
                self._events.publish(ResultArrived(saved))
            for feature in features_of(submission.request):
                await self._capabilities.learn(submission.profile, feature, True, "it responded")
        return result

    async def _wait(self, seconds: float) -> None:
        await self._clock.wait(asyncio.Event(), seconds)


def _name(submission: Submission) -> str:
    return _NAMES.get(submission.request.kind, "it")

"""What accepted submissions came to that make no song: personas, longer tags, files of clips."""

from __future__ import annotations

import asyncio
import json

from sunotui.core.context import Context
from sunotui.core.events import Event, ResultArrived, TaskEnded
from sunotui.core.gateways.capabilities import CapabilityService
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.submissions.submitter import Submitter
from sunotui.domain.capabilities import features_of
from sunotui.domain.errors import GatewayFailed, InvalidRequest, NotReady, UnreadableResponse
from sunotui.domain.requests.request import ClipFileRequest, Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.kinds import TaskKind, TaskStatus
from sunotui.domain.tasks.task import Task
from sunotui.gateway.parsing.results import ResultReading, read_result
from sunotui.gateway.submit.payloads import Payload
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore

POLL_DELAYS_S = (3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 40.0, 60.0)
"""Seconds before each further look at what the gateway said it is making: eight looks in three minutes, then an end.
No published page says how long a file takes, and one gateway (kkiai) documents an answer that never becomes a link."""

_WITH_TASK = frozenset({TaskKind.PERSONA, TaskKind.TAGS})
_NAMES = {
    "persona": "the persona",
    "upsample_tags": "the tags",
    "wav": "the WAV",
    "mp4": "the MP4",
    "midi": "the notes",
}


class ResultCollector:
    """Waits for results, within limits, and writes each down once. A look costs nothing and is never a submission."""

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
        self._gateways = ctx.clients
        self._events = ctx.events
        self._clock = ctx.clock
        self._background = ctx.background
        self._library = library
        self._journal = journal
        self._capabilities = capabilities
        self._pollers = pollers
        self._submitter = submitter
        self._waited_for: set[str] = set()

    async def earlier_submission(self, request: Request, profile: str) -> Submission | None:
        """The accepted submission of the same request for a file within ten minutes; None for any other request.

        Its result is there or on its way, so nothing need be sent or paid again. Raises SunotuiError.
        """
        if not isinstance(request, ClipFileRequest):
            return None
        twin = await self._submitter.same_before(request, profile)
        return twin if twin is not None and twin.state is SubmissionState.ACCEPTED else None

    async def result_of(self, submission: Submission) -> str:
        """The result of an accepted submission: at once where it is known, else after some looks.

        Raises NotReady when the looks are used up, GatewayFailed when the gateway says that it will not come,
        InvalidRequest while it is being waited for already, and any other SunotuiError of a look. The submission stays
        accepted in all of these, and a later call looks again.
        """
        if submission.result:
            return submission.result
        if submission.id in self._waited_for:
            raise InvalidRequest("The gateway is being asked for that already", advice="Wait for its answer")
        self._waited_for.add(submission.id)
        try:
            if submission.task_id is not None:
                return await self._of_task(submission, submission.task_id)
            return await self._of_file(submission)
        finally:
            self._waited_for.discard(submission.id)

    async def collect(self) -> None:
        """Read the results of tasks that ended while this program did not run. Raises LibraryError."""
        for submission in await self._storage.run(self._journal.unread_results):
            await self._take_from_task(submission)

    def on_event(self, event: Event) -> None:
        """News of the studio."""
        if isinstance(event, TaskEnded) and event.task.kind in _WITH_TASK and event.task.submission_id:
            self._background.start_brief("read a result", self._collect_of, event.task.submission_id)

    async def _collect_of(self, submission_id: str) -> None:
        submission = await self._storage.run(self._journal.get, submission_id)
        if submission is not None and not submission.result:
            await self._take_from_task(submission)

    # --- files -------------------------------------------------------------------------------------------------------

    async def _of_file(self, submission: Submission) -> str:
        order = Payload(submission.path, submission.body, result=submission.request.kind)
        for wait_s in POLL_DELAYS_S:
            await self._wait(wait_s)
            client = await self._gateways.client(submission.profile)
            reading: ResultReading = await client.look_for(order)
            if reading.value:
                return await self._save(submission, reading.value)
            if reading.has_failed:
                raise GatewayFailed(f"The gateway could not make {_name(submission)}", advice="Ask again later")
        raise NotReady(
            f"The gateway answered {len(POLL_DELAYS_S) + 1} times without {_name(submission)}",
            advice="It may still be made, or this gateway never gives it; asking again later looks again",
        )

    # --- tasks -------------------------------------------------------------------------------------------------------

    async def _of_task(self, submission: Submission, task_id: str) -> str:
        watch = self._pollers.of(submission.profile)
        for wait_s in (0.0, *POLL_DELAYS_S):
            await self._wait(wait_s)
            task = await self._storage.run(self._library.task, task_id)
            if task is None or not task.status.is_final:
                task = await watch.poll_now(task_id) or task
            if task is not None and task.status.is_final:
                return await self._of_ended(submission, task)
        raise NotReady(
            f"The gateway has not made {_name(submission)} yet",
            advice=f"Task {task_id} is in the library; the result is read when it ends",
        )

    async def _of_ended(self, submission: Submission, task: Task) -> str:
        if task.status is not TaskStatus.SUCCESS:
            raise GatewayFailed(f"The gateway could not make {_name(submission)}", detail=task.fail_reason)
        result = await self._take_from_task(submission)
        if not result:
            raise UnreadableResponse(
                f"The task ended, but {_name(submission)} could not be found in its answer",
                advice="Its details and the raw answer may show why",
                topic="task",
                subject=task.id,
            )
        return result

    async def _take_from_task(self, submission: Submission) -> str:
        """The result in the answer of the submission's task, written down; empty where there is none."""
        raw = await self._storage.run(self._library.raw, submission.task_id or "")
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            return ""
        data = told.get("data") if isinstance(told, dict) else None
        found = read_result(submission.request.kind, data)
        return await self._save(submission, found.value) if found.value else ""

    async def _save(self, submission: Submission, result: str) -> str:
        """Write it down, tell it and learn from it; what was written down already stays. Raises JournalWriteError."""
        if await self._storage.run(self._journal.save_result, submission.id, result, self._clock.now()):
            kept = await self._storage.run(self._journal.get, submission.id)
            if kept is not None:
                self._events.publish(ResultArrived(kept))
            for feature in features_of(submission.request):
                await self._capabilities.learn(submission.profile, feature, True, "it answered")
        return result

    async def _wait(self, seconds: float) -> None:
        await self._clock.wait(asyncio.Event(), seconds)


def _name(submission: Submission) -> str:
    return _NAMES.get(submission.request.kind, "it")

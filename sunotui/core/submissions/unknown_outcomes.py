"""Resolves unknown outcomes; the user decides how (S4)."""

from __future__ import annotations

from sunotui.core.context import Context
from sunotui.core.events import SubmissionChanged, TasksChanged
from sunotui.core.polling.pollers import PollerPool
from sunotui.core.submissions.results import ResultCollector
from sunotui.core.submissions.song_matcher import SongMatcher
from sunotui.core.submissions.submitter import Submitter, new_submission_id
from sunotui.domain.errors import InvalidRequest, NotFound, SunotuiError
from sunotui.domain.requests.request import MAY_HAVE_NO_TASK
from sunotui.domain.submission import Submission
from sunotui.domain.tasks import merge
from sunotui.domain.tasks.song_listing import SongMatch, is_listed
from sunotui.domain.tasks.task import Task, TaskReport
from sunotui.domain.text import cleaned_id
from sunotui.storage.submissions.journal import Journal

_SUBMITS = "/suno/submit/"
"""The start of the path of every request that creates a task."""


class UnknownOutcomes:
    """Resolves submissions that may or may not have been accepted."""

    def __init__(
        self,
        ctx: Context,
        journal: Journal,
        *,
        pollers: PollerPool,
        submitter: Submitter,
        results: ResultCollector,
        song_matcher: SongMatcher,
    ) -> None:
        self._storage = ctx.storage
        self._events = ctx.events
        self._clock = ctx.clock
        self._journal = journal
        self._pollers = pollers
        self._submitter = submitter
        self._results = results
        self._song_matcher = song_matcher

    async def matches(self, submission_id: str) -> tuple[SongMatch, ...]:
        """The listed songs that an unknown submission may have become, most likely first. Raises NotFound,
        InvalidRequest, NotSupported if the gateway has no list, and any other SunotuiError of the request.
        """
        return await self._song_matcher.matches(await self._unknown(submission_id))

    async def resolve(self, submission_id: str, wanted: str) -> Submission:
        """Accept a submission as the task that the user found, by the task's id or by an id in the gateway's list of
        songs. Raises NotFound, and InvalidRequest for an empty id, for a task of another submission and for a request
        that creates no task.
        """
        submission = await self._unknown(submission_id)
        wanted = cleaned_id(wanted)
        if not wanted:
            raise InvalidRequest("The id of the song is empty", advice="Give the id of the song that it became")
        wanted = next((hint for hint in submission.task_hints if hint.lower() == wanted.lower()), wanted)
        if isinstance(submission.request, MAY_HAVE_NO_TASK) and not submission.path.startswith(_SUBMITS):
            raise InvalidRequest(
                "That request creates no song, so there is nothing to find", advice="Send it again, or give up on it"
            )
        match = await self._listed(submission, wanted)
        if match is not None:
            return await self.adopt(submission_id, match)
        tasks = await self._pollers.refresh([wanted], submission.profile)
        if not tasks:
            raise NotFound(f"The gateway does not know the song {wanted}", advice="Check the id")
        return await self._adopt(submission, tasks[0])

    async def adopt(self, submission_id: str, match: SongMatch) -> Submission:
        """Accept a submission as this song of the gateway's list, which the user chose. Raises NotFound, and
        InvalidRequest for a song of another submission.
        """
        submission = await self._unknown(submission_id)
        tasks = await self._pollers.refresh([match.task_id], submission.profile) if match.task_id else []
        return await self._adopt(submission, tasks[0] if tasks else self._task_of(submission, match))

    def _task_of(self, submission: Submission, match: SongMatch) -> Task:
        """The task made from the song in the list, for gateways that know the song by its clips only."""
        report = TaskReport(match.id, None, kind=submission.request.task_kind, clips=match.clips)
        return merge.task_from_report(report, submission.profile, self._clock.now(), hint=submission.request.title_hint)

    async def _listed(self, submission: Submission, wanted: str) -> SongMatch | None:
        """The song with this id in the gateway's list; None if there is no such song, or no known list."""
        if not (is_listed(submission.request) and self._song_matcher.has_listing(submission.profile)):
            return None
        try:
            found = await self._song_matcher.matches(submission)
        except SunotuiError:
            # The gateway may still know the task by its id.
            return None
        return next((match for match in found if match.has(wanted)), None)

    async def _adopt(self, submission: Submission, task: Task) -> Submission:
        await self._storage.run(self._journal.adopt, submission.id, task, self._clock.now())
        self._events.publish(TasksChanged((task.id,)))
        self._pollers.watch_task(task)
        await self._results.collect()
        return await self._ended(submission.id)

    async def give_up(self, submission_id: str) -> Submission:
        """Mark a submission as given up by the user."""
        submission = await self._unknown(submission_id)
        await self._storage.run(self._journal.mark_lost, submission.id, self._clock.now())
        return await self._ended(submission.id)

    async def retry(self, submission_id: str) -> Submission:
        """Send the same request again as a new submission that names the first one, which stays unknown.

        Raises NotFound, and InvalidRequest if it was already sent again and not rejected: the journal checks that in
        the transaction that adds the new submission, so that only one of several processes sends it.
        """
        submission = await self._unknown(submission_id)
        prepared = await self._submitter.prepare(submission.request, submission.profile)
        return await self._submitter.send(
            prepared,
            submission_id=new_submission_id(),
            is_again=True,
            retry_of=submission.id,
        )

    async def _unknown(self, submission_id: str) -> Submission:
        return await self._storage.run(self._journal.reader.unknown, submission_id)

    async def _ended(self, submission_id: str) -> Submission:
        ended = await self._storage.run(self._journal.reader.get, submission_id)
        if ended is None:
            raise NotFound(f"There is no request {submission_id} in the journal", advice="", topic="submissions")
        self._events.publish(SubmissionChanged(ended))
        return ended

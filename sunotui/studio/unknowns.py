"""The three ways out of an unknown outcome, all of them a person's own act (S4)."""

from typing import TYPE_CHECKING

from sunotui.domain.errors import NotFound, RequestImpossible
from sunotui.domain.request import MAY_HAVE_NO_TASK
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.studio.events import SubmissionChanged
from sunotui.studio.submit import new_submission_id

if TYPE_CHECKING:
    from sunotui.studio.studio import Studio


_SUBMITS = "/suno/submit/"
"""What the path of every request for a task begins with."""


class Unknowns:
    """Resolves submissions of which nobody knows whether they were accepted."""

    def __init__(self, studio: "Studio") -> None:
        self._studio = studio

    async def found(self, submission_id: str, task_id: str) -> Submission:
        """The person found the task's id: it is fetched, and the submission becomes accepted.

        Raises NotFound, and RequestImpossible for a task that another submission made and for a request that makes
        none.
        """
        submission = await self._unknown(submission_id)
        if isinstance(submission.request, MAY_HAVE_NO_TASK) and not submission.path.startswith(_SUBMITS):
            raise RequestImpossible(
                "That request makes no task, so there is none to find", advice="Send it again, or call it lost"
            )
        tasks = await self._studio.refresh([task_id], submission.profile)
        if not tasks:
            raise NotFound(f"The gateway does not know the task {task_id}", advice="Check the id")
        if tasks[0].submission_id:
            raise RequestImpossible(
                f"The task {task_id} came of another submission", advice="Look for one that is not in the library"
            )
        await self._studio.desk.run(self._studio.journal.adopt, submission.id, tasks[0], self._studio.clock.now())
        self._studio.watch_task(tasks[0])
        await self._studio.results.collect()
        return await self._ended(submission.id)

    async def drop(self, submission_id: str) -> Submission:
        """The person calls it lost."""
        submission = await self._unknown(submission_id)
        await self._studio.desk.run(self._studio.journal.drop, submission.id, self._studio.clock.now())
        return await self._ended(submission.id)

    async def retry(self, submission_id: str) -> Submission:
        """The person sends the same again: a new submission that names the first one, which stays as it is.

        Raises RequestImpossible while another one was sent again for it and not refused.
        """
        submission = await self._unknown(submission_id)
        for again in await self._studio.desk.run(self._studio.journal.retries_of, submission_id):
            if again.state not in {SubmissionState.REJECTED, SubmissionState.DROPPED}:
                raise RequestImpossible(
                    f"That was sent again already; the one sent again is {again.state.value}",
                    advice="Wait for it, or resolve that one",
                )
        return await self._studio.submitter.send(
            submission.request,
            submission.profile,
            submission_id=new_submission_id(),
            is_again=True,
            retry_of=submission.id,
        )

    async def _unknown(self, submission_id: str) -> Submission:
        submission = await self._studio.desk.run(self._studio.journal.get, submission_id)
        if submission is None:
            raise NotFound(f"There is no submission {submission_id}", advice="'sunotui submissions' lists them")
        if submission.state is not SubmissionState.UNKNOWN:
            raise RequestImpossible(
                f"That submission is {submission.state.value}", advice="Only an unknown outcome can be resolved"
            )
        return submission

    async def _ended(self, submission_id: str) -> Submission:
        ended = await self._studio.desk.run(self._studio.journal.get, submission_id)
        if ended is None:
            raise NotFound(f"There is no submission {submission_id}")
        self._studio.news.tell(SubmissionChanged(ended))
        return ended

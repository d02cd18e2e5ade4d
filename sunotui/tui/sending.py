"""Sends requests for the screens and tells how it ended; it belongs to the app, so that leaving a screen loses nothing
(S7)."""

from typing import TYPE_CHECKING

from sunotui.domain.errors import SentAlready, Trouble
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.tui.messages import SendRequested

if TYPE_CHECKING:
    from sunotui.domain.request import Request
    from sunotui.tui.app import SunoApp
    from sunotui.tui.draft import Draft


class Sending:
    """The way of every paid request from a form to the studio."""

    def __init__(self, app: "SunoApp") -> None:
        self._app = app

    def start(self, wanted: SendRequested) -> None:
        """Send what is wanted."""
        self._app.run_worker(self._send_all(wanted), group="submit")

    async def _send_all(self, wanted: SendRequested) -> None:
        """Once for each id; a person is asked first when the same was sent minutes ago."""
        profile = await self._cleared(wanted.request, wanted.profile, wanted.submission_ids[0])
        if profile:
            for submission_id in wanted.submission_ids:
                self._app.run_worker(self._send(wanted.request, profile, submission_id, wanted.draft), group="submit")

    async def send(self, request: "Request", profile: str, submission_id: str) -> Submission | None:
        """Send one request and wait for its outcome; None when nothing was sent. Call it in a worker."""
        profile = await self._cleared(request, profile, submission_id)
        return await self._send(request, profile, submission_id) if profile else None

    async def _cleared(self, request: "Request", profile: str, submission_id: str) -> str:
        """The profile to send it to; empty when it is not to be sent after all."""
        try:
            profile = profile or self._app.studio.current_profile().name
            await self._app.studio.submitter.refuse_twin(request, profile, submission_id)
        except SentAlready as trouble:
            return profile if await self._is_wanted_again(trouble) else ""
        except Trouble as trouble:
            self._app.say_trouble(trouble)
            return ""
        return profile

    async def _send(
        self, request: "Request", profile: str, submission_id: str, draft: "Draft | None" = None
    ) -> Submission | None:
        """Send it and tell how it ended; the draft that asked for it is done when it is accepted."""
        app = self._app
        try:
            submission = await app.studio.submitter.send(request, profile, submission_id=submission_id, is_again=True)
        except Trouble as trouble:
            app.say_trouble(trouble)
            return None
        self.tell(submission)
        if draft is not None and submission.state is SubmissionState.ACCEPTED:
            await app.draft_keeper.empty(draft)
        return submission

    async def _is_wanted_again(self, trouble: SentAlready) -> bool:
        from sunotui.tui.screens.choose import ChooseModal

        choices = [("no", "No", "nothing was sent"), ("yes", "Send again", "and pay for it once more")]
        return await self._app.push_screen_wait(ChooseModal(trouble.what, choices)) == "yes"

    def tell(self, submission: Submission) -> None:
        """Say how a submission ended."""
        app = self._app
        if submission.state is SubmissionState.ACCEPTED:
            where = "" if submission.profile == app.studio.profile else f" by {submission.profile}"
            app.say(f"Accepted{where}: it is being made")
            if submission.task_id:
                app.show_task(submission.task_id)
        elif submission.state is SubmissionState.UNKNOWN:
            app.say(f"Outcome unknown, J shows it: {submission.trouble}", "error")
        else:
            app.say(submission.trouble or "The gateway refused the request", "error")

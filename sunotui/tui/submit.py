"""Sends requests for the screens and reports their outcome; it belongs to the app, so that closing a screen loses
nothing (S7)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sunotui.core.submissions.submitter import new_submission_id
from sunotui.domain.errors import DuplicateRequest, SunotuiError
from sunotui.domain.requests.request import Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.messages import SendRequested

_ACCEPTED = SubmissionState.ACCEPTED


@dataclass(frozen=True, slots=True)
class _Cleared:
    """A request that may be sent."""

    profile: str
    is_again: bool
    """Whether the user confirmed that the same request is sent again."""


class SubmitController:
    """Sends every paid request of the screens."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app

    def start(self, wanted: SendRequested) -> None:
        """Send in the background."""
        self._app.run_worker(self._send_all(wanted), group="submit")

    async def _send_all(self, wanted: SendRequested) -> None:
        """Send once for each id; the user confirms first if the same request was sent minutes ago."""
        cleared = await self._cleared(wanted.request, wanted.profile, wanted.submission_ids[0])
        if cleared is None:
            return
        ids = wanted.submission_ids
        ended = await asyncio.gather(
            *(self._send(wanted.request, submission_id, cleared, ids) for submission_id in ids)
        )
        self._report_all([submission for submission in ended if submission is not None])
        if wanted.draft is not None and any(row is not None and row.state is _ACCEPTED for row in ended):
            await self._app.drafts.empty(wanted.draft)

    async def send(self, request: Request, profile: str, submission_id: str) -> Submission | None:
        """Send one request and wait for its outcome; None when nothing was sent. Call it in a worker."""
        cleared = await self._cleared(request, profile, submission_id)
        submission = await self._send(request, submission_id, cleared) if cleared is not None else None
        if submission is not None:
            self._report_all([submission])
        return submission

    async def result_of(self, request: Request, profile: str) -> str | None:
        """Send a request that makes no song, and wait, within limits, for its result; None, with the reason shown,
        without one. A file that was requested within ten minutes is not requested again. Call it in a worker."""
        core = self._app.core
        try:
            submission = await core.services.results.earlier_submission(request, profile)
        except SunotuiError as error:
            self._app.notify_error(error)
            return None
        if submission is None:
            submission_id = new_submission_id()
            cleared = await self._cleared(request, profile, submission_id)
            submission = await self._send(request, submission_id, cleared) if cleared is not None else None
        if submission is None:
            return None
        if submission.state is not _ACCEPTED:
            self.report(submission)
            return None
        try:
            return await core.services.results.result_of(submission)
        except SunotuiError as error:
            self._app.notify_error(error)
            return None

    async def _cleared(self, request: Request, profile: str, submission_id: str) -> _Cleared | None:
        """The profile, and whether the user repeats a request on purpose; None when it must not be sent."""
        try:
            profile = profile or self._app.core.current_profile().name
            submitter = self._app.core.services.submitter
            duplicate = await submitter.find_duplicate(request, profile, submission_id)
        except SunotuiError as error:
            self._app.notify_error(error)
            return None
        if duplicate is None:
            return _Cleared(profile, False)
        return _Cleared(profile, True) if await self._is_wanted_again(submitter.duplicate_error(duplicate)) else None

    async def _send(
        self, request: Request, submission_id: str, cleared: _Cleared, together: tuple[str, ...] = ()
    ) -> Submission | None:
        """Send it and wait for its outcome."""
        try:
            return await self._app.core.services.submitter.send(
                request, cleared.profile, submission_id=submission_id, is_again=cleared.is_again, together=together
            )
        except SunotuiError as error:
            self._app.notify_error(error)
            return None

    def _report_all(self, ended: Sequence[Submission]) -> None:
        """Show one message for all that were accepted, and one for each that was not."""
        accepted = [submission for submission in ended if submission.state is _ACCEPTED]
        for submission in ended:
            if submission.state is not _ACCEPTED or len(accepted) == 1:
                self.report(submission)
        if len(accepted) > 1:
            self._app.say(f"{len(accepted)} requests sent. Generating …")
            self._app.navigator.show_task(accepted[-1].task_id or "")

    async def _is_wanted_again(self, error: DuplicateRequest) -> bool:
        question = ConfirmDialog(error.what, "nothing was sent", "Send again", "and pay for it once more")
        return await self._app.push_screen_wait(question) == "yes"

    def report(self, submission: Submission) -> None:
        """Show the outcome of a submission."""
        app = self._app
        if submission.state is _ACCEPTED:
            where = "" if submission.profile == app.core.profile else f" to {submission.profile}"
            app.say(f"Sent{where}. Generating …")
            if submission.task_id:
                app.navigator.show_task(submission.task_id)
        elif submission.state is SubmissionState.UNKNOWN:
            app.alert(f"Outcome unknown, J shows it: {submission.trouble}", "error", submission)
        else:
            app.alert(submission.trouble or "The gateway refused the request", "error", submission)

"""Sends requests for the screens and reports their outcome; it belongs to the app, so that closing a screen loses
nothing (S7)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum, auto

from sunotui.core.submissions.prepared_request import PreparedRequest
from sunotui.core.submissions.submitter import new_submission_id
from sunotui.domain.errors import DuplicateRequest, SunotuiError
from sunotui.domain.requests.request import Request
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.confirm import PAY_AGAIN, ConfirmDialog
from sunotui.tui.feedback.advice import error_text
from sunotui.tui.messages import SendingForm, SendRequested

_ACCEPTED = SubmissionState.ACCEPTED
STAY_S = 1.5
"""How long a form stays open for the outcome of its request; a later outcome is reported on whichever screen is
open."""


class _Decision(Enum):
    """Whether a request is sent, given that the same one may have been sent minutes ago."""

    SEND = auto()
    SEND_AGAIN = auto()
    """The user confirmed that the same request is sent again."""
    DO_NOT_SEND = auto()


class SubmitController:
    """Sends every paid request of the screens."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app

    def start(self, wanted: SendRequested) -> None:
        """Send in the background. Keys wait for the outcome as long as the form does."""
        self._app.key_queue.run_dialog(self._app, self._send_from_form(wanted))

    async def _send_from_form(self, wanted: SendRequested) -> None:
        """Send once for each id; the user confirms first if the same request was sent minutes ago. The form stays open
        until the outcome is known, but not for longer than STAY_S."""
        try:
            decision = await self._decide(wanted.prepared, wanted.submission_ids[0])
        except SunotuiError as error:
            self._show_failure(wanted.form, error_text(error), error)
            return
        if decision is _Decision.DO_NOT_SEND:
            if wanted.form is not None:
                wanted.form.sending_failed("Not sent: the same request was sent minutes ago")
            return
        has_ended = asyncio.Event()
        moves = self._app.navigator.cursor_moves
        # A worker of its own: it continues when the form is closed.
        self._app.run_worker(self._send_all(wanted, decision, has_ended, moves), group="submit")
        with suppress(TimeoutError):
            async with asyncio.timeout(STAY_S):
                await has_ended.wait()
        if wanted.form is not None and wanted.form.is_waiting:
            wanted.form.sending_done()

    async def _send_all(self, wanted: SendRequested, decision: _Decision, has_ended: asyncio.Event, moves: int) -> None:
        """Send once for each id, and report the outcomes; where all of them were refused, the form shows why. `moves`
        is how often the user had moved the cursor before."""
        ids = wanted.submission_ids
        try:
            ended = await asyncio.gather(
                *(self._submit(wanted.prepared, submission_id, decision, ids) for submission_id in ids)
            )
            refused = [one for one in ended if isinstance(one, SunotuiError) or one.state is SubmissionState.REJECTED]
            if wanted.form is not None and wanted.form.is_waiting and len(refused) == len(ended):
                for one in refused:
                    reason = error_text(one) if isinstance(one, SunotuiError) else _refusal(one)
                    self._show_failure(wanted.form, reason, one)
                return
            for one in ended:
                if isinstance(one, SunotuiError):
                    self._app.alert_error(one)
            self._report_all([one for one in ended if not isinstance(one, SunotuiError)], moves)
            if any(not isinstance(one, SunotuiError) and one.state is _ACCEPTED for one in ended):
                await self._app.drafts.empty(wanted.draft)
        finally:
            has_ended.set()

    def _show_failure(self, form: SendingForm | None, reason: str, cause: Submission | SunotuiError) -> None:
        """Show on the form why nothing was accepted, or as a toast without a form."""
        if form is None or not form.is_waiting:
            self._app.alert_error(cause) if isinstance(cause, SunotuiError) else self.report(cause)
            return
        # Only once: a message in the footer would repeat it.
        self._app.message_log.add("error", reason, cause)
        form.sending_failed(reason)

    async def send(self, request: Request, profile: str, submission_id: str) -> Submission | None:
        """Send one request and wait for its outcome; None when nothing was sent. Call it in a worker."""
        prepared = await self._prepared(request, profile)
        moves = self._app.navigator.cursor_moves
        submission = await self._send_decided(prepared, submission_id) if prepared is not None else None
        if submission is not None:
            self._report_all([submission], moves)
        return submission

    async def result_of(self, request: Request, profile: str) -> str | None:
        """Send a request that generates no song, and wait, within limits, for its result; None without a result, with
        the reason shown. A file that was requested within ten minutes is not requested again. Call it in a worker."""
        prepared = await self._prepared(request, profile)
        if prepared is None:
            return None
        core = self._app.core
        try:
            submission = await core.services.results.earlier_submission(prepared)
        except SunotuiError as error:
            self._app.alert_error(error)
            return None
        if submission is None:
            submission = await self._send_decided(prepared, new_submission_id())
        if submission is None:
            return None
        if submission.state is not _ACCEPTED:
            self.report(submission)
            return None
        try:
            return await core.services.results.result_of(submission)
        except SunotuiError as error:
            self._app.alert_error(error)
            return None

    async def _prepared(self, request: Request, profile: str) -> PreparedRequest | None:
        """The request prepared for a profile, the current one when empty; None, with the reason shown, when it cannot
        be sent."""
        core = self._app.core
        try:
            return await core.services.submitter.prepare(request, profile or core.active_profiles.current().name)
        except SunotuiError as error:
            self._app.notify_error(error)
            return None

    async def _send_decided(self, prepared: PreparedRequest, submission_id: str) -> Submission | None:
        """Send it and wait for its outcome; None, with the reason shown, when nothing was sent."""
        try:
            decision = await self._decide(prepared, submission_id)
        except SunotuiError as error:
            self._app.alert_error(error)
            return None
        if decision is _Decision.DO_NOT_SEND:
            return None
        ended = await self._submit(prepared, submission_id, decision)
        if isinstance(ended, SunotuiError):
            self._app.alert_error(ended)
            return None
        return ended

    async def _decide(self, prepared: PreparedRequest, submission_id: str) -> _Decision:
        """Check whether the same request was sent minutes ago, and if so let the user decide. Raises LibraryError."""
        submitter = self._app.core.services.submitter
        duplicate = await submitter.find_duplicate(prepared, submission_id)
        if duplicate is None:
            return _Decision.SEND
        is_wanted_again = await self._is_wanted_again(submitter.duplicate_error(duplicate))
        return _Decision.SEND_AGAIN if is_wanted_again else _Decision.DO_NOT_SEND

    async def _submit(
        self, prepared: PreparedRequest, submission_id: str, decision: _Decision, together: tuple[str, ...] = ()
    ) -> Submission | SunotuiError:
        """Send it and wait for its outcome; an error when nothing was sent."""
        try:
            return await self._app.core.services.submitter.send(
                prepared,
                submission_id=submission_id,
                is_again=decision is _Decision.SEND_AGAIN,
                together=together,
            )
        except SunotuiError as error:
            return error

    def _report_all(self, ended: Sequence[Submission], moves: int) -> None:
        """Show one message for all accepted submissions, and one for each other. The cursor moves to the new song
        unless the user has moved it since: a key would be for another song than the one under the user's eyes."""
        is_followed = moves == self._app.navigator.cursor_moves
        accepted = [submission for submission in ended if submission.state is _ACCEPTED]
        for submission in ended:
            if submission.state is not _ACCEPTED or len(accepted) == 1:
                self.report(submission, is_followed=is_followed)
        if len(accepted) > 1:
            self._app.say(f"{len(accepted)} requests sent. Generating…")
            if is_followed:
                self._app.navigator.show_task(accepted[-1].task_id or "")

    async def _is_wanted_again(self, error: DuplicateRequest) -> bool:
        question = ConfirmDialog(error.what, "nothing was sent", "Send again", PAY_AGAIN)
        return await self._app.push_screen_wait(question) == "yes"

    def report(self, submission: Submission, *, is_followed: bool = True) -> None:
        """Show the outcome of a submission; `is_followed` moves the cursor to the song that it becomes."""
        app = self._app
        if submission.state is _ACCEPTED:
            where = "" if submission.profile == app.core.active_profiles.name else f" to {submission.profile}"
            app.say(f"Sent{where}. Generating…")
            if submission.task_id and is_followed:
                app.navigator.show_task(submission.task_id)
        elif submission.state is SubmissionState.UNKNOWN:
            app.alert(f"Outcome unknown, J shows it: {submission.error}", "error", submission)
        else:
            app.alert(_refusal(submission), "error", submission)


def _refusal(submission: Submission) -> str:
    return submission.error or "The gateway refused the request"

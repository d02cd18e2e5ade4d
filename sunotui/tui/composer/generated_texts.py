"""Texts for the composer's form that the gateway writes: an expanded style, and lyrics. Both may be billed."""

from __future__ import annotations

from collections.abc import Callable

from sunotui.core.core import Core
from sunotui.core.submissions.submitter import new_submission_id
from sunotui.domain.errors import SunotuiError
from sunotui.domain.requests.request import LyricsRequest, UpsampleTagsRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import trim
from sunotui.tui.base import BaseApp
from sunotui.tui.composer.drafts.session import DraftSession
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import choose


class GeneratedTexts:
    """Requests texts and inserts them into the form. It runs on the app, so that the outcome is reported after the
    composer is closed."""

    def __init__(self, app: BaseApp, core: Core, session: DraftSession, is_open: Callable[[], bool]) -> None:
        """`is_open` returns whether the form is still open."""
        self._app = app
        self._core = core
        self._session = session
        self._is_open = is_open
        self._awaited_lyrics: str | None = None
        """The id of the lyrics task whose text is inserted into the form."""

    async def expand_style(self, style: str) -> None:
        """Let the gateway expand the style, once the user has seen the cost; it is replaced unless it was changed in
        the meantime."""
        profile = self._session.profile
        choice = ("ask", f"Let {profile} expand it", self._app.cost_of(UpsampleTagsRequest.kind, profile))
        if await choose(self._app, "Expand style", [choice]) is None:
            return
        self._app.say("Asking the gateway to expand the style …")
        expanded = await self._app.submit.result_of(UpsampleTagsRequest(style), self._session.profile)
        if expanded is None:
            return
        if self._is_open() and trim(self._session.form.text_of("style")) == style:
            if self._session.write("style", expanded):
                self._app.say(f"The style was: {style}")
        else:
            self._app.say(f"The style was changed in the meantime; the gateway suggests: {expanded}")

    async def ask_for_lyrics(self) -> None:
        """Ask the user what they should be about, and send an ordinary lyrics request, which is journalled and
        billed."""
        title = trim(self._session.form.text_of("title"))
        cost = self._app.cost_of(LyricsRequest.kind, self._session.profile)
        hint = f"The gateway writes them, which {cost}; they are added to the form when they are ready"
        dialog = PromptDialog("What should the lyrics be about?", title, hint, accept="Ask")
        idea = await self._app.push_screen_wait(dialog)
        if idea is None:
            return
        request = LyricsRequest(idea)
        submission = await self._app.submit.send(request, self._session.profile, new_submission_id())
        if submission is not None and submission.state is SubmissionState.ACCEPTED:
            self._awaited_lyrics = submission.task_id
            try:
                shown = await self._core.reader.detail(submission.task_id or "")
            except SunotuiError as error:
                self._app.notify_error(error)
                return
            if shown is not None and self._is_open():
                self.insert_lyrics(shown.task)

    def insert_lyrics(self, task: Task) -> None:
        """Insert the requested lyrics once they are written, below the text that is in the form: the user's text is
        never replaced."""
        if task.id != self._awaited_lyrics or not task.status.is_final:
            return
        self._awaited_lyrics = None
        if task.lyrics is None or not task.lyrics.text:
            return
        before = self._session.form.text_of("lyrics")
        newlines = len(before) - len(before.rstrip("\n"))
        gap = "\n" * max(0, 2 - newlines) if trim(before) else ""
        self._session.append("lyrics", gap + task.lyrics.text)
        if not trim(self._session.form.text_of("title")):
            self._session.write("title", task.lyrics.title)

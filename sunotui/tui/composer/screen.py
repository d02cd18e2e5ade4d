"""The composer's keys: modes, sending, another gateway, and the help that a gateway can give with the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.widgets import TextArea

from sunotui.core.events import Event, TaskEnded
from sunotui.core.submissions.submitter import new_submission_id
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.requests.request import LyricsRequest, Request, UpsampleTagsRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import trim
from sunotui.tui.commands import Scope, bindings
from sunotui.tui.composer import derived_drafts
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.draft_session import DraftScreen
from sunotui.tui.composer.fields import FIELDS, MODES, Kind
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.recall import recall_picker
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.messages import SendRequested
from sunotui.tui.runtime import editor
from sunotui.tui.runtime.type_ahead import opens_dialog

_RECALLED = 1_000
"""Submissions that are looked through for an earlier request."""

if TYPE_CHECKING:
    from sunotui.core.core import Core


class ComposeScreen(DraftScreen):
    """What can be done with the form."""

    BINDINGS = bindings(Scope.COMPOSER)

    def __init__(self, core: Core, request: Request | None = None, profile: str = "") -> None:
        super().__init__(core, request, profile)
        self._awaited_words: str | None = None
        """The lyrics task whose words go into the form."""

    # --- modes -------------------------------------------------------------------------------------------------------

    async def action_mode(self, name: str) -> None:
        """Another mode, with the texts that are there."""
        self.draft = self.form.read(self.draft).with_mode(name)
        await self.show_mode()
        self.save_soon()

    async def action_turn_mode(self, step: int) -> None:
        """The mode to the right or to the left, in a circle."""
        names = [mode.id for mode in MODES]
        at = names.index(self.draft.mode) if self.draft.mode in names else -1
        await self.action_mode(names[(at + step) % len(names)])

    async def on_mode_bar_chosen(self, event: ModeBar.Chosen) -> None:
        """A mode was clicked."""
        await self.action_mode(event.mode)

    # --- send and leave ----------------------------------------------------------------------------------------------

    async def action_send(self) -> None:
        """Send; a form that cannot be sent says why and stays."""
        self.draft = self.form.read(self.draft)
        if self.wipe_tokens():
            return
        request, complaint = self.draft.request()
        if request is None:
            self.app.say(complaint, "warning")
            return
        try:
            await self._core.services.submitter.check(request, self.profile or self._core.current_profile().name)
        except InvalidRequest as trouble:
            self.app.say(trouble.what, "warning")
            return
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        takes = self.draft.takes
        ids = tuple(self.submission_id + (f"-{take}" if take > 1 else "") for take in range(1, takes + 1))
        # What is sent is no draft to come back to, but what it took the place of is.
        self.save_soon()
        await self.save()
        self.app.post_message(SendRequested(request, ids, profile=self.profile, draft=self.draft))
        self.dismiss()

    async def action_leave(self) -> None:
        """Back to the library; the draft is kept."""
        read = self.form.read(self.draft)
        if read != self.draft:
            self.draft = read
            self.save_soon()
        await self.save()
        self.dismiss()

    @opens_dialog
    async def action_recall(self) -> None:
        """An earlier request, or the draft that was set aside, into the form."""
        annotations = self.app.drafts
        try:
            sent = await self._core.reader.submissions(_RECALLED)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        screen = recall_picker(await annotations.asides(), sent, self._core.clock.now())
        found = await self.app.push_screen_wait(screen)
        if found is None:
            return
        before = self.form.read(self.draft)
        await self.fill(found if isinstance(found, Draft) else self.with_request(before, found))
        await annotations.set_aside(before)
        self.save_soon()
        await self.save()
        if isinstance(found, Draft):
            await annotations.forget_aside(found)

    async def action_clear(self) -> None:
        """An empty form in the same mode; what was in it is kept among the drafts set aside."""
        before = self.form.read(self.draft)
        await self.app.drafts.set_aside(before, comes_back=False)
        await self.fill(Draft(mode=self.draft.mode))
        self.save_soon()
        if before.is_worth_keeping:
            self.app.say("The form is empty: ctrl+r brings back what was in it")

    @work(group="editor", exclusive=True)
    async def action_edit_outside(self) -> None:
        """The long text of this mode in $EDITOR."""
        name = next((field.id for field in FIELDS if field.id in self.draft.shown and field.kind is Kind.LONG), None)
        if name is None:
            return
        area = self.form.query_one(f"#{name}", TextArea)
        text, complaint = editor.edit(self.app, area.text, self.room_of(name))
        if complaint:
            self.app.say(complaint, "warning")
        if text is not None and text != area.text:
            self.write(name, text)

    # --- the gateway -------------------------------------------------------------------------------------------------

    async def action_other_gateway(self) -> None:
        """The next profile's gateway, for this request only."""
        names = self.app.profile_names()
        if len(names) < 2:
            self.app.say("There is no other profile to send this to: P logs in to one", "warning")
            return
        at = names.index(self.profile) if self.profile in names else -1
        await self.use_gateway(names[(at + 1) % len(names)])

    def _has(self, name: str, what: str) -> bool:
        """Whether the mode has a field; says so when it has not."""
        if name not in self.draft.shown:
            self.app.say(f"This mode has no {what}", "warning")
        return name in self.draft.shown

    def action_richer_style(self) -> None:
        """Let the gateway write the style out; on the app, since it may be billed and this screen may close."""
        if not self._has("style", "style"):
            return
        style = trim(self.form.text_of("style"))
        if not style:
            self.app.say("Write a word or two of the style first", "warning")
            return
        self.app.run_worker(self._enrich(style), group="paid")

    async def _enrich(self, style: str) -> None:
        self.app.say("Asking the gateway for a richer style …")
        richer = await self.app.submit.result_of(UpsampleTagsRequest(style), self.profile)
        if richer is None:
            return
        if self.is_running and trim(self.form.text_of("style")) == style:
            if self.write("style", richer):
                self.app.say(f"The style was: {style}")
        else:
            self.app.say(f"The form has another style now; the gateway's: {richer}")

    @opens_dialog
    async def action_choose_persona(self) -> None:
        """One of the voices that this gateway has."""
        if not self._has("persona", "persona"):
            return
        try:
            personas = await self._core.services.extras.personas(self.profile)
        except SunotuiError as trouble:
            self.app.notify_error(trouble)
            return
        if not personas:
            self.app.say("No personas at this gateway yet: p on a finished take makes one", "warning")
            return
        rows = [(str(at), persona.name, persona.id) for at, persona in enumerate(personas)]
        chosen = await self.app.push_screen_wait(SelectDialog("Persona", rows))
        if chosen is not None:
            persona = personas[int(chosen)]
            self.write("persona", persona.id)
            self.write("persona_clip", persona.clip_id)

    @opens_dialog
    async def action_choose_take(self) -> None:
        """A take of the library: into the first empty field of clip ids, or added to that of further clips."""
        names = [name for name in ("clip", "clips") if name in self.draft.shown]
        if not names:
            self.app.say("This mode takes no clip", "warning")
            return
        clip_id = await self.app.navigator.pick_clip("Choose a take")
        if clip_id is None:
            return
        empty = next((name for name in names if not trim(self.form.text_of(name))), names[-1])
        before = trim(self.form.text_of(empty)) if empty == "clips" else ""
        self.write(empty, f"{before} {clip_id}".strip())

    @opens_dialog
    async def action_more_modes(self) -> None:
        """A mode without a key of its own, of those that the gateway's dialect has a form for."""
        dialect = self._core.clients.dialect(self.profile).dialect
        rows = [row for has_take in (False, True) for row in derived_drafts.derived_choices(dialect, has_take=has_take)]
        chosen = await self.app.push_screen_wait(SelectDialog("More ways to make a song", rows))
        if chosen is not None:
            await self.action_mode(chosen)

    # --- words from the gateway --------------------------------------------------------------------------------------

    def action_ask_words(self) -> None:
        """Have words written into the form: a lyrics request like any other, journalled and paid for; on the app, so
        that its end is told when this screen is closed."""
        if self._has("lyrics", "lyrics"):
            self.app.key_queue.run_dialog(self.app, self._ask_words())

    async def _ask_words(self) -> None:
        title = trim(self.form.text_of("title"))
        words = "enter asks the gateway, which is paid for; they come into the form when they are written"
        idea = await self.app.push_screen_wait(PromptDialog("What should the words be about?", title, words))
        if idea is None:
            return
        request = LyricsRequest(idea)
        submission = await self.app.submit.send(request, self.profile, new_submission_id())
        if submission is not None and submission.state is SubmissionState.ACCEPTED:
            self._awaited_words = submission.task_id
            try:
                shown = await self._core.reader.detail(submission.task_id or "")
            except SunotuiError as trouble:
                self.app.notify_error(trouble)
                return
            if shown is not None and self.is_running:
                self._take_words(shown.task)

    def on_core_event(self, event: Event) -> None:
        """The awaited words are there."""
        super().on_core_event(event)
        if isinstance(event, TaskEnded):
            self._take_words(event.task)

    def _take_words(self, task: Task) -> None:
        """Words go below those that are in the form already: nobody's text is replaced."""
        if task.id != self._awaited_words or not task.status.is_final:
            return
        self._awaited_words = None
        if task.lyrics is None or not task.lyrics.text:
            return
        before = self.form.text_of("lyrics")
        newlines = len(before) - len(before.rstrip("\n"))
        gap = "\n" * max(0, 2 - newlines) if trim(before) else ""
        self.append("lyrics", gap + task.lyrics.text)
        if not trim(self.form.text_of("title")):
            self.write("title", task.lyrics.title)

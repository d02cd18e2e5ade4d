"""The composer: the form, its modes, sending, another gateway, and texts from the gateway."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input, TextArea

from sunotui.core.core import Core
from sunotui.core.events import Event, TaskEnded
from sunotui.core.submissions.submitter import new_submission_id
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.requests.request import LyricsRequest, Request, UpsampleTagsRequest
from sunotui.domain.submission import SubmissionState
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import trim
from sunotui.tui import footers
from sunotui.tui.base import BaseApp
from sunotui.tui.command import Scope
from sunotui.tui.commands import bindings
from sunotui.tui.composer import derived_drafts
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.draft_session import DraftSession
from sunotui.tui.composer.fields import FIELDS, MODES, Kind
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.recall import recall_picker
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.messages import SendRequested
from sunotui.tui.runtime import editor
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.runtime.type_ahead import opens_dialog
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.footer import Footer, FooterKey
from sunotui.tui.widgets.header import Header

_MAX_RECALLED = 1_000
"""The number of newest submissions that are offered as earlier requests."""


class ComposeScreen(Screen[None]):
    """The form for one request, with the keys for it; the draft is saved however the screen is closed."""

    CSS_PATH = ["../styles/screens.tcss", "../styles/compose.tcss"]
    AUTO_FOCUS = ""
    BINDINGS = bindings(Scope.COMPOSER)

    app: BaseApp

    def __init__(self, core: Core, request: Request | None = None, profile: str = "") -> None:
        """`request` fills the form, otherwise the saved draft does. `profile` is that of the gateway, the current one
        when empty."""
        super().__init__()
        self._core = core
        self.session = DraftSession(self, self.app, core, request, profile)
        self._awaited_lyrics: str | None = None
        """The id of the lyrics task whose text is inserted into the form."""

    def compose(self) -> ComposeResult:
        """Modes, form, preview."""
        self.set_classes(self.app.size_classes)
        yield Header("New song")
        yield self.session.mode_bar
        with Horizontal(id="compose-panes"):
            yield self.session.form
            yield self.session.preview
        yield Footer()

    def on_mount(self) -> None:
        """Fill the form once its frame is painted."""
        self.call_later(self.session.open)

    async def on_unmount(self) -> None:
        """Save the draft."""
        await self.session.save()

    @property
    def takes_keys(self) -> bool:
        """Whether the draft is in the form; keys typed before wait."""
        return self.session.is_filled

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of this screen."""
        return footers.footer_keys(footers.COMPOSER, self.app.keys_of)

    # --- the form ----------------------------------------------------------------------------------------------------

    def on_input_changed(self, event: Input.Changed) -> None:
        """A one-line field was edited."""
        # The text as it is now, which may be newer than the message.
        self.session.edited(event.input.id, event.input.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A multi-line field was edited."""
        self.session.edited(event.text_area.id, event.text_area.text)

    async def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """A checkbox was changed."""
        await self.session.edit_flag(event.checkbox)

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.app.say(TOKEN_REFUSED, "warning")

    # --- modes -------------------------------------------------------------------------------------------------------

    async def action_mode(self, name: str) -> None:
        """Change the mode; the texts stay."""
        self.session.draft = self.session.form.read(self.session.draft).with_mode(name)
        await self.session.show_mode()
        self.session.save_soon()

    async def action_turn_mode(self, step: int) -> None:
        """Go to the next mode to the right or to the left, cyclically."""
        names = [mode.id for mode in MODES]
        at = names.index(self.session.draft.mode) if self.session.draft.mode in names else -1
        await self.action_mode(names[(at + step) % len(names)])

    async def on_mode_bar_chosen(self, event: ModeBar.Chosen) -> None:
        """A mode was clicked."""
        await self.action_mode(event.mode)

    # --- send and leave ----------------------------------------------------------------------------------------------

    async def action_send(self) -> None:
        """Send the request; a form that cannot be sent stays, with the reason shown."""
        session = self.session
        session.draft = session.form.read(session.draft)
        if session.wipe_tokens():
            return
        draft, profile = session.draft, session.profile
        request, problem = draft.request()
        if request is None:
            self.app.say(problem, "warning")
            return
        try:
            prepared = await self._core.services.submitter.prepare(
                request, profile or self._core.active_profiles.current().name
            )
        except InvalidRequest as error:
            self.app.say(error.what, "warning")
            return
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        takes = draft.takes
        ids = tuple(session.submission_id + (f"-{take}" if take > 1 else "") for take in range(1, takes + 1))
        # The draft is being sent, but the draft that it replaced has to be set aside.
        session.save_soon()
        await session.save()
        if session.form.read(session.draft) != draft or session.profile != profile:
            self.app.say("The form changed while it was being checked; nothing was sent", "warning")
            return
        self.app.post_message(SendRequested(prepared, ids, draft))
        self.dismiss()

    async def action_leave(self) -> None:
        """Close the composer; the draft is saved."""
        read = self.session.form.read(self.session.draft)
        if read != self.session.draft:
            self.session.draft = read
            self.session.save_soon()
        await self.session.save()
        self.dismiss()

    @opens_dialog
    async def action_recall(self) -> None:
        """Fill the form with an earlier request or a draft that was set aside."""
        drafts = self.app.drafts
        try:
            sent = await self._core.reader.submissions(_MAX_RECALLED)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        screen = recall_picker(await drafts.asides(), sent, self._core.clock.now())
        found = await self.app.push_screen_wait(screen)
        if found is None:
            return
        before = self.session.form.read(self.session.draft)
        await self.session.fill(found if isinstance(found, Draft) else self.session.with_request(before, found))
        await drafts.set_aside(before)
        self.session.save_soon()
        await self.session.save()
        await self.session.find_warnings()
        if isinstance(found, Draft):
            await drafts.forget_aside(found)

    async def action_clear(self) -> None:
        """Clear the form; its draft is set aside."""
        before = self.session.form.read(self.session.draft)
        await self.app.drafts.set_aside(before, comes_back=False)
        await self.session.fill(Draft(mode=self.session.draft.mode))
        self.session.save_soon()
        if before.has_content:
            self.app.say("Form cleared: ctrl+r brings the old content back")

    @work(group="editor", exclusive=True)
    async def action_edit_outside(self) -> None:
        """Edit the long text of this mode in $EDITOR."""
        name = next(
            (field.id for field in FIELDS if field.id in self.session.draft.shown and field.kind is Kind.LONG), None
        )
        if name is None:
            return
        area = self.session.form.query_one(f"#{name}", TextArea)
        text, problem = editor.edit(self.app, area.text, self.session.room_of(name))
        if problem:
            self.app.say(problem, "warning")
        if text is not None and text != area.text:
            self.session.write(name, text)

    # --- the gateway -------------------------------------------------------------------------------------------------

    async def action_other_gateway(self) -> None:
        """Choose the next profile's gateway, for this request only."""
        names = self.app.profile_names()
        if len(names) < 2:
            self.app.say("There is no other profile to send this to: P logs in to one", "warning")
            return
        at = names.index(self.session.profile) if self.session.profile in names else -1
        await self.session.use_gateway(names[(at + 1) % len(names)])

    def _has(self, name: str, what: str) -> bool:
        """Whether the mode has a field; shows a message if not."""
        if name not in self.session.draft.shown:
            self.app.say(f"This mode has no {what}", "warning")
        return name in self.session.draft.shown

    def action_richer_style(self) -> None:
        """Let the gateway expand the style. Runs on the app: it may be billed, and this screen may close."""
        if not self._has("style", "style"):
            return
        style = trim(self.session.form.text_of("style"))
        if not style:
            self.app.say("Write a word or two of the style first", "warning")
            return
        self.app.run_worker(self._expand_style(style), group="paid")

    async def _expand_style(self, style: str) -> None:
        self.app.say("Asking the gateway to expand the style …")
        expanded = await self.app.submit.result_of(UpsampleTagsRequest(style), self.session.profile)
        if expanded is None:
            return
        if self.is_running and trim(self.session.form.text_of("style")) == style:
            if self.session.write("style", expanded):
                self.app.say(f"The style was: {style}")
        else:
            self.app.say(f"The style was changed in the meantime; the gateway suggests: {expanded}")

    @opens_dialog
    async def action_choose_persona(self) -> None:
        """Choose one of this gateway's personas."""
        if not self._has("persona", "persona"):
            return
        try:
            personas = await self._core.services.extras.personas(self.session.profile)
        except SunotuiError as error:
            self.app.notify_error(error)
            return
        if not personas:
            self.app.say("No personas at this gateway yet: p on a finished take creates one", "warning")
            return
        rows = [(str(at), persona.name, persona.id) for at, persona in enumerate(personas)]
        chosen = await self.app.push_screen_wait(SelectDialog("Persona", rows))
        if chosen is not None:
            persona = personas[int(chosen)]
            self.session.write("persona", persona.id)
            self.session.write("persona_clip", persona.clip_id)

    @opens_dialog
    async def action_choose_take(self) -> None:
        """Choose a take of the library for the first empty field of clip ids, or add it to the further clips."""
        names = [name for name in ("clip", "clips") if name in self.session.draft.shown]
        if not names:
            self.app.say("This mode takes no clip", "warning")
            return
        clip_id = await self.app.navigator.pick_clip("Choose a take")
        if clip_id is None:
            return
        empty = next((name for name in names if not trim(self.session.form.text_of(name))), names[-1])
        before = trim(self.session.form.text_of(empty)) if empty == "clips" else ""
        self.session.write(empty, f"{before} {clip_id}".strip())

    @opens_dialog
    async def action_more_modes(self) -> None:
        """Choose a mode without its own key."""
        dialect = self._core.clients.dialect(self.session.profile).dialect
        rows = [row for has_take in (False, True) for row in derived_drafts.derived_choices(dialect, has_take=has_take)]
        chosen = await self.app.push_screen_wait(SelectDialog("More ways to make a song", rows))
        if chosen is not None:
            await self.action_mode(chosen)

    # --- lyrics from the gateway -------------------------------------------------------------------------------------

    def action_ask_words(self) -> None:
        """Request lyrics for the form with an ordinary lyrics request, which is journalled and billed. Runs on the app,
        so that its outcome is reported after this screen is closed."""
        if self._has("lyrics", "lyrics"):
            self.app.key_queue.run_dialog(self.app, self._ask_words())

    async def _ask_words(self) -> None:
        title = trim(self.session.form.text_of("title"))
        hint = "enter asks the gateway, which costs money; the lyrics are added to the form when they are ready"
        idea = await self.app.push_screen_wait(PromptDialog("What should the lyrics be about?", title, hint))
        if idea is None:
            return
        request = LyricsRequest(idea)
        submission = await self.app.submit.send(request, self.session.profile, new_submission_id())
        if submission is not None and submission.state is SubmissionState.ACCEPTED:
            self._awaited_lyrics = submission.task_id
            try:
                shown = await self._core.reader.detail(submission.task_id or "")
            except SunotuiError as error:
                self.app.notify_error(error)
                return
            if shown is not None and self.is_running:
                self._insert_lyrics(shown.task)

    def on_core_event(self, event: Event) -> None:
        """Insert the lyrics once they are written."""
        self.session.on_core_event(event)
        if isinstance(event, TaskEnded):
            self._insert_lyrics(event.task)

    def _insert_lyrics(self, task: Task) -> None:
        """Insert lyrics below the text that is in the form: the user's text is never replaced."""
        if task.id != self._awaited_lyrics or not task.status.is_final:
            return
        self._awaited_lyrics = None
        if task.lyrics is None or not task.lyrics.text:
            return
        before = self.session.form.text_of("lyrics")
        newlines = len(before) - len(before.rstrip("\n"))
        gap = "\n" * max(0, 2 - newlines) if trim(before) else ""
        self.session.append("lyrics", gap + task.lyrics.text)
        if not trim(self.session.form.text_of("title")):
            self.session.write("title", task.lyrics.title)

"""The draft in the composer's form: how it is edited and saved, and what is known about its request."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from rich.cells import cell_len
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker

from sunotui.core.core import Core
from sunotui.core.events import BalanceChanged, CapabilitiesChanged, Event
from sunotui.core.gateways.model_choice import GatewayModels
from sunotui.core.submissions.file_check import FileCheck
from sunotui.core.submissions.submitter import new_submission_id, preview
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.gateways.models import find, label_of, names_for
from sunotui.domain.requests.request import Request, UploadFileRequest
from sunotui.domain.requests.validation import ValidationIssue
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.durations import DurationEstimate
from sunotui.domain.tasks.kinds import TaskKind
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import trim
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.composer.check import Bill, Check, CheckState
from sunotui.tui.composer.check_pane import CheckLine, CheckPane
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.fields import FIELD_BY_ID, mode_named
from sunotui.tui.composer.form_view import FormView
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.pick import MODEL, OTHERS, REQUESTS, SOURCE, VOICE
from sunotui.tui.terminal.paste_limit import MOST_CHARACTERS, TOKEN_REFUSED, refusal
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.footer import Footer
from sunotui.tui.widgets.header import Header

_SAVE_PAUSE_S = 0.4
_UNWRITABLE = frozenset({"extra", "count"})
"""Fields without which no JSON can be built: a blocking problem in one hides the JSON."""
_SECTION = ("start", "end")
"""The fields of a section of a take."""
_TITLE_CELLS = 40


class DraftSession:
    """The draft of one composer screen, from the moment it opens.

    It keeps the widgets of the screen up to date: the form, whose visible fields follow the mode while their texts
    stay, the bar of modes, and the check with everything that is known about the request at its gateway.
    """

    def __init__(
        self, screen: Screen[None], app: BaseApp, core: Core, request: Request | None = None, profile: str = ""
    ) -> None:
        """`request` fills the form, otherwise the saved draft does. `profile` is that of the gateway, the current one
        when empty or unknown."""
        self._screen = screen
        self._app = app
        self._core = core
        self._request = request
        self.header = Header("New song")
        self.footer = Footer()
        self.mode_bar = ModeBar(id="modes")
        self.check_pane = CheckPane(id="check")
        self.check_line = CheckLine(id="check-line")
        self.form = FormView(self.check_pane, self.check_line, id="form")
        self.bill = Bill()
        """What the request in the form costs."""
        self.draft = Draft()
        self.submission_id = new_submission_id()
        known = core.active_profiles
        self.profile = profile if profile and known.named(profile) is not None else known.name
        """The profile whose gateway gets the request."""
        self.is_sending = False
        """Whether the request was sent and its outcome is awaited."""
        self.is_sent = False
        """Whether the request was sent, so that the form can be closed."""
        self.is_filled = False
        """Whether the draft was read from the disk and is in the form."""
        self._save_timer: Timer | None = None
        self._replaced: Draft | None = None
        """The draft before a request was put into the form; set aside when the form is saved for the first time."""
        self.cleared: Draft | None = None
        """The draft before the form was cleared."""
        self.models = GatewayModels()
        self._warnings: tuple[str, ...] = ()
        """Warnings from the library: an equal request was sent minutes ago, the clip belongs to another gateway."""
        self._is_touched = False
        """Whether the user changed anything: before that, nothing is marked as wrong."""
        self._was_refused = False
        """Whether the form could not be sent: missing fields are then also marked as wrong."""
        self._refusal = ""
        """Why it could not be sent, where the form itself shows nothing wrong."""
        # Drawn as a message of the screen, which is not handled once the screen is closed.
        self._file_check = FileCheck(lambda: screen.call_later(self._draw))
        self._times: dict[tuple[str, TaskKind], DurationEstimate | None] = {}
        self._take_names: dict[str, str] = {}
        """The names of the takes in the form, by clip id."""
        self._voice_names: dict[str, str] = {}
        """The names of voices, by persona id."""

    async def open(self) -> None:
        """Fill the form, and show what the gateway offers."""
        draft = await self._app.drafts.load()
        if not self.form.is_attached:
            # The screen was closed in the meantime.
            return
        if self._request is not None:
            self._replaced, draft = draft, self.with_request(draft, self._request)
        elif not draft.has_content:
            draft = draft.with_mode(draft.new_song_mode)
        if not draft.values.get("model"):
            profile = self._core.active_profiles.named(self.profile)
            draft = draft.with_value("model", profile.model if profile is not None and profile.model else "")
        # Painted in one step: an incomplete form would be visible for a moment.
        with self._app.batch_update():
            await self.fill(draft)
        self.is_filled = True
        self._app.key_queue.deliver_soon()
        await self.use_gateway(self.profile)

    # --- form and draft ----------------------------------------------------------------------------------------------

    async def fill(self, draft: Draft) -> None:
        """Show this draft."""
        self.draft = draft
        self.form.fill(draft)
        await self.show_mode()

    async def show_mode(self) -> None:
        """Show the fields of the draft's mode, also where the check covered the text. The reason why another request
        was refused is no longer shown."""
        self._refusal = ""
        self.form.remove_class("-check-open")
        self.mode_bar.show_mode(self.draft.mode)
        self.header.location = mode_named(self.draft.mode).title
        await self.form.show_fields(self.draft)
        self._draw()

    def with_request(self, draft: Draft, request: Request) -> Draft:
        """A draft for this request. A text that is too long for its field is left out, with a message."""
        filled = draft.with_request(request)
        for name, text in filled.values.items():
            if text != draft.values.get(name) and (words := refusal(text)):
                self._app.say(f"{FIELD_BY_ID[name].label}: {words[0].lower()}{words[1:]}", "warning")
                filled = filled.with_value(name, "")
        return filled

    async def edit_flag(self, checkbox: Checkbox) -> None:
        """A checkbox was changed; "more" shows further fields."""
        before = self.draft.shown
        self.edited(checkbox.id, "yes" if checkbox.value else "")
        if self.draft.shown != before:
            await self.form.show_fields(self.draft, is_moving=False)
            self._draw()

    async def turn_more(self) -> None:
        """Open or fold the rarely used fields."""
        fold = self.form.fold
        fold.is_open = not fold.is_open
        self.form.put("more", self.draft.with_more(is_open=fold.is_open).values.get("more", ""))
        self.edited("more", self.form.text_of("more"))
        await self.form.show_fields(self.draft, is_moving=False)
        self.form.reveal_more()
        self._draw()

    def write(self, name: str, text: str) -> bool:
        """Replace the text of a field, as the user would. False, with a message, when the text is too long for the
        field; the field is then unchanged."""
        if not self._has_room(name, text):
            return False
        self.form.put(name, text)
        self.edited(name, text)
        return True

    def append(self, name: str, text: str) -> bool:
        """Append to the text of a long field, in which the user may be typing. False, with a message, when the result
        is too long for the field; the field is then unchanged."""
        if not self._has_room(name, self.form.text_of(name) + text):
            return False
        self.form.append(name, text)
        self.edited(name, self.form.text_of(name))
        return True

    def _has_room(self, name: str, text: str) -> bool:
        words = refusal(text, most=self.room_of(name))
        if words:
            self._app.say(f"{words}; '{FIELD_BY_ID[name].label}' is unchanged", "warning")
        return not words

    def room_of(self, name: str) -> int:
        """The maximum length of a text that replaces the field's own, which may be longer than the limit."""
        return max(MOST_CHARACTERS, len(self.form.text_of(name)))

    def edited(self, name: str | None, text: str) -> None:
        """Record the new text of a field."""
        if name is None or self.draft.values.get(name, "") == text:
            return
        self.draft = self.draft.with_value(name, text)
        self._is_touched = True
        self._refusal = ""
        self._draw()
        self.save_soon()

    async def use_take(self, name: str, text: str, clip_id: str) -> None:
        """Put a take of the library into a field, and what the request needs to know about it into the others."""
        self.write(name, text)
        try:
            found = await self._core.reader.clip(clip_id)
        except SunotuiError as error:
            self._app.notify_error(error)
            return
        if found is None:
            return
        task, clip = found
        self._take_names[clip_id] = _take_name(task, clip)
        if name == "clip" and "task" in self.draft.shown:
            # The gateway's id of the take's task; a gateway that returned only a clip does not provide it.
            self.write("task", "" if task.id == clip_id else task.id)
        if name == "clip" and "upload" in self.draft.shown:
            self.write("upload", "yes" if task.kind is TaskKind.UPLOAD else "")
        self._draw()

    @property
    def can_undo_clear(self) -> bool:
        """Whether the form was cleared and is still empty."""
        return self.cleared is not None and not self.draft.has_content

    def begin_sending(self) -> None:
        """The request is being sent."""
        self.is_sending = True
        self._draw()

    def end_sending(self, reason: str) -> None:
        """Nothing was accepted, for this reason; the next request is another submission."""
        self.is_sending = False
        self.submission_id = new_submission_id()
        self.refuse(reason)

    def refuse(self, reason: str) -> str:
        """The form could not be sent, for this reason: show it until something changes, and what is missing as an
        error. Returns the reason in the words of the form."""
        self._was_refused = True
        self._refusal = ""
        self._show_form()
        self._draw()
        if self.check_pane.check.state is not CheckState.BLOCKED:
            self._refusal = reason
            self._draw()
        return self.check_pane.check.sentence

    def _show_form(self) -> None:
        """Show the form and the check: the JSON, which may be shown instead, does not say what is wrong."""
        self.check_pane.show_tab(0)
        if self.form.has_class("-check-open"):
            self.form.remove_class("-check-open")
            self.form.focus_first(self.draft)

    def save_soon(self) -> None:
        """Save the draft after a short pause in typing."""
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self._screen.set_timer(_SAVE_PAUSE_S, self._typing_paused)

    async def _typing_paused(self) -> None:
        await self.save()
        await self.find_warnings()

    def wipe_tokens(self) -> bool:
        """Remove anything from the fields that looks like a token, with a message; True if there was any. A token is
        neither saved nor sent."""
        found = [name for name, text in self.draft.values.items() if has_token(text)]
        for name in found:
            self.write(name, without_tokens(self.draft.values[name]))
        if found:
            self._app.say(TOKEN_REFUSED, "warning")
        return bool(found)

    async def save(self) -> None:
        """Save the draft now, if anything changed."""
        if self._save_timer is not None:
            self.wipe_tokens()
            self._save_timer.stop()
            self._save_timer = None
            if self._replaced is not None:
                await self._app.drafts.set_aside(self._replaced)
                self._replaced = None
            await self._app.drafts.save(self.draft)

    # --- the gateway -------------------------------------------------------------------------------------------------

    async def find_warnings(self) -> None:
        """Ask the library for warnings about the request, and for the names of its takes; called when typing pauses,
        not on each key."""
        request, _ = self.draft.request()
        before = (self._warnings, len(self._take_names), len(self._voice_names), len(self._times))
        found: list[str] = []
        if isinstance(request, UploadFileRequest) and not request.problems():
            self._file_check.begin(request.path)
        if self.profile:
            with suppress(SunotuiError):
                # Also while something in the form is not valid: its takes are shown by their names.
                await self._find_names(request or mode_named(self.draft.mode).empty_request())
        if request is not None and self.profile:
            try:
                found += await self._core.services.parent_checks.warnings(request, self.profile)
                submitter = self._core.services.submitter
                # This screen handles no other message in the meantime, so nothing may wait for a file here.
                prepared = await submitter.prepare(request, self.profile, checks_file=False)
                duplicate = await submitter.find_duplicate(prepared, self.submission_id)
                if duplicate is not None:
                    found.append(submitter.duplicate_error(duplicate).what)
            except SunotuiError:
                pass
        known = (tuple(found), len(self._take_names), len(self._voice_names), len(self._times))
        if known != before and self._screen.is_running:
            self._warnings = tuple(found)
            self._draw()

    async def _find_names(self, request: Request) -> None:
        """Find the names of what the request is made from, and how long such requests take."""
        key = (self.profile, request.task_kind)
        if key not in self._times:
            self._times[key] = await self._core.reader.duration_estimate(*key)
        persona = trim(self.draft.values.get("persona", ""))
        if persona and "persona" in self.draft.shown and persona not in self._voice_names:
            personas = await self._core.services.extras.personas(self.profile)
            self._voice_names |= {known.id: known.name for known in personas}
        for clip_id in self._clip_ids():
            if clip_id not in self._take_names:
                found = await self._core.reader.clip(clip_id)
                self._take_names[clip_id] = _take_name(*found) if found is not None else "not in the library"

    def _clip_ids(self) -> list[str]:
        texts = (self.draft.values.get(name, "") for name in ("clip", "clips") if name in self.draft.shown)
        return [clip_id for text in texts for clip_id in trim(text).replace(",", " ").split()]

    async def use_gateway(self, profile: str) -> None:
        """Choose this profile's gateway, and show what it offers."""
        self.profile, self._refusal = profile, ""
        self.models = GatewayModels()
        self.header.count = f"to {profile}" if profile and len(self._app.profile_names()) > 1 else ""
        if profile:
            services = self._core.services
            try:
                offers = await services.capabilities.of(profile)
                self.mode_bar.show_offers(offers)
                await self._find_models(profile)
                services.capabilities.probe_soon(profile)
                if services.billing.balance(profile) is None:
                    self._screen.run_worker(services.billing.refresh(profile), group="balance")
            except SunotuiError as error:
                self._app.notify_error(error)
        self._draw()
        await self.find_warnings()

    async def _find_models(self, profile: str) -> None:
        """Find out which models this gateway has, and which one is chosen for a request without a model. Raises
        LibraryError."""
        services = self._core.services
        models, offers = await services.model_choice.of(profile), await services.capabilities.of(profile)
        if profile == self.profile:
            self.models = models
            worked = [name for names in models.worked.values() for name in names]
            self.form.suggest_models(names_for([*worked, *offers.models]))

    def _follow_models(self, profile: str) -> Worker[None]:
        # A function: a coroutine of a worker that is cancelled before it starts would never be awaited.
        work: Callable[[], Coroutine[Any, Any, None]] = partial(self._models_changed, profile)
        return self._screen.run_worker(work, group="models", exclusive=True)

    async def _models_changed(self, profile: str) -> None:
        with suppress(SunotuiError):
            await self._find_models(profile)
        self._draw()

    def with_shown_model(self, request: Request) -> Request:
        """The request with the model that the form shows, so that no other one is sent: which model is chosen for a
        request without one may change at any time. Unchanged until the form shows the gateway's models."""
        return self.models.complete(request) if self.models.chosen else request

    def on_core_event(self, event: Event) -> None:
        """Show this gateway's new capabilities or balance."""
        if not isinstance(event, CapabilitiesChanged | BalanceChanged) or event.profile != self.profile:
            return
        if isinstance(event, CapabilitiesChanged):
            self.mode_bar.show_offers(event.capabilities)
            self._follow_models(event.profile)
        self._draw()

    def name_voice(self, persona_id: str, name: str) -> None:
        """Remember the name of a voice."""
        self._voice_names[persona_id] = name

    # --- what is shown about the request -----------------------------------------------------------------------------

    def _show_check(self, check: Check) -> None:
        self.check_pane.show(check)
        self.check_line.show(check)

    def _draw(self) -> None:
        if self.is_sending:
            self._show_check(Check(CheckState.EMPTY, "Sending …", bill=self.bill))
            return
        request, problem = self.draft.request()
        if request is not None:
            request = self.models.complete(request)
        model = getattr(request, "model", "")
        issues = (*request.problems(), *self._file_issues(request)) if request is not None else ()
        blocking = [issue for issue in issues if issue.is_blocking]
        # The limits are those of the model that will be sent.
        counted = self.draft.with_value("model", model) if model else self.draft
        made = request or mode_named(self.draft.mode).empty_request()
        typed = trim(self.draft.values.get(mode_named(self.draft.mode).model_field, ""))
        self._show_picks(model or typed or self.models.chosen.get(made.kind, ""))
        self.bill = self._bill(made)
        if request is None:
            check = Check(*self._unsendable([problem], self._is_gap(problem)), bill=self.bill)
        else:
            check = self._check(request, issues)
        self._show_check(check)
        reasons = self._reasons(request, problem, blocking) if self._was_refused else {}
        self.form.show_counters(counted, reasons, said=check.sentence)
        balance = self.bill.balance
        self.header.cost = (self.bill.cost, str(balance) if balance is not None else "")
        self.footer.update_keys()

    def _check(self, request: Request, issues: Sequence[ValidationIssue]) -> Check:
        """Serialise the request, and put everything known about it together."""
        blocking = [issue for issue in issues if issue.is_blocking]
        warnings = [issue.sentence for issue in issues if not issue.is_blocking]
        # The library may refuse a file before it is checked here, in the same words.
        wrong = list(dict.fromkeys([*filter(None, [self._refusal]), *(self._words(issue) for issue in blocking)]))
        payload = None
        if not any(issue.field in _UNWRITABLE for issue in blocking):
            try:
                payload = preview(request, self._core.clients.dialect(self.profile))
            except InvalidRequest as error:
                wrong.insert(0, error.what)
            if self.profile:
                warnings += [
                    *filter(None, [self._model_warning(request)]),
                    *self._warnings,
                    *self._core.services.capabilities.warnings(request, payload, self.profile, self.draft.takes),
                ]
        path, body = (payload.path, payload.body) if payload is not None else ("", "")
        if wrong:
            is_gap = {*wrong} == {*map(self._words, blocking)} and all(
                self._is_missing(request, issue) for issue in blocking
            )
            state, sentence, reasons = self._unsendable(wrong, is_gap)
            shown = warnings if self.draft.has_content else []
            return Check(state, sentence, reasons, tuple(shown), self.bill, path, body)
        if isinstance(request, UploadFileRequest) and self._file_check.problem_of(request.path) is None:
            return Check(CheckState.EMPTY, "Looking for the file …", (), tuple(warnings), self.bill, path, body)
        state = CheckState.WARNED if warnings else CheckState.READY
        return Check(state, "", (), tuple(warnings), self.bill, path, body)

    def _file_issues(self, request: Request) -> list[ValidationIssue]:
        """What is wrong with the file of an upload, as far as that is known."""
        if not isinstance(request, UploadFileRequest) or not request.path:
            return []
        problem = self._file_check.problem_of(request.path)
        return [ValidationIssue("path", problem)] if problem else []

    def _model_warning(self, request: Request) -> str:
        """What is wrong with the request's model; a song's model may be a name that was mistyped."""
        model, worked = trim(getattr(request, "model", "")), self.models.worked.get(request.kind, ())
        listed = self._core.services.capabilities.known(self.profile).models
        if model and request.kind in self.models.chosen and find(model) is None and model not in (*worked, *listed):
            return "This model is not known; the gateway may refuse it, or replace it and bill the song"
        return self.models.warning(request)

    def _unsendable(self, wrong: Sequence[str], is_gap: bool) -> tuple[CheckState, str, tuple[str, ...]]:
        """The state of a form that cannot be sent, its sentence and further reasons. Before the first key, and while
        something is only missing, nothing is marked as wrong."""
        if self._was_refused or (self._is_touched and not is_gap):
            return CheckState.BLOCKED, wrong[0], tuple(wrong[1:])
        hint = mode_named(self.draft.mode).hint
        return CheckState.EMPTY, wrong[0] if self.draft.has_content else hint, ()

    def _is_gap(self, problem: str) -> bool:
        return problem == mode_named(self.draft.mode).missing_clip

    def _is_missing(self, request: Request, issue: ValidationIssue) -> bool:
        """Whether an issue is about a field that is still empty."""
        name = mode_named(self.draft.mode).field_of(type(request)).get(issue.field, issue.field)
        return not trim(self.draft.values.get(name, ""))

    def _words(self, issue: ValidationIssue) -> str:
        """The sentence of an issue, in the words of the mode."""
        if issue.field == "lyrics" and self.draft.mode == "describe":
            return "Describe the song"
        if issue.field == "clip_id" and not trim(self.draft.values.get("clip", "")):
            return "Choose the source take"
        return issue.sentence

    def _reasons(self, request: Request | None, problem: str, blocking: Sequence[ValidationIssue]) -> dict[str, str]:
        """What is wrong with each field, by its id."""
        if request is None:
            return {"clip": problem} if self._is_gap(problem) else {}
        mode = mode_named(self.draft.mode)
        names = mode.field_of(type(request))
        found: dict[str, str] = {}
        for issue in blocking:
            name = names.get(issue.field, issue.field)
            if name == "lyrics" and mode.id == "describe":
                name = "description"
            # An issue of a section names its start only.
            gaps = [one for one in _SECTION if not trim(self.draft.values.get(one, ""))] if name == "start" else []
            for one in gaps or [name]:
                found.setdefault(one, self._words(issue))
        return found

    def _bill(self, made: Request) -> Bill:
        takes = 2 if made.task_kind is TaskKind.MUSIC and not made.kind.startswith("stems") else 0
        requests = max(1, self.draft.takes)
        if not self.profile:
            return Bill(requests, takes)
        billing = self._core.services.billing
        return Bill(
            requests,
            takes,
            billing.price(self.profile, made.kind),
            billing.balance(self.profile),
            self.profile,
            self._times.get((self.profile, made.task_kind)),
        )

    def _show_picks(self, model: str) -> None:
        picks, values = self.form.picks, self.draft.values
        picks[MODEL.id].value = label_of(model) or "chosen"
        persona = trim(values.get("persona", ""))
        picks[VOICE.id].value = self._voice_names.get(persona, "by id") if persona else "none"
        picks[REQUESTS.id].value = trim(values.get("takes", "")) or "1"
        for pick in (SOURCE, OTHERS):
            ids = trim(values.get(pick.fields[0], "")).replace(",", " ").split()
            picks[pick.id].value = "; ".join(self._take_names.get(one, "by id") for one in ids) or "choose"


def _take_name(task: Task, clip: Clip) -> str:
    """Title, take and length of a take."""
    number = next((at for at, one in enumerate(task.clips, 1) if one.id == clip.id), 1)
    title = formatting.title(clip.title or task.title)
    short = formatting.fit(title, min(cell_len(title), _TITLE_CELLS))
    return f"{short}, take {number}, {formatting.length(clip.duration_s)}"

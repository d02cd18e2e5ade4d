"""The draft in the composer's form: how it is edited and saved, and what is known about its request."""

from __future__ import annotations

from textual.screen import Screen
from textual.timer import Timer

from sunotui.core.core import Core
from sunotui.core.events import BalanceChanged, CapabilitiesChanged, Event
from sunotui.core.gateways.model_choice import GatewayModels
from sunotui.core.submissions.submitter import new_submission_id, preview
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.gateways.models import names_for
from sunotui.domain.requests.request import Request
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui.base import BaseApp
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.fields import FIELD_BY_ID
from sunotui.tui.composer.form_view import FormView
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.preview import Advice, Preview
from sunotui.tui.runtime.paste_limit import MOST_CHARACTERS, TOKEN_REFUSED, refusal
from sunotui.tui.widgets.checkbox import Checkbox

_SAVE_PAUSE_S = 0.4
_UNWRITABLE = frozenset({"extra", "count"})
"""Fields without which no JSON can be built: a blocking problem in one hides the JSON."""


class DraftSession:
    """The draft of one composer screen, from the moment it opens.

    It keeps the widgets of the screen up to date: the form, whose visible fields follow the mode while their texts
    stay, the bar of modes, and the preview with everything that is known about the request at its gateway.
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
        self.mode_bar = ModeBar(id="modes")
        self.form = FormView(id="form")
        self.preview = Preview(id="preview")
        self.draft = Draft()
        self.submission_id = new_submission_id()
        known = core.active_profiles
        self.profile = profile if profile and known.named(profile) is not None else known.name
        """The profile whose gateway gets the request."""
        self.is_filled = False
        """Whether the draft was read from the disk and is in the form."""
        self._save_timer: Timer | None = None
        self._replaced: Draft | None = None
        """The draft before a request was put into the form; set aside when the form is saved for the first time."""
        self._models = GatewayModels()
        self._warnings: tuple[str, ...] = ()
        """Warnings from the library: an equal request was sent minutes ago, the clip belongs to another gateway."""

    async def open(self) -> None:
        """Fill the form, and show what the gateway offers."""
        draft = await self._app.drafts.load()
        if self._request is not None:
            self._replaced, draft = draft, self.with_request(draft, self._request)
        if not draft.values.get("model"):
            profile = self._core.active_profiles.named(self.profile)
            draft = draft.with_value("model", profile.model if profile is not None and profile.model else "")
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
        """Show the fields of the draft's mode."""
        self.mode_bar.show_mode(self.draft.mode)
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
        self._draw()
        self.save_soon()

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
        """Ask the library for warnings about the request; called when typing pauses, not on each key."""
        request, _ = self.draft.request()
        found: list[str] = []
        if request is not None and self.profile:
            try:
                found += await self._core.services.parent_checks.warnings(request, self.profile)
                submitter = self._core.services.submitter
                prepared = await submitter.prepare(request, self.profile)
                duplicate = await submitter.find_duplicate(prepared, self.submission_id)
                if duplicate is not None:
                    found.append(submitter.duplicate_error(duplicate).what)
            except SunotuiError:
                pass
        if tuple(found) != self._warnings and self._screen.is_running:
            self._warnings = tuple(found)
            self._draw()

    async def use_gateway(self, profile: str) -> None:
        """Choose this profile's gateway, and show what it offers."""
        self.profile = profile
        bar = self.mode_bar
        bar.show_target(profile if len(self._app.profile_names()) > 1 else "")
        if profile:
            try:
                offers = await self._core.services.capabilities.of(profile)
                bar.show_offers(offers)
                self._models = await self._core.services.model_choice.of(profile)
                worked = [name for names in self._models.worked.values() for name in names]
                self.form.suggest_models(names_for([*worked, *offers.models]))
                self._core.services.capabilities.probe_soon(profile)
                if self._core.services.billing.balance(profile) is None:
                    self._screen.run_worker(self._core.services.billing.refresh(profile), group="balance")
            except SunotuiError as error:
                self._app.notify_error(error)
        self._draw()
        await self.find_warnings()

    def on_core_event(self, event: Event) -> None:
        """Show this gateway's new capabilities or balance."""
        if not isinstance(event, CapabilitiesChanged | BalanceChanged) or event.profile != self.profile:
            return
        if isinstance(event, CapabilitiesChanged):
            self.mode_bar.show_offers(event.capabilities)
        self._draw()

    def _draw(self) -> None:
        request, problem = self.draft.request()
        if request is not None:
            request = self._models.complete(request)
        model = getattr(request, "model", "")
        # The limits are those of the model in the request as it is sent.
        self.form.show_counters(self.draft.with_value("model", model) if model else self.draft)
        if request is None:
            self.preview.show_problem(problem)
        else:
            self._preview(request)

    def _preview(self, request: Request) -> None:
        """Validate and serialise the request, each once, and show both."""
        problems = request.problems()
        payload, refusal, advice = None, "", Advice()
        if not any(problem.is_blocking and problem.field in _UNWRITABLE for problem in problems):
            try:
                payload = preview(request, self._core.clients.dialect(self.profile))
            except InvalidRequest as error:
                refusal = error.what
            if self.profile:
                services, profile, takes = self._core.services, self.profile, self.draft.takes
                advice = Advice(
                    (
                        *filter(None, [self._models.warning(request)]),
                        *self._warnings,
                        *services.capabilities.warnings(request, payload, profile, takes),
                    ),
                    services.billing.price(profile, request.kind),
                    services.billing.balance(profile),
                )
        path, body = (payload.path, payload.body) if payload is not None else ("", "")
        self.preview.show_request(path, body, problems, refusal, advice, self.draft.takes)

"""The composer's form and the draft behind it, which is never lost, with what is known of it beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, TextArea

from sunotui.core.events import BalanceChanged, CapabilitiesChanged, Event
from sunotui.core.gateways.model_choice import GatewayModels
from sunotui.core.submissions.submitter import new_submission_id
from sunotui.domain.errors import SunotuiError
from sunotui.domain.models import names_for
from sunotui.domain.requests.request import Request
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui.commands import Scope, footer_of
from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.fields import FIELD_BY_ID
from sunotui.tui.composer.form_view import FormView
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.preview import Advice, Preview, is_writable
from sunotui.tui.messages import EventConsumer
from sunotui.tui.runtime.paste_limit import MOST_CHARACTERS, TOKEN_REFUSED, refusal
from sunotui.tui.runtime.type_ahead import HoldsKeys
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from sunotui.core.core import Core
    from sunotui.tui.base import BaseApp

_SAVE_PAUSE_S = 0.4


class DraftScreen(EventConsumer, HoldsKeys, Screen[None]):
    """One form; the fields shown follow the mode, their texts stay when the mode changes."""

    CSS_PATH = ["../styles/screens.tcss", "../styles/compose.tcss"]
    AUTO_FOCUS = ""

    app: BaseApp

    def __init__(self, core: Core, request: Request | None = None, profile: str = "") -> None:
        """`request` fills the form; without one the draft that was left does. `profile` has the gateway to send it
        to, the current one when empty."""
        super().__init__()
        self._core = core
        self._request = request
        self.draft = Draft()
        self.submission_id = new_submission_id()
        self.profile = profile if profile and core.profile_named(profile) is not None else core.profile
        """The profile whose gateway gets the request; another than the current one when a person says so."""
        self._save_timer: Timer | None = None
        self._replaced: Draft | None = None
        """What was in the form before a request was put into it, until that is edited and takes its place."""
        self._is_filled = False
        self._models = GatewayModels()
        self._looked_up: tuple[str, ...] = ()
        """Warnings that the library knows: the same was sent minutes ago, the clip is another gateway's."""

    def compose(self) -> ComposeResult:
        """Modes, form, preview."""
        self.set_classes(self.app.size_classes)
        yield ModeBar(id="modes")
        with Horizontal(id="compose-panes"):
            yield FormView(id="form")
            yield Preview(id="preview")
        yield KeyBar(id="key-bar")

    def on_mount(self) -> None:
        """Fill the form once its frame is painted."""
        self.query_one(KeyBar).commands = footer_of((Scope.COMPOSER,))
        self.call_later(self._open)

    async def _open(self) -> None:
        draft = await self.app.drafts.load()
        if self._request is not None:
            self._replaced, draft = draft, self.with_request(draft, self._request)
        if not draft.values.get("model"):
            profile = self._core.profile_named(self.profile)
            draft = draft.with_value("model", profile.model if profile is not None and profile.model else "")
        await self.fill(draft)
        self._is_filled = True
        self.app.key_queue.deliver_soon()
        await self.use_gateway(self.profile)

    @property
    def takes_keys(self) -> bool:
        """Once the draft was read from the disk: people type on while the form opens."""
        return self._is_filled

    @property
    def form(self) -> FormView:
        """The fields."""
        return self.query_one(FormView)

    # --- form and draft ----------------------------------------------------------------------------------------------

    async def fill(self, draft: Draft) -> None:
        """Show this draft."""
        self.draft = draft
        self.form.fill(draft)
        await self.show_mode()

    async def show_mode(self) -> None:
        """Show the fields of the draft's mode."""
        self.query_one(ModeBar).show_mode(self.draft.mode)
        await self.form.show_fields(self.draft)
        self._draw()

    def with_request(self, draft: Draft, request: Request) -> Draft:
        """A form that makes this request. A text of it that is longer than its field takes is left out and named: it
        stays where the request is from."""
        filled = draft.with_request(request)
        for name, text in filled.values.items():
            if text != draft.values.get(name) and (words := refusal(text)):
                self.app.say(f"{FIELD_BY_ID[name].label}: {words[0].lower()}{words[1:]}", "warning")
                filled = filled.with_value(name, "")
        return filled

    def on_input_changed(self, event: Input.Changed) -> None:
        """A line was edited."""
        # The line as it is now, which a message that waited does not know.
        self._edited(event.input.id, event.input.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A long text was edited."""
        self._edited(event.text_area.id, event.text_area.text)

    async def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """A flag was set or cleared; "more" shows further fields."""
        before = self.draft.shown
        self._edited(event.checkbox.id, "yes" if event.checkbox.value else "")
        if self.draft.shown != before:
            await self.form.show_fields(self.draft, is_moving=False)
            self._draw()

    def write(self, name: str, text: str) -> bool:
        """Put a text into a field in place of what it has, as a person would; False and a sentence where it is longer
        than the field takes, which then stays as it is."""
        if not self._has_room(name, text):
            return False
        self.form.put(name, text)
        self._edited(name, text)
        return True

    def append(self, name: str, text: str) -> bool:
        """Put a text behind what a long field has, while someone may be typing in it; False and a sentence where that
        is longer than the field takes, which then stays as it is."""
        if not self._has_room(name, self.form.text_of(name) + text):
            return False
        self.form.append(name, text)
        self._edited(name, self.form.text_of(name))
        return True

    def _has_room(self, name: str, text: str) -> bool:
        words = refusal(text, most=self.room_of(name))
        if words:
            self.app.say(f"{words}; '{FIELD_BY_ID[name].label}' is as it was", "warning")
        return not words

    def room_of(self, name: str) -> int:
        """Characters that a text in place of the field's own may have: what was typed may be longer than the limit."""
        return max(MOST_CHARACTERS, len(self.form.text_of(name)))

    def _edited(self, name: str | None, text: str) -> None:
        if name is None or self.draft.values.get(name, "") == text:
            return
        self.draft = self.draft.with_value(name, text)
        self._draw()
        self.save_soon()

    def save_soon(self) -> None:
        """Keep the draft after a short pause in typing."""
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self.set_timer(_SAVE_PAUSE_S, self.save)

    def on_open_input_refused(self) -> None:
        """A token was typed where it can be read."""
        self.app.say(TOKEN_REFUSED, "warning")

    def wipe_tokens(self) -> bool:
        """Take out of the fields what looks like a token, and say so; whether there was any. It is neither kept nor
        sent."""
        found = [name for name, text in self.draft.values.items() if has_token(text)]
        for name in found:
            self.write(name, without_tokens(self.draft.values[name]))
        if found:
            self.app.say(TOKEN_REFUSED, "warning")
        return bool(found)

    async def save(self) -> None:
        """Keep the draft now, if anything changed."""
        if self._save_timer is not None:
            self.wipe_tokens()
            self._save_timer.stop()
            self._save_timer = None
            if self._replaced is not None:
                await self.app.drafts.set_aside(self._replaced)
                self._replaced = None
            await self.app.drafts.keep(self.draft)
            await self._look_up()

    async def on_unmount(self) -> None:
        """However this ends, the draft is kept."""
        await self.save()

    # --- the gateway it goes to --------------------------------------------------------------------------------------

    async def _look_up(self) -> None:
        """What the library knows against sending this; asked when typing pauses."""
        request, _ = self.draft.request()
        found: list[str] = []
        if request is not None and self.profile:
            try:
                found += await self._core.services.parent_checks.warnings(request, self.profile)
                submitter = self._core.services.submitter
                duplicate = await submitter.find_duplicate(request, self.profile, self.submission_id)
                if duplicate is not None:
                    found.append(submitter.duplicate_error(duplicate).what)
            except SunotuiError:
                pass
        if tuple(found) != self._looked_up and self.is_running:
            self._looked_up = tuple(found)
            self._draw()

    async def use_gateway(self, profile: str) -> None:
        """Send to this profile's gateway, and show what it offers."""
        self.profile = profile
        bar = self.query_one(ModeBar)
        bar.show_target(profile if len(self.app.profile_names()) > 1 else "")
        if profile:
            try:
                offers = await self._core.services.capabilities.of(profile)
                bar.show_offers(offers)
                self._models = await self._core.services.model_choice.of(profile)
                worked = [name for names in self._models.worked.values() for name in names]
                self.form.suggest_models(names_for([*worked, *offers.models]))
                self._core.services.capabilities.probe_soon(profile)
                if self._core.services.billing.balance(profile) is None:
                    self.run_worker(self._core.services.billing.refresh(profile), group="balance")
            except SunotuiError as trouble:
                self.app.notify_error(trouble)
        self._draw()
        await self._look_up()

    def on_core_event(self, event: Event) -> None:
        """News of this gateway's offers and money."""
        if not isinstance(event, CapabilitiesChanged | BalanceChanged) or event.profile != self.profile:
            return
        if isinstance(event, CapabilitiesChanged):
            self.query_one(ModeBar).show_offers(event.capabilities)
        self._draw()

    def _draw(self) -> None:
        request, complaint = self.draft.request()
        if request is not None:
            request = self._models.complete(request)
        model = getattr(request, "model", "")
        # The limits are those of the model that will be sent.
        self.form.show_counters(self.draft.with_value("model", model) if model else self.draft)
        preview = self.query_one(Preview)
        if request is None:
            preview.show_complaint(complaint)
        else:
            preview.show_request(request, self._advice(request), self.draft.takes)

    def _advice(self, request: Request) -> Advice:
        if not self.profile or not is_writable(request):
            return Advice()
        billing = self._core.services.billing
        return Advice(
            (
                *filter(None, [self._models.warning(request)]),
                *self._looked_up,
                *self._core.services.capabilities.warnings(request, self.profile, self.draft.takes),
            ),
            billing.price(self.profile, request.kind),
            billing.balance(self.profile),
            self._core.clients.dialect(self.profile),
        )

"""The composer: the form, its modes, sending, another gateway, and texts from the gateway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import events, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from sunotui.core.core import Core
from sunotui.core.events import Event, TaskEnded
from sunotui.domain.errors import InvalidRequest, SunotuiError
from sunotui.domain.requests.request import Request
from sunotui.domain.text import trim
from sunotui.tui.base import BaseApp
from sunotui.tui.commands import footers
from sunotui.tui.commands.command import Scope, shown_key
from sunotui.tui.commands.registry import COMMANDS, bindings, command_named
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.session import DraftSession
from sunotui.tui.composer.field_chooser import FieldChooser
from sunotui.tui.composer.fields import FIELD_BY_ID, FIELDS, MODES, Kind
from sunotui.tui.composer.generated_texts import GeneratedTexts
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.pick import MODEL, NARROW, OTHERS, SOURCE, VOICE, PickField
from sunotui.tui.composer.recall import recall_picker
from sunotui.tui.messages import SendRequested
from sunotui.tui.runtime import editor
from sunotui.tui.runtime.type_ahead import opens_dialog
from sunotui.tui.terminal.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.footer import FooterKey

_MAX_RECALLED = 1_000
"""The number of newest submissions that are offered as earlier requests."""


_FORM_ACTIONS = frozenset(
    command.action.partition("(")[0]
    for command in COMMANDS
    if command.scope is Scope.COMPOSER and command.action != "leave"
)
"""The actions that work on the form."""


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
        self._chooser = FieldChooser(self.app, core, self.session)
        self._generated = GeneratedTexts(self.app, core, self.session, lambda: self.is_running)
        self._focus_before_check: Widget | None = None
        """What had the focus before the check or the JSON covered the text."""

    def compose(self) -> ComposeResult:
        """Modes and form; the check is within the form."""
        self.set_classes(self.app.size_classes)
        self.session.form.hint_key = self._hint_key
        yield self.session.header
        yield self.session.mode_bar
        yield self.session.form
        yield self.session.footer

    def on_mount(self) -> None:
        """Fill the form once its frame is painted."""
        self.call_later(self.session.open)

    @property
    def focus_chain(self) -> list[Widget]:
        """The order of Tab, with the check last: the options follow the text."""
        chain = super().focus_chain
        return [widget for widget in chain if widget is not self.session.check_pane] + [
            widget for widget in chain if widget is self.session.check_pane
        ]

    def can_view_entire(self, widget: Widget) -> bool:
        """Whether nothing covers the widget; a focused widget is scrolled into view otherwise. In a low window the
        options stay at the bottom of the form, above the fields that scroll."""
        shown = self.session.form.box_of(widget)
        return super().can_view_entire(shown) and not self.session.form.is_covered(shown)

    def _hint_key(self, name: str) -> str:
        keys = self.app.keys_of(command_named(f"composer.{name}"))
        return shown_key(keys[0]) if keys else ""

    async def on_unmount(self) -> None:
        """Save the draft."""
        await self.session.save()

    @property
    def takes_keys(self) -> bool:
        """Whether the draft is in the form; keys typed before wait."""
        return self.session.is_filled

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Until the draft is in the form, only the way back works, also by clicks and in the palette."""
        return self.session.is_filled or action not in _FORM_ACTIONS

    def footer_keys(self) -> Sequence[FooterKey]:
        """The keys of this screen, the price on that which sends."""
        bill = self.session.bill
        count = f" {bill.requests}" if bill.requests > 1 else ""
        texts = {
            "composer.send": f"Send{count}, about {bill.cost}" if bill.cost else f"Send{count}",
            "composer.clear": "Undo clear" if self.session.can_undo_clear else "Clear",
        }
        if self.size.width >= NARROW:
            texts["composer.leave"] = "Back, draft kept"
        has_long = any(FIELD_BY_ID[name].kind is Kind.LONG for name in self.session.draft.shown)
        hidden = [] if has_long else ["composer.edit-outside"]
        hidden += [] if len(self.app.profile_names()) > 1 else ["composer.other-gateway"]
        names: Sequence[str] = footers.COMPOSER
        if self._is_check_cut:
            texts["composer.turn-tab"] = "Check"
            names = (names[0], "composer.turn-tab", *names[1:])
        if self._hides_text:
            is_json = self.session.check_pane.tab == 1
            texts["composer.turn-tab"] = "Check" if is_json else "Back to the text"
            names = ("composer.turn-tab", *names)
        return footers.footer_keys(names, self.app.keys_of, texts=texts, without=hidden)

    @property
    def _hides_text(self) -> bool:
        """Whether the check, or the JSON, is shown instead of the text."""
        return self.has_class("-one") and self.session.form.has_class("-check-open")

    @property
    def _is_check_cut(self) -> bool:
        """Whether the check is below the text in one row that leaves something out."""
        return self.has_class("-one") and not self._hides_text and self.session.check_line.is_cut

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

    def on_mode_bar_menu_opened(self) -> None:
        """The list of modes was opened by the mouse."""
        self.action_more_modes()

    async def on_fold_button_turned(self) -> None:
        """More was opened or folded."""
        await self.session.turn_more()

    def on_pick_field_opened(self, event: PickField.Opened) -> None:
        """Open the list of a choice."""
        match event.pick:
            case pick if pick in (SOURCE, OTHERS):
                self.app.key_queue.run_dialog(self, self._chooser.take(pick.fields[0]))
            case pick if pick is VOICE:
                self.action_choose_persona()
            case pick if pick is MODEL:
                self.app.key_queue.run_dialog(self, self._chooser.model())
            case _:
                self.app.key_queue.run_dialog(self, self._chooser.requests())

    # --- check and JSON ----------------------------------------------------------------------------------------------

    def action_turn_tab(self) -> None:
        """Show the JSON, then the check again. In a narrow window both cover the text, which the next key shows
        again; there, a check that does not fit into its row comes first."""
        pane, form = self.session.check_pane, self.session.form
        if not self.has_class("-one"):
            pane.action_turn()
        elif not self._hides_text:
            self._open_check(0 if self._is_check_cut else 1)
        elif pane.tab == 1:
            pane.show_tab(0)
        else:
            form.remove_class("-check-open")
            form.focus_first(self.session.draft)
        self.session.footer.update_keys()

    def on_key(self, event: events.Key) -> None:
        """Where the check covers the text, a printable key shows the text again and is typed there: a user who does not
        look at the screen would lose what they type. The arrow keys scroll the check."""
        if event.is_printable and (field := self._uncovered_field()) is not None:
            event.stop()
            event.prevent_default()
            # Posted to the field itself: the next letter of a burst comes after it.
            field.post_message(events.Key(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        """A paste where the check covers the text goes to the text, too. The app checks it again, for its field."""
        if self._uncovered_field() is not None:
            event.stop()
            self.app.post_message(events.Paste(event.text))

    def _uncovered_field(self) -> Widget | None:
        """Show the text instead of the check that covers it, and focus the field that is to get what was typed. None,
        with nothing changed, where the focus is not in a check that covers the text."""
        session = self.session
        if not self.has_class("-one") or self.focused is not session.check_pane:
            return None
        field = session.form.field_for_typing(self._focus_before_check, session.draft)
        if field is not None:
            session.form.remove_class("-check-open")
            field.focus()
            session.footer.update_keys()
        return field

    def _open_check(self, tab: int) -> None:
        """Show the check, or the JSON, instead of the text."""
        pane = self.session.check_pane
        if self.focused is not pane:
            self._focus_before_check = self.focused
        pane.show_tab(tab)
        self.session.form.add_class("-check-open")
        self.call_after_refresh(pane.focus)
        self.session.footer.update_keys()

    def on_check_line_clicked(self) -> None:
        """The check was clicked in its short form."""
        self._open_check(0)

    async def on_mode_bar_chosen(self, event: ModeBar.Chosen) -> None:
        """A mode was clicked."""
        await self.action_mode(event.mode)

    # --- send and leave ----------------------------------------------------------------------------------------------

    async def action_send(self) -> None:
        """Send the request; a form that cannot be sent, or is refused, stays with the reason shown."""
        session = self.session
        if session.is_sending:
            return
        session.draft = session.form.read(session.draft)
        if session.wipe_tokens():
            return
        draft, profile = session.draft, session.profile
        request, problem = draft.request()
        if request is None:
            self.app.say(session.refuse(problem), "warning")
            return
        try:
            prepared = await self._core.services.submitter.prepare(
                session.with_shown_model(request), profile or self._core.active_profiles.current().name
            )
        except InvalidRequest as error:
            self.app.say(session.refuse(error.what), "warning", error)
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
        session.begin_sending()
        self.app.post_message(SendRequested(prepared, ids, draft, self))

    @property
    def is_waiting(self) -> bool:
        """Whether the form is open and waits for the outcome of its request."""
        return self.is_attached and self.session.is_sending

    def sending_failed(self, reason: str) -> None:
        """Nothing was accepted: stay, with the reason shown."""
        if self.is_attached:
            self.session.end_sending(reason)

    def sending_done(self) -> None:
        """The request was sent: close, or when a dialog that covers the form is closed."""
        self.session.is_sent = True
        self._close_if_sent()

    def on_screen_resume(self) -> None:
        """A dialog was closed."""
        self._close_if_sent()

    def _close_if_sent(self) -> None:
        if self.session.is_sent and self.is_current:
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
        """Clear the form, whose draft is set aside; in a form that was just cleared, bring the draft back."""
        session, drafts = self.session, self.app.drafts
        before = session.form.read(session.draft)
        cleared = session.cleared
        if cleared is not None and not before.has_content:
            session.cleared = None
            await session.fill(cleared)
            session.save_soon()
            await session.save()
            await drafts.forget_aside(cleared)
            return
        await drafts.set_aside(before, comes_back=False)
        session.cleared = before if before.has_content else None
        await session.fill(replace(before, values={}, also=()))
        session.save_soon()
        if before.has_content:
            self.app.say("Form cleared", undo="composer.clear")

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
        """Choose the next profile's gateway, for this request only; while the request is being sent, it has one."""
        if self.session.is_sending:
            return
        names = self.app.profile_names()
        if len(names) < 2:
            self.app.say("There is no other gateway; P in the library logs in to one", "warning")
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
        self.app.run_worker(self._generated.expand_style(style), group="paid")

    @opens_dialog
    async def action_choose_persona(self) -> None:
        """Choose one of this gateway's voices."""
        if not self._has("persona", "voice"):
            return
        await self._chooser.voice()

    @opens_dialog
    async def action_choose_take(self) -> None:
        """Choose a take of the library for the first empty source, or add it to the further takes."""
        await self._chooser.next_take()

    @opens_dialog
    async def action_more_modes(self) -> None:
        """Choose one of all modes."""
        if (chosen := await self._chooser.mode()) is not None:
            await self.action_mode(chosen)

    # --- lyrics from the gateway -------------------------------------------------------------------------------------

    def action_ask_words(self) -> None:
        """Request lyrics for the form with an ordinary lyrics request, which is journalled and billed. Runs on the app,
        so that its outcome is reported after this screen is closed."""
        if self._has("lyrics", "lyrics"):
            self.app.key_queue.run_dialog(self.app, self._generated.ask_for_lyrics())

    def on_core_event(self, event: Event) -> None:
        """Insert the lyrics once they are written."""
        self.session.on_core_event(event)
        if isinstance(event, TaskEnded):
            self._generated.insert_lyrics(event.task)

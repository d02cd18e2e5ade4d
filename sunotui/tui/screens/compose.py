"""The composer: a form per mode, live counters, what will be sent, and a draft that is never lost."""

from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea

from sunotui.domain.request import Request
from sunotui.studio.submit import new_submission_id
from sunotui.tui import editor
from sunotui.tui.commands import Scope, bindings, footer_of
from sunotui.tui.draft import FIELDS, MODES, Draft, Kind, mode_named
from sunotui.tui.messages import SendRequested
from sunotui.tui.widgets.key_bar import KeyBar
from sunotui.tui.widgets.preview import Preview
from sunotui.tui.widgets.tick import Tick

if TYPE_CHECKING:
    from sunotui.studio.studio import Studio
    from sunotui.tui.app import SunoApp

_SAVE_PAUSE_S = 0.4
_MODES_CELLS = 80
"""The width from which the bar has room for every mode's name."""


class ComposeScreen(Screen[None]):
    """One form; the fields shown follow the mode, their texts stay when the mode changes."""

    BINDINGS = bindings(Scope.COMPOSER)
    CSS_PATH = "../styles/compose.tcss"
    AUTO_FOCUS = ""

    app: "SunoApp"

    def __init__(self, studio: "Studio", request: Request | None = None) -> None:
        """`request` fills the form; without one the draft that was left does."""
        super().__init__()
        self._studio = studio
        self._request = request
        self._submission_id = new_submission_id()
        self._draft = Draft()
        self._save_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Modes, form, preview."""
        self.set_classes(self.app.width_class)
        yield Static(id="modes", markup=False)
        with Horizontal(id="compose-panes"):
            with VerticalScroll(id="form", can_focus=False):
                for field in FIELDS:
                    with Vertical(classes="field", id=f"field-{field.id}"):
                        if field.kind is Kind.FLAG:
                            yield Tick(field.label, id=field.id)
                            continue
                        yield Static(field.label, classes="label", id=f"label-{field.id}", markup=False)
                        if field.kind is Kind.LONG:
                            area = TextArea(id=field.id, tab_behavior="focus", compact=True)
                            area.cursor_blink = False
                            yield area
                        else:
                            line = Input(id=field.id, placeholder=field.hint, compact=True)
                            line.cursor_blink = False
                            yield line
            yield Preview(id="preview")
        yield KeyBar(id="key-bar")

    async def on_mount(self) -> None:
        """Fill the form."""
        self.query_one(KeyBar).commands = footer_of((Scope.COMPOSER,))
        draft = await self.app.draft_keeper.load()
        if self._request is not None:
            draft = draft.with_request(self._request)
        elif not draft.values.get("model"):
            profile = self._studio.profile_named(self._studio.profile)
            draft = draft.with_value("model", profile.model if profile is not None and profile.model else "")
        self._fill(draft)

    # --- form and draft ----------------------------------------------------------------------------------------------

    def _fill(self, draft: Draft) -> None:
        self._draft = draft
        for field in FIELDS:
            value = draft.values.get(field.id, "")
            if field.kind is Kind.FLAG:
                self.query_one(f"#{field.id}", Tick).value = bool(value)
            elif field.kind is Kind.LONG:
                self.query_one(f"#{field.id}", TextArea).load_text(value)
            else:
                self.query_one(f"#{field.id}", Input).value = value
        self._show_mode()

    def _show_mode(self) -> None:
        mode = mode_named(self._draft.mode)
        for field in FIELDS:
            self.query_one(f"#field-{field.id}").display = field.id in mode.fields
        self._draw_modes()
        self.query_one(f"#{self._draft.first_gap}").focus()
        self._draw()

    def on_resize(self) -> None:
        """The bar of modes fits the width."""
        self._draw_modes()

    def _draw_modes(self) -> None:
        is_narrow = self.size.width < _MODES_CELLS
        pieces: list[tuple[str, str]] = [(" ", "")]
        for mode in MODES:
            is_current = mode.id == mode_named(self._draft.mode).id
            words = mode.key if is_narrow and not is_current else f"{mode.key} {mode.label}"
            pieces += [(f" {words} ", "bold reverse" if is_current else "$text-muted"), (" ", "")]
        self.query_one("#modes", Static).update(Content.assemble(*pieces))

    def action_mode(self, name: str) -> None:
        """Another mode, with the texts that are there."""
        self._draft = self._draft.with_mode(name)
        self._show_mode()
        self._save_soon()

    def on_input_changed(self, event: Input.Changed) -> None:
        """A line was edited."""
        # The line as it is now, which a message that waited does not know.
        self._edited(event.input.id, event.input.value)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A long text was edited."""
        self._edited(event.text_area.id, event.text_area.text)

    def on_tick_changed(self, event: Tick.Changed) -> None:
        """A flag was set or cleared."""
        self._edited(event.tick.id, "yes" if event.tick.value else "")

    def _edited(self, field_id: str | None, value: str) -> None:
        if field_id is None or self._draft.values.get(field_id, "") == value:
            return
        self._draft = self._draft.with_value(field_id, value)
        self._draw()
        self._save_soon()

    def _draw(self) -> None:
        request, complaint = self._draft.request()
        mode = mode_named(self._draft.mode)
        for field in FIELDS:
            if field.id in mode.fields and field.kind is not Kind.FLAG:
                counter, is_over = self._draft.counter(field)
                label = Content.assemble(field.label, (f"  {counter}", "$error" if is_over else "$text-muted"))
                self.query_one(f"#label-{field.id}", Static).update(label)
        self.query_one(Preview).show_request(request, complaint, self._draft.takes)

    def _save_soon(self) -> None:
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self.set_timer(_SAVE_PAUSE_S, self._save)

    async def _save(self) -> None:
        if self._save_timer is not None:
            self._save_timer.stop()
            self._save_timer = None
            await self.app.draft_keeper.keep(self._draft)

    async def on_unmount(self) -> None:
        """However this ends, the draft is kept."""
        await self._save()

    # --- what the keys do --------------------------------------------------------------------------------------------

    async def action_send(self) -> None:
        """Send; a form that cannot be sent says why and stays."""
        request, complaint = self._draft.request()
        if request is None:
            self.app.say(complaint, "warning")
            return
        blocking = [problem for problem in request.problems() if problem.is_blocking]
        if blocking:
            self.app.say(blocking[0].sentence, "warning")
            return
        takes = self._draft.takes
        ids = tuple(self._submission_id + (f"-{take}" if take > 1 else "") for take in range(1, takes + 1))
        self.app.post_message(SendRequested(request, ids, draft=self._draft))
        await self.action_leave()

    async def action_leave(self) -> None:
        """Back to the library; the draft is kept."""
        await self._save()
        self.dismiss()

    def action_clear(self) -> None:
        """An empty form in the same mode."""
        self._fill(Draft(mode=self._draft.mode))
        self._save_soon()

    @work(group="editor", exclusive=True)
    async def action_edit_outside(self) -> None:
        """The long text of this mode in $EDITOR."""
        mode = mode_named(self._draft.mode)
        long_fields = [field for field in FIELDS if field.id in mode.fields and field.kind is Kind.LONG]
        if not long_fields:
            return
        area = self.query_one(f"#{long_fields[0].id}", TextArea)
        text, complaint = editor.edit(self.app, area.text)
        if complaint:
            self.app.say(complaint, "warning")
        elif text is not None and text != area.text:
            area.load_text(text)
            self._edited(area.id, text)

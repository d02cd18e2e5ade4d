"""The composer's form on screen: one widget per field, of which those of the mode are shown."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Input, Static, TextArea

from sunotui.tui.draft import Draft
from sunotui.tui.form import FIELDS, Kind
from sunotui.tui.theme import FAINT
from sunotui.tui.widgets.tick import Tick
from sunotui.tui.widgets.words_area import WordsArea


class FormPane(VerticalScroll, can_focus=False):
    """Draws a draft and reads it back; it decides nothing."""

    def compose(self) -> ComposeResult:
        """All fields; `show_fields` hides those that the mode has no use for."""
        for field in FIELDS:
            with Vertical(classes="field", id=f"field-{field.id}"):
                if field.kind is Kind.FLAG:
                    yield Tick(field.label, id=field.id)
                    continue
                yield Static(field.label, classes="label", id=f"label-{field.id}", markup=False)
                if field.kind is Kind.LONG:
                    area = WordsArea(id=field.id, tab_behavior="focus", compact=True)
                    area.cursor_blink = False
                    yield area
                else:
                    line = Input(id=field.id, placeholder=field.hint, compact=True)
                    line.cursor_blink = False
                    yield line

    def suggest_models(self, names: Sequence[str]) -> None:
        """Offer the ends of these names as they are typed; any other is as good."""
        for name in ("model", "stem_model"):
            self.query_one(f"#{name}", Input).suggester = SuggestFromList(names, case_sensitive=False)

    def fill(self, draft: Draft) -> None:
        """Put a draft's texts into the fields."""
        for field in FIELDS:
            self.put(field.id, draft.values.get(field.id, ""))

    def put(self, name: str, text: str) -> None:
        """Put a text into one field."""
        widget = self.query_one(f"#{name}")
        if isinstance(widget, Tick):
            widget.value = bool(text)
        elif isinstance(widget, TextArea):
            widget.load_text(text)
            widget.move_cursor(widget.document.end)
        elif isinstance(widget, Input):
            widget.value = text

    def text_of(self, name: str) -> str:
        """What stands in a field now."""
        widget = self.query_one(f"#{name}")
        if isinstance(widget, Tick):
            return "yes" if widget.value else ""
        if isinstance(widget, TextArea):
            return widget.text
        return widget.value if isinstance(widget, Input) else ""

    def read(self, draft: Draft) -> Draft:
        """The draft with what stands in the fields: a key that was just pressed may not have been told of yet."""
        for field in FIELDS:
            text = self.text_of(field.id)
            if draft.values.get(field.id, "") != text:
                draft = draft.with_value(field.id, text)
        return draft

    def show_fields(self, draft: Draft) -> None:
        """Show the fields of the draft's mode and no others, and go to the first gap."""
        for field in FIELDS:
            self.query_one(f"#field-{field.id}").display = field.id in draft.shown
        self.query_one(f"#{draft.first_gap}").focus(scroll_visible=False)
        # Once the fields have their places.
        self.call_after_refresh(self._show_field, draft.first_gap)

    def _show_field(self, name: str) -> None:
        """The form from its top, or as far down as the field with its label needs."""
        self.scroll_home(animate=False, immediate=True)
        self.scroll_to_widget(self.query_one(f"#field-{name}"), animate=False, immediate=True)

    def show_counters(self, draft: Draft) -> None:
        """Count the characters beside the labels."""
        for field in FIELDS:
            if field.id in draft.shown and field.kind is not Kind.FLAG:
                counter, is_over = draft.counter(field)
                label = Content.assemble(field.label, (f"  {counter}", "$error" if is_over else FAINT))
                self.query_one(f"#label-{field.id}", Static).update(label)

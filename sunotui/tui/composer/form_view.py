"""The widgets of the composer's form; each is created when a mode first shows its field."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from sunotui.tui.composer.draft import Draft
from sunotui.tui.composer.fields import FIELDS, Field, Kind
from sunotui.tui.composer.lyrics_area import LyricsArea
from sunotui.tui.runtime.textual_patches import OrderedForFocus
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.open_input import FreeInput

_MODELS = ("model", "stem_model")


class FieldBox(Vertical, OrderedForFocus):
    """A field with its label, which Tab reaches in the order of the fields."""

    def __init__(self, index: int, *children: Widget, id: str) -> None:
        """`index` is the position of the field among all fields."""
        super().__init__(*children, id=id, classes="field")
        self.focus_order = index


class FormView(VerticalScroll, can_focus=False):
    """Shows a draft and reads it back; it has no logic of its own.

    Creating the seventy widgets of all fields at once would block the screen for too long (T8).
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._boxes: dict[str, FieldBox] = {}
        """The fields whose widgets exist, with their labels."""
        self._widgets: dict[str, Widget] = {}
        self._labels: dict[str, Static] = {}
        self._texts: dict[str, str] = {}
        """The texts of fields whose widgets do not exist yet."""
        self._models: Sequence[str] = ()
        self._creating = asyncio.Lock()

    def suggest_models(self, names: Sequence[str]) -> None:
        """Suggest these names while the user types; other names are accepted, too."""
        self._models = names
        for name in _MODELS:
            if isinstance(line := self._widgets.get(name), Input):
                line.suggester = SuggestFromList(names, case_sensitive=False)

    def fill(self, draft: Draft) -> None:
        """Put a draft's texts into the fields."""
        for field in FIELDS:
            self.put(field.id, draft.values.get(field.id, ""))

    def put(self, name: str, text: str) -> None:
        """Put a text into one field."""
        widget = self._widgets.get(name)
        if widget is None:
            self._texts[name] = text
        elif isinstance(widget, Checkbox):
            widget.value = bool(text)
        elif isinstance(widget, TextArea):
            widget.load_text(text)
            widget.move_cursor(widget.document.end)
        elif isinstance(widget, Input):
            # A gateway's title may contain newlines, which an input cannot show.
            widget.value = " ".join(text.splitlines())

    def append(self, name: str, text: str) -> None:
        """Append a text to a long field; cursor, selection and undo history stay."""
        widget = self._widgets.get(name)
        if isinstance(widget, TextArea):
            selection = widget.selection
            widget.insert(text, widget.document.end)
            # Otherwise a cursor at the very end would move with the text.
            widget.selection = selection
        else:
            self.put(name, self.text_of(name) + text)

    def text_of(self, name: str) -> str:
        """The current text of a field."""
        widget = self._widgets.get(name)
        if isinstance(widget, Checkbox):
            return "yes" if widget.value else ""
        if isinstance(widget, TextArea):
            return widget.text
        return widget.value if isinstance(widget, Input) else self._texts.get(name, "")

    def read(self, draft: Draft) -> Draft:
        """The draft with the current texts of the fields; the messages about the last keys may not have arrived yet."""
        for field in FIELDS:
            text = self.text_of(field.id)
            if draft.values.get(field.id, "") != text:
                draft = draft.with_value(field.id, text)
        return draft

    async def show_fields(self, draft: Draft, *, is_moving: bool = True) -> None:
        """Show only the fields of the draft's mode; if `is_moving`, focus the first empty required field."""
        async with self._creating:
            for name, box in self._boxes.items():
                box.display = name in draft.shown
            await self._create([field for field in FIELDS if field.id in draft.shown and field.id not in self._boxes])
        if not is_moving:
            return
        self._widgets[draft.first_gap].focus(scroll_visible=False)
        # After the fields are laid out.
        self.call_after_refresh(self._show_field, draft.first_gap)

    async def _create(self, fields: Sequence[Field]) -> None:
        """Create the widgets of these fields, in the order of all fields."""
        order = [field.id for field in FIELDS]
        for field in fields:
            later = [name for name in order[order.index(field.id) + 1 :] if name in self._boxes]
            label, widget = self._label(field), self._widget(field)
            box = FieldBox(order.index(field.id), *label, widget, id=f"field-{field.id}")
            self._boxes[field.id] = box
            # One at a time, so that keys are handled in between.
            await self.mount(box, before=self._boxes[later[0]] if later else None)
            self._widgets[field.id] = widget
            self.put(field.id, self._texts.pop(field.id, ""))

    def _label(self, field: Field) -> Sequence[Static]:
        """The label above a field; a checkbox shows its own."""
        if field.kind is Kind.FLAG:
            return ()
        self._labels[field.id] = Static(field.label, classes="label", id=f"label-{field.id}", markup=False)
        return (self._labels[field.id],)

    def _widget(self, field: Field) -> Widget:
        if field.kind is Kind.FLAG:
            return Checkbox(field.label, id=field.id)
        if field.kind is Kind.LONG:
            return LyricsArea(id=field.id)
        line = FreeInput(id=field.id, placeholder=field.hint)
        line.cursor_blink = False
        if field.id in _MODELS:
            line.suggester = SuggestFromList(self._models, case_sensitive=False)
        return line

    def _show_field(self, name: str) -> None:
        """Scroll to the top, or as far down as is needed to show the field with its label."""
        self.scroll_home(animate=False, immediate=True)
        self.scroll_to_widget(self._boxes[name], animate=False, immediate=True)

    def show_counters(self, draft: Draft) -> None:
        """Count the characters beside the labels."""
        for field in FIELDS:
            if field.id in draft.shown and field.id in self._labels:
                counter, is_over = draft.counter(field)
                label = Content.assemble(field.label, (f"  {counter}", "$bad" if is_over else "$muted"))
                self._labels[field.id].update(label)

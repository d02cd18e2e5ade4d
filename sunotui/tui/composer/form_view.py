"""The widgets of the composer's form; each is created when a mode first shows its field."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, TextArea

from sunotui.domain.tasks.lyrics import is_section_tag
from sunotui.domain.text import printable
from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.fields import FIELD_BY_ID, FIELDS, Field, FieldGroup, Kind
from sunotui.tui.composer.lyrics_area import LyricsArea
from sunotui.tui.composer.pick import MODEL, NARROW, OTHERS, PICKS, REQUESTS, SOURCE, VOICE, FoldButton, PickField
from sunotui.tui.runtime.textual_patches import OrderedForFocus
from sunotui.tui.widgets.checkbox import Checkbox
from sunotui.tui.widgets.open_input import FreeInput

_MODELS = ("model", "stem_model")
_ORDER = {field.id: at for at, field in enumerate(FIELDS)}
_SIDE_BY_SIDE = (FieldGroup.SOURCE, FieldGroup.HEAD)
_PICKED = {name for pick in PICKS for name in pick.fields} | {"task", "persona_clip"}
"""Fields that pick-lists fill."""
_GROUPS = {
    **dict.fromkeys(("style_weight", "weirdness", "audio_weight", "duration_s"), "sliders"),
    **dict.fromkeys(sorted(_PICKED), "ids"),
    "extra": "extra JSON",
}
"""The text of More instead of the labels of several fields."""
_CELLS_AROUND_REASON = 6
"""The cells of a border below a field that are not its text: corners, lines and blanks."""
_WITHOUT_WIDGET = ("more", "takes")
"""Fields that are represented by the fold and a pick-list."""


class FieldBox(Vertical, OrderedForFocus):
    """A field with its title and counter in the border, which Tab reaches in the order of the fields."""

    def __init__(self, index: int, child: Widget, *, id: str, title: str, width: int = 1) -> None:
        """`index` is the position of the field among all fields; `width` is its share of the row."""
        super().__init__(child, id=id, classes="field pane")
        self.focus_order = index
        self.border_title = Content(title)
        self.styles.width = f"{width}fr"

    def fitting(self, reason: str, is_empty: bool) -> str:
        """What is wrong with the field, as its border has room for it; the check has the whole sentence."""
        room = self.outer_size.width - _CELLS_AROUND_REASON
        if not self.outer_size or cell_len(reason) <= room:
            return reason
        return "missing" if is_empty else "not valid"


class FlagField(Checkbox, OrderedForFocus):
    """A flag of the form."""

    def __init__(self, index: int, field: Field) -> None:
        """`index` is the position of the field among all fields."""
        short = "Instr." if field.id == "instrumental" else field.label
        super().__init__(field.label, id=field.id, short=short, narrow=NARROW)
        self.focus_order = index


class FormRow(Horizontal, OrderedForFocus):
    """A row of the form, hidden while it is empty."""

    def __init__(self, order: int, *children: Widget, id: str) -> None:
        super().__init__(*children, id=id)
        self.focus_order = order


class MoreFields(VerticalScroll, OrderedForFocus, can_focus=False):
    """The rarely used fields, two or more side by side."""

    focus_order = 5
    BORDER_TITLE = "More"


class FormView(Vertical, can_focus=False):
    """Shows a draft and reads it back; it has no logic of its own.

    Creating the widgets of all fields at once would block the screen for too long (T8).
    """

    def __init__(self, check: Widget, check_line: Widget, *, id: str) -> None:
        """`check` is beside the long text, `check_line` below it."""
        super().__init__(id=id)
        self._boxes: dict[str, FieldBox | FlagField] = {}
        """The fields whose widgets exist."""
        self._widgets: dict[str, Widget] = {}
        self._texts: dict[str, str] = {}
        """The texts of fields whose widgets do not exist, or not yet."""
        self._models: Sequence[str] = ()
        self._creating = asyncio.Lock()
        self.picks = {pick.id: PickField(pick, at - len(PICKS), has_label=at > 1) for at, pick in enumerate(PICKS)}
        """The choices, by the id of their pick."""
        self.fold = FoldButton(id="fold")
        self.hint_key: Callable[[str], str] = lambda _: ""
        """Gives the printed key of a composer command, for hints in the borders."""
        self._pick_boxes = {
            pick.id: FieldBox(at - 2, self.picks[pick.id], id=f"box-{pick.id}", title=pick.label, width=2)
            for at, pick in enumerate((SOURCE, OTHERS))
        }
        self._words = Vertical(id="words")
        options = FormRow(4, *(self.picks[pick.id] for pick in (MODEL, VOICE, REQUESTS)), self.fold, id="options")
        options.add_class("pane")
        options.border_title = "Options"
        more = MoreFields(id="more-fields", classes="pane")
        self._rows: Mapping[FieldGroup, Widget] = {
            FieldGroup.SOURCE: FormRow(1, *self._pick_boxes.values(), id="source-row"),
            FieldGroup.HEAD: FormRow(2, id="head-row"),
            FieldGroup.TEXT: self._words,
            FieldGroup.OPTION: options,
            FieldGroup.MORE: more,
        }
        self._words_row = FormRow(3, self._words, check, id="words-row")
        self._check_line = check_line
        # Until the draft is read nothing is shown that its mode may not have.
        for widget in (*self.picks.values(), *self._pick_boxes.values(), self.fold):
            widget.display = False
        self._rows[FieldGroup.SOURCE].add_class("-empty")

    def compose(self) -> ComposeResult:
        """The rows, empty until a draft is shown."""
        for widget in (*({**self.picks, **self._pick_boxes}.values()), self.fold):
            widget.display = False
        self._show_rows()
        yield self._rows[FieldGroup.SOURCE]
        yield self._rows[FieldGroup.HEAD]
        yield self._words_row
        yield self._check_line
        yield self._rows[FieldGroup.OPTION]
        yield self._rows[FieldGroup.MORE]

    def on_resize(self) -> None:
        """Use the short or the long labels."""
        for widget in (*self.picks.values(), self._widgets.get("instrumental")):
            if widget is not None:
                widget.refresh(layout=True)

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
            # A gateway's title may contain newlines and control characters, which an input cannot show.
            widget.value = printable(" ".join(text.splitlines()))
            # Only the first text of an input moves its cursor by itself.
            widget.cursor_position = len(widget.value)

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
        """Show only the fields of the draft's mode; if `is_moving`, focus the first empty one that is needed."""
        async with self._creating:
            folded = draft.folded()
            shown = {name for name in draft.shown if FIELD_BY_ID[name].group is not FieldGroup.MORE}
            if self.fold.is_open:
                shown |= {*folded}
            for name, box in self._boxes.items():
                box.display = name in shown
            self._show_picks(draft)
            self.fold.display = bool(folded)
            await self._create([field for field in FIELDS if field.id in shown and field.id not in self._boxes])
            self._show_rows()
        if is_moving:
            self.focus_first(draft)

    def reveal_more(self) -> None:
        """Scroll to the fields under More where the whole form scrolls, in a low window."""
        self.call_after_refresh(self._scroll_to_more)

    def _scroll_to_more(self) -> None:
        if self.fold.is_open and self.allow_vertical_scroll:
            self.scroll_to_widget(self._rows[FieldGroup.MORE], top=True, animate=False)

    def focus_first(self, draft: Draft) -> None:
        """Focus the first empty field that is needed. While `show_fields` still creates it, it gets the focus then."""
        if (widget := self._input_of(draft.first_gap)) is not None:
            widget.focus()

    def field_for_typing(self, last: Widget | None, draft: Draft) -> Widget | None:
        """The text field that gets what is typed while the check has the focus: `last` if it is one that is shown,
        otherwise the first empty one that is needed, otherwise the first one; None if the mode shows no text field."""
        shown = [
            widget
            for name, widget in self._widgets.items()
            if isinstance(widget, Input | TextArea) and self._boxes[name].display
        ]
        wanted = (last, self._input_of(draft.first_gap), *shown)
        return next((widget for widget in wanted if widget in shown), None)

    def box_of(self, widget: Widget) -> Widget:
        """The box around an input, with its title; any other widget itself."""
        return widget.parent if isinstance(widget.parent, FieldBox) else widget

    def is_covered(self, widget: Widget) -> bool:
        """Whether the row of options, which stays at the bottom while the form scrolls, covers the widget."""
        options = self._rows[FieldGroup.OPTION]
        is_docked = options.styles.dock == "bottom" and options not in widget.ancestors_with_self
        return is_docked and self in widget.ancestors and widget.region.overlaps(options.region)

    def _show_picks(self, draft: Draft) -> None:
        for pick in PICKS:
            widget = self._pick_boxes.get(pick.id, self.picks[pick.id])
            self.picks[pick.id].display = widget.display = any(name in draft.shown for name in pick.fields)

    def _show_rows(self) -> None:
        for row in self._rows.values():
            row.set_class(not any(child.display for child in row.children), "-empty")
        self.set_class(self.fold.is_open, "-more-open")
        self.set_class(self._words.has_class("-empty"), "-no-words")

    def _input_of(self, name: str) -> Widget | None:
        """The widget that takes the focus for a field: its pick-list, or its input, if it was created."""
        picks = (self.picks[pick.id] for pick in PICKS if name in pick.fields)
        return next(picks, None) or self._widgets.get(name)

    async def _create(self, fields: Sequence[Field]) -> None:
        """Create the widgets of these fields, in the order of all fields."""
        for field in fields:
            if field.id in _WITHOUT_WIDGET:
                continue
            group = [one.id for one in FIELDS if one.group is field.group]
            later = [name for name in group[group.index(field.id) + 1 :] if name in self._boxes]
            box, widget = self._made(field)
            self._boxes[field.id] = box
            before: Widget | None = self._boxes[later[0]] if later else None
            if before is None and field.group is FieldGroup.OPTION:
                before = self.fold
            # One at a time, so that keys are handled in between.
            await self._rows[field.group].mount(box, before=before)
            self._widgets[field.id] = widget
            self.put(field.id, self._texts.pop(field.id, ""))

    def _made(self, field: Field) -> tuple[FieldBox | FlagField, Widget]:
        """The widget of a field, and the box around it."""
        order = _ORDER[field.id]
        if field.kind is Kind.FLAG:
            flag = FlagField(order, field)
            return flag, flag
        widget = self._text_widget(field)
        width = field.width if field.group in _SIDE_BY_SIDE else 1
        return FieldBox(order, widget, id=f"field-{field.id}", title=field.label, width=width), widget

    def _text_widget(self, field: Field) -> Widget:
        if field.kind is Kind.LONG:
            return LyricsArea(id=field.id, placeholder=field.hint)
        line = FreeInput(id=field.id, placeholder=field.hint, select_on_focus=False)
        line.cursor_blink = False
        if field.id in _MODELS:
            line.suggester = SuggestFromList(self._models, case_sensitive=False)
        return line

    def show_counters(self, draft: Draft, reasons: Mapping[str, str], *, said: str = "") -> None:
        """Count the characters in the borders. `reasons` say what is wrong with fields, by their ids; `said`, which the
        check already shows, is not repeated."""
        for field in FIELDS:
            box = self._boxes.get(field.id)
            if not isinstance(box, FieldBox) or field.id not in draft.shown:
                continue
            reason = reasons.get(field.id, "")
            box.set_class(bool(reason), "-bad")
            is_empty = not draft.values.get(field.id, "").strip()
            box.border_subtitle = Content.assemble(
                *([(box.fitting(reason, is_empty), "")] if reason and reason != said else self._state_of(field, draft))
            )
        for pick in (SOURCE, OTHERS):
            reason = next((reasons[name] for name in pick.fields if name in reasons), "")
            is_empty = not any(draft.values.get(name, "").strip() for name in pick.fields)
            box = self._pick_boxes[pick.id]
            box.set_class(bool(reason), "-bad")
            box.border_subtitle = Content(box.fitting(reason, is_empty) if reason != said else "")
        folded = draft.folded()
        labelled = [name for name in folded if FIELD_BY_ID[name].kind is not Kind.FLAG]
        self.fold.names = tuple(dict.fromkeys(_GROUPS.get(name, FIELD_BY_ID[name].label.lower()) for name in labelled))
        self.fold.filled = sum(bool(draft.values.get(name, "").strip()) for name in folded if name not in _PICKED)

    def _state_of(self, field: Field, draft: Draft) -> list[tuple[str, str]]:
        """The text in the border below a field: its key, its sections, its characters."""
        pieces: list[tuple[str, str]] = []
        if field.id == "style" and (key := self.hint_key("richer-style")):
            pieces += [(key, "bold $key"), (" expand   ", "$muted")]
        if field.id == "lyrics":
            if key := self.hint_key("ask-words"):
                pieces += [(key, "bold $key"), (" write lyrics   ", "$muted")]
            sections = sum(map(is_section_tag, draft.values.get("lyrics", "").split("\n")))
            if sections:
                pieces.append((f"{sections} section{'' if sections == 1 else 's'}   ", "$muted"))
        counter, is_over = draft.counter(field)
        pieces.append((counter, "bold $bad" if is_over else "$muted"))
        return pieces

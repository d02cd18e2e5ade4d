"""A list from which the user picks one item, filtered by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sunotui.tui import formatting
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList

_MOST_ROWS = 100

Picked = TypeVar("Picked")


class PickerRow(NamedTuple, Generic[Picked]):
    """One item to pick."""

    value: Picked
    when: str
    """A few cells before it, such as its age."""
    kind: str
    """A word for its kind."""
    words: str
    """The text that is searched; a row without text is shown only while nothing is typed."""


class PickerDialog(Dialog[Picked | None]):
    """Closes with the value of the picked row, or None."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Leave", show=False),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
    ]

    def __init__(self, title: str, rows: Sequence[PickerRow[Picked]]) -> None:
        super().__init__()
        self._title = title
        self._rows = tuple(rows)
        self._found: list[Picked] = []

    def compose(self) -> ComposeResult:
        """An input, and the rows that match it."""
        with Vertical(id="choose-box"):
            yield Static(self._title, id="choose-title", markup=False)
            line = FreeInput(placeholder="Type to filter", id="pick-words")
            line.cursor_blink = False
            yield line
            yield ChoiceList(id="choose-list")

    def on_mount(self) -> None:
        """Show all rows, in the given order."""
        self._show("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the matching rows, the best first."""
        self._show(event.value)

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.notify(TOKEN_REFUSED, severity="warning", markup=False)

    def on_input_submitted(self) -> None:
        """Pick the row under the cursor."""
        self._pick(self.query_one(ChoiceList).highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pick the clicked row."""
        self._pick(event.option_index)

    def action_move(self, step: int) -> None:
        """Move the cursor while the input keeps the focus."""
        choices = self.query_one(ChoiceList)
        if step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()

    def _pick(self, index: int | None) -> None:
        if index is not None and index < len(self._found):
            self.dismiss(self._found[index])

    def _show(self, wanted: str) -> None:
        rows: Sequence[PickerRow[Picked]] = self._rows
        if wanted.strip():
            matcher = Matcher(wanted.strip())
            rated = [(matcher.match(row.words), row) for row in rows if row.words]
            rows = [row for score, row in sorted(rated, key=lambda rated: -rated[0]) if score > 0]
        rows = rows[:_MOST_ROWS]
        self._found = [row.value for row in rows]
        choices = self.query_one(ChoiceList)
        choices.clear_options()
        for row in rows:
            label = Text.assemble(
                (row.when.rjust(4), "dim"), " ", (formatting.fit(row.kind, 11), "bold"), " ", row.words
            )
            choices.add_option(Option(label))
        if rows:
            choices.highlighted = 0

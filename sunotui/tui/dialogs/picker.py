"""A list from which the user picks one item, filtered by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from sunotui.domain.text import printable
from sunotui.tui.dialogs.base import ENTER, ESCAPE, UP_DOWN, Dialog, move_cursor
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList
from sunotui.tui.widgets.row import Row

_MOST_ROWS = 100
_WORDS_LIMIT = 300
_KIND_CELLS, _WHEN_CELLS = 11, 5

Picked = TypeVar("Picked")


class PickerRow(NamedTuple, Generic[Picked]):
    """One item to pick."""

    value: Picked
    when: str
    """A few cells beside it, such as its age."""
    kind: str
    """A word for its kind."""
    words: str
    """The text that is searched; a row without text is shown only while nothing is typed."""


class PickerDialog(Dialog[Picked | None]):
    """Closes with the value of the picked row, or None."""

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
    ]
    ROWS_AROUND_LIST = 7

    def __init__(
        self,
        title: str,
        rows: Sequence[PickerRow[Picked]],
        *,
        typed: Callable[[str], PickerRow[Picked]] | None = None,
    ) -> None:
        """`typed` makes a row of what was typed, so that it can be picked, too."""
        super().__init__(title, classes="-wide")
        self._typed = typed
        self._rows = tuple(rows)
        self._found: list[Picked] = []

    def compose_body(self) -> ComposeResult:
        """An input, and the rows that match it."""
        line = FreeInput(placeholder="Type to filter", id="pick-words", classes="dialog-input")
        line.cursor_blink = False
        yield line
        yield ChoiceList(id="choose-list", classes="dialog-list", markup=False)

    def on_mount(self) -> None:
        """Show all rows, in the given order."""
        self._show("")
        self.query_one(Input).focus()

    def footer_keys(self) -> Sequence[FooterKey]:
        """Choose, move, leave."""
        keys = (FooterKey(ENTER, "Choose", "screen.pick"), FooterKey(UP_DOWN, "Move", "screen.move(1)"))
        return (*(keys if self._found else ()), FooterKey(ESCAPE, "Cancel", "screen.dismiss(None)"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the matching rows, the best first."""
        self._show(event.value)

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.tell(TOKEN_REFUSED, is_bad=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pick the row under the cursor."""
        self.action_pick()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pick the clicked row."""
        self._pick(event.option_index)

    def on_option_list_option_highlighted(self) -> None:
        """Show where the cursor is."""
        self.show_position(self.query_one(ChoiceList).position)

    def action_pick(self) -> None:
        """Pick the row under the cursor."""
        self._pick(self.query_one(ChoiceList).highlighted)

    def action_move(self, step: int) -> None:
        """Move the cursor while the input keeps the focus."""
        move_cursor(self.query_one(ChoiceList), step)

    def _pick(self, index: int | None) -> None:
        if index is not None and index < len(self._found):
            self.dismiss(self._found[index])

    def _show(self, wanted: str) -> None:
        rows: Sequence[PickerRow[Picked]] = self._rows
        if wanted.strip():
            matcher = Matcher(wanted.strip())
            rated = [(matcher.match(row.words), row) for row in rows if row.words]
            rows = [row for score, row in sorted(rated, key=lambda rated: -rated[0]) if score > 0]
        rows = list(rows[:_MOST_ROWS])
        if self._typed is not None and wanted.strip():
            rows.append(self._typed(wanted.strip()))
        self._found = [row.value for row in rows]
        choices = self.query_one(ChoiceList)
        choices.clear_options()
        choices.add_options([Option(_row(row)) for row in rows])
        if rows:
            choices.highlighted = 0
        else:
            self.show_position("")
        self.tell("" if rows else "No matches.")
        self.update_keys()


def _row(row: PickerRow[Picked]) -> Row:
    """The text, and at the right what it is and how old."""
    about = Content.assemble(
        (f"  {printable(row.kind):<{_KIND_CELLS}}", "$muted"), (printable(row.when).rjust(_WHEN_CELLS), "$muted")
    )
    return Row(Content.styled(printable(row.words[:_WORDS_LIMIT]) or "Untitled", "$foreground"), about)

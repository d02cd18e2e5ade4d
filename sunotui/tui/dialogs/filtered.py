"""The base of the dialogs with a list that is filtered by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input
from textual.widgets.option_list import Option

from sunotui.tui.dialogs.base import Dialog, Result, move_cursor
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList


class FilterInput(FreeInput):
    """The input that filters the list; it keeps the focus, and moves the cursor of the list."""

    class Moved(Message):
        """The cursor moves to the row below or above."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def on_key(self, event: events.Key) -> None:
        """Handled here and not by bindings of the screen, which would run before letters that were typed earlier."""
        if event.key in {"down", "up"}:
            event.stop()
            event.prevent_default()
            self.post_message(self.Moved(1 if event.key == "down" else -1))


class FilteredDialog(Dialog[Result]):
    """An input, and the rows that match what is typed into it."""

    BINDINGS = [Binding("escape", "leave", "Close", show=False)]
    ROWS_AROUND_LIST = 7
    INPUT_TYPE: ClassVar[type[FilterInput]] = FilterInput
    PLACEHOLDER: ClassVar[str] = "Type to filter"

    def compose_body(self) -> ComposeResult:
        """The input and the list."""
        line = self.INPUT_TYPE(placeholder=self.PLACEHOLDER, id="filter", classes="dialog-input")
        line.cursor_blink = False
        yield line
        yield ChoiceList(id="choose-list", classes="dialog-list", markup=False)

    @property
    def typed(self) -> Input:
        """The input."""
        return self.query_one("#filter", Input)

    @property
    def choices(self) -> ChoiceList:
        """The list."""
        return self.query_one(ChoiceList)

    # --- for subclasses ----------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Show everything; called once the widgets exist."""
        self.show_matches("")
        self.typed.focus()

    def show_matches(self, wanted: str) -> None:
        """Show the rows that match a text; all while it is empty."""
        raise NotImplementedError

    def describe(self) -> None:
        """Show the position of the cursor, and the keys that work there."""
        self.show_position(self.choices.position)
        self.update_keys()

    async def action_choose(self) -> None:
        """Do what enter does."""
        raise NotImplementedError

    async def choose_clicked(self) -> None:
        """Do what a click on a row does; the cursor is on it."""
        await self.action_choose()

    def action_leave(self) -> None:
        """Close without a result."""
        self.dismiss(None)

    def show_options(self, options: Sequence[Option], *, at: int = 0) -> None:
        """Show these rows, with the cursor on one of them."""
        self.choices.clear_options()
        self.choices.add_options(options)
        if options:
            self.choices.highlighted = at
        self.describe()

    # --- events ------------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        """Show everything."""
        await self.begin()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what matches."""
        self.show_matches(event.value)

    async def on_input_submitted(self) -> None:
        """Choose the row under the cursor."""
        await self.action_choose()

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.tell(TOKEN_REFUSED, is_bad=True)

    async def on_option_list_option_selected(self) -> None:
        """A row was clicked, or enter was pressed in the list."""
        await self.choose_clicked()

    def on_option_list_option_highlighted(self) -> None:
        """The cursor moved."""
        self.describe()

    @on(FilterInput.Moved)
    def move(self, event: FilterInput.Moved) -> None:
        """Move the cursor while the input keeps the focus."""
        self.action_move(event.step)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        move_cursor(self.choices, step)

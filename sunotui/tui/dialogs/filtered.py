"""The base of the dialogs with a list that is filtered by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input
from textual.widgets.option_list import Option

from sunotui.tui.dialogs.base import Dialog, Result, move_cursor
from sunotui.tui.terminal.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList

_MOVES = {"down": 1, "up": -1, "pagedown": 1, "pageup": -1}
"""The keys that move the cursor of the list, and in which direction."""
_ROWS_OF_HEADER = 4
"""Rows that stay free in a tall window, since the box is in its middle: two above it and two below."""
TALL = 30
"""The height from which a window is tall."""
NO_MATCHES = "No matches."


class FilterInput(FreeInput):
    """The input that filters the list; it keeps the focus, and moves the cursor of the list."""

    class Moved(Message):
        """The cursor moves to the row below or above, or by a page."""

        def __init__(self, step: int, *, is_page: bool) -> None:
            super().__init__()
            self.step = step
            self.is_page = is_page

    def on_key(self, event: events.Key) -> None:
        """Handled here and not by bindings of the screen, which would run before letters that were typed earlier."""
        if event.key in _MOVES:
            event.stop()
            event.prevent_default()
            self.post_message(self.Moved(_MOVES[event.key], is_page=event.key.startswith("page")))


class FilteredDialog(Dialog[Result]):
    """An input, and the rows that match what is typed into it. Typing does not change the height of the box."""

    BINDINGS = [Binding("escape", "leave", "Close", show=False)]
    ROWS_AROUND_LIST = 7
    MOST_ROWS: ClassVar[int] = 16
    """The maximum number of rows of the list."""
    ADDED_ROWS: ClassVar[int] = 0
    """The number of rows that typing may add to the initial ones."""
    INPUT_TYPE: ClassVar[type[FilterInput]] = FilterInput
    PLACEHOLDER: ClassVar[str] = "Type to filter"

    _least_rows = 0
    """The minimum number of rows of the list: as many as it showed initially."""
    _total = 0
    """The rows that can be chosen while nothing is typed."""

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
        """Show how many rows were found, of how many, and the keys that work under the cursor."""
        hits, total = self.hits
        self.show_position(f"{hits:,} of {total:,}" if total else "")
        self.update_keys()

    @property
    def hits(self) -> tuple[int, int]:
        """How many rows match, of how many."""
        return self._enabled_rows, self._total

    async def action_choose(self) -> None:
        """Do what enter does."""
        raise NotImplementedError

    async def choose_clicked(self) -> None:
        """Do what a click on a row does; the cursor is on it."""
        await self.action_choose()

    def action_leave(self) -> None:
        """Close without a result."""
        self.dismiss(None)

    def show_options(self, options: Sequence[Option], *, at: int | None = 0) -> None:
        """Show these rows, with the cursor on one of them or, with None, on none."""
        self.choices.clear_options()
        self.choices.add_options(options or [Option(Content(NO_MATCHES), disabled=True)])
        if options:
            self.choices.highlighted = at
        if not self.typed.value:
            self._total = self._enabled_rows
            self._least_rows = max(self._least_rows, len(options) + self.ADDED_ROWS)
            self._fit_list()
        self.describe()

    @property
    def _enabled_rows(self) -> int:
        return sum(not option.disabled for option in self.choices.options)

    def _fit_list(self) -> None:
        """Give the list its height, which does not change with what is found."""
        free = self.size.height - self.ROWS_AROUND_LIST
        most = min(self.MOST_ROWS, free - _ROWS_OF_HEADER if self.size.height >= TALL else free)
        for choices in self.query(".dialog-list").results(Widget):
            choices.styles.height = max(1, min(most, self._least_rows))

    def _fill_window(self, fills: bool) -> None:
        """Whether the dialog takes all rows of the window, and the list those that the note does not need: the note may
        then have any number of rows, and the box keeps its place."""
        self.query_one("#dialog").set_class(fills, "-filling")
        if fills:
            self.choices.styles.height = "1fr"

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
        self.show_message(TOKEN_REFUSED, is_bad=True)

    async def on_option_list_option_selected(self) -> None:
        """A row was clicked, or enter was pressed in the list."""
        await self.choose_clicked()

    def on_option_list_option_highlighted(self) -> None:
        """The cursor moved."""
        self.describe()

    def on_choice_list_fitted(self) -> None:
        """Other rows are cut, or have no room for their texts."""
        self.describe()

    @on(FilterInput.Moved)
    async def move(self, event: FilterInput.Moved) -> None:
        """Move the cursor while the input keeps the focus."""
        if event.is_page:
            await self.choices.run_action("page_down" if event.step > 0 else "page_up")
        else:
            self.action_move(event.step)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        move_cursor(self.choices, step)

"""A list of names to turn on and off for a task or for many: labels, albums."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sunotui.domain.annotations import name_key, one_line
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import clean, printable
from sunotui.domain.token_detection import has_token
from sunotui.tui import formatting
from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.open_input import FreeInput
from sunotui.tui.widgets.option_list import ChoiceList

_MOST_ROWS = 100
_HINT = "type to find or create one · enter turns it on · space on or off · esc leaves"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A name, and how many of the selected tasks or takes have it."""

    name: str
    count: int
    total: int

    @property
    def is_on(self) -> bool:
        """Whether all of them have the name."""
        return 0 < self.total <= self.count


@dataclass(frozen=True, slots=True)
class ChecklistSpec:
    """The names of a checklist, and how to turn one on and off."""

    title: str
    noun: str
    read: Callable[[], Awaitable[Sequence[ChecklistItem]]]
    """Every name; raises SunotuiError."""
    turn: Callable[[str, bool], Awaitable[str]]
    """Turns a name on or off; returns a sentence about it. Raises SunotuiError."""


class _Line(FreeInput):
    """An input that also moves the cursor of the list below it. Names contain spaces: a space turns the name under the
    cursor on or off only while the input is empty, or after the cursor was moved."""

    class Moved(Message):
        """The cursor moves to the row below or above."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Turned(Message):
        """The name under the cursor is turned on or off."""

    _has_moved = False

    def on_key(self, event: events.Key) -> None:
        """Handled here and not by bindings of the screen, which would run before letters that were typed earlier."""
        message: Message | None = None
        if event.key in {"down", "up"}:
            self._has_moved = True
            message = self.Moved(1 if event.key == "down" else -1)
        elif event.key == "space" and (self._has_moved or not self.value):
            message = self.Turned()
        elif event.is_printable:
            self._has_moved = False
        if message is not None:
            event.stop()
            event.prevent_default()
            self.post_message(message)


class ChecklistDialog(Dialog[tuple[str, ...]]):
    """Closes with the sentences about the changes; each can be undone."""

    BINDINGS = [
        Binding("escape", "leave", "Leave", show=False),
    ]

    def __init__(self, spec: ChecklistSpec) -> None:
        super().__init__()
        self._spec = spec
        self._all: dict[str, ChecklistItem] = {}
        self._keys: dict[str, str] = {}
        """The sort keys of the names, cached: thousands of names are compared at every letter."""
        self._rows: list[str] = []
        self._done: list[str] = []
        self._is_complete = False

    def compose(self) -> ComposeResult:
        """An input, the names, a line for messages."""
        with Vertical(id="choose-box"):
            yield Static(self._spec.title, id="choose-title", markup=False)
            line = _Line(placeholder=self._spec.noun, id="toggles-line")
            line.cursor_blink = False
            yield line
            yield ChoiceList(id="choose-list")
            yield Static(_HINT, id="toggles-foot", markup=False)

    async def on_mount(self) -> None:
        """Show all names, those that are on first."""
        self.query_one(Input).focus()
        for item in sorted(await self._read(), key=lambda item: -min(1, item.count)):
            self._all[item.name] = item
        self._show()
        self._is_complete = True
        self.app.key_queue.deliver_soon()

    @property
    def takes_keys(self) -> bool:
        """Once the names were read."""
        return self._is_complete

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the names that match."""
        self._show()

    def on_open_input_refused(self) -> None:
        """A token was typed where it is visible."""
        self.query_one("#toggles-foot", Static).update(TOKEN_REFUSED)

    async def on_input_submitted(self) -> None:
        """Turn the name under the cursor on; pressing enter again does not turn it off."""
        await self._turn(is_only_on=True)

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Turn the clicked name on or off."""
        await self._turn()

    @on(_Line.Turned)
    async def turn(self) -> None:
        """Turn the name under the cursor on or off."""
        await self._turn()

    @on(_Line.Moved)
    def move(self, event: _Line.Moved) -> None:
        """Move the cursor while the input keeps the focus."""
        choices = self.query_one(ChoiceList)
        if event.step > 0:
            choices.action_cursor_down()
        else:
            choices.action_cursor_up()

    def action_leave(self) -> None:
        """Close with the sentences about the changes."""
        self.dismiss(tuple(self._done))

    async def _turn(self, *, is_only_on: bool = False) -> None:
        at = self.query_one(ChoiceList).highlighted
        if at is None or at >= len(self._rows):
            return
        name = self._rows[at]
        known = self._all.get(name)
        if known is None and has_token(name):
            self.query_one(Input).value = ""
            self.query_one("#toggles-foot", Static).update(TOKEN_REFUSED)
            return
        if is_only_on and known is not None and known.is_on:
            # Another program may have turned it off since the list was read.
            known = next((item for item in await self._read() if item.name == name), None)
        if is_only_on and known is not None and known.is_on:
            self.query_one("#toggles-foot", Static).update(f"“{clean(name)}” is on already; space turns it off")
            self.query_one(Input).value = ""
            self._show(name)
            return
        try:
            sentence = await self._spec.turn(name, known is None or not known.is_on)
        except SunotuiError as error:
            self.query_one("#toggles-foot", Static).update(clean(error.sentence))
            return
        if sentence:
            self._done.append(sentence)
        self.query_one("#toggles-foot", Static).update(sentence or "Nothing is selected that could have it")
        # Known names keep their positions; a deleted one can be turned on again.
        total = known.total if known is not None else 0
        self._all = {name: ChecklistItem(name, 0, total) for name in self._all} | {
            item.name: item for item in await self._read()
        }
        self.query_one(Input).value = ""
        self._show(name)

    async def _read(self) -> Sequence[ChecklistItem]:
        try:
            return await self._spec.read()
        except SunotuiError as error:
            self.query_one("#toggles-foot", Static).update(clean(error.sentence))
            return ()

    def _show(self, current: str = "") -> None:
        value = self.query_one(Input).value
        # A name is never truncated: a name that is too long is rejected when it is created.
        typed = one_line(value)
        key = name_key(typed)
        keys = self._keys = {name: self._keys.get(name) or name_key(name) for name in self._all}
        found = [name for name in self._all if key in keys[name]]
        found.sort(key=lambda name: not keys[name].startswith(key))
        self._rows = found[:_MOST_ROWS]
        some = "" if len(found) <= _MOST_ROWS else f" · the first {_MOST_ROWS} of {len(found):,}"
        self.query_one("#choose-title", Static).update(self._spec.title + some)
        options = [Option(self._line(self._all[name])) for name in self._rows]
        if key and all(keys[name] != key for name in found):
            self._rows.append(typed)
            options.append(Option(Text.assemble(("＋ ", "bold"), f"create “{printable(typed)}”")))
        choices = self.query_one(ChoiceList)
        choices.clear_options()
        choices.add_options(options)
        if self._rows:
            choices.highlighted = self._rows.index(current) if current in self._rows else 0

    @staticmethod
    def _line(item: ChecklistItem) -> Text:
        glyph = "✓" if item.is_on else "◐" if item.count else "○"
        words = "" if item.total < 2 or not item.count else f"{item.count:,} of {item.total:,}"
        return Text.assemble((glyph + " ", "bold"), formatting.fit(item.name, 48), (words, "dim"))

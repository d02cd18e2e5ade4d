"""A list of names to turn on and off for a task or for many: labels, albums."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.widgets import Input
from textual.widgets.option_list import Option

from sunotui.domain.annotations import name_key, one_line
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import clean, printable
from sunotui.domain.token_detection import has_token
from sunotui.tui.dialogs.base import ENTER, ESCAPE
from sunotui.tui.dialogs.filtered import FilteredDialog, FilterInput
from sunotui.tui.terminal.paste_limit import TOKEN_REFUSED
from sunotui.tui.theming import glyphs
from sunotui.tui.widgets.footer import FooterKey
from sunotui.tui.widgets.lines import Row

_MOST_ROWS = 100
_NAME_LIMIT = 200
"""The maximum number of characters of a name that are shown."""
_LOW = 20
"""The height of a window below which the dialog has no blank rows."""
_WITHIN = 3
"""The rank of a name that has the text only within a word."""


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
    """Reads every name; raises SunotuiError."""
    turn: Callable[[str, bool], Awaitable[str]]
    """Turns a name on or off; returns a sentence about it. Raises SunotuiError."""


class ChecklistInput(FilterInput):
    """The input of a checklist. Names contain spaces: a space turns the name under the cursor on or off only while the
    input is empty, or after the cursor was moved."""

    class Turned(Message):
        """The name under the cursor is turned on or off."""

    has_moved = False
    """Whether the cursor was moved after the last change of the text."""

    def on_key(self, event: events.Key) -> None:
        """Turn the name; all other keys are the input's."""
        if event.key in {"down", "up"}:
            self.has_moved = True
        elif event.key == "space" and (self.has_moved or not self.value):
            event.stop()
            event.prevent_default()
            self.post_message(self.Turned())
        elif event.is_printable:
            self.has_moved = False


class ChecklistDialog(FilteredDialog[tuple[str, ...]]):
    """Closes with the sentences about the changes; each can be undone."""

    ADDED_ROWS = 1
    INPUT_TYPE = ChecklistInput

    def __init__(self, spec: ChecklistSpec) -> None:
        super().__init__(spec.title, classes="-checklist")
        self._spec = spec
        self._all: dict[str, ChecklistItem] = {}
        self._keys: dict[str, str] = {}
        """The sort keys of the names, cached: thousands of names are compared at every letter."""
        self._rows: list[str] = []
        self._done: list[str] = []
        self._found = 0
        self._is_complete = False

    async def begin(self) -> None:
        """Show all names, those that are on first."""
        self.typed.focus()
        for item in sorted(await self._read(), key=lambda item: -min(1, item.count)):
            self._all[item.name] = item
        self.show_matches("")
        self._is_complete = True
        self.app.key_queue.deliver_soon()

    @property
    def takes_keys(self) -> bool:
        """Accept keys once the names were read."""
        return self._is_complete

    def footer_keys(self) -> Sequence[FooterKey]:
        """Finish, turn, leave."""
        known = self._all.get(self._current or "")
        adds = self._is_chosen and not (known is not None and known.is_on)
        words = "Done" if not adds else "Create and close" if known is None else "Add and close"
        turn = (FooterKey("space", "On, off", "screen.turn"),) if known is not None else ()
        return FooterKey(ENTER, words, "screen.choose"), *turn, FooterKey(ESCAPE, "Close", "screen.leave")

    def _fit_list(self) -> None:
        """A low window has no blank rows around the list; one row is left for a second line of a note."""
        self.ROWS_AROUND_LIST = 6 if self.size.height < _LOW else 9
        super()._fit_list()

    @property
    def hits(self) -> tuple[int, int]:
        """The names that match, of all."""
        return self._found, len(self._all)

    @on(ChecklistInput.Turned)
    async def turn_with_space(self) -> None:
        """Turn the name under the cursor on or off."""
        await self.action_turn()

    async def choose_clicked(self) -> None:
        """Turn the clicked name on or off."""
        await self.action_turn()

    async def action_choose(self) -> None:
        """Turn on the name that was typed or moved to, creating it if it is new, and close. The beginning of a
        word of a name is enough; other texts are new names. The dialog stays open, with the reason, when that failed.
        Without such a name only close."""
        if self._is_chosen and not await self._turn(is_only_on=True):
            return
        self.action_leave()

    @property
    def _is_chosen(self) -> bool:
        """Whether the name under the cursor was typed or moved to. Once names were turned on or off, the cursor is only
        where the last one was."""
        typed = self.query_one(ChecklistInput)
        return bool(typed.value.strip()) or (typed.has_moved and not self._done and self._current is not None)

    async def action_turn(self) -> None:
        """Turn the name under the cursor on or off."""
        await self._turn()

    def action_leave(self) -> None:
        """Close with the sentences about the changes."""
        self.dismiss(tuple(self._done))

    @property
    def _current(self) -> str | None:
        """The name under the cursor."""
        at = self.choices.highlighted
        return self._rows[at] if at is not None and at < len(self._rows) else None

    async def _turn(self, *, is_only_on: bool = False) -> bool:
        """Turn the name under the cursor on or off, or only on; whether that worked."""
        name = self._current
        if name is None:
            return False
        known = self._all.get(name)
        if known is None and has_token(name):
            self.typed.value = ""
            self.show_message(TOKEN_REFUSED, is_bad=True)
            return False
        if is_only_on and known is not None and known.is_on:
            # Another program may have turned it off since the list was read.
            known = next((item for item in await self._read() if item.name == name), None)
        if is_only_on and known is not None and known.is_on:
            self.app.say(f"“{clean(name, _NAME_LIMIT)}” is on already")
            return True
        try:
            sentence = await self._spec.turn(name, known is None or not known.is_on)
        except SunotuiError as error:
            self.show_message(error.sentence, is_bad=True)
            return False
        if sentence:
            self._done.append(sentence)
        article = "an" if self._spec.noun[0] in "aeiou" else "a"
        self.show_message(sentence or f"Nothing here can have {article} {self._spec.noun}", is_bad=not sentence)
        # Known names keep their place; a deleted one can be turned on again.
        total = known.total if known is not None else 0
        self._all = {name: ChecklistItem(name, 0, total) for name in self._all} | {
            item.name: item for item in await self._read()
        }
        with self.prevent(Input.Changed):
            # It would move the cursor to the first name.
            self.typed.value = ""
        self._show("", name)
        return bool(sentence)

    async def _read(self) -> Sequence[ChecklistItem]:
        try:
            return await self._spec.read()
        except SunotuiError as error:
            self.show_message(error.sentence, is_bad=True)
            return ()

    def show_matches(self, wanted: str) -> None:
        """Show the names that match, and one to create."""
        self.query_one(ChecklistInput).has_moved = False
        self._show(wanted)

    def _show(self, value: str, current: str = "") -> None:
        # A name is never truncated: a name that is too long is rejected when it is created.
        typed = one_line(value)
        key = name_key(typed)
        keys = self._keys = {name: self._keys.get(name) or name_key(name) for name in self._all}
        found = [name for name in self._all if key in keys[name]]
        found.sort(key=lambda name: _rank(key, keys[name]))
        self._rows = found[:_MOST_ROWS]
        # Where enter creates what was typed, unless a name has a word that begins with it.
        at_create = len(self._rows) if found and _rank(key, keys[found[0]]) < _WITHIN else 0
        if len(found) > _MOST_ROWS:
            self.show_message(f"The first {_MOST_ROWS} of {len(found):,}; type to filter.")
        options = [Option(_row(self._all[name])) for name in self._rows]
        if key and all(keys[name] != key for name in found):
            self._rows.insert(at_create, typed)
            create = Content.assemble(("+ ", "bold $key"), f"Create “{printable(typed[:_NAME_LIMIT])}”")
            options.insert(at_create, Option(Row(create)))
        if not options and not self._all:
            words = f"No {self._spec.noun} yet. Type a name and press enter."
            options.append(Option(Content.styled(words, "not bold $muted"), disabled=True))
        self._found = len(found)
        self.show_options(options, at=self._rows.index(current) if current in self._rows else 0)


def _rank(key: str, name_key: str) -> int:
    """A name that is the text comes first, then those that begin with it, then those with a word that does."""
    if name_key == key:
        return 0
    return 1 if name_key.startswith(key) else 2 if f" {key}" in name_key else _WITHIN


def _row(item: ChecklistItem) -> Row:
    """A name, whether it is on, and on how many of several."""
    sign, tone = (glyphs.DONE, "bold $good") if item.is_on else (glyphs.PARTLY if item.count else glyphs.IDLE, "$muted")
    words = "" if item.total < 2 or not item.count else f"{item.count:,} of {item.total:,}"
    return Row(
        Content.assemble((sign + " ", tone), (printable(item.name), "$foreground")), Content.styled(words, "$muted")
    )

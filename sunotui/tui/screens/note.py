"""A note on a task, written in a small box."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from sunotui.domain.errors import Trouble
from sunotui.domain.keeping import NOTE_LIMIT
from sunotui.domain.text import clean, trim
from sunotui.domain.token_shape import has_token, without_tokens
from sunotui.tui.key_queue import HoldsKeys
from sunotui.tui.pasting import TOKEN_REFUSED

if TYPE_CHECKING:
    from sunotui.tui.app import SunoApp


class NoteArea(TextArea):
    """Takes what a note may have."""

    most_characters = NOTE_LIMIT


class NoteModal(HoldsKeys, ModalScreen[str | None]):
    """Ends with the sentence of what was written, and stays open where that failed: nothing that was typed is lost, and
    an undo brings back what was there. A text that was not changed is not written; None then, and where there is none.
    """

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [Binding("escape,ctrl+s,f5", "leave", "Leave", show=False, priority=True)]

    app: "SunoApp"

    def __init__(self, read: Callable[[], Awaitable[str | None]], write: Callable[[str, str], Awaitable[str]]) -> None:
        """`read` gives the note so far; None where nothing can be written. `write` gets the text and the note that it
        began with, and gives the sentence of what it did; it raises Trouble."""
        super().__init__()
        self._read = read
        self._write = write
        self._before = ""
        """The note that the text began with."""
        self._is_complete = False
        self._area = NoteArea(id="note-text", soft_wrap=True)

    def compose(self) -> ComposeResult:
        """What it is, the text, how to leave."""
        with Vertical(id="choose-box"):
            yield Static("Note", id="choose-title", markup=False)
            self._area.cursor_blink = False
            yield self._area
            yield Static("esc keeps it and leaves; an empty note is none", id="note-foot", markup=False)

    async def on_mount(self) -> None:
        """Go on where the text ends."""
        area = self._area
        area.focus()
        text = await self._read()
        if text is None:
            self.dismiss(None)
            return
        self._before = text
        area.load_text(text)
        area.move_cursor(area.document.end)
        self._is_complete = True
        self.app.pass_on_soon()

    @property
    def takes_keys(self) -> bool:
        """Once the note so far is there."""
        return self._is_complete

    async def action_leave(self) -> None:
        """Write what was changed and end, unless a token is in it."""
        if has_token(self._area.text):
            self._area.load_text(without_tokens(self._area.text))
            self.query_one("#note-foot", Static).update(TOKEN_REFUSED)
            return
        try:
            self.dismiss(await self._save(self._area.text))
        except Trouble as trouble:
            self.query_one("#note-foot", Static).update(clean(trouble.sentence))

    async def on_unmount(self) -> None:
        """However this ends, the note is kept, without a token that is in it."""
        text = without_tokens(self._area.text)
        # Where nothing but a token was written, an empty text would take the note away.
        if self._is_complete and (text == self._area.text or trim(text)):
            with suppress(Trouble):
                await self._save(text)

    async def _save(self, text: str) -> str | None:
        """Write the text where it was changed; what that did, or None. Raises Trouble."""
        if text == self._before:
            return None
        sentence = await self._write(text, self._before)
        self._before = text
        return sentence

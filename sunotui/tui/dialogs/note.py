"""A note on a task, written in a small box."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from sunotui.domain.annotations import NOTE_LIMIT
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import clean, trim
from sunotui.domain.token_shape import has_token, without_tokens
from sunotui.tui.messages import SavesBeforeQuit
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.runtime.type_ahead import HoldsKeys

if TYPE_CHECKING:
    from sunotui.tui.base import BaseApp


class NoteArea(TextArea):
    """Takes what a note may have."""

    most_characters = NOTE_LIMIT


class NoteModal(SavesBeforeQuit, HoldsKeys, ModalScreen[str | None]):
    """Ends with the sentence of what was written, and stays open where that failed: nothing that was typed is lost, and
    an undo brings back what was there. A text that was not changed is not written; None then, and where there is none.
    """

    CSS_PATH = "../styles/screens.tcss"
    BINDINGS = [Binding("escape,ctrl+s,f5", "leave", "Leave", show=False, priority=True)]

    app: BaseApp

    def __init__(self, read: Callable[[], Awaitable[str | None]], write: Callable[[str, str], Awaitable[str]]) -> None:
        """`read` gives the note so far; None where nothing can be written. `write` gets the text and the note that it
        began with, and gives the sentence of what it did; it raises SunotuiError."""
        super().__init__()
        self._read = read
        self._write = write
        self._before = ""
        """The note that the text began with."""
        self._is_complete = False
        self._saving = asyncio.Lock()
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
        self.app.key_queue.deliver_soon()

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
            self.dismiss(await self._save())
        except SunotuiError as trouble:
            self.query_one("#note-foot", Static).update(clean(trouble.sentence))

    async def save_before_quit(self) -> bool:
        """Save the note, without what looks like a token in it."""
        if not self._is_complete:
            return True
        try:
            await self._save()
        except SunotuiError as trouble:
            self.query_one("#note-foot", Static).update(clean(trouble.sentence))
            self.app.say("The note could not be saved, so sunotui stays open", "warning")
            return False
        return True

    async def on_unmount(self) -> None:
        """However this ends, the note is kept: where the program must end, as after a signal, in a file if need be."""
        if not self._is_complete:
            return
        try:
            await self._save()
        except SunotuiError:
            self.app.keep_unsaved_text(without_tokens(self._area.text), "note")

    async def _save(self) -> str | None:
        """Write the text without tokens where it was changed; what that did, or None. It raises SunotuiError."""
        async with self._saving:
            text = without_tokens(self._area.text)
            is_token_alone = text != self._area.text and not trim(text)
            # Saved, an empty text would take the note away.
            if text == self._before or is_token_alone:
                return None
            sentence = await self._write(text, self._before)
            self._before = text
            return sentence

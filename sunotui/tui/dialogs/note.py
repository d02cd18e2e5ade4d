"""A note on a task, written in a small box."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import TextArea

from sunotui.domain.annotations import NOTE_LIMIT
from sunotui.domain.errors import SunotuiError
from sunotui.domain.text import trim
from sunotui.domain.token_detection import has_token, without_tokens
from sunotui.tui.command import shown_key
from sunotui.tui.commands import command_named
from sunotui.tui.dialogs.base import ESCAPE, Dialog
from sunotui.tui.runtime.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.footer import FooterKey

_HINT = "An empty note is deleted."
_UNDO = "library.undo"


class NoteArea(TextArea):
    """Takes as many characters as a note may have."""

    most_characters = NOTE_LIMIT


class NoteDialog(Dialog[str | None]):
    """Saves the note when it closes, and closes with a sentence about it; it stays open if saving failed, so that no
    text is lost. Undo restores the previous note. Closes with None if there is no note or it was not changed."""

    BINDINGS = [Binding("escape,ctrl+s,f5", "leave", "Save and close", show=False, priority=True)]

    def __init__(self, read: Callable[[], Awaitable[str | None]], write: Callable[[str, str], Awaitable[str]]) -> None:
        """`read` returns the current note, or None when there can be no note. `write` gets the text and the note that
        was read, and returns a sentence about what it did; it raises SunotuiError."""
        super().__init__("Note")
        self._read = read
        self._write = write
        self._before = ""
        """The note as it was last read or saved."""
        self._is_complete = False
        self._saving = asyncio.Lock()
        self._area = NoteArea(id="note-text", soft_wrap=True)

    def compose_body(self) -> ComposeResult:
        """The text."""
        self._area.cursor_blink = False
        yield self._area

    def footer_keys(self) -> Sequence[FooterKey]:
        """The key that leaves."""
        return (FooterKey(ESCAPE, "Save and close", "screen.leave"),)

    async def on_mount(self) -> None:
        """Read the note, and put the cursor at its end."""
        undo = shown_key(next(iter(self.app.keys_of(command_named(_UNDO))), ""))
        self.tell(f"{_HINT} After saving, {undo} restores the previous note." if undo else _HINT)
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
        """Once the note was read."""
        return self._is_complete

    async def action_leave(self) -> None:
        """Save what was changed and close, unless it contains a token."""
        if has_token(self._area.text):
            self._area.load_text(without_tokens(self._area.text))
            self.tell(TOKEN_REFUSED, is_bad=True)
            return
        try:
            self.dismiss(await self._save())
        except SunotuiError as error:
            self.tell(error.sentence, is_bad=True)

    async def save_before_quit(self) -> bool:
        """Save the note, without anything in it that looks like a token."""
        if not self._is_complete:
            return True
        try:
            await self._save()
        except SunotuiError as error:
            self.app.say("The note could not be saved, so sunotui stays open", "warning")
            self.tell(f"{error.sentence} sunotui stays open.", is_bad=True)
            return False
        return True

    async def on_unmount(self) -> None:
        """Save the note also when the program has to end, as after a signal; in a file if the library fails."""
        if not self._is_complete:
            return
        try:
            await self._save()
        except SunotuiError:
            self.app.keep_unsaved_text(without_tokens(self._area.text), "note")

    async def _save(self) -> str | None:
        """Write the text without tokens if it was changed; the sentence about it, or None. Raises SunotuiError."""
        async with self._saving:
            text = without_tokens(self._area.text)
            is_token_alone = text != self._area.text and not trim(text)
            # Saving an empty text would delete the note.
            if text == self._before or is_token_alone:
                return None
            sentence = await self._write(text, self._before)
            self._before = text
            return sentence

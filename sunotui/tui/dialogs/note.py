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
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.dialogs.base import ESCAPE, Dialog
from sunotui.tui.terminal.paste_limit import TOKEN_REFUSED
from sunotui.tui.widgets.footer import FooterKey

_HINT = "An empty note is deleted."
_SAVE = "^s"
_UNDO = "library.undo"
_LEFT, _LEFT_BEFORE = "note", "note before"
"""The keys of a text that was not saved, and of the note that it was made from, among the app's left texts."""


class NoteArea(TextArea):
    """Accepts as many characters as a note may have."""

    most_characters = NOTE_LIMIT

    def on_resize(self) -> None:
        """Keep the cursor visible, once the text is wrapped to the new width."""
        self.call_after_refresh(self.scroll_cursor_visible)


class NoteDialog(Dialog[str | None]):
    """Saves the note and closes with a sentence about it; it stays open if saving failed, so that no text is lost. Undo
    restores the previous note. Closes with None if there is no note or it was not changed or saved; a text that was not
    saved is restored the next time."""

    BINDINGS = [
        Binding("ctrl+s,f5", "save", "Save", show=False, priority=True),
        Binding("escape", "leave", "Cancel", show=False, priority=True),
    ]

    def __init__(
        self, read: Callable[[], Awaitable[tuple[str, str] | None]], write: Callable[[str, str], Awaitable[str]]
    ) -> None:
        """`read` returns the id of the song and its note, or None when there can be no note. `write` gets the text and
        the note that was read, and returns a sentence about what it did; it raises SunotuiError."""
        super().__init__("Note")
        self._read = read
        self._write = write
        self._song = self._before = ""
        """The song's id, and the note as it was last read or saved."""
        self._is_cancelled = False
        self._is_complete = False
        self._saving = asyncio.Lock()
        self._area = NoteArea(id="note-text", soft_wrap=True)

    def compose_body(self) -> ComposeResult:
        """The text."""
        self._area.cursor_blink = False
        yield self._area

    def footer_keys(self) -> Sequence[FooterKey]:
        """Save or cancel."""
        return FooterKey(_SAVE, "Save", "screen.save"), FooterKey(ESCAPE, "Cancel", "screen.leave")

    async def on_mount(self) -> None:
        """Read the note, and put the cursor at its end."""
        undo = shown_key(next(iter(self.app.keys_of(command_named(_UNDO))), ""))
        self.show_message(f"{_HINT} After saving, {undo} restores the previous note." if undo else _HINT)
        area = self._area
        area.focus()
        found = await self._read()
        if found is None:
            self.dismiss(None)
            return
        self._song, text = found
        left = self.app.left_texts.pop((_LEFT, self._song), None)
        # If the note was changed since, it gets both texts.
        self._before = self.app.left_texts.pop((_LEFT_BEFORE, self._song), text)
        if left is not None:
            self.show_message("This text was not saved yet.")
        area.load_text(text if left is None else left)
        area.move_cursor(area.document.end)
        self._is_complete = True
        self.app.key_queue.deliver_soon()

    @property
    def takes_keys(self) -> bool:
        """Accept keys once the note was read."""
        return self._is_complete

    def action_leave(self) -> None:
        """Close without saving; the text is restored when the note of the same song is opened."""
        text = without_tokens(self._area.text)
        self._is_cancelled = True
        if self._is_complete and trim(text) and text != self._before:
            self.app.left_texts[_LEFT, self._song] = text
            self.app.left_texts[_LEFT_BEFORE, self._song] = self._before
            self.app.say("Note not saved; its text is kept until sunotui ends")
        self.dismiss(None)

    async def action_save(self) -> None:
        """Save what was changed and close, unless it contains a token."""
        if has_token(self._area.text):
            self._area.load_text(without_tokens(self._area.text))
            self.show_message(TOKEN_REFUSED, is_bad=True)
            return
        try:
            self.dismiss(await self._save())
        except SunotuiError as error:
            self.show_message(error.sentence, is_bad=True)

    async def save_before_quit(self) -> bool:
        """Save the note, without anything in it that looks like a token."""
        if not self._is_complete:
            return True
        try:
            await self._save()
        except SunotuiError as error:
            self.app.say("The note could not be saved, so sunotui stays open", "warning")
            self.show_message(f"{error.sentence} sunotui stays open.", is_bad=True)
            return False
        return True

    async def on_unmount(self) -> None:
        """Save the note also when the program has to end, as after a signal; in a file if the library fails."""
        if not self._is_complete or self._is_cancelled:
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

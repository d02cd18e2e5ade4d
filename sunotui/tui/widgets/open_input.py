"""Inputs whose text is visible, and which therefore refuse tokens."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

from sunotui.domain.token_detection import has_token, may_be_token, without_tokens


class TypedToken:
    """Whether the rest of a refused token is being typed: printable keys are dropped until any other key is pressed."""

    def __init__(self) -> None:
        self.is_refused = False

    def handle(self, event: events.Key) -> None:
        """Stop the key if it belongs to a token that was refused."""
        if self.is_refused and event.is_printable:
            event.stop()
            event.prevent_default()
        else:
            self.is_refused = False


class OpenInput(Input):
    """A visible input that removes its text as soon as it looks like a token and then drops printable keys, since they
    would be the rest of the token. Any other key ends that."""

    # Textual's own lays out the whole screen at each letter; one of automatic width asks for that by itself.
    virtual_size = Reactive(Size(0, 0))

    class Refused(Message):
        """A text that looked like a token was removed."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str, **options: Any) -> None:
        """`options` are those of Textual's Input."""
        super().__init__(value, placeholder=placeholder, id=id, compact=True, **options)
        self._typed_token = TypedToken()

    def without_token(self, text: str) -> str:
        """The text without anything that looks like a token."""
        return "" if may_be_token(text) else text

    def replace(self, text: str, start: int, end: int) -> None:
        """Edit the text; if it then looks like a token, it is neither drawn nor put into a message."""
        first, last = sorted((start, end))
        new = f"{self.value[:first]}{text}{self.value[last:]}"
        if text and (rest := self.without_token(new)) != new:
            self._typed_token.is_refused = True
            self.value = rest
            self.post_message(self.Refused())
        else:
            super().replace(text, start, end)
            # Textual does not scroll to the end of the first text of an input.
            self._show_cursor()

    def on_resize(self) -> None:
        """Keep the cursor visible."""
        if self.has_focus:
            self._show_cursor()

    def _show_cursor(self) -> None:
        cell = self.cursor_screen_offset.x - self.content_region.x + self.scroll_offset.x
        self.scroll_to_region(Region(cell, 0, 1, 1), force=True, animate=False)

    def on_key(self, event: events.Key) -> None:
        """Drop the rest of a token that is being typed."""
        self._typed_token.handle(event)

    def on_blur(self) -> None:
        """Accept letters again: the token was left."""
        self._typed_token.is_refused = False


class FreeInput(OpenInput):
    """An input for any text, which may contain ids: only an exact match of a token's format is removed."""

    def without_token(self, text: str) -> str:
        """The text without tokens; everything around them stays."""
        return without_tokens(text) if has_token(text) else text

"""A line whose text is shown, and which therefore takes no token."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.message import Message
from textual.widgets import Input

from sunotui.domain.token_detection import has_token, may_be_token, without_tokens


class TypedToken:
    """A token that is being typed: its rest is not taken, until another key than a letter comes."""

    def __init__(self) -> None:
        self.is_refused = False

    def take(self, event: events.Key) -> None:
        """Stop the key if it belongs to a token that was refused."""
        if self.is_refused and event.is_printable:
            event.stop()
            event.prevent_default()
        else:
            self.is_refused = False


class OpenInput(Input):
    """As soon as its text looks like a token it is wiped, and the letters that come behind are not taken: they would be
    the rest of it. Any other key ends that."""

    class Refused(Message):
        """What looked like a token was wiped."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str, **options: Any) -> None:
        """`options` are those of Textual's Input."""
        super().__init__(value, placeholder=placeholder, id=id, compact=True, **options)
        self._typed_token = TypedToken()

    def without_token(self, text: str) -> str:
        """What may stay of a text in the line; the same text where it has nothing like a token in it."""
        return "" if may_be_token(text) else text

    def replace(self, text: str, start: int, end: int) -> None:
        """Edit the line; what then looks like a token is neither drawn nor handed on."""
        first, last = sorted((start, end))
        new = f"{self.value[:first]}{text}{self.value[last:]}"
        if text and (rest := self.without_token(new)) != new:
            self._typed_token.is_refused = True
            self.value = rest
            self.post_message(self.Refused())
        else:
            super().replace(text, start, end)

    def on_key(self, event: events.Key) -> None:
        """Drop the rest of a token that is being typed."""
        self._typed_token.take(event)

    def on_blur(self) -> None:
        """The next text is another one."""
        self._typed_token.is_refused = False


class FreeInput(OpenInput):
    """An open line for words of any kind, ids among them: only what has the form of a token is wiped."""

    def without_token(self, text: str) -> str:
        """The words around it stay."""
        return without_tokens(text) if has_token(text) else text

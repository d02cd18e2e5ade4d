"""Rejects a paste that is too long before its field gets it: wrapping a megabyte takes half a second (T8), and no text
is truncated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import App
from textual.widget import Widget
from textual.widgets import Input

from sunotui.domain.token_detection import has_token

TOKEN_REFUSED = "That looks like a token and was removed. Enter tokens only in the field 'Token' of the login form"
MOST_CHARACTERS = 10_000
"""Twice what any known model accepts. A field with another limit has the attribute `most_characters`."""


@runtime_checkable
class TextField(Protocol):
    """An input or a text area. The first frame has no text area, so it does not import the class."""

    def action_paste(self) -> None:
        """Insert the text of the clipboard."""


def refusal(text: str, beside: int = 0, most: int = MOST_CHARACTERS) -> str:
    """Why a text does not fit into a field that has `beside` other characters and accepts `most`: a sentence without a
    full stop, empty if the text fits."""
    if len(text) + beside <= most:
        return ""
    used = f" and has {beside:,} already" if beside else ""
    return f"A text of {len(text):,} characters was refused: the field takes {most:,}{used}"


class PasteLimit:
    """Checks every paste on its way to the field that has the focus."""

    def __init__(self, app: App[int], warn: Callable[[str], object]) -> None:
        """`warn` shows a sentence to the user."""
        self._app = app
        self._warn = warn

    def admit(self, event: events.Event) -> events.Event | None:
        """The event to deliver, or None for a paste that is refused, with the reason shown: one that has a token in it
        where it would be visible, and one that is too long. Several lines become one for a field of one line."""
        if not isinstance(event, events.Paste) or event.is_forwarded:
            return event
        field = self._app.focused
        is_secret = isinstance(field, Input) and field.password
        if has_token(event.text) and not is_secret:
            self._warn(TOKEN_REFUSED)
            return None
        most = getattr(field, "most_characters", MOST_CHARACTERS)
        if words := refusal(event.text, _remaining(field), most):
            self._warn(words)
            return None
        if isinstance(field, Input) and not is_secret:
            # The field would accept only the first line.
            return events.Paste(" ".join(filter(None, map(str.strip, event.text.splitlines()))))
        return event


def _remaining(field: Widget | None) -> int:
    """The number of characters that stay in the field when its selection is replaced by a paste."""
    if isinstance(field, Input):
        return len(field.value) - len(field.selected_text)
    if isinstance(field, TextField):
        text, selected = getattr(field, "text", ""), getattr(field, "selected_text", "")
        return len(text) - len(selected)
    return 0

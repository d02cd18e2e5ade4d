"""A paste too long for its field is refused before the field sees it: wrapping a megabyte takes half a second (T8), and
no text is cut."""

from __future__ import annotations

from typing import Literal

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.widgets import Input, TextArea

from sunotui.domain.token_shape import has_token
from sunotui.tui.gateways.secret_input import SecretInput

TOKEN_REFUSED = "That looks like a token, and was not taken: a token goes into the line 'Token' of the login form only"
MOST_CHARACTERS = 10_000
"""Twice what any known model takes. A field for other texts says its own as `most_characters`."""


def refusal(text: str, beside: int = 0, most: int = MOST_CHARACTERS) -> str:
    """Why a text does not fit into a field beside so many characters, as a sentence without its full stop; empty if it
    does."""
    if len(text) + beside <= most:
        return ""
    used = f" and has {beside:,} already" if beside else ""
    return f"A text of {len(text):,} characters was not taken: the field takes {most:,}{used}"


class Pasting(App[int]):
    """Every paste comes by here on its way to the field that has the keyboard."""

    def say(self, words: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tell the person."""
        raise NotImplementedError

    def get_driver_class(self) -> type[Driver]:
        """The driver, whose parser keeps pastes whole."""
        from sunotui.tui.runtime.paste_parsing import keep_pastes_whole

        keep_pastes_whole()
        return super().get_driver_class()

    def _beside(self) -> int:
        """The characters that stay in the field which has the keyboard, whatever is pasted over its selection."""
        field = self.focused
        if isinstance(field, TextArea):
            return len(field.text) - len(field.selected_text)
        return len(field.value) - len(field.selected_text) if isinstance(field, Input) else 0

    async def on_event(self, event: events.Event) -> None:
        """Refuse a token where it would be shown, and a paste that is too long; make several lines one for a field that
        has only one."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            field = self.focused
            if has_token(event.text) and not isinstance(field, SecretInput):
                self.say(TOKEN_REFUSED, "warning")
                return
            most = getattr(field, "most_characters", MOST_CHARACTERS)
            if words := refusal(event.text, self._beside(), most):
                self.say(words, "warning")
                return
            if isinstance(field, Input) and not isinstance(field, SecretInput):
                # It would take the first line alone.
                event = events.Paste(" ".join(filter(None, map(str.strip, event.text.splitlines()))))
        await super().on_event(event)

"""A paste too long for any field is cut before a field sees it: wrapping a megabyte takes half a second (T8)."""

from typing import Literal

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.widgets import Input, TextArea

from sunotui.domain.token_shape import has_token
from sunotui.tui.widgets.secret_input import SecretInput

TOKEN_REFUSED = "That looks like a token, and was not taken: a token goes into the line 'Token' of the login form only"
MOST_CHARACTERS = 10_000
"""Twice what any known model takes."""


def cut_to_fit(text: str, beside: int = 0) -> tuple[str, str]:
    """What of a text is taken into a field that holds so many characters beside it, and the sentence to tell when that
    is not all."""
    room = max(0, MOST_CHARACTERS - beside)
    if len(text) <= room:
        return text, ""
    return text[:room], (
        f"Only the first {room:,} of {len(text):,} characters were taken: a field holds {MOST_CHARACTERS:,}, and no"
        " model takes more than half of that"
    )


class Pasting(App[int]):
    """Every paste comes by here on its way to the field that has the keyboard."""

    def say(self, words: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tell the person."""
        raise NotImplementedError

    def get_driver_class(self) -> type[Driver]:
        """The driver, whose parser keeps pastes whole."""
        from sunotui.tui.paste_parsing import keep_pastes_whole

        keep_pastes_whole()
        return super().get_driver_class()

    def _beside(self) -> int:
        """The characters that stay in the field which has the keyboard, whatever is pasted over its selection."""
        field = self.focused
        if isinstance(field, TextArea):
            return len(field.text) - len(field.selected_text)
        return len(field.value) - len(field.selected_text) if isinstance(field, Input) else 0

    async def on_event(self, event: events.Event) -> None:
        """Refuse a token where it would be shown, cut a paste that is too long, and tell so."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            if has_token(event.text) and not isinstance(self.focused, SecretInput):
                self.say(TOKEN_REFUSED, "warning")
                return
            text, words = cut_to_fit(event.text, self._beside())
            if words:
                self.say(words, "warning")
                event = events.Paste(text)
        await super().on_event(event)

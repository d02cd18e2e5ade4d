"""A paste too long for any field is cut before a field sees it: wrapping a megabyte takes half a second (T8)."""

from typing import Literal

from textual import events
from textual.app import App

MOST_CHARACTERS = 10_000
"""Twice what any known model takes."""


def cut_to_fit(text: str) -> tuple[str, str]:
    """What of a text is taken into a field, and the sentence to tell when that is not all."""
    if len(text) <= MOST_CHARACTERS:
        return text, ""
    return text[:MOST_CHARACTERS], (
        f"Only the first {MOST_CHARACTERS:,} of {len(text):,} characters were taken; no model takes more than half of"
        " that"
    )


class Pasting(App[int]):
    """Every paste comes by here on its way to the field that has the keyboard."""

    def say(self, words: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tell the person."""
        raise NotImplementedError

    async def on_event(self, event: events.Event) -> None:
        """Cut a paste and tell so."""
        if isinstance(event, events.Paste) and not event.is_forwarded:
            text, words = cut_to_fit(event.text)
            if words:
                self.say(words, "warning")
                event = events.Paste(text)
        await super().on_event(event)

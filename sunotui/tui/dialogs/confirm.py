"""A confirmation before something is billed, replaced or given up."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.timer import Timer
from textual.widgets import OptionList

from sunotui.tui.dialogs.base import Dialog
from sunotui.tui.dialogs.select import choice_box

SILENCE_S = 0.7
"""Seconds without a key, once the question is on the screen, before it accepts one: longer than the interval of typing
or of key repeat."""


class ConfirmDialog(Dialog[str | None]):
    """Closes with "yes", "no" or None. Keys that were typed before the question could be read do not answer it: they
    were meant for the screen before, and are dropped."""

    BINDINGS = [
        Binding("escape,q", "dismiss(None)", "Leave", show=False),
    ]

    def __init__(self, question: str, no: str, yes: str, meaning: str) -> None:
        """`no` explains the answer No, `yes` is the name of the other answer and `meaning` explains it."""
        super().__init__()
        self._question = question
        self._choices = [("no", "No", no), ("yes", yes, meaning)]
        self._is_ready = False
        self._silence: Timer | None = None

    def compose(self) -> ComposeResult:
        """The answers in a box."""
        yield choice_box(self._question, self._choices)

    def on_mount(self) -> None:
        """Wait until the question is on the screen."""
        self.call_after_refresh(self.on_early_key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Close with the answer."""
        self.dismiss(self._choices[event.option_index][0])

    @property
    def takes_keys(self) -> bool:
        """Whether there was time to read the question."""
        return self._is_ready

    def on_early_key(self) -> None:
        """Restart the wait for a pause in typing."""
        if self._silence is not None:
            self._silence.stop()
        self._silence = self.set_timer(SILENCE_S, self._become_ready)

    def _become_ready(self) -> None:
        self._is_ready = True
        self.app.key_queue.deliver_soon()

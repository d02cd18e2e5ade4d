"""A question before something is paid for, replaced or given up."""

from __future__ import annotations

from textual.timer import Timer

from sunotui.tui.base import BaseApp
from sunotui.tui.dialogs.select import ChooseModal
from sunotui.tui.runtime.type_ahead import HoldsKeys

SILENCE_S = 0.7
"""Time without a key, once the question is on the screen, before it takes one: longer than between two keys of
somebody who types, or of a key that repeats."""


class ConfirmModal(HoldsKeys, ChooseModal):
    """Ends with "yes", "no" or None. Keys that were typed before it could be read do not answer it: they were meant for
    what was there before, and are dropped."""

    keeps_early_keys = False

    app: BaseApp

    def __init__(self, question: str, no: str, yes: str, meaning: str) -> None:
        """`no` says what No means, `yes` is the name of the other answer and `meaning` says what that does."""
        super().__init__(question, [("no", "No", no), ("yes", yes, meaning)])
        self._is_ready = False
        self._silence: Timer | None = None

    def on_mount(self) -> None:
        """Wait until it is on the screen."""
        self.call_after_refresh(self.on_early_key)

    @property
    def takes_keys(self) -> bool:
        """Once it could be read."""
        return self._is_ready

    def on_early_key(self) -> None:
        """Wait for silence, from the beginning."""
        if self._silence is not None:
            self._silence.stop()
        self._silence = self.set_timer(SILENCE_S, self._become_ready)

    def _become_ready(self) -> None:
        self._is_ready = True
        self.app.key_queue.deliver_soon()

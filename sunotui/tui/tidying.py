"""When the collector looks for what nobody holds any more: not in the middle of a key (T8)."""

import gc

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.timer import Timer

from sunotui.tui import mends

_PAUSE_S = 0.3
_RARELY = 60
"""Middle-sized collections between two full ones that nobody asked for; by itself Python has ten."""


class Tidying(App[int]):
    """A screen that closes leaves some ten thousand objects behind, and looking through all there are takes 20 ms: it
    is done a moment later, by itself, and not on top of what a key does."""

    _tidy_timer: Timer | None = None

    def begin_tidying(self) -> None:
        """What a start made lives as long as the program; the collector, off since run_app, need not look at it."""
        mends.forget_closed_widgets()
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _RARELY)
        gc.enable()

    def pop_screen(self) -> AwaitComplete:
        """Away with a screen, and soon with all that it was made of."""
        popped = super().pop_screen()
        if self._tidy_timer is None:
            self._tidy_timer = self.set_timer(_PAUSE_S, self._tidy)
        return popped

    def _tidy(self) -> None:
        self._tidy_timer = None
        gc.collect()

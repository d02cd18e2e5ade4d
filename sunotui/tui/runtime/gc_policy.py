"""When the collector looks for what nobody holds any more: not in the middle of a key (T8)."""

from __future__ import annotations

import gc

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.timer import Timer
from textual.widget import Widget

from sunotui.tui.runtime import textual_patches

_PAUSE_S = 0.3
_BREATH_S = 0.05
_AT_ONCE = 12
"""Widgets whose remains are looked for at a time: those of a composer with all its modes take 60 ms together."""
_RARELY = 60
"""Middle-sized collections between two full ones that nobody asked for; by itself Python has ten."""


class Tidying(App[int]):
    """A screen that closes leaves some ten thousand objects behind, and looking through all there are takes 20 ms: it
    is done a moment later, by itself, and not on top of what a key does."""

    _tidy_timer: Timer | None = None
    _just_closed: tuple[Widget, ...] = ()
    _left_over: tuple[Widget, ...] = ()
    """Widgets that are gone, the outer ones first; held here until it is their turn to be tidied away."""

    def begin_tidying(self) -> None:
        """What a start made lives as long as the program; the collector, off since run_app, need not look at it."""
        textual_patches.mend()
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _RARELY)
        gc.enable()

    def pop_screen(self) -> AwaitComplete:
        """Away with a screen, and soon with all that it was made of."""
        self._just_closed += tuple(self.screen.walk_children(Widget, with_self=True))
        popped = super().pop_screen()
        if self._tidy_timer is None:
            self._tidy_timer = self.set_timer(_PAUSE_S, self._tidy)
        return popped

    def _tidy(self) -> None:
        """One step: first what the newly closed lost while they were in use, then a few of them at a time."""
        if self._just_closed:
            for widget in self._just_closed:
                textual_patches.forget_painted(widget)
            self._left_over, self._just_closed = self._left_over + self._just_closed, ()
        else:
            self._left_over = self._left_over[_AT_ONCE:]
        gc.collect()
        self._tidy_timer = self.set_timer(_BREATH_S, self._tidy) if self._left_over else None

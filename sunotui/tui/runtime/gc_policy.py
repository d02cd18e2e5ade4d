"""Runs the garbage collector when no key is being handled (T8)."""

from __future__ import annotations

import gc

from textual.app import App
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from sunotui.tui.runtime import textual_patches

_PAUSE_S = 0.3
_STEP_S = 0.05
_WIDGETS_A_STEP = 12
"""Widgets that are released at a time: those of a composer with all its modes take 60 ms together."""


class GcPolicy:
    """Schedules garbage collections. A closed screen leaves some ten thousand objects in cycles, and a full collection
    takes 20 ms: it runs shortly after the screen was closed, and not while a key is handled."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._timer: Timer | None = None
        self._closed: tuple[Widget, ...] = ()
        """Widgets of the screens that were just closed."""
        self._unreleased: tuple[Widget, ...] = ()
        """Closed widgets, the outer ones first; each is referenced here until its step."""

    def begin(self) -> None:
        """Freeze the objects created during start-up, which live as long as the program, and enable the collector;
        `cli.launch` disables it."""
        # Without it a full collection takes 72 ms instead of 18 (T8).
        gc.freeze()
        gc.enable()

    def screen_closes(self, screen: Screen[object]) -> None:
        """Collect the screen's objects after a pause."""
        self._closed += tuple(screen.walk_children(Widget, with_self=True))
        if self._timer is None:
            self._timer = self._app.set_timer(_PAUSE_S, self._step)

    def _step(self) -> None:
        """Collect once for the newly closed widgets, then release and collect a few of them at a time."""
        if self._closed:
            for widget in self._closed:
                textual_patches.clear_painted_lines(widget)
            self._unreleased, self._closed = self._unreleased + self._closed, ()
        else:
            self._unreleased = self._unreleased[_WIDGETS_A_STEP:]
        gc.collect()
        self._timer = self._app.set_timer(_STEP_S, self._step) if self._unreleased else None

"""What the terminal shows outside the screens: the window's title, and notices of songs that can be played, are done or
failed while the terminal does not have the focus."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping

from textual.timer import Timer

from sunotui.core.events import TaskEnded, TaskPlayable
from sunotui.core.system.terminal_notices import is_multiplexed, notice_sequence
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.tasks.task import Task
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.runtime import textual_patches
from sunotui.tui.terminal.window_title import WindowTitle

_TOGETHER_S = 0.5
"""Seconds that a notice waits for other outcomes in the same response."""
_PAUSE_S = 10.0
"""The minimum interval between two notices in seconds: outcomes in between are combined."""
_BELL = "\a"


class Notices:
    """Collects the outcomes of tasks, and reports them together by the bell and a terminal notification."""

    def __init__(self, app: BaseApp, environ: Mapping[str, str] = os.environ) -> None:
        self._app = app
        self._environ = environ
        self._tasks: dict[str, Task] = {}
        """The latest state of each task that no notice has reported."""
        self._timer: Timer | None = None
        self._last_at = float("-inf")
        """When the last notice was sent, by the monotonic clock."""
        self._title = WindowTitle(app, environ)

    def begin(self) -> None:
        """Show the window's title from now on."""
        self._title.begin()

    def end(self) -> None:
        """Restore the window's previous title; call it while the driver still writes."""
        self._title.end()

    def on_focus(self) -> None:
        """The terminal has the focus: the user already sees what the pending notice would report."""
        self._tasks.clear()

    def add(self, event: TaskEnded | TaskPlayable) -> None:
        """A task can be played, or has ended."""
        if self._is_seen:
            return
        self._tasks[event.task.id] = event.task
        if self._timer is None:
            now = self._app.core.clock.monotonic()
            self._timer = self._app.set_timer(max(_TOGETHER_S, self._last_at + _PAUSE_S - now), self._send)

    @property
    def _is_seen(self) -> bool:
        """Whether the window has the focus, so that the user sees the messages in it. A multiplexer reports that only
        if it is set up for it."""
        return self._app.app_focus and (self._app.reports_focus or not is_multiplexed(self._environ))

    def _send(self) -> None:
        self._timer = None
        tasks, self._tasks = list(self._tasks.values()), {}
        if not tasks or self._is_seen:
            return
        self._last_at = self._app.core.clock.monotonic()
        settings = self._app.core.settings.notices
        sequence = notice_sequence(notice_text(tasks), self._environ) if settings.osc else ""
        if settings.bell:
            sequence += _BELL
        textual_patches.write_to_terminal(self._app, sequence)


def notice_text(tasks: list[Task]) -> str:
    """The outcomes of these tasks, such as "Harbour: done" and "3 songs done, 1 song failed"."""
    if len(tasks) == 1:
        return f"{formatting.title(tasks[0].title)}: {_word(tasks[0])}"
    counts = Counter(_word(task) for task in tasks)
    return ", ".join(f"{counted(number, 'song')} {word}" for word, number in counts.items())


def _word(task: Task) -> str:
    if not task.status.is_final:
        return "can be played"
    return "done" if task.status is TaskStatus.SUCCESS else formatting.look(task)[1]

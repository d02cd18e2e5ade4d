"""Says which songs finished or failed: one message for all that came with one response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.text import counted
from sunotui.tui import formatting

if TYPE_CHECKING:
    from sunotui.domain.tasks.task import Task
    from sunotui.tui.base import BaseApp


class News:
    """Collects tasks that ended, until the app has handled all events of the same response."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._ended: list[Task] = []
        self._has_said_how = False
        """Whether a message of this run has said what to do with a finished song."""

    def add(self, task: Task) -> None:
        """A task ended."""
        self._ended.append(task)
        if len(self._ended) == 1:
            self._app.call_later(self._report)

    def _report(self) -> None:
        done = [task for task in self._ended if task.status is TaskStatus.SUCCESS]
        others = [task for task in self._ended if task.status is not TaskStatus.SUCCESS]
        self._ended = []
        if done:
            self._app.say(self._finished(done), is_news=True)
        if others:
            self._app.alert(_not_finished(others))
        if self._app.core.settings.bell:
            self._app.bell()

    def _finished(self, done: list[Task]) -> str:
        if len(done) > 1:
            return f"{len(done):,} songs finished"
        text = f"{formatting.title(done[0].title)}: {formatting.look(done[0])[1]}"
        if self._has_said_how or not done[0].clips:
            return text
        self._has_said_how = True
        return f"{text} · y copies its link, s marks a favourite"


def _not_finished(tasks: list[Task]) -> str:
    """Why a song did not finish, or how many did not."""
    if len(tasks) > 1:
        return f"{counted(len(tasks), 'song')} did not finish: the list shows why"
    reason = f" ({tasks[0].fail_reason})" if tasks[0].fail_reason else ""
    return f"{formatting.title(tasks[0].title)}: {formatting.look(tasks[0])[1]}{reason}"

"""Reports which songs finished or failed: one message for everything in one response."""

from __future__ import annotations

from sunotui.core.events import TaskEnded
from sunotui.domain.tasks.kinds import TaskStatus
from sunotui.domain.text import counted
from sunotui.tui import formatting
from sunotui.tui.base import BaseApp
from sunotui.tui.commands.command import shown_key
from sunotui.tui.commands.registry import command_named
from sunotui.tui.library.task_list.list import TaskList

_PLAY, _SAVE = "library.play", "library.save"


class EndedTasks:
    """Collects tasks that ended, until the app has handled all events of the same response."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app
        self._ended: list[TaskEnded] = []
        self._has_said_how = False
        """Whether a message of this run has said what to do with a finished song."""

    def add(self, event: TaskEnded) -> None:
        """A task ended."""
        self._ended.append(event)
        if len(self._ended) == 1:
            self._app.call_later(self._report)

    def _report(self) -> None:
        done = [event for event in self._ended if event.task.status is TaskStatus.SUCCESS]
        others = [event for event in self._ended if event.task.status is not TaskStatus.SUCCESS]
        self._ended = []
        if done:
            self._app.say(self._finished(done), is_event=True)
        if others:
            self._app.alert(_not_finished(others))

    def _finished(self, done: list[TaskEnded]) -> str:
        if len(done) > 1:
            return f"{len(done):,} songs finished"
        task = done[0].task
        play, save = (self._app.keys_of(command_named(name)) for name in (_PLAY, _SAVE))
        playing = self._app.playing
        is_playing = playing is not None and playing.is_active and playing.take[0] == task.id
        # On other screens, the keys of the library do something else. A dialog is closed before this can be read.
        is_library = all(screen.is_modal for screen in self._app.screen_stack[1:])
        has_keys = is_library and bool(play and save)
        if self._has_said_how or is_playing or not any(clip.is_playable for clip in task.clips) or not has_keys:
            return f"{formatting.title(task.title)}: {formatting.look(task)[1]}"
        self._has_said_how = True
        is_current = any(tasks.current == task.id for tasks in self._app.screen_stack[0].query(TaskList))
        title, plays, saves = formatting.title(task.title), shown_key(play[0]), shown_key(save[0])
        if is_current:
            return f"{title} is ready: {plays} plays it, {saves} saves it"
        return f"{title} is ready: {plays} plays, {saves} saves what the cursor is on"


def _not_finished(ended: list[TaskEnded]) -> str:
    """Why a song did not finish, or how many did not."""
    if len(ended) > 1:
        return f"{counted(len(ended), 'song')} did not finish: the list shows why"
    task = ended[0].task
    reason = f" ({task.fail_reason})" if task.fail_reason else ""
    return f"{formatting.title(task.title)}: {formatting.look(task)[1]}{reason}"

"""Opens the other screens; each is imported when it is opened for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sunotui.domain.errors import SunotuiError
from sunotui.tui import formatting
from sunotui.tui.library.current_list import go_to_task
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.task_list.list import TaskList

if TYPE_CHECKING:
    from sunotui.domain.requests.request import Request
    from sunotui.tui.base import BaseApp


class Navigator:
    """Opens screens on top of the library screen."""

    def __init__(self, app: BaseApp) -> None:
        self._app = app

    def show_task(self, task_id: str) -> None:
        """Move the cursor of the task list to a task, if the list has it."""
        for library in self._app.screen_stack[:1]:
            library.query_one(TaskList).select(task_id)

    @property
    def cursor_moves(self) -> int:
        """How often the user has moved the cursor of the task list."""
        return sum(library.query_one(TaskList).moves for library in self._app.screen_stack[:1])

    async def go_to_song(self, task_id: str) -> None:
        """Put the cursor of the task list on a task, listing everything if necessary. The screens above the library are
        closed by their own command, which saves their contents."""
        while len(self._app.screen_stack) > 1:
            before = self._app.screen
            await self._app.run_action("leave", before)
            if self._app.screen is before:
                return
        if isinstance(library := self._app.screen, LibraryScreen):
            await go_to_task(library.context, task_id)
            library.context.tasks.focus()

    def open_composer(self, request: Request | None = None, profile: str = "") -> None:
        """Open the composer with `request`, or with the saved draft, for a profile's gateway."""
        from sunotui.tui.composer.screen import ComposeScreen

        self._app.push_screen(ComposeScreen(self._app.core, request, profile))

    async def pick_clip(self, title: str, *, besides: str = "") -> str | None:
        """Let the user find a finished take by typing; returns its clip id, or None. The clip `besides` is left out."""
        from sunotui.tui.dialogs.picker import PickerDialog, PickerRow

        try:
            takes = await self._app.core.reader.newest_takes()
        except SunotuiError as error:
            self._app.notify_error(error)
            return None
        rows = [
            PickerRow(
                take.clip_id, f"take {take.take}", formatting.length(take.duration_s), formatting.title(take.title)
            )
            for take in takes
            if take.clip_id != besides
        ]
        if not rows:
            self._app.say("There is no other finished take in the library", "warning")
            return None
        return await self._app.push_screen_wait(PickerDialog(title, rows))

    def open_login(self, *, is_new: bool = False) -> None:
        """Open the login form; not in the demo, whose library is deleted, even with paid songs."""
        if self._app.is_demo:
            self._app.say("This is the demo: leave it and run 'sunotui login' for a gateway of your own", "warning")
            return
        from sunotui.tui.gateways.login import LoginScreen

        self._app.push_screen(LoginScreen(self._app.core, is_new=is_new))

    def open_submissions(self, submission_id: str = "") -> None:
        """Open the journal, with the cursor on a submission or on the newest one."""
        from sunotui.tui.history.submissions import SubmissionsScreen

        self._app.push_screen(SubmissionsScreen(self._app.core, submission_id))

"""A song that has no takes yet, and plays as soon as there is something to hear."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sunotui.core.context import Context
from sunotui.core.events import Event, LibraryChanged, SubmissionChanged, TasksChanged
from sunotui.core.playback.take_source import TakeReader
from sunotui.core.submissions.pending_rows import row_id
from sunotui.domain.annotations import TakeRef


class AwaitedSong:
    """Waits for at most one song."""

    def __init__(self, ctx: Context, takes: TakeReader, play: Callable[[Sequence[TakeRef]], Awaitable[None]]) -> None:
        """`play` is called with the first take that can be played."""
        self._ctx = ctx
        self._takes = takes
        self._play = play
        self.row = ""
        """The id of the song, or of the row of the submission that becomes one; empty if nothing is waited for."""

    def wait_for(self, row: str) -> None:
        """Wait for this song, and no longer for an earlier one."""
        self.row = row
        self._check()

    def forget(self) -> None:
        """Stop waiting."""
        self.row = ""

    def on_event(self, event: Event) -> None:
        """Play the song if it can be played now."""
        if not self.row:
            return
        if isinstance(event, SubmissionChanged):
            if event.submission.task_id and row_id(event.submission) == self.row:
                self.wait_for(event.submission.task_id)
        elif isinstance(event, LibraryChanged) or (isinstance(event, TasksChanged) and self.row in event.ids):
            self._check()

    def _check(self) -> None:
        self._ctx.background.start("look for a take to play", self._play_if_ready, self.row)

    async def _play_if_ready(self, row: str) -> None:
        take = await self._ctx.storage.run(self._takes.first_playable, row)
        if take is not None and row == self.row:
            self.forget()
            await self._play([take])

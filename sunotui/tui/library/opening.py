"""The time before the library is open: no key that needs it works, and what is searched for waits for it."""

from __future__ import annotations

import asyncio

from sunotui.tui.library.list_actions import ListingScreen
from sunotui.tui.library.task_list.list import TaskList

_FRAME_WAITS_S = 0.05
"""How long the first frame waits for a library that is slow to open."""
_WORDS = ("The library is being opened.", "After an update this may take a while.")
_AT_ONCE = {"search", "filter", "sort", "messages", "leave", "go_in", "go_back", "next_pane", "previous_pane"}
"""Actions that need no library."""


class OpeningScreen(ListingScreen):
    """A screen that is there before its library: another process may hold that, or it is made anew by an update."""

    def __init__(self) -> None:
        super().__init__()
        self._is_open = False
        self._has_shown = asyncio.Event()

    async def await_library(self) -> None:
        """Wait as long as a frame may; say what is waited for if that was too short."""
        try:
            async with asyncio.timeout(_FRAME_WAITS_S):
                await self._has_shown.wait()
        except TimeoutError:
            if not self._is_open:
                self.query_one(TaskList).say(_WORDS)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing that would ask a library that is not there."""
        return self._is_open or action in _AT_ONCE

    def relist(self) -> None:
        """List what `listing` says; at the opening where that is still to come."""
        if self._is_open:
            super().relist()

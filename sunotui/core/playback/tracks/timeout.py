"""A time limit that is cancelled when the awaited event happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sunotui.core.background import BackgroundTasks
from sunotui.core.clock import Clock


class Timeout:
    """Waits for at most one thing at a time; no timer runs while it waits for nothing."""

    def __init__(self, clock: Clock, background: BackgroundTasks) -> None:
        self._clock = clock
        self._background = background
        self._done: asyncio.Event | None = None

    def start(self, limit_s: float, give_up: Callable[[], None]) -> None:
        """Call `give_up` after `limit_s` seconds, unless `end` or `start` is called before."""
        self.end()
        done = self._done = asyncio.Event()
        self._background.start("wait with a time limit", self._wait, done, limit_s, give_up)

    def end(self) -> None:
        """Stop the timer: the awaited event happened, or is no longer awaited."""
        if self._done is not None:
            self._done.set()
            self._done = None

    async def _wait(self, done: asyncio.Event, limit_s: float, give_up: Callable[[], None]) -> None:
        if not await self._clock.wait(done, limit_s) and not done.is_set():
            give_up()

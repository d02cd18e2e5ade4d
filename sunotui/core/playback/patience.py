"""A time limit that is cancelled when what was waited for comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sunotui.core.context import Context


class Patience:
    """Waits for at most one thing at a time; no timer runs while it waits for nothing."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._came: asyncio.Event | None = None

    def start(self, limit_s: float, give_up: Callable[[], None]) -> None:
        """Call `give_up` after `limit_s` seconds, unless `end` or `start` is called before."""
        self.end()
        came = self._came = asyncio.Event()
        self._ctx.background.start("wait for sound", self._wait, came, limit_s, give_up)

    def end(self) -> None:
        """It came, or is not waited for any more."""
        if self._came is not None:
            self._came.set()
            self._came = None

    async def _wait(self, came: asyncio.Event, limit_s: float, give_up: Callable[[], None]) -> None:
        if not await self._ctx.clock.wait(came, limit_s) and not came.is_set():
            give_up()

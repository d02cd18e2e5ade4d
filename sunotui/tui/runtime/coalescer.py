"""Work that news ask for, however many come: one run under way, and one more for all that came meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

APART_S = 1 / 30
"""Seconds from one run's begin to the next one's: a thousand changes a second are seen thirty times."""


class Coalescer:
    """Decides when to run; who owns it starts `run` in a worker of its own when `ask` says so."""

    def __init__(self, work: Callable[[], Awaitable[None]]) -> None:
        self._work = work
        self._is_running = False
        self._is_wanted = False
        self._is_settled = asyncio.Event()
        self._is_settled.set()

    def ask(self) -> bool:
        """The work is to be done, once more where it is under way; True when nobody does it yet."""
        self._is_wanted = True
        self._is_settled.clear()
        if self._is_running:
            return False
        self._is_running = True
        return True

    async def run(self) -> None:
        """Do the work as long as it is wanted. Raises what it raises."""
        try:
            while self._is_wanted:
                self._is_wanted = False
                begun = time.monotonic()
                await self._work()
                if self._is_wanted:
                    await asyncio.sleep(max(0.0, begun + APART_S - time.monotonic()))
        finally:
            self._is_running = self._is_wanted = False
            self._is_settled.set()

    async def catch_up(self) -> None:
        """Wait until everything asked for is done; at once when it is."""
        await self._is_settled.wait()

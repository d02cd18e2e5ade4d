"""The clock, passed in so that tests can replace it."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """The real clock: `now` for times to display and store, `monotonic` for scheduling (P5)."""

    def now(self) -> float:
        """Unix seconds; may jump if the system clock is set."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of a clock that never goes backwards."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for `event`, at most `seconds` (None: without limit). Returns whether it was set."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True

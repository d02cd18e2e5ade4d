"""The clock, passed in so that tests can replace it."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """The real time: `now` for times to show and store, `monotonic` for when to act (P5)."""

    def now(self) -> float:
        """Unix seconds; may jump when the computer's clock is set."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for `event`, at most `seconds` (None: without limit). True when it was set."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True

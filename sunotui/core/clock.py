"""Time by the front door, so that tests bring their own."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """The real time: `now` for what people read, `monotonic` for when to act (P5)."""

    def now(self) -> float:
        """Unix seconds; may jump when the computer's clock is set."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for `event`, at most `seconds` (None: for ever). True when the event came."""
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True

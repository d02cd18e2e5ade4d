"""A time limit that ignores time in which this program was suspended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

LATE_S = 1.0
"""A timer that fires this many seconds late means that the program was suspended: by an editor, or after ctrl+z."""
GRACE_S = 5.0


@asynccontextmanager
async def within(limit_s: float) -> AsyncIterator[None]:
    """Raise TimeoutError in the body after `limit_s` seconds; if the program was suspended when the limit passed, a few
    seconds later, since a paid response may be waiting unread."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as scope:
        timers: list[asyncio.TimerHandle] = []

        def plan(delay_s: float) -> None:
            due = loop.time() + delay_s
            timers.append(loop.call_at(due, expire, due))

        def expire(due: float) -> None:
            if loop.time() - due < LATE_S:
                scope.reschedule(loop.time())
            else:
                plan(GRACE_S)

        plan(limit_s)
        try:
            yield
        finally:
            for timer in timers:
                timer.cancel()

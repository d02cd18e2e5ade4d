"""A clock that runs faster than the real one, for a core with a demo gateway that does, too."""

from __future__ import annotations

import asyncio

from sunotui.core.clock import Clock


class FastClock(Clock):
    """Waits are `speed` times shorter; the displayed time stays real."""

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def monotonic(self) -> float:
        """Accelerated seconds."""
        return super().monotonic() * self._speed

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for the event, at most this many accelerated seconds."""
        return await super().wait(event, None if seconds is None else seconds / self._speed)

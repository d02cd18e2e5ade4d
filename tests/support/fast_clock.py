"""A clock that runs faster than the real one, for a studio on a gateway that does too."""

from __future__ import annotations

import asyncio

from sunotui.core.clock import Clock


class FastClock(Clock):
    """Waits `speed` times shorter; what people read stays true."""

    def __init__(self, speed: float) -> None:
        self._speed = speed

    def monotonic(self) -> float:
        """Swift seconds."""
        return super().monotonic() * self._speed

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for the event, at most so many swift seconds."""
        return await super().wait(event, None if seconds is None else seconds / self._speed)

"""A clock that moves only when a test moves it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sunotui.core.clock import Clock


class ManualClock(Clock):
    """A clock that stands still until `advance`; waits end when they are due."""

    def __init__(self, wall: float = 1_700_000_000.0) -> None:
        self._wall = wall
        self._monotonic = 1_000.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []
        self.settle: Callable[[], Awaitable[object]] = let_tasks_run
        """Runs everything that can run now; replaced by harnesses with other threads."""

    def now(self) -> float:
        """The test's wall time."""
        return self._wall

    def monotonic(self) -> float:
        """The test's monotonic time."""
        return self._monotonic

    async def wait(self, event: asyncio.Event, seconds: float | None) -> bool:
        """Wait for the event or until the test advances the time far enough."""
        if event.is_set():
            return True
        # A wait that is too short to change this clock would stay due forever.
        if seconds is not None and self._monotonic + seconds <= self._monotonic:
            await asyncio.sleep(0)
            return event.is_set()
        ring = asyncio.Event()
        entry = (self._monotonic + seconds, ring) if seconds is not None else None
        if entry is not None:
            self._sleepers.append(entry)
        waits = {asyncio.create_task(event.wait()), asyncio.create_task(ring.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
            if entry in self._sleepers:
                self._sleepers.remove(entry)
        return event.is_set()

    @property
    def next_ring(self) -> float | None:
        """Seconds until the next wait ends; None if nothing waits."""
        return min((at for at, _ in self._sleepers), default=None)

    async def advance(self, seconds: float) -> None:
        """Advance the time from wait to wait and let everything run in between."""
        target = self._monotonic + seconds
        while True:
            await self.settle()
            due = [(at, ring) for at, ring in self._sleepers if at <= target]
            if not due:
                break
            at, ring = min(due, key=lambda entry: entry[0])
            self._wall += max(0.0, at - self._monotonic)
            self._monotonic = max(self._monotonic, at)
            ring.set()
            self._sleepers.remove((at, ring))
        self._wall += target - self._monotonic
        self._monotonic = target
        await self.settle()


async def let_tasks_run(rounds: int = 40) -> None:
    """Let all tasks run as far as they can without other threads."""
    for _ in range(rounds):
        await asyncio.sleep(0)

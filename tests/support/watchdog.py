"""Times every callback of an event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Watchdog:
    """The times of the callbacks of one loop."""

    worst_cpu_s: float = 0.0
    """The longest processor time of one callback; independent of other processes."""
    worst_wall_s: float = 0.0
    """The longest elapsed time of one callback; on a busy machine it includes waiting for the processor."""
    where: str = ""
    """The callback with the longest processor time."""
    callbacks: int = 0
    held: list[tuple[float, float, str]] = field(default_factory=list)
    """The processor and elapsed seconds of each callback that took 20 ms or more."""

    def record(self, cpu_s: float, wall_s: float, handle: Any) -> None:
        """Record a callback."""
        self.callbacks += 1
        if cpu_s > self.worst_cpu_s:
            self.worst_cpu_s, self.where = cpu_s, repr(handle)[:300]
        self.worst_wall_s = max(self.worst_wall_s, wall_s)
        if wall_s > 0.02:
            self.held.append((round(cpu_s, 3), round(wall_s, 3), repr(handle)[:160]))


@contextmanager
def watchdog() -> Iterator[Watchdog]:
    """Watch every callback of the loops of this thread in the `with` block."""
    seen = Watchdog()
    run = asyncio.Handle._run

    def timed(self: asyncio.Handle) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        run(self)
        seen.record(time.thread_time() - cpu, time.perf_counter() - wall, self)

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]

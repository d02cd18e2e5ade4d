"""A time limit that ignores time in which this program was suspended."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

LATE_S = 1.0
"""A timer that fires this many seconds late means that the program was suspended: by an editor, or after ctrl+z."""
GRACE_S = 5.0


def within(limit_s: float) -> AbstractAsyncContextManager[None]:
    """Raise TimeoutError in the body after `limit_s` seconds; if the program was suspended when the limit passed, a few
    seconds later, since a paid response may be waiting unread."""
    return _Limit(limit_s)


class _Limit(AbstractAsyncContextManager[None]):
    """A class rather than a generator: a download enters one for each block that it receives."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._loop = asyncio.get_running_loop()
        self._scope = asyncio.timeout(None)
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> None:
        await self._scope.__aenter__()
        self._plan(self._limit_s)

    async def __aexit__(self, *error: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        await self._scope.__aexit__(*error)

    def _plan(self, delay_s: float) -> None:
        due = self._loop.time() + delay_s
        self._timer = self._loop.call_at(due, self._expire, due)

    def _expire(self, due: float) -> None:
        if self._loop.time() - due < LATE_S:
            self._scope.reschedule(self._loop.time())
        else:
            self._plan(GRACE_S)

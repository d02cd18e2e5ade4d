"""Waits for conditions, with a limit so long that only a program that hangs reaches it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Message = str | Callable[[], str]
"""A description of what did not happen; a function is called only at the end."""

Pause = Callable[[float], Awaitable[None]]

HANG_S = 100.0
"""The limit in seconds, enough for a busy machine. It guards against hanging and does not measure speed."""


def until(is_so: Callable[[], bool], what: Message, every_s: float = 0.01) -> None:
    """Wait until a condition holds; AssertionError with `what` after HANG_S."""
    end = time.monotonic() + HANG_S
    while not is_so():
        if time.monotonic() > end:
            raise _missing(what)
        time.sleep(every_s)


async def until_async(
    is_so: Callable[[], bool], what: Message, every_s: float = 0.002, pause: Pause = asyncio.sleep
) -> None:
    """Wait while other tasks run; with `Pilot.pause`, also while the app handles its messages."""
    async with hang_guard(what):
        while not is_so():
            await pause(every_s)


@asynccontextmanager
async def hang_guard(what: Message) -> AsyncIterator[None]:
    """Raise AssertionError if the body still runs after HANG_S, so that no test uses the guard as a time limit."""
    try:
        async with asyncio.timeout(HANG_S) as guard:
            yield
    except TimeoutError:
        if not guard.expired():
            raise
        raise _missing(what) from None


def _missing(what: Message) -> AssertionError:
    return AssertionError(f"{what if isinstance(what, str) else what()} did not come")

"""How long the tests wait for something that must come: so long that only a program that hangs does not get there."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

HANG_S = 100.0
"""Seconds, on a machine that is busy with other things. It guards against hanging and says nothing about speed."""


def until(is_so: Callable[[], bool], what: str | Callable[[], str], every_s: float = 0.01) -> None:
    """Wait until something is so; AssertionError with `what` after HANG_S."""
    end = time.monotonic() + HANG_S
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"{what if isinstance(what, str) else what()} did not come")
        time.sleep(every_s)


async def until_async(is_so: Callable[[], bool], what: str, every_s: float = 0.002) -> None:
    """The same while other tasks run."""
    async with hang_guard(what):
        while not is_so():  # noqa: ASYNC110 - plain attributes of another task are watched
            await asyncio.sleep(every_s)


@asynccontextmanager
async def hang_guard(what: str) -> AsyncIterator[None]:
    """AssertionError when the body is still at it after HANG_S, so that no test takes the guard for a time limit."""
    try:
        async with asyncio.timeout(HANG_S) as guard:
            yield
    except TimeoutError:
        if not guard.expired():
            raise
        raise AssertionError(f"{what} did not come") from None

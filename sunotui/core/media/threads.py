"""Runs disk work in threads, so that a cancelled caller leaves nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def finish_in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in a thread. If the caller is cancelled, the work is finished before the cancellation is raised."""
    return await finished(asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs)))


async def finished(running: asyncio.Future[T]) -> T:
    """The result of what runs. If the caller is cancelled, once or more often, the cancellation is raised after its
    end."""
    await ended(running)
    return running.result()


async def ended(running: asyncio.Future[Any]) -> None:
    """Wait for the end of what runs, whatever comes of it. If the caller is cancelled, once or more often, the
    cancellation is raised after that end."""
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            cancelled = error
    if not running.cancelled():
        # Whoever does not want its result must not see its error reported as one that was overlooked.
        running.exception()
    if cancelled is not None:
        raise cancelled

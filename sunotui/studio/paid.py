"""Small requests that a gateway may bill: each goes on whatever screen closes, and not twice at once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar

from sunotui.domain.errors import RequestImpossible

P = ParamSpec("P")
T = TypeVar("T")


class PaidOnce:
    """Runs them as tasks of the program's own. Who waits may go away; the answer is still taken in."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def do(self, name: str, work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it, and give what it gives. Raises RequestImpossible while the same is being done, and what it raises."""
        if name in self._running:
            raise RequestImpossible("The gateway is being asked for that already", advice="Wait for its answer")

        async def run() -> T:
            return await work(*args, **kwargs)

        task = self._running[name] = asyncio.create_task(run(), name=name)
        task.add_done_callback(lambda done: self._ended(name, done))
        return await asyncio.shield(task)

    async def drain(self, limit_s: float | None = None) -> bool:
        """Wait for all of them; False when some did not end in time."""
        if not self._running:
            return True
        _, late = await asyncio.wait(tuple(self._running.values()), timeout=limit_s)
        return not late

    def _ended(self, name: str, task: asyncio.Task[Any]) -> None:
        self._running.pop(name, None)
        if not task.cancelled():
            # Who waited for it may be gone: nobody else would look at its exception.
            task.exception()

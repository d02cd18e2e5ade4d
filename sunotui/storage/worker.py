"""The one thread that all storage work is done on, so that no screen waits for a disk and no two writes cross."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_CLOSE_LIMIT_S = 30.0


class StorageThread:
    """Does what it is handed, in order, on a thread of its own; any event loop and any thread may hand it work.

    A job that was handed in is done even when nobody waits for it any more: a cancelled screen loses no write.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._gate = threading.Lock()
        self._is_closed = False

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `fn` returns or raises, without holding the event loop. Raises RuntimeError after `close`."""
        return await self.result_of(self._hand_in(fn, args, kwargs))

    def begin(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Hand in work before there is an event loop; what it gives is asked of `result_of`."""
        return self._hand_in(fn, args, kwargs)

    async def result_of(self, begun: Future[T]) -> T:
        """What handed-in work gives, without holding the event loop; the work goes on when nobody waits any more."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()

        def deliver(done: Future[T]) -> None:
            if waiter.cancelled():
                return
            error = done.exception()
            if error is None:
                waiter.set_result(done.result())
            else:
                waiter.set_exception(error)

        def announce(done: Future[T]) -> None:
            try:
                loop.call_soon_threadsafe(deliver, done)
            except RuntimeError:
                # The loop has ended meanwhile; the work is done all the same.
                pass

        begun.add_done_callback(announce)
        return await waiter

    def call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a plain thread, which waits; on the desk's own thread it is done at once."""
        if threading.current_thread() is self._thread:
            return fn(*args, **kwargs)
        return self._hand_in(fn, args, kwargs).result()

    def close(self, limit_s: float = _CLOSE_LIMIT_S) -> None:
        """Finish what was handed in, at most for `limit_s`, and end the thread. Twice is once."""
        with self._gate:
            if not self._is_closed:
                self._is_closed = True
                self._jobs.put(None)
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(limit_s)

    def _hand_in(self, fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> Future[T]:
        future: Future[T] = Future()

        def job() -> None:
            try:
                result = fn(*args, **kwargs)
            except StopIteration:
                future.set_exception(RuntimeError("the work raised StopIteration, which no future can carry"))
            except BaseException as error:  # noqa: BLE001 - carried to whoever waits, whatever it is
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._gate:
            if self._is_closed:
                raise RuntimeError("the desk is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="desk", daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            # Else the last job, and all that it holds, would live until the next one comes.
            del job

"""The thread on which all storage work runs, so that no screen waits for the disk and writes are serialized."""

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
    """Runs functions one after the other on its own thread; any thread and any event loop may submit them.

    A submitted function runs even if its caller is cancelled, so that closing a screen loses no write.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._is_closed = False

    async def run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` and await its result. Raises what `fn` raises, and RuntimeError after `close`."""
        return await self.result_of(self._submit(fn, args, kwargs))

    def begin(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit `fn` before there is an event loop; await the future with `result_of`. Raises RuntimeError after
        `close`."""
        return self._submit(fn, args, kwargs)

    async def result_of(self, begun: Future[T]) -> T:
        """Await the result of a function that `begin` submitted; cancelling does not stop the function. Raises what the
        function raises."""
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

        def notify(done: Future[T]) -> None:
            try:
                loop.call_soon_threadsafe(deliver, done)
            except RuntimeError:
                # The loop has ended; the function has run anyway.
                pass

        begun.add_done_callback(notify)
        return await waiter

    def call(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn` and wait for its result, for a caller without an event loop; on the storage thread itself it runs at
        once. Raises what `fn` raises, and RuntimeError after `close`."""
        if threading.current_thread() is self._thread:
            return fn(*args, **kwargs)
        return self._submit(fn, args, kwargs).result()

    def close(self, limit_s: float = _CLOSE_LIMIT_S) -> None:
        """Wait at most `limit_s` seconds for the submitted functions, and end the thread. Calling it again does
        nothing."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._jobs.put(None)
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(limit_s)

    def _submit(self, fn: Callable[..., T], args: tuple[object, ...], kwargs: dict[str, object]) -> Future[T]:
        future: Future[T] = Future()

        def job() -> None:
            try:
                result = fn(*args, **kwargs)
            except StopIteration:
                future.set_exception(RuntimeError("the function raised StopIteration, which a future cannot carry"))
            except BaseException as error:  # noqa: BLE001 - passed on to the caller, whatever it is
                future.set_exception(error)
            else:
                future.set_result(result)

        with self._lock:
            if self._is_closed:
                raise RuntimeError("the storage thread is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="storage", daemon=True)
                self._thread.start()
            self._jobs.put(job)
        return future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            # Otherwise the last job and everything it refers to would live until the next one.
            del job

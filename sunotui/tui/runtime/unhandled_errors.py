"""Logs and reports unhandled exceptions of background tasks and threads; the program continues (T7)."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_log = logging.getLogger(__name__)


def internal_error(error: str, where: str) -> str:
    """The sentence about an internal error after which the program continues."""
    return f"Internal error in sunotui ({error} in {where}); sunotui continues. See the log for details."


@contextmanager
def unhandled_errors_reported(report: Callable[[str], object]) -> Iterator[None]:
    """In this context, log unhandled exceptions of this loop and of all threads, and call `report` with a sentence
    about each.

    The error's own text is left out of both: it may quote a header or a prompt (K1).
    """
    loop = asyncio.get_running_loop()

    def record(where: str, error: BaseException) -> None:
        _log.error("%s: unexpected error: %s", where, type(error).__name__, exc_info=error)
        report(internal_error(type(error).__name__, where))

    def in_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            task = context.get("future") or context.get("task")
            record(task.get_name() if isinstance(task, asyncio.Task) else "the loop", error)
        else:
            _log.warning("event loop error: %s", context.get("message", ""))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not loop.is_closed():
            name = args.thread.name if args.thread is not None else "a thread"
            loop.call_soon_threadsafe(record, name, args.exc_value)

    before = threading.excepthook
    loop.set_exception_handler(in_loop)
    threading.excepthook = in_thread
    try:
        yield
    finally:
        threading.excepthook = before
        loop.set_exception_handler(None)

"""The event loop of a command, which ends it on signals as on Ctrl+C."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from sunotui.cli.signals import ENDING, end_command

T = TypeVar("T")


def run_async(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does; what ends a command by `ended_by_signals` cancels it, as Ctrl+C does.

    The coroutine can so wait for an answer that is paid for; a second signal ends that, too, but a hangup does not: it
    often comes twice when a terminal is closed. Raises SystemExit then, and KeyboardInterrupt on Ctrl+C.
    """
    return asyncio.run(_run(main), debug=False)


async def _run(main: Coroutine[Any, Any, T]) -> T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    ended: list[int] = []

    def end(number: int) -> None:
        if ended and number == signal.SIGHUP:
            return
        if ended:
            raise SystemExit(128 + number)
        ended.append(number)
        task.cancel()

    caught = [number for number in ENDING if signal.getsignal(number) is end_command]
    for number in caught:
        loop.add_signal_handler(number, end, number)
    try:
        return await main
    except asyncio.CancelledError:
        if ended:
            raise SystemExit(128 + ended[0]) from None
        raise
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
            signal.signal(number, end_command)

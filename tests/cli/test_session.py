"""The event loop of a command, and the signals that end it."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from sunotui.cli.session import run_async
from sunotui.cli.signals import end_command, ended_by_signals


def send(number: signal.Signals = signal.SIGTERM) -> None:
    """A signal to this process, whose handler has run when this returns."""
    os.kill(os.getpid(), number)


def ended(work: Callable[[], Awaitable[object]]) -> int:
    """The exit code of a command that runs `work` until signals end it."""

    async def main() -> None:
        await work()

    with ended_by_signals():
        with pytest.raises(SystemExit) as ending:
            run_async(main())
        assert signal.getsignal(signal.SIGTERM) is end_command, "the handler of the command is back"
    code = ending.value.code
    assert isinstance(code, int)
    # The traceback keeps the task alive, which logs an unread exception when it is deleted.
    del ending
    gc.collect()
    return code


async def waiting() -> None:
    """Wait for what does not come."""
    await asyncio.Event().wait()


async def signalled_while_working() -> None:
    send()
    await waiting()


async def signalled_while_cleaning_up() -> None:
    send()
    try:
        await waiting()
    finally:
        send()
        await waiting()


async def signalled_while_the_loop_closes() -> None:
    loop = asyncio.get_running_loop()
    shut_down = loop.shutdown_asyncgens

    def signalled() -> Awaitable[None]:
        send()
        return shut_down()

    loop.shutdown_asyncgens = signalled  # type: ignore[method-assign, assignment]
    send()
    await waiting()


async def signalled_when_the_loop_is_closed() -> None:
    loop = asyncio.get_running_loop()
    close = loop.close

    def signalled() -> None:
        close()
        send()

    loop.close = signalled  # type: ignore[method-assign]


async def signalled_at_the_end() -> None:
    send()


@pytest.mark.parametrize(
    "work",
    [
        signalled_while_working,
        signalled_while_cleaning_up,
        signalled_while_the_loop_closes,
        signalled_when_the_loop_is_closed,
        signalled_at_the_end,
    ],
    ids=lambda work: work.__name__,
)
def test_signals_end_a_command_without_a_traceback(
    work: Callable[[], Awaitable[object]], caplog: pytest.LogCaptureFixture
) -> None:
    """The second of two once left a task whose SystemExit asyncio printed."""
    assert ended(work) == 128 + signal.SIGTERM
    assert caplog.records == []


def test_a_second_hangup_does_not_end_the_wait() -> None:
    has_waited = False

    async def work() -> None:
        nonlocal has_waited
        send(signal.SIGTERM)
        try:
            await waiting()
        finally:
            send(signal.SIGHUP)
            await asyncio.sleep(0)
            has_waited = True

    assert ended(work) == 128 + signal.SIGTERM
    assert has_waited

"""The time limit of a request, which allows for time in which the program was stopped."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.gateway.transport import deadline
from sunotui.gateway.transport.deadline import within
from tests.support.manual_clock import let_tasks_run

LIMIT_S = 2.0


class LoopClock:
    """The clock of the running event loop, moved by the test only."""

    def __init__(self) -> None:
        self._now = asyncio.get_running_loop().time()

    def __call__(self) -> float:
        """The time in seconds, as used by the timers of the loop."""
        return self._now

    def stop_program(self, seconds: float) -> None:
        """Advance the clock while the program does not run, as while an editor owns the terminal."""
        self._now += seconds

    async def advance(self, seconds: float) -> None:
        """Advance the clock while the program runs."""
        for _ in range(round(seconds / 0.1)):
            self._now += 0.1
            await let_tasks_run(5)


@pytest.fixture
async def clock(monkeypatch: pytest.MonkeyPatch) -> LoopClock:
    clock = LoopClock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock)
    return clock


async def wait_for_ever() -> None:
    async with within(LIMIT_S):
        await asyncio.Event().wait()


async def test_an_operation_over_the_limit_times_out(clock: LoopClock) -> None:
    waiting = asyncio.create_task(wait_for_ever())
    await let_tasks_run()
    await clock.advance(LIMIT_S - 0.1)
    assert not waiting.done()
    await clock.advance(0.3)
    with pytest.raises(TimeoutError):
        waiting.result()


async def test_an_operation_within_the_limit_is_not_cancelled(clock: LoopClock) -> None:
    failed: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(context))
    async with within(LIMIT_S):
        await clock.advance(LIMIT_S / 2)
    # The timer must not fire later, in the code that follows.
    await clock.advance(2 * LIMIT_S)
    assert failed == []


@pytest.mark.guarantee("P5", ordinary="a program that was stopped still reads what arrived")
async def test_a_response_that_arrived_while_stopped_is_read(clock: LoopClock) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    async with within(LIMIT_S):
        writer.write(b"paid for\n")
        await writer.drain()
        clock.stop_program(3_600)
        assert await reader.readline() == b"paid for\n"
    writer.close()
    server.close()


@pytest.mark.guarantee("P5")
async def test_a_stop_extends_the_limit_once(clock: LoopClock) -> None:
    waiting = asyncio.create_task(wait_for_ever())
    await let_tasks_run()
    clock.stop_program(LIMIT_S + deadline.LATE_S + 0.1)
    await clock.advance(deadline.GRACE_S - 0.2)
    assert not waiting.done()
    await clock.advance(0.5)
    with pytest.raises(TimeoutError):
        waiting.result()

"""The time limit of a request: it is kept, but not against a program that stood still."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.gateway.transport import deadline
from sunotui.gateway.transport.deadline import within
from tests.support.manual_clock import let_tasks_run

LIMIT_S = 2.0


class LoopClock:
    """The clock of the running event loop, moved by the test alone."""

    def __init__(self) -> None:
        self._now = asyncio.get_running_loop().time()

    def __call__(self) -> float:
        """Seconds, as the loop's timers count them."""
        return self._now

    def stand_still(self, seconds: float) -> None:
        """As under an editor that owns the terminal: nothing of the program runs meanwhile."""
        self._now += seconds

    async def pass_by(self, seconds: float) -> None:
        """So many seconds in which the program is able to run."""
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


async def test_what_takes_too_long_is_ended_in_time(clock: LoopClock) -> None:
    waiting = asyncio.create_task(wait_for_ever())
    await let_tasks_run()
    await clock.pass_by(LIMIT_S - 0.1)
    assert not waiting.done()
    await clock.pass_by(0.3)
    with pytest.raises(TimeoutError):
        waiting.result()


async def test_what_is_done_in_time_is_left_alone(clock: LoopClock) -> None:
    failed: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failed.append(context))
    async with within(LIMIT_S):
        await clock.pass_by(LIMIT_S / 2)
    # Its timer must not go off in what comes after it.
    await clock.pass_by(2 * LIMIT_S)
    assert failed == []


@pytest.mark.guarantee("P5", ordinary="a program that was stopped still reads what arrived")
async def test_an_answer_that_came_while_the_program_stood_still_is_read(clock: LoopClock) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    async with within(LIMIT_S):
        writer.write(b"paid for\n")
        await writer.drain()
        clock.stand_still(3_600)
        assert await reader.readline() == b"paid for\n"
    writer.close()
    server.close()


@pytest.mark.guarantee("P5")
async def test_standing_still_is_forgiven_once_and_not_for_ever(clock: LoopClock) -> None:
    waiting = asyncio.create_task(wait_for_ever())
    await let_tasks_run()
    clock.stand_still(LIMIT_S + deadline.LATE_S + 0.1)
    await clock.pass_by(deadline.GRACE_S - 0.2)
    assert not waiting.done()
    await clock.pass_by(0.5)
    with pytest.raises(TimeoutError):
        waiting.result()

"""Work in threads whose callers are cancelled."""

from __future__ import annotations

import asyncio
import gc
import threading

import pytest

from sunotui.core.media.threads import ended, finish_in_thread, finished
from tests.support.waiting import HANG_S, hang_guard


async def test_the_result_and_the_error_of_the_work_come_back() -> None:
    assert await finish_in_thread(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        await finish_in_thread(lambda: 1 // 0)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_caller_that_is_cancelled_waits_for_the_end_of_the_work(times: int) -> None:
    gate, done = threading.Event(), list[str]()

    def work() -> None:
        gate.wait(HANG_S)
        done.append("done")

    caller = asyncio.create_task(finish_in_thread(work))
    for _ in range(times):
        await asyncio.sleep(0.01)
        caller.cancel()
    await asyncio.sleep(0.01)
    assert not caller.done()
    gate.set()
    async with hang_guard("the work"):
        with pytest.raises(asyncio.CancelledError):
            await caller
    assert done == ["done"]


async def test_work_that_is_cancelled_itself_ends_the_wait() -> None:
    running = asyncio.ensure_future(asyncio.Event().wait())
    waiting = asyncio.create_task(finished(running))
    await asyncio.sleep(0)
    running.cancel()
    async with hang_guard("the end"):
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await ended(running)


async def test_an_error_that_is_not_asked_for_is_not_reported() -> None:
    reports = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))

    async def fail() -> None:
        raise OSError

    running = asyncio.ensure_future(fail())
    await ended(running)
    del running
    gc.collect()
    assert reports == []

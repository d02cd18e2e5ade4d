"""Many requests for the same work, and those who wait for it."""

from __future__ import annotations

import asyncio

from sunotui.tui.runtime.coalescer import Coalescer


async def test_waiting_for_one_run_ends_with_that_run() -> None:
    runs: list[int] = []

    async def work() -> None:
        runs.append(len(runs))
        if len(runs) < 4:
            # The work is requested again in each run, as by a thousand changes a second.
            coalescer.ask()
        await asyncio.sleep(0)

    coalescer = Coalescer(work)
    assert not await coalescer.run_ended(), "nothing is requested"
    assert coalescer.ask()
    running = asyncio.create_task(coalescer.run())
    assert await coalescer.run_ended()
    assert runs == [0]
    await coalescer.catch_up()
    assert runs == [0, 1, 2, 3]
    await running


async def test_waiting_for_a_run_that_fails_ends() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise ValueError

    coalescer = Coalescer(work)
    coalescer.ask()
    running = asyncio.create_task(coalescer.run())
    await asyncio.wait_for(coalescer.run_ended(), 5)
    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], ValueError)

"""Requests for the same work are combined, and a user does not wait for the interval between two runs."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.tui.runtime import coalescer
from sunotui.tui.runtime.coalescer import Coalescer
from tests.support.waiting import HANG_S


class Work:
    """Work that takes as long as the test wants."""

    def __init__(self) -> None:
        self.runs = 0
        self.may_end = asyncio.Event()
        self.has_begun = asyncio.Event()

    async def __call__(self) -> None:
        self.runs += 1
        self.has_begun.set()
        await self.may_end.wait()


@pytest.fixture(autouse=True)
def _long_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that waits for the interval would not come before the end of the test."""
    monkeypatch.setattr(coalescer, "APART_S", 3_600.0)


async def test_requests_during_a_run_are_one_run_which_waits_for_the_interval() -> None:
    work = Work()
    combined = Coalescer(work)
    assert combined.ask()
    running = asyncio.create_task(combined.run())
    await work.has_begun.wait()
    assert [combined.ask() for _ in range(9)] == [False] * 9
    work.may_end.set()
    await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)
    assert work.runs == 1
    assert not running.done()
    running.cancel()


@pytest.mark.parametrize("is_pausing", [False, True])
async def test_an_urgent_run_starts_as_soon_as_the_one_in_progress_has_ended(is_pausing: bool) -> None:
    work = Work()
    combined = Coalescer(work)
    assert combined.ask()
    running = asyncio.create_task(combined.run())
    await work.has_begun.wait()
    assert not combined.ask()
    if is_pausing:
        work.may_end.set()
        for _ in range(20):
            await asyncio.sleep(0)
    assert not combined.ask(is_urgent=True)
    work.may_end.set()
    await running
    assert work.runs == 2
    await combined.catch_up()


async def test_an_urgent_request_does_not_hurry_the_run_after_it() -> None:
    work = Work()
    combined = Coalescer(work)
    assert combined.ask(is_urgent=True)
    running = asyncio.create_task(combined.run())
    await work.has_begun.wait()
    assert not combined.ask()
    work.may_end.set()
    for _ in range(20):
        await asyncio.sleep(0)
    assert work.runs == 1
    running.cancel()


async def test_waiting_for_one_run_ends_with_that_run() -> None:
    work = Work()
    combined = Coalescer(work)
    assert not await combined.run_ended(), "nothing is requested"
    assert combined.ask()
    running = asyncio.create_task(combined.run())
    await work.has_begun.wait()
    waiting = asyncio.create_task(combined.run_ended())
    await asyncio.sleep(0)
    assert not combined.ask()
    assert not waiting.done()
    work.may_end.set()
    assert await asyncio.wait_for(waiting, HANG_S)
    assert work.runs == 1
    assert not running.done()
    running.cancel()


async def test_waiting_for_a_run_that_fails_ends() -> None:
    async def fail() -> None:
        await asyncio.sleep(0)
        raise ValueError

    combined = Coalescer(fail)
    combined.ask()
    running = asyncio.create_task(combined.run())
    assert await asyncio.wait_for(combined.run_ended(), HANG_S)
    assert isinstance((await asyncio.gather(running, return_exceptions=True))[0], ValueError)

"""Small requests that may be billed: they end whatever screen closes, and are not made twice at once."""

import asyncio

import pytest

from sunotui.domain.errors import LibraryTrouble, RequestImpossible
from sunotui.studio.paid import PaidOnce
from tests.studio.bench import Bench


async def test_who_waits_may_go_away_and_the_answer_is_still_taken_in() -> None:
    paid, gate, taken = PaidOnce(), asyncio.Event(), []

    async def ask(word: str) -> str:
        await gate.wait()
        taken.append(word)
        return word

    waiting = asyncio.create_task(paid.do("one", ask, "rain"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    with pytest.raises(RequestImpossible):
        await paid.do("one", ask, "rain again")
    gate.set()
    assert await paid.drain(1)
    assert taken == ["rain"]
    assert await paid.do("one", ask, "snow") == "snow"


async def test_what_nobody_waits_for_any_more_may_fail_in_silence() -> None:
    paid = PaidOnce()

    async def fail() -> None:
        raise LibraryTrouble

    waiting = asyncio.create_task(paid.do("one", fail))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await paid.drain(1)
    with pytest.raises(LibraryTrouble):
        await paid.do("one", fail)


async def test_the_close_waits_for_it() -> None:
    paid = PaidOnce()

    async def never() -> None:
        await asyncio.Event().wait()

    waiting = asyncio.create_task(paid.do("one", never))
    await asyncio.sleep(0)
    assert not await paid.drain(0.01)
    waiting.cancel()
    for task in tuple(paid._running.values()):
        task.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_persona_that_cannot_be_kept_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise LibraryTrouble("The disk is full")

    monkeypatch.setattr(bench.studio.extras._personas, "add", full)
    with pytest.raises(LibraryTrouble, match="persona-1 was made"):
        await bench.studio.extras.create_persona("c", "Low voice", "gravel", "main")

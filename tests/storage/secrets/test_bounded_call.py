from __future__ import annotations

import asyncio
import threading

import pytest

from sunotui.storage.secrets.bounded_call import BoundedCall
from tests.support.waiting import HANG_S, until_async


def test_an_answer_and_an_error_come_back() -> None:
    patience = BoundedCall(HANG_S)
    assert patience.call(lambda: 3) == 3
    with pytest.raises(KeyError):
        patience.call(lambda: {}["x"])


async def test_the_event_loop_may_ask_too() -> None:
    patience = BoundedCall(HANG_S)
    assert await patience.call_async(lambda: 3) == 3
    with pytest.raises(KeyError):
        await patience.call_async(lambda: {}["x"])


def test_one_question_at_a_time_and_none_is_asked_after_it_was_given_up() -> None:
    patience, gate = BoundedCall(0.02), threading.Event()
    asked: list[str] = []
    with pytest.raises(TimeoutError):
        patience.call(lambda: gate.wait(HANG_S))
    with pytest.raises(TimeoutError):
        patience.call(lambda: asked.append("given up"))
    gate.set()
    patience._limit_s = HANG_S
    assert BoundedCall.call(patience, lambda: asked.append("later")) is None
    assert asked == ["later"]


async def test_a_loop_that_gives_up_takes_its_question_back() -> None:
    patience, gate = BoundedCall(0.02), threading.Event()
    asked: list[str] = []
    with pytest.raises(TimeoutError):
        await patience.call_async(lambda: gate.wait(HANG_S))
    with pytest.raises(TimeoutError):
        await patience.call_async(lambda: asked.append("given up"))
    gate.set()
    patience._limit_s = HANG_S
    await patience.call_async(lambda: asked.append("later"))
    assert asked == ["later"]


def test_a_loop_that_ends_leaves_no_noise(capfd: pytest.CaptureFixture[str]) -> None:
    patience, is_asked, gate = BoundedCall(HANG_S), threading.Event(), threading.Event()

    def wait_at_the_gate() -> bool:
        is_asked.set()
        return gate.wait(HANG_S)

    async def leave() -> None:
        asyncio.get_running_loop().create_task(patience.call_async(wait_at_the_gate))
        await until_async(is_asked.is_set, "the question")

    asyncio.run(leave())
    gate.set()
    patience.call(int)
    assert capfd.readouterr() == ("", "")

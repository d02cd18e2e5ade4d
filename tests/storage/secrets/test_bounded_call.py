from __future__ import annotations

import asyncio
import threading

import pytest

from sunotui.storage.secrets.bounded_call import BoundedCall
from tests.support.waiting import HANG_S, until_async

NOTHING: dict[str, int] = {}


def test_results_and_errors_are_returned() -> None:
    patience = BoundedCall(HANG_S)
    assert patience.call(lambda: 3) == 3
    with pytest.raises(KeyError):
        patience.call(lambda: NOTHING["x"])


async def test_calls_from_the_event_loop() -> None:
    patience = BoundedCall(HANG_S)
    assert await patience.call_async(lambda: 3) == 3
    with pytest.raises(KeyError):
        await patience.call_async(lambda: NOTHING["x"])


def test_one_call_at_a_time_and_none_after_its_timeout() -> None:
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


async def test_a_cancelled_waiting_call_is_dropped() -> None:
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


def test_a_closed_loop_causes_no_messages(capfd: pytest.CaptureFixture[str]) -> None:
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

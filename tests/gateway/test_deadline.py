"""The time limit of a request: kept to the tenth of a second, but not against a program that stood still."""

import asyncio
import time

import pytest

from sunotui.gateway import deadline
from sunotui.gateway.deadline import within


def stand_still(seconds: float) -> None:
    """As under an editor that owns the terminal: nothing else of the program runs meanwhile."""
    time.sleep(seconds)


async def test_what_takes_too_long_is_ended_in_time() -> None:
    began = time.monotonic()

    async def tarry() -> None:
        async with within(0.1):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await tarry()
    assert time.monotonic() - began < 1.0


async def test_what_is_done_in_time_is_left_alone() -> None:
    async with within(0.05):
        pass
    # Its strike must not hit what comes after it.
    await asyncio.sleep(0.1)


async def test_an_answer_that_came_while_the_program_stood_still_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "LATE_S", 0.05)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    async with within(0.1):
        writer.write(b"paid for\n")
        await writer.drain()
        stand_still(0.4)
        assert await reader.readline() == b"paid for\n"
    writer.close()
    server.close()


async def test_standing_still_is_forgiven_once_and_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "LATE_S", 0.05)
    monkeypatch.setattr(deadline, "GRACE_S", 0.1)
    began = time.monotonic()

    async def stumble() -> None:
        async with within(0.05):
            stand_still(0.3)
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await stumble()
    assert 0.4 <= time.monotonic() - began < 2.0

"""A submission whose answer is lost on its way, over real HTTP: journalled before, unknown after, sent once (S1 to S4).

Fails with a `Progress.proves_unsent` that is always true, with a `send_once` that makes a rejection of a lost answer,
or that sends again, and with a `claim` after the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.domain.errors import DuplicateRequest
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.storage.paths import AppPaths
from tests.gateway.loopback import TOKEN, Asked, Loopback, listening, reset
from tests.support.sending import send_request

SONG = MusicRequest(description="rain on a tin roof", model="chirp-v4")


async def hang_up(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """End the connection without a word."""
    writer.close()


async def cut(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Cut the connection."""
    reset(writer)


async def half(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Send half an acceptance, then cut the connection."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n{"code": "succ')
    await writer.drain()
    reset(writer)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Core]:
    """The application on a library of the test's own."""
    core = Core(AppPaths(data=folder / "data", config=folder / "config"), {}, keeps_backups=False)
    await core.open()
    try:
        yield core
    finally:
        await core.close(1)


def submits(gateway: Loopback) -> list[Asked]:
    """The requests that may cost money."""
    return [asked for asked in gateway.asked if "/submit/" in asked.path]


@pytest.mark.guarantee("S4", ordinary="the connection breaks after a submission left")
@pytest.mark.parametrize("lose", [hang_up, cut, half])
async def test_a_lost_answer_leaves_one_unknown_submission(
    lose: Callable[[Asked, asyncio.StreamWriter], Awaitable[None]], tmp_path: Path
) -> None:
    rows_at_the_gateway: list[list[Submission]] = []

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if "/submit/" in asked.path:
            rows_at_the_gateway.append(await core.reader.submissions())
        await lose(asked, writer)

    async with listening(respond) as gateway, opened(tmp_path) as core:
        core.tokens.set_for_session("main", TOKEN)
        core.add_profile(Profile("main", gateway.base_url))
        await core.start()
        ended = await send_request(core, SONG, "main")
        assert ended.state is SubmissionState.UNKNOWN
        assert "may have been charged" in ended.trouble
        assert [[row.state for row in rows] for rows in rows_at_the_gateway] == [[SubmissionState.SENDING]]
        assert submits(gateway)[0].body.decode() == ended.body
        with pytest.raises(DuplicateRequest):
            await send_request(core, SONG, "main")
        core.poll_now()
    async with opened(tmp_path) as core:
        assert await core.reader.submissions() == [ended]
    assert len(submits(gateway)) == 1

"""A submission whose response is lost, over real HTTP: written to the journal before, unknown after, sent once (S1 to
S4).

Fails if `RequestProgress.proves_unsent` is always true, if `send_once` rejects or repeats a request without a response,
and if `claim` runs after the response.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.core.paths import AppPaths
from sunotui.domain.errors import DuplicateRequest
from sunotui.domain.gateways.profile import Profile
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from tests.gateway.loopback import TOKEN, LoopbackServer, ReceivedRequest, loopback_server, reset
from tests.support.send_request import send_request

SONG = MusicRequest(description="rain on a tin roof", model="chirp-v4")


async def hang_up(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    """Close the connection without a response."""
    writer.close()


async def cut(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    """Reset the connection."""
    reset(writer)


async def half(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
    """Send half of an acceptance, then reset the connection."""
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n{"code": "succ')
    await writer.drain()
    reset(writer)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Core]:
    """Run the core with a library in this folder."""
    core = Core(AppPaths(data=folder / "data", config=folder / "config"), {}, keeps_backups=False)
    await core.open()
    try:
        yield core
    finally:
        await core.close(1)


def submits(gateway: LoopbackServer) -> list[ReceivedRequest]:
    """The requests that may cost money."""
    return [request for request in gateway.requests if "/submit/" in request.path]


@pytest.mark.guarantee("S4", ordinary="the connection breaks after a submission left")
@pytest.mark.parametrize("lose", [hang_up, cut, half])
async def test_a_lost_response_leaves_one_unknown_submission(
    lose: Callable[[ReceivedRequest, asyncio.StreamWriter], Awaitable[None]], tmp_path: Path
) -> None:
    rows_at_the_gateway: list[list[Submission]] = []

    async def respond(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        if "/submit/" in request.path:
            rows_at_the_gateway.append(await core.reader.submissions())
        await lose(request, writer)

    async with loopback_server(respond) as gateway, opened(tmp_path) as core:
        core.tokens.set_for_session("main", TOKEN)
        core.add_profile(Profile("main", gateway.base_url))
        await core.start()
        ended = await send_request(core, SONG, "main")
        assert ended.state is SubmissionState.UNKNOWN
        assert "may have been charged" in ended.error
        assert [[row.state for row in rows] for rows in rows_at_the_gateway] == [[SubmissionState.SENDING]]
        assert submits(gateway)[0].body.decode() == ended.body
        with pytest.raises(DuplicateRequest):
            await send_request(core, SONG, "main")
        core.services.pollers.resume()
    async with opened(tmp_path) as core:
        assert await core.reader.submissions() == [ended]
    assert len(submits(gateway)) == 1

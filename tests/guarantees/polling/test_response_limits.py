"""Endless, slow and compressed responses end at the deadline and use little memory (P3)."""

from __future__ import annotations

import asyncio
import gzip
import random
import threading
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sunotui.domain.errors import SunotuiError
from sunotui.domain.token import Token
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.loopback import Asked, answer, listening
from tests.support.canary import CANARY
from tests.support.waiting import hang_guard

pytestmark = pytest.mark.guarantee(
    "P3",
    ordinary=(
        "15 endless and slow responses on real sockets, 4 as submissions, 5 bodies of 8 MiB of tiny items; "
        "RSS + 32 MiB; all end at their deadline"
    ),
    gaps="8 MiB of tiny texts may take 96 MiB for a moment instead of 32, as parsed JSON does.",
)

LIMIT_S = 0.8
MIB = 2**20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Pouring = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def dripping(first: bytes, drop: bytes, every_s: float = 0.05) -> Pouring:
    """Begins well and then lets a little come again and again, for ever."""

    async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every_s)

    return drip


def whole(body: bytes) -> Pouring:
    async def pour(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(body)
        await writer.drain()

    return pour


def bomb(layers: int) -> bytes:
    """256 MiB of nothing, packed so many times."""
    body = b"".join(_zeros())
    for _ in range(layers - 1):
        body = gzip.compress(body)
    return body


def _zeros() -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(256):
        yield packer.compress(bytes(MIB))
    yield packer.flush()


def late_bomb() -> bytes:
    """Noise nearly as large as an answer may be, and behind it what swells."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(random.Random(1).randbytes(7 * MIB)) + packer.compress(bytes(64 * MIB)) + packer.flush()


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
POURING: dict[str, Pouring] = {
    "a bomb": whole(answer(200, bomb(1), headers={"Content-Encoding": "gzip"})),
    "a bomb of deflate": whole(answer(200, zlib.compress(bytes(64 * MIB)), headers={"Content-Encoding": "deflate"})),
    "a bomb of an accepted size, then more": whole(answer(200, late_bomb(), headers={"Content-Encoding": "gzip"})),
    "a bomb in a bomb, labelled once": whole(answer(200, bomb(2), headers={"Content-Encoding": "gzip"})),
    "a bomb in a bomb": whole(answer(200, bomb(2), headers={"Content-Encoding": "gzip, gzip"})),
    "a bomb that says it is plain": whole(answer(200, bomb(2), headers={"Content-Encoding": "identity"})),
    "an endless body": dripping(HEAD + b"\r\n", b" " * MIB, 0),
    "an endless body in chunks": dripping(CHUNKED, b"100000\r\n" + b" " * MIB + b"\r\n", 0),
    "a body in drops": dripping(HEAD + b"Content-Length: 9999\r\n\r\n", b" "),
    "chunks in drops": dripping(CHUNKED, b"1\r\n \r\n"),
    "a header in drops": dripping(HEAD, b"X"),
    "headers without end": dripping(HEAD, b"X-More: " + b"x" * 1_000 + b"\r\n", 0),
    "a status line in drops": dripping(b"HTTP/1.1 ", b"2"),
    "a flood of 1xx": dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.001),
    "silence": dripping(b"", b"", 0.05),
}
POURERS = [name for name in POURING if name.startswith(("a bomb", "an endless", "headers"))]


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096


@contextmanager
def watched_memory() -> Iterator[list[int]]:
    """The most that was held while something went on, looked at every two milliseconds."""
    most = [resident()]
    has_ended = threading.Event()

    def look() -> None:
        while not has_ended.wait(0.002):
            most[0] = max(most[0], resident())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        has_ended.set()
        looking.join()


async def ended_in(pouring: Pouring, ask: Callable[[GatewayClient], Awaitable[object]]) -> None:
    async with listening(pouring) as gateway:
        client = GatewayClient(gateway.base_url, Token(CANARY), limits=TimeLimits(LIMIT_S, LIMIT_S, LIMIT_S, LIMIT_S))
        # The pourers go on for ever: only the client's own deadline ends the request this side of the guard.
        async with hang_guard("the client's own deadline"):
            await ask(client)
        await client.aclose()


async def fetching(client: GatewayClient) -> None:
    with pytest.raises(SunotuiError):
        await client.fetch_tasks(["a"])


async def submitting(client: GatewayClient) -> None:
    outcome = await client.submit(Payload("/suno/submit/music", "{}"))
    assert isinstance(outcome, Unknown), "what was sent and never answered may be paid for"


@pytest.mark.parametrize("name", POURERS)
async def test_a_pourer_ends_in_little_memory(name: str) -> None:
    """Fails with `aread()` in place of the counted `aiter_raw()`, and without `max_length` in decompressing."""
    await ended_in(POURING["a bomb"], fetching)
    before = resident()
    with watched_memory() as most:
        await ended_in(POURING[name], fetching)
    assert most[0] - before < 32 * MIB, f"{(most[0] - before) / MIB:.0f} MiB"


async def test_every_dripper_ends_at_the_deadline() -> None:
    """Fails with httpx's own timeout of one read in place of the deadline.

    All at once: the deadline must hold beside busy neighbours too.
    """
    drippers = [name for name in POURING if name not in POURERS]
    await asyncio.gather(*(ended_in(POURING[name], fetching) for name in drippers))


async def test_a_submission_that_drips_is_unknown_at_its_deadline() -> None:
    """Fails with the deadline taken from around the body."""
    names = ["a body in drops", "a header in drops", "a flood of 1xx", "silence"]
    await asyncio.gather(*(ended_in(POURING[name], submitting) for name in names))


SWARMS = {"objects": b"{},", "lists": b"[],", "numbers": b"1.5,", "texts": b'"word",', "pairs": b'{"a":0},'}


@pytest.mark.parametrize("part", SWARMS.values(), ids=list(SWARMS))
async def test_the_largest_body_of_tiny_things_takes_bounded_memory(part: bytes) -> None:
    """Failed before the fix: two million empty objects took 460 MiB."""
    body = b'{"code":"success","data":[' + part * (8 * MIB // len(part) - 50) + b"0]}"
    await ended_in(whole(answer(200, b"{}")), fetching)
    before = resident()
    with watched_memory() as most:
        await ended_in(whole(answer(200, body)), fetching_anything)
    assert most[0] - before < 96 * MIB, f"{(most[0] - before) / MIB:.0f} MiB"


async def fetching_anything(client: GatewayClient) -> None:
    try:
        await client.fetch_tasks(["a"])
    except SunotuiError:
        pass

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
from sunotui.domain.gateways.token import Token
from sunotui.gateway.client import GatewayClient
from sunotui.gateway.submit.outcome import Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.connection import TimeLimits
from tests.gateway.loopback import ReceivedRequest, loopback_server, response
from tests.support.canary import CANARY
from tests.support.waiting import hang_guard

pytestmark = pytest.mark.guarantee(
    "P3",
    ordinary=(
        "15 endless and slow responses on real sockets, 4 as submissions, 5 bodies of 8 MiB of tiny items; "
        "RSS + 32 MiB; all end at their deadline"
    ),
    gaps="8 MiB of short strings may take 96 MiB instead of 32 for a moment, because parsed JSON is larger.",
)

LIMIT_S = 0.8
MIB = 2**20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

Handler = Callable[[ReceivedRequest, asyncio.StreamWriter], Awaitable[None]]


def repeating(first: bytes, drop: bytes, every_s: float = 0.05) -> Handler:
    """Send `first` and then `drop` again and again, endlessly."""

    async def respond(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(every_s)

    return respond


def whole(body: bytes) -> Handler:
    async def respond(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(body)
        await writer.drain()

    return respond


def bomb(layers: int) -> bytes:
    """256 MiB of zeros, compressed `layers` times."""
    body = b"".join(_zeros())
    for _ in range(layers - 1):
        body = gzip.compress(body)
    return body


def _zeros() -> Iterator[bytes]:
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    for _ in range(256):
        yield compressor.compress(bytes(MIB))
    yield compressor.flush()


def late_bomb() -> bytes:
    """7 MiB of random bytes, followed by 64 MiB of compressed zeros."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, 31)
    return (
        compressor.compress(random.Random(1).randbytes(7 * MIB))
        + compressor.compress(bytes(64 * MIB))
        + compressor.flush()
    )


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
RESPONSES: dict[str, Handler] = {
    "a bomb": whole(response(200, bomb(1), headers={"Content-Encoding": "gzip"})),
    "a bomb of deflate": whole(response(200, zlib.compress(bytes(64 * MIB)), headers={"Content-Encoding": "deflate"})),
    "a bomb of an accepted size, then more": whole(response(200, late_bomb(), headers={"Content-Encoding": "gzip"})),
    "a bomb in a bomb, declared once": whole(response(200, bomb(2), headers={"Content-Encoding": "gzip"})),
    "a bomb in a bomb": whole(response(200, bomb(2), headers={"Content-Encoding": "gzip, gzip"})),
    "a bomb declared as identity": whole(response(200, bomb(2), headers={"Content-Encoding": "identity"})),
    "an endless body": repeating(HEAD + b"\r\n", b" " * MIB, 0),
    "an endless body in chunks": repeating(CHUNKED, b"100000\r\n" + b" " * MIB + b"\r\n", 0),
    "a slow body": repeating(HEAD + b"Content-Length: 9999\r\n\r\n", b" "),
    "slow chunks": repeating(CHUNKED, b"1\r\n \r\n"),
    "a slow header": repeating(HEAD, b"X"),
    "endless headers": repeating(HEAD, b"X-More: " + b"x" * 1_000 + b"\r\n", 0),
    "a slow status line": repeating(b"HTTP/1.1 ", b"2"),
    "a flood of 1xx": repeating(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.001),
    "no response": repeating(b"", b"", 0.05),
}
FAST = [name for name in RESPONSES if name.startswith(("a bomb", "an endless", "endless"))]


def resident() -> int:
    """The resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """Measure the peak of the resident memory in the `with` block, sampled every two milliseconds."""
    peak = [resident()]
    has_ended = threading.Event()

    def sample() -> None:
        while not has_ended.wait(0.002):
            peak[0] = max(peak[0], resident())

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield peak
    finally:
        has_ended.set()
        sampler.join()


async def run_until_deadline(handler: Handler, call: Callable[[GatewayClient], Awaitable[object]]) -> None:
    async with loopback_server(handler) as gateway:
        client = GatewayClient(gateway.base_url, Token(CANARY), limits=TimeLimits(LIMIT_S, LIMIT_S, LIMIT_S, LIMIT_S))
        # The responses are endless: only the deadline of the client ends the request before the guard.
        async with hang_guard("the deadline of the client"):
            await call(client)
        await client.aclose()


async def fetch(client: GatewayClient) -> None:
    with pytest.raises(SunotuiError):
        await client.fetch_tasks(["a"])


async def submit(client: GatewayClient) -> None:
    outcome = await client.submit(Payload("/suno/submit/music", "{}"))
    assert isinstance(outcome, Unknown), "a request without a response may be paid for"


@pytest.mark.parametrize("name", FAST)
async def test_a_fast_endless_response_uses_little_memory(name: str) -> None:
    """Fails with `aread()` instead of the counted `aiter_raw()`, and if decompression has no size limit."""
    await run_until_deadline(RESPONSES["a bomb"], fetch)
    before = resident()
    with peak_memory() as peak:
        await run_until_deadline(RESPONSES[name], fetch)
    assert peak[0] - before < 32 * MIB, f"{(peak[0] - before) / MIB:.0f} MiB"


async def test_every_slow_response_ends_at_the_deadline() -> None:
    """Fails with httpx's timeout of a single read instead of the deadline.

    All run at once: the deadline must also hold beside other busy requests.
    """
    slow = [name for name in RESPONSES if name not in FAST]
    await asyncio.gather(*(run_until_deadline(RESPONSES[name], fetch) for name in slow))


async def test_a_slow_submission_is_unknown_at_its_deadline() -> None:
    """Fails if the deadline does not include the body."""
    names = ["a slow body", "a slow header", "a flood of 1xx", "no response"]
    await asyncio.gather(*(run_until_deadline(RESPONSES[name], submit) for name in names))


TINY_ITEMS = {"objects": b"{},", "lists": b"[],", "numbers": b"1.5,", "strings": b'"word",', "pairs": b'{"a":0},'}


@pytest.mark.parametrize("part", TINY_ITEMS.values(), ids=list(TINY_ITEMS))
async def test_the_largest_body_of_tiny_items_uses_bounded_memory(part: bytes) -> None:
    """Failed before the fix: two million empty objects took 460 MiB."""
    body = b'{"code":"success","data":[' + part * (8 * MIB // len(part) - 50) + b"0]}"
    await run_until_deadline(whole(response(200, b"{}")), fetch)
    before = resident()
    with peak_memory() as peak:
        await run_until_deadline(whole(response(200, body)), fetch_anything)
    assert peak[0] - before < 96 * MIB, f"{(peak[0] - before) / MIB:.0f} MiB"


async def fetch_anything(client: GatewayClient) -> None:
    try:
        await client.fetch_tasks(["a"])
    except SunotuiError:
        pass

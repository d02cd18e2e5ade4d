"""The connection: the token goes to one origin only; no redirects, no cookies, no proxy from the environment."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable

import httpcore
import httpx
import pytest

from sunotui.domain.errors import NotAGateway, UnreadableResponse, UnsafeUrl
from sunotui.domain.gateways.profile import BaseUrl, parse_base_url
from sunotui.gateway.submit.outcome import Unknown
from sunotui.gateway.submit.payloads import Payload
from sunotui.gateway.transport.auth import TokenAuth
from sunotui.gateway.transport.connection import TimeLimits, open_client
from sunotui.gateway.transport.content_encoding import read_body
from tests.gateway.conftest import Client
from tests.gateway.loopback import TOKEN, ReceivedRequest, loopback_server, response

EMPTY = response(200, {"code": "success", "message": "", "data": []})

LARGE_BODY = 3_000_000


class CountingStream(httpcore.AsyncMockStream):
    """A server's connection that counts how often it is read."""

    reads = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.reads += 1
        found = await super().read(max_bytes, timeout)
        self._buffer[:0] = [found[max_bytes:]] if len(found) > max_bytes else []
        return found[:max_bytes]


async def test_large_bodies_are_read_in_large_parts() -> None:
    """Guards the use of a constant of httpcore."""
    await (await open_client("http", TimeLimits())).aclose()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {LARGE_BODY}\r\n\r\n".encode()
    stream = CountingStream([head + b"x" * LARGE_BODY])
    connection = httpcore.AsyncHTTP11Connection(httpcore.Origin(b"http", b"audio.test", 80), stream)
    received = await connection.request("GET", "http://audio.test/")
    assert len(received.content) == LARGE_BODY
    assert stream.reads == 3


async def test_the_headers_of_every_request(client_for: Client) -> None:
    async with loopback_server(EMPTY) as gateway:
        await client_for(gateway.base_url).fetch_tasks(["a"])
    headers = gateway.requests[0].headers
    assert headers["authorization"] == f"Bearer {TOKEN.reveal()}"
    assert headers["content-type"] == "application/json"
    assert headers["accept-encoding"] == "identity"
    assert headers["user-agent"].startswith("sunotui/")
    # No other header, which might identify the user.
    assert set(headers) <= {
        "authorization", "content-type", "content-length", "accept", "accept-encoding", "accept-language",
        "user-agent", "host", "connection",
    }  # fmt: skip


@pytest.mark.guarantee("K2", ordinary="5 redirects, cookies")
@pytest.mark.parametrize(
    "address",
    [
        "https://gateway.example.evil.test/suno/fetch",
        "https://gateway.example:8443/suno/fetch",
        "http://gateway.example/suno/fetch",
        "https://other@gateway.example/suno/fetch",
        "https://evil.test/https://gateway.example",
    ],
)
def test_the_token_goes_to_no_other_origin(address: str) -> None:
    auth = TokenAuth(BaseUrl("https", "gateway.example", 443), TOKEN)
    with pytest.raises(UnsafeUrl):
        next(auth.auth_flow(httpx.Request("POST", address)))


@pytest.mark.guarantee("K2")
def test_the_token_goes_to_its_own_origin() -> None:
    auth = TokenAuth(BaseUrl("https", "gateway.example", 443), TOKEN)
    request = next(auth.auth_flow(httpx.Request("POST", "https://gateway.example/suno/fetch")))
    assert request.headers["Authorization"] == f"Bearer {TOKEN.reveal()}"


@pytest.mark.guarantee("K2")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed(status: int, client_for: Client) -> None:
    async with loopback_server(EMPTY) as elsewhere:
        target = f"{elsewhere.base_url.origin}/suno/fetch"
        async with loopback_server(response(status, "", headers={"Location": target})) as gateway:
            client = client_for(gateway.base_url)
            with pytest.raises(NotAGateway):
                await client.fetch_tasks(["a"])
            assert isinstance(await client.submit(Payload("/suno/submit/music", "{}")), Unknown)
        assert elsewhere.requests == []
    assert len(gateway.requests) == 2


@pytest.mark.guarantee("K2")
async def test_cookies_are_not_kept(client_for: Client) -> None:
    body = {"code": "success", "message": "", "data": []}
    async with loopback_server(response(200, body, headers={"Set-Cookie": "session=abc; Path=/"})) as gateway:
        client = client_for(gateway.base_url)
        await client.fetch_tasks(["a"])
        await client.fetch_tasks(["a"])
    assert all("cookie" not in request.headers for request in gateway.requests)


@pytest.mark.guarantee("K4", ordinary="proxy variables of the environment")
async def test_the_environment_changes_nothing(client_for: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async with loopback_server(response(502)) as proxy, loopback_server(EMPTY) as gateway:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.base_url.origin)
        monkeypatch.setenv("NO_PROXY", "")
        await client_for(gateway.base_url).fetch_tasks(["a"])
        assert proxy.connections == 0


PLAIN = json.dumps({"code": "success", "message": "雨" * 5_000, "data": []}).encode()
RAW_DEFLATE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
COMPRESSED: dict[str, tuple[str, bytes]] = {
    "gzip": ("gzip", gzip.compress(PLAIN)),
    "x-gzip": (" X-GZIP ", gzip.compress(PLAIN)),
    "deflate with a zlib header": ("deflate", zlib.compress(PLAIN)),
    "deflate with a zlib header, fast": ("Deflate", zlib.compress(PLAIN, 1)),
    "raw deflate": ("deflate", RAW_DEFLATE.compress(PLAIN) + RAW_DEFLATE.flush()),
    "an empty body with an encoding": ("gzip", b""),
}


@pytest.mark.parametrize("name", COMPRESSED)
@pytest.mark.parametrize("piece", [1, 7, 1_000_000])
async def test_a_compressed_body_is_decompressed(name: str, piece: int) -> None:
    encoding, body = COMPRESSED[name]
    chunks = pieces(body, piece)
    assert await read_body(chunks, encoding, 100_000) == (PLAIN if body else b"")


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_response_is_read(encoding: str, client_for: Client) -> None:
    body = gzip.compress(PLAIN) if encoding == "gzip" else zlib.compress(PLAIN)
    async with loopback_server(response(200, body, headers={"Content-Encoding": encoding})) as gateway:
        batch = await client_for(gateway.base_url).fetch_tasks(["a"])
    assert batch.absent == ("a",)
    assert gateway.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", PLAIN),
        ("zstd", PLAIN),
        ("gzip, gzip", gzip.compress(gzip.compress(PLAIN))),
        ("gzip, deflate", zlib.compress(gzip.compress(PLAIN))),
        ("gzip", PLAIN),
        ("deflate", b"\x78\x9cbroken"),
        ("gzip", zlib.compress(PLAIN)),
        ("gzip", gzip.compress(PLAIN)[:-9]),
        ("gzip", gzip.compress(PLAIN)[:-1]),
        ("deflate", zlib.compress(PLAIN)[:-1]),
        ("gzip", gzip.compress(PLAIN) + b"more"),
        ("gzip", gzip.compress(PLAIN) * 2),
    ],
)
async def test_an_invalid_compressed_response_is_refused(encoding: str, body: bytes, client_for: Client) -> None:
    async with loopback_server(response(200, body, headers={"Content-Encoding": encoding})) as gateway:
        client = client_for(gateway.base_url)
        with pytest.raises(UnreadableResponse, match="compressed"):
            await client.fetch_tasks(["a"])
        assert isinstance(await client.submit(Payload("/suno/submit/music", "{}")), Unknown)


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
async def test_the_size_limit_of_a_body_is_exact(encoding: str) -> None:
    forms: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.compress, "deflate": zlib.compress}
    compress = forms[encoding]
    for limit in (1_000, 256 * 1024, 1_000_000):
        whole = bytes(limit)
        assert await read_body(pieces(compress(whole), 65_536), encoding, limit) == whole
        with pytest.raises(UnreadableResponse, match="larger"):
            await read_body(pieces(compress(whole + b"x"), 65_536), encoding, limit)


async def test_decompressing_a_large_body_yields_to_other_tasks() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    with pytest.raises(UnreadableResponse):
        await read_body(pieces(gzip.compress(bytes(16 * 2**20)), 2**20), "gzip", 8 * 2**20)
    counting.cancel()
    assert turns > 16


async def test_http_is_kept_alive_for_the_next_poll(client_for: Client) -> None:
    def keep_alive(request: ReceivedRequest) -> bytes:
        return EMPTY.replace(b"Connection: close\r\n", b"")

    async with loopback_server(keep_alive) as gateway:
        client = client_for(gateway.base_url)
        for _ in range(5):
            await client.fetch_tasks(["a"])
        await client.aclose()
    assert (gateway.connections, len(gateway.requests)) == (1, 5)


# --- the check of a login ---------------------------------------------------------------------------------------------


def site(prefix: str) -> object:
    """A gateway under a prefix; every other path is its web page."""

    def respond(request: ReceivedRequest) -> bytes:
        if request.path == f"{prefix}/suno/fetch":
            return EMPTY
        if request.path == "/api/status":
            return response(200, {"success": True, "data": {"system_name": "Tin Roof"}})
        if request.path == "/v1/dashboard/billing/subscription":
            return response(200, {"object": "billing_subscription", "hard_limit_usd": 12.5})
        if request.path.startswith("/v1/dashboard/billing/usage"):
            return response(200, {"object": "list", "total_usage": 250})
        return response(200, "<html><title>Tin Roof</title></html>", kind="text/html")

    return respond


@pytest.mark.parametrize("prefix", ["", "/v1"])
@pytest.mark.parametrize("typed", ["", "/", "/v1", "/v1/", "/suno", "/v1/suno/"])
async def test_the_prefix_is_found_whatever_was_typed(prefix: str, typed: str, client_for: Client) -> None:
    async with loopback_server(site(prefix)) as gateway:  # type: ignore[arg-type]
        base_url = parse_base_url(gateway.base_url.origin + typed)
        found = await client_for(base_url).check()
    assert found.base_url.prefix == prefix
    assert found.system_name == "Tin Roof"
    assert found.balance is not None
    assert (found.balance.remaining, found.balance.unit) == (10.0, "$")


async def test_the_status_page_gets_no_token(client_for: Client) -> None:
    async with loopback_server(site("")) as gateway:  # type: ignore[arg-type]
        await client_for(gateway.base_url).check()
    for request in gateway.requests:
        assert ("authorization" in request.headers) == (request.path != "/api/status")


async def test_a_check_costs_nothing(client_for: Client) -> None:
    async with loopback_server(site("")) as gateway:  # type: ignore[arg-type]
        await client_for(gateway.base_url).check()
    assert [request.ids for request in gateway.requests if request.method == "POST"] == [[]]


async def test_a_web_page_is_not_a_gateway(client_for: Client) -> None:
    async with loopback_server(response(200, "<html></html>", kind="text/html")) as gateway:
        with pytest.raises(NotAGateway):
            await client_for(gateway.base_url).check()


async def test_a_gateway_without_a_balance_is_accepted(client_for: Client) -> None:
    def bare(request: ReceivedRequest) -> bytes:
        return EMPTY if request.method == "POST" else response(404, "404 page not found", kind="text/plain")

    async with loopback_server(bare) as gateway:
        found = await client_for(gateway.base_url).check()
        assert (found.system_name, found.balance) == ("", None)


async def test_closing_twice_closes_the_connection_once(client_for: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[httpx.AsyncClient] = []
    close = httpx.AsyncClient.aclose

    async def recorded(http: httpx.AsyncClient) -> None:
        closed.append(http)
        # The other call runs here, before the connection is closed.
        await asyncio.sleep(0)
        await close(http)

    monkeypatch.setattr(httpx.AsyncClient, "aclose", recorded)
    async with loopback_server(EMPTY) as gateway:
        client = client_for(gateway.base_url)
        await client.fetch_tasks(["a"])
        await asyncio.gather(client.aclose(), client.aclose())
        await client.aclose()
    assert len(closed) == 1
    assert closed[0].is_closed


def test_the_repr_of_a_client_hides_its_token(client_for: Client) -> None:
    client = client_for(BaseUrl("https", "gateway.example", 443))
    assert TOKEN.reveal() not in repr(client) + str(client)

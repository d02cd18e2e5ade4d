"""Downloads of audio over real HTTP from servers that stall, cut, lie, redirect and send something else."""

from __future__ import annotations

import asyncio
import gzip
import re
import time
from collections.abc import Callable

import pytest

from sunotui.domain.errors import MediaError, UnsafeUrl
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import parse_proxy
from sunotui.gateway import audio_stream
from sunotui.gateway.audio_stream import AudioDownloader, AudioStream
from tests.gateway.loopback import TOKEN, LoopbackServer, ReceivedRequest, Responder, loopback_server, response
from tests.support.waiting import hang_guard

SONG = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 400
"""102,410 bytes that look like an MP3 file."""
CUT = 5 * audio_stream.CHUNK_BYTES
ETAG = {"ETag": '"v1"'}


async def read(stream: AudioStream) -> bytes:
    """The whole content."""
    return b"".join([chunk async for chunk in stream.chunks()])


async def downloaded(
    responder: Responder, *, is_live: bool = False, clock: Callable[[], float] = time.monotonic
) -> tuple[bytes, LoopbackServer]:
    """Download a file from a gateway on loopback, and check that no request had credentials."""
    async with loopback_server(responder) as server, hang_guard("the download"):
        downloader = AudioDownloader(clock=clock)
        try:
            stream = downloader.open(f"{server.base_url}/a.mp3", home=server.base_url, is_live=is_live)
            return await read(stream), server
        finally:
            await downloader.aclose()
            for request in server.requests:
                assert TOKEN.reveal() not in str(request)
                assert {"authorization", "cookie", "referer"}.isdisjoint(request.headers)
                assert request.headers["accept-encoding"] == "identity"


async def failure(responder: Responder, *, is_live: bool = False, clock: Callable[[], float] = time.monotonic) -> str:
    """The sentence of a download that fails."""
    with pytest.raises(MediaError) as caught:
        await downloaded(responder, is_live=is_live, clock=clock)
    assert caught.value.sentence.count("\n") == 0
    return caught.value.sentence


# --- the file ---------------------------------------------------------------------------------------------------------


async def test_a_file_arrives_in_small_chunks_with_its_length_known_from_the_first() -> None:
    async with loopback_server(response(200, SONG)) as server:
        downloader = AudioDownloader()
        stream = downloader.open(f"{server.base_url}/a.mp3", home=server.base_url)
        lengths, content = [], b""
        async for chunk in stream.chunks():
            assert len(chunk) <= audio_stream.CHUNK_BYTES
            lengths.append(stream.length)
            content += chunk
        await downloader.aclose()
    assert content == SONG
    assert set(lengths) == {len(SONG)}
    assert stream.size == len(SONG)


async def test_a_stream_without_a_length_ends_when_its_server_closes() -> None:
    content, _ = await downloaded(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + SONG, is_live=True)
    assert content == SONG


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "refused the link, which may have expired (401)"),
        (403, "refused the link, which may have expired (403)"),
        (404, "no file at the link"),
        (410, "no file at the link"),
        (429, "asked too often"),
        (500, "failed (500)"),
        (503, "failed (503)"),
        (204, "unexpected response (204)"),
        (206, "unexpected response (206)"),
        (304, "unexpected response (304)"),
        (418, "unexpected response (418)"),
    ],
)
async def test_each_status_has_its_sentence(status: int, words: str) -> None:
    assert words in await failure(response(status, b"" if status in {204, 304} else SONG))


@pytest.mark.guarantee("W4", ordinary="audio: sizes, stalls, cuts, redirects, names that resolve to the local network")
async def test_unrequested_compression_is_refused_before_the_body_is_read() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert "compressed file" in await failure(response(200, bomb, headers={"Content-Encoding": "gzip"}))


@pytest.mark.guarantee("W4")
async def test_a_file_that_is_too_large_is_refused_by_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_stream, "LARGEST_AUDIO", 1_000_000)
    assert "larger than 1 MB" in await failure(response(200, SONG, headers={"Content-Length": "1000001"}))


@pytest.mark.guarantee("W4")
async def test_an_endless_file_ends_at_the_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_stream, "LARGEST_AUDIO", 1_000_000)

    async def endless(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(SONG)
            await writer.drain()

    for is_live in (False, True):
        assert "larger than 1 MB" in await failure(endless, is_live=is_live)


@pytest.mark.parametrize(
    "reported",
    [
        b"nonsense\r\n\r\nConnection: close",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: abc\r\n\r\n" + SONG,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_broken_http_is_one_sentence(reported: bytes) -> None:
    assert "audio server" in await failure(reported)


async def test_a_server_that_is_not_there_is_named() -> None:
    async with loopback_server(b"") as server:
        gone = server.base_url
    with pytest.raises(MediaError, match="could not be reached"):
        await read(AudioDownloader().open(f"{gone}/a.mp3", home=gone))


# --- slow servers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"])
async def test_a_stall_is_one_sentence(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_stream, "STALL_S", 0.2)

    async def stall(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(sent + (SONG[:20_000] if sent.endswith(b"\r\n\r\n") else b""))
        await writer.drain()
        await asyncio.Event().wait()

    assert re.search("did not respond in time|sent nothing for", await failure(stall))


class SlowClock:
    """A clock on which every chunk takes 29 seconds, or as long as a test says."""

    def __init__(self, chunk_s: float = 29.0) -> None:
        self.at = 0.0
        self._chunk_s = chunk_s

    def __call__(self) -> float:
        self.at += self._chunk_s
        return self.at


@pytest.mark.guarantee("W4")
async def test_a_file_slower_than_audio_ends() -> None:
    assert "too slowly" in await failure(response(200, SONG), clock=SlowClock())


@pytest.mark.guarantee("W4")
async def test_after_an_hour_a_file_has_to_come_faster() -> None:
    """An endless body at just more than the minimum would take more than a day to the size limit."""
    body = response(200, bytes(audio_stream.CHUNK_BYTES) * 1_500)
    chunk_s = audio_stream.CHUNK_BYTES / audio_stream.SLOWEST_BYTES_S - 0.2
    assert "too slowly" in await failure(body, clock=SlowClock(chunk_s))


async def test_time_in_which_the_program_was_suspended_is_not_the_servers() -> None:
    ticks = iter((0.0, 86_400.0))
    content, _ = await downloaded(response(200, SONG), clock=lambda: next(ticks, 86_400.0))
    assert content == SONG


async def test_a_live_stream_may_take_as_long_as_a_song_is_generated(monkeypatch: pytest.MonkeyPatch) -> None:
    live = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + SONG
    content, _ = await downloaded(live, is_live=True, clock=SlowClock())
    assert content == SONG
    monkeypatch.setattr(audio_stream, "LIVE_LIMIT_S", 120.0)
    assert "did not end within 2 minutes" in await failure(live, is_live=True, clock=SlowClock())


# --- cuts and resumes -------------------------------------------------------------------------------------------------


def cutting(part: int, headers: dict[str, str], later: bytes = b"") -> Responder:
    """A server that sends `part` bytes of SONG and then cuts the connection, also for the rest of the file; `later` is
    what it responds to requests for the rest, if it is given."""

    async def serve(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        found = re.fullmatch(r"bytes=([0-9]+)-", request.headers.get("range", ""))
        start = int(found[1]) if found else 0
        if found and later:
            writer.write(later)
            await writer.drain()
            return
        named = {"Content-Length": str(len(SONG) - start), **headers}
        if found:
            named["Content-Range"] = f"bytes {start}-{len(SONG) - 1}/{len(SONG)}"
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        writer.write(f"HTTP/1.1 {206 if found else 200} OK\r\n{head}\r\n".encode() + SONG[start : start + part])
        await writer.drain()

    return serve


@pytest.mark.parametrize("headers", [ETAG, {"Last-Modified": "Mon, 01 Dec 2025 10:00:00 GMT"}])
async def test_a_download_that_was_cut_continues_where_it_was(headers: dict[str, str]) -> None:
    content, server = await downloaded(cutting(45_000, headers))
    assert content == SONG
    first, *later = server.requests
    assert "range" not in first.headers
    assert len(later) == 2
    for request in later:
        assert request.headers["if-range"] == next(iter(headers.values()))
        assert re.fullmatch(r"bytes=[1-9][0-9]*-", request.headers["range"])


async def test_a_download_is_resumed_twice_at_most() -> None:
    async with loopback_server(cutting(20_000, ETAG)) as server:
        with pytest.raises(MediaError, match=r"cut off after 49 of 103 kB"):
            await read(AudioDownloader().open(f"{server.base_url}/a.mp3", home=server.base_url))
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    "headers",
    [{}, {"ETag": 'W/"v1"'}],
    ids=["no version", "a weak version"],
)
async def test_a_file_that_could_have_changed_is_not_resumed(headers: dict[str, str]) -> None:
    async with loopback_server(cutting(45_000, headers)) as server:
        with pytest.raises(MediaError, match="cut off"):
            await read(AudioDownloader().open(f"{server.base_url}/a.mp3", home=server.base_url))
        assert len(server.requests) == 1


async def test_what_little_is_missing_is_seen_in_the_sentence() -> None:
    assert "cut off after 98 of 103 kB" in await failure(cutting(len(SONG) - 300, {}))


async def test_a_server_that_lies_about_the_length_does_not_keep_us() -> None:
    """It has no more than it sent, so every request for the rest is refused."""
    lying = {"Content-Length": str(len(SONG) * 2), **ETAG}
    later = response(416, b"", headers={"Content-Range": f"bytes */{len(SONG)}"})
    assert "cut off after 98 of 205 kB" in await failure(cutting(len(SONG), lying, later))


@pytest.mark.parametrize(
    "later",
    [
        response(200, SONG, headers=ETAG),
        response(206, SONG[CUT:], headers={"Content-Range": f"bytes {CUT}-{len(SONG) - 1}/{len(SONG) + 1}"}),
        response(206, SONG[CUT:], headers={"Content-Range": f"bytes {CUT + 1}-{len(SONG) - 1}/{len(SONG)}"}),
        response(206, SONG[CUT:]),
        response(206, SONG[CUT:], headers={"Content-Range": "bytes */*"}),
        response(403, b""),
    ],
    ids=["another version", "another size", "another place", "no place", "an unknown place", "an expired link"],
)
async def test_a_rest_that_does_not_fit_is_not_appended(later: bytes) -> None:
    assert "cut off" in await failure(cutting(CUT, ETAG, later))


async def test_a_rest_without_the_size_of_the_whole_file_is_appended() -> None:
    later = response(206, SONG[CUT:], headers={"Content-Range": f"bytes {CUT}-{len(SONG) - 1}/*"})
    assert (await downloaded(cutting(CUT, ETAG, later)))[0] == SONG


async def test_a_live_stream_that_was_cut_is_not_resumed() -> None:
    async with loopback_server(cutting(45_000, ETAG)) as server:
        with pytest.raises(MediaError, match="cut off"):
            await read(AudioDownloader().open(f"{server.base_url}/a.mp3", home=server.base_url, is_live=True))
        assert len(server.requests) == 1


# --- addresses --------------------------------------------------------------------------------------------------------


def moved(target: str, status: int = 302) -> bytes:
    """A redirect."""
    return response(status, b"", headers={"Location": target, "Set-Cookie": "track=1; Path=/"})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_within_the_gateway_on_this_computer_are_followed_without_cookies(status: int) -> None:
    def serve(request: ReceivedRequest) -> bytes:
        hops = {"/a.mp3": "/1", "/1": "2", "/2": "./3", "/3": "/4", "/4": "/5"}
        target = hops.get(request.path)
        return moved(target, status) if target else response(200, SONG)

    content, server = await downloaded(serve)
    assert content == SONG
    assert [request.path for request in server.requests] == ["/a.mp3", "/1", "/2", "/3", "/4", "/5"]


@pytest.mark.guarantee("W4")
async def test_the_sixth_redirect_is_refused() -> None:
    assert "redirects more than 5 times" in await failure(lambda request: moved(request.path + "x"))


@pytest.mark.guarantee("W4")
@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:9/a.mp3",
        "http://localhost/a.mp3",
        "https://127.0.0.1/a.mp3",
        "https://10.0.0.1/a.mp3",
        "https://192.168.1.1/a.mp3",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/a.mp3",
        "https://[::ffff:10.0.0.1]/a.mp3",
        "https://[64:ff9b::a00:1]/a.mp3",
        "https://[2002:a00:1::]/a.mp3",
        "https://224.0.0.1/a.mp3",
        "https://nas.local/a.mp3",
        "https://router/a.mp3",
        "https://user:password@cdn.example/a.mp3",
        "http://cdn.example/a.mp3",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://[",
        "https://cdn.example:99999/a.mp3",
        "https://cdn.example/" + "a" * 3_000,
    ],
)
async def test_a_redirect_to_an_unsafe_address_is_refused(target: str) -> None:
    assert "not safe to open" in await failure(moved(target))


async def test_a_redirect_without_a_target_ends() -> None:
    assert "redirects more than" in await failure(response(302, b""))


@pytest.mark.guarantee("W4")
@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "::1", "fe80::1", "64:ff9b::7f00:1"])
async def test_a_name_of_the_local_network_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", (address, 443))]

    async with loopback_server(moved("https://cdn.example/a.mp3")) as server:
        stream = AudioDownloader().open(f"{server.base_url}/a.mp3", home=server.base_url)
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
        with pytest.raises(MediaError, match="not safe to open"):
            await read(stream)


@pytest.mark.guarantee("W4")
async def test_only_the_gateways_own_origin_on_this_computer_is_asked() -> None:
    async with loopback_server(response(200, SONG)) as gateway, loopback_server(response(200, SONG)) as other:
        for home in (None, gateway.base_url):
            with pytest.raises(MediaError, match="not safe to open"):
                await read(AudioDownloader().open(f"{other.base_url}/a.mp3", home=home))
        assert not other.requests


@pytest.mark.guarantee("W4")
async def test_a_server_elsewhere_cannot_send_us_to_the_gateway_on_this_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back = ""

    def elsewhere(_: ReceivedRequest) -> bytes:
        return moved(back)

    async with loopback_server(elsewhere) as public:

        def check(address: BaseUrl) -> None:
            if address.origin != public.base_url.origin:
                raise UnsafeUrl

        async def resolved(_: BaseUrl) -> None:
            return

        monkeypatch.setattr(audio_stream, "check_public_name", check)
        monkeypatch.setattr(audio_stream, "check_public_place", resolved)
        async with loopback_server(moved(f"{public.base_url}/b.mp3")) as gateway:
            back = f"{gateway.base_url}/private"
            with pytest.raises(MediaError, match="not safe to open"):
                await read(AudioDownloader().open(f"{gateway.base_url}/a.mp3", home=gateway.base_url))
            assert [request.path for request in gateway.requests] == ["/a.mp3"]
        assert [request.path for request in public.requests] == ["/b.mp3"]
        assert "cookie" not in public.requests[0].headers


async def test_through_a_proxy_names_are_not_resolved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolved(_: BaseUrl) -> None:
        raise AssertionError("resolved here")

    monkeypatch.setattr(audio_stream, "check_public_place", resolved)
    async with loopback_server(response(502, b"")) as server:
        proxy = parse_proxy(f"http://127.0.0.1:{server.port}")
        with pytest.raises(MediaError, match="proxy"):
            await read(AudioDownloader().open("https://cdn.example/a.mp3", proxy=proxy))
        assert [(request.method, request.path) for request in server.requests] == [("CONNECT", "cdn.example:443")]
        with pytest.raises(MediaError, match="not safe"):
            await read(AudioDownloader().open("https://10.0.0.1/a.mp3", proxy=proxy))

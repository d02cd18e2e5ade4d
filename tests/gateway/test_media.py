"""Downloads of covers and audio from foreign servers: limited, checked by content, never from the local network."""

from __future__ import annotations

import asyncio

import pytest

from sunotui.domain.errors import (
    MediaError,
    NetworkError,
    NotAGateway,
    NotFound,
    SunotuiError,
    TimedOut,
    UnreadableResponse,
    UnsafeUrl,
)
from sunotui.gateway import media
from sunotui.gateway.media import DownloadedMedia, MediaDownloader, kind_of
from tests.gateway.loopback import TOKEN, Responder, loopback_server, response
from tests.support.waiting import HANG_S

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


async def fetched(responder: Responder, most: int = 1_000) -> DownloadedMedia:
    """Download a file from a loopback server and check that no credentials were sent."""
    async with loopback_server(responder) as server:
        downloader = MediaDownloader()
        try:
            return await downloader.fetch(f"{server.base_url}/c.png", most, may_be_here=True)
        finally:
            await downloader.aclose()
            for request in server.requests:
                assert TOKEN.reveal() not in str(request)
                assert {"authorization", "cookie"}.isdisjoint(request.headers)


@pytest.mark.guarantee("W5", ordinary="types by the first bytes, not by the headers")
async def test_the_type_of_a_picture_comes_from_its_content() -> None:
    assert await fetched(response(200, PNG, kind="text/html")) == DownloadedMedia(PNG, "image/png")


@pytest.mark.guarantee("W5")
@pytest.mark.parametrize(
    ("reported", "error"),
    [
        (response(404, b""), NotFound),
        (response(500, PNG), NotFound),
        (response(302, b"", headers={"Location": "https://elsewhere.example/"}), NotAGateway),
        (response(200, PNG, headers={"Content-Encoding": "gzip"}), UnreadableResponse),
        (response(200, b"x" * 1_001), UnreadableResponse),
        (response(200, PNG, headers={"Content-Length": "5000"}), MediaError),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: abc\r\n\r\n", SunotuiError),
        (b"nonsense\r\n\r\nConnection: close", MediaError),
    ],
)
async def test_an_invalid_response_raises_an_error(reported: bytes, error: type[SunotuiError]) -> None:
    with pytest.raises(error):
        await fetched(reported)


@pytest.mark.guarantee("W4", ordinary="addresses of this computer and its network, slow and endless files")
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"], ids=["head", "body"])
async def test_a_slow_download_is_aborted_by_its_rate(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a limit for the whole file only, a byte per second blocked the export for minutes."""
    monkeypatch.setattr(media, "_LEAST_S", 0.3)

    async def drip(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    # The limit for the whole file is 9 hours.
    with pytest.raises(TimedOut, match="too long"):
        await fetched(drip, 2**30)


async def test_each_part_of_a_file_extends_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a fixed limit the download was aborted in the middle."""
    monkeypatch.setattr(media, "_LEAST_S", HANG_S)
    limits: list[float] = []
    reschedule = asyncio.Timeout.reschedule

    def recording_reschedule(self: asyncio.Timeout, when: float | None) -> None:
        limits.append(when or 0.0)
        reschedule(self, when)

    monkeypatch.setattr(asyncio.Timeout, "reschedule", recording_reschedule)
    content = PNG + b"x" * 300_000
    assert (await fetched(response(200, content), 2**20)).content == content
    moved = limits[-1] - limits[0]
    assert 0 <= moved <= len(content) / media.SLOWEST_BYTES_S
    assert limits == sorted(limits)
    assert len(limits) > 1


@pytest.mark.guarantee("W4")
async def test_an_endless_file_is_aborted_at_the_size_limit() -> None:
    async def endless(_: object, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65_536)
            await writer.drain()

    with pytest.raises(UnreadableResponse, match="larger"):
        await fetched(endless, 2**20)


@pytest.mark.guarantee("W4")
@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png",
        "https://127.0.0.1/a.png",
        "https://localhost/a.png",
        "https://192.168.1.1/a.png",
        "https://169.254.169.254/latest",
        "https://[::1]/a.png",
        "https://router/a.png",
        "https://nas.local/a.png",
        "https://0x7f.1/a.png",
        "https://user@cdn.example/a.png",
        "ftp://cdn.example/a",
        "https://[",
        "",
    ],
)
async def test_no_address_of_this_computer_or_its_network_is_requested(url: str) -> None:
    with pytest.raises(SunotuiError):
        await MediaDownloader().fetch(url, 1_000)


@pytest.mark.guarantee("W4")
async def test_a_name_that_resolves_to_the_local_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    with pytest.raises(UnsafeUrl):
        await MediaDownloader().fetch("https://cdn.example/a.png", 1_000)


async def test_an_unreachable_server_is_named_in_the_error() -> None:
    async with loopback_server(b"") as server:
        url = f"{server.base_url}/c.png"
    with pytest.raises(NetworkError, match="its server"):
        await MediaDownloader().fetch(url, 1_000, may_be_here=True)


@pytest.mark.guarantee("W5")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90", "audio/mpeg"),
        (b"<svg onload=alert(1)>", ""),
        (b"<!doctype html>", ""),
        (b"", ""),
        (b"\xff", ""),
    ],
)
def test_the_type_comes_from_the_first_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind

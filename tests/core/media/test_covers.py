"""Covers are fetched once, from safe addresses only, within limits; failures are remembered for a while."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sunotui.core.media import covers
from sunotui.core.media.cover_files import CoverFiles
from sunotui.core.media.cover_source import CoverSource
from sunotui.core.media.covers import CoverService, cover_key
from sunotui.domain.errors import NetworkError
from sunotui.domain.gateways.profile import BaseUrl, Profile, parse_base_url
from sunotui.gateway import media
from sunotui.gateway.media import DownloadedMedia
from tests.core.media.pictures import encoded, halves, png_of_size
from tests.gateway.loopback import TOKEN, LoopbackServer, ReceivedRequest, Responder, loopback_server, response
from tests.support.manual_clock import ManualClock
from tests.support.waiting import HANG_S, until_async

PNG = encoded(halves())


def _source(base_url: BaseUrl, name: str = "c.png") -> CoverSource:
    return CoverSource(f"clip-{name}", f"{base_url.origin}/{name}", "here")


@asynccontextmanager
async def _served(
    folder: Path, responder: Responder, clock: ManualClock | None = None
) -> AsyncIterator[tuple[CoverService, LoopbackServer]]:
    """A service whose profile "here" is the gateway on this computer."""
    async with loopback_server(responder) as server:
        profile = Profile("here", server.base_url)
        service = CoverService(folder / "covers", {"here": profile}.get, clock or ManualClock())
        try:
            yield service, server
        finally:
            await service.aclose()
            for request in server.requests:
                assert TOKEN.reveal() not in str(request)
                assert {"authorization", "cookie"}.isdisjoint(request.headers)


def _kept(folder: Path) -> list[Path]:
    return list(folder.glob("covers/*"))


async def test_a_cached_cover_does_not_wait_for_the_permission_to_request(tmp_path: Path) -> None:
    async with _served(tmp_path, response(200, PNG)) as (service, server):
        source, asked = _source(server.base_url), list[int]()

        async def before_request() -> None:
            asked.append(len(server.requests))

        assert await service.file(source, before_request) is not None
        assert await service.file(source, before_request) is not None
        assert asked == [0]


async def test_a_cover_is_fetched_once_and_kept(tmp_path: Path) -> None:
    async with _served(tmp_path, response(200, PNG)) as (service, server):
        source = _source(server.base_url)
        first = await service.pixels(source, 8, 8)
        assert first is not None
        assert (first.width, first.height) == (8, 8)
        assert await service.pixels(source, 8, 8) is first
        assert (await service.pixels(source, 4, 6)) is not None
        assert len(server.requests) == 1
        path = await service.file(source)
        assert path is not None
        assert path.read_bytes() == PNG
        again = CoverService(tmp_path / "covers", lambda _: None, ManualClock())
        assert await again.pixels(source, 8, 8) == first
        await again.aclose()
        assert len(server.requests) == 1


async def test_many_who_want_a_cover_share_one_download(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def slow(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        await gate.wait()
        writer.write(response(200, PNG))

    async with _served(tmp_path, slow) as (service, server):
        source = _source(server.base_url)
        wanted = [asyncio.create_task(service.pixels(source, 8, 8)) for _ in range(20)]
        await until_async(lambda: bool(server.requests), "the request")
        wanted[0].cancel()
        gate.set()
        found = await asyncio.gather(*wanted[1:])
        assert all(found)
        assert len(server.requests) == 1


async def test_a_download_that_is_not_awaited_ends(tmp_path: Path) -> None:
    closed = asyncio.Event()

    async def stalled(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        await writer.drain()
        while not writer.is_closing():
            await asyncio.sleep(0.01)
            writer.write(b"x")
        closed.set()

    async with _served(tmp_path, stalled) as (service, server):
        source = _source(server.base_url)
        wanted = asyncio.create_task(service.pixels(source, 8, 8))
        await until_async(lambda: bool(server.requests), "the request")
        wanted.cancel()
        await until_async(closed.is_set, "the end of the connection")
        assert not service.has_failed(source)
        # The next one is not handed the cancelled download.
        again = asyncio.create_task(service.pixels(source, 8, 8))
        await until_async(lambda: len(server.requests) == 2, "another request")
        again.cancel()


@pytest.mark.parametrize(
    "responder",
    [
        response(200, b"<!doctype html><title>Not found</title>", kind="image/png"),
        response(404, b""),
        response(403, PNG),
        response(302, b"", headers={"Location": "https://elsewhere.example/"}),
        response(200, png_of_size(60_000, 60_000)),
        response(200, PNG[:100]),
        response(200, PNG, headers={"Content-Encoding": "gzip"}),
        response(200, PNG + b"x" * covers.MAX_BYTES),
        response(200, b""),
    ],
    ids=["html", "404", "403", "redirect", "bomb", "cut", "gzip", "large", "empty"],
)
async def test_an_invalid_cover_is_not_requested_again(responder: Responder, tmp_path: Path) -> None:
    clock = ManualClock()
    async with _served(tmp_path, responder, clock) as (service, server):
        source = _source(server.base_url)
        assert await service.pixels(source, 8, 8) is None
        assert service.has_failed(source)
        assert await service.pixels(source, 8, 8) is None
        assert await service.file(source) is None
        assert len(server.requests) == 1
        assert not _kept(tmp_path)
        await clock.advance(3_600)
        assert not service.has_failed(source)
        assert await service.pixels(source, 8, 8) is None
        assert len(server.requests) == 2


async def test_a_slow_server_is_left_after_the_time_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(covers, "LIMIT_S", 0.2)
    monkeypatch.setattr(media, "_LEAST_S", 10 * HANG_S)

    async def drip(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + PNG[:20])
        while not writer.is_closing():
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(b"x")

    async with _served(tmp_path, drip) as (service, server):
        assert await service.pixels(_source(server.base_url), 8, 8) is None
        assert service.has_failed(_source(server.base_url))


async def test_a_server_that_could_not_be_reached_is_soon_asked_again(tmp_path: Path) -> None:
    """Without a network, each song would otherwise open and close the room for its cover. What is kept is shown."""
    clock = ManualClock()
    downloader = _Downloader(lambda: NetworkError("gone"))
    source = CoverSource("clip", "https://cdn.example.com/c.png", "main")
    kept, other, elsewhere = (
        CoverSource("kept", "https://cdn.example.com/k.png", "main"),
        CoverSource("other", "https://cdn.example.com/d.png", "main"),
        CoverSource("clip", "https://cdn.example.org/c.png", "main"),
    )
    CoverFiles(tmp_path).write(cover_key(kept), PNG)
    service = CoverService(tmp_path, lambda _: None, clock, downloader)  # type: ignore[arg-type]
    assert await service.pixels(source, 8, 8) is None
    assert service.has_failed(source)
    assert service.has_failed(other)
    assert await service.pixels(other, 8, 8) is None
    assert downloader.asked == 1
    assert not service.has_failed(elsewhere)
    assert not service.has_failed(kept)
    assert await service.pixels(kept, 8, 8) is not None
    await clock.advance(61)
    assert not service.has_failed(source)
    assert not service.has_failed(other)


async def test_an_interrupted_cover_says_nothing_about_others_of_its_server(tmp_path: Path) -> None:
    clock = ManualClock()
    cut, whole = response(200, PNG, headers={"Content-Length": "100000"}), response(200, PNG)

    def responder(request: ReceivedRequest) -> bytes:
        return cut if request.path.endswith("cut.png") else whole

    async with _served(tmp_path, responder, clock) as (service, server):
        source, other = _source(server.base_url, "cut.png"), _source(server.base_url)
        assert await service.pixels(source, 8, 8) is None
        assert not service.has_failed(other)
        assert await service.pixels(other, 8, 8) is not None
        assert await service.pixels(source, 8, 8) is None
        assert len(server.requests) == 2, "it is not asked again at once"
        await clock.advance(61)
        assert await service.pixels(source, 8, 8) is None
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example.com/c.png",
        "https://127.0.0.1/c.png",
        "https://192.168.0.1/c.png",
        "http://127.0.0.1:1/c.png",
        "https://[",
        "file:///etc/passwd",
        "data:image/png;base64,AA",
        "https://\ud800/",
    ],
)
async def test_unsafe_addresses_are_never_asked(url: str, tmp_path: Path) -> None:
    """Also for a gateway on this computer: another port is another program."""
    here = Profile("here", parse_base_url("http://127.0.0.1:9"))
    service = CoverService(tmp_path, {"here": here}.get, ManualClock())
    assert await service.pixels(CoverSource("clip", url, "here"), 8, 8) is None
    await service.aclose()


async def test_another_server_on_this_computer_is_not_asked(tmp_path: Path) -> None:
    async with _served(tmp_path, response(200, PNG)) as (service, _), loopback_server(response(200, PNG)) as other:
        assert await service.pixels(_source(other.base_url), 8, 8) is None
        assert other.connections == 0


async def test_a_web_page_is_not_kept_as_a_cover(tmp_path: Path) -> None:
    async with _served(tmp_path, response(200, b"<!doctype html>")) as (service, server):
        assert await service.file(_source(server.base_url)) is None
        assert not _kept(tmp_path)


async def test_a_damaged_file_is_fetched_again_later(tmp_path: Path) -> None:
    clock = ManualClock()
    async with _served(tmp_path, response(200, PNG), clock) as (service, server):
        source = _source(server.base_url)
        await service.pixels(source, 8, 8)
        (tmp_path / "covers" / cover_key(source)).write_bytes(b"damaged")
        assert await service.pixels(source, 6, 6) is None
        await clock.advance(3_600)
        assert await service.pixels(source, 6, 6) is not None
        assert len(server.requests) == 2


async def test_a_full_disk_only_means_that_it_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "covers").write_bytes(b"a file where the folder should be")
    async with _served(tmp_path, response(200, PNG)) as (service, server):
        assert await service.pixels(_source(server.base_url), 8, 8) is not None
        assert await service.file(_source(server.base_url)) is None


def test_a_new_signature_does_not_make_another_cover() -> None:
    source = CoverSource("clip", "https://cdn.example.com/c.png?token=1", "main")
    assert cover_key(source) == cover_key(source._replace(url="https://cdn.example.com/c.png?token=2"))
    others = [source._replace(clip_id="other"), source._replace(profile="other"), source._replace(url="https://x.y/d")]
    assert len({cover_key(one) for one in (source, *others)}) == 4


class _Downloader:
    """Raises an error for every file."""

    def __init__(self, error: Callable[[], Exception]) -> None:
        self._error = error
        self.asked = 0

    async def fetch(self, *_: object, **__: object) -> DownloadedMedia:
        """No file."""
        self.asked += 1
        raise self._error()

    async def aclose(self) -> None:
        """Closed."""

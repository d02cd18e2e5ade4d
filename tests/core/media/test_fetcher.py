"""The fetcher over real HTTP: growing files, sharing, switching, giving up, and servers that send something else."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sunotui.core.media.cache import MediaCache, media_usage
from sunotui.core.media.fetcher import AudioSource, MediaFetcher, MediaFile
from sunotui.domain.errors import MediaError
from sunotui.domain.gateways.profile import Profile
from sunotui.gateway import audio_stream
from tests.gateway.loopback import TOKEN, LoopbackServer, ReceivedRequest, Responder, loopback_server, response
from tests.support.small_disk import fill, small_disk
from tests.support.waiting import hang_guard, until_async

SONG = b"\xff\xfb\x90\x00" + bytes(range(256)) * 400
"""102,404 bytes that begin with an MPEG frame."""
NO_LENGTH = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"


class Gate:
    """A server that sends `first`, and `rest` once `open` is set."""

    def __init__(self, first: bytes, rest: bytes = b"", *, has_length: bool = False) -> None:
        self.first, self.rest, self.has_length = first, rest, has_length
        self.open = asyncio.Event()

    def responder(self) -> Responder:
        """Its response to any request."""

        async def serve(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
            size = len(self.first) + len(self.rest)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode() if self.has_length else NO_LENGTH
            writer.write(head + self.first)
            await writer.drain()
            await self.open.wait()
            writer.write(self.rest)
            await writer.drain()

        return serve


class Fetching:
    """A fetcher with a gateway on this computer."""

    def __init__(self, server: LoopbackServer, folder: Path, cap_bytes: int) -> None:
        self.server, self.folder = server, folder
        profile = Profile("home", server.base_url)
        self.fetcher = MediaFetcher(MediaCache(folder, cap_bytes), {"home": profile}.get)

    async def open(self, key: str = "clip", *, is_live: bool = False, path: str = "/a.mp3") -> MediaFile:
        """Open a take of the gateway."""
        return await self.fetcher.open(AudioSource(key, f"{self.server.base_url}{path}", "home", is_live))

    async def idle(self) -> None:
        """Wait until all that were closed are gone."""
        await until_async(lambda: not self.fetcher._running, "the end of the downloads")


def left_in(folder: Path) -> list[str]:
    """The names of the files in a folder, which may be missing."""
    return [path.name for path in folder.iterdir()] if folder.exists() else []


def content_of(file: MediaFile) -> bytes:
    """What is on disk."""
    return file.path.read_bytes()


@asynccontextmanager
async def fetching(responder: Responder, folder: Path, cap_bytes: int = 10_000_000) -> AsyncIterator[Fetching]:
    """Run a server and a fetcher; at the end no part is left, and no request had credentials."""
    async with loopback_server(responder) as server, hang_guard("the test"):
        made = Fetching(server, folder, cap_bytes)
        try:
            yield made
        finally:
            await made.fetcher.close()
        assert not [name for name in left_in(folder) if name.endswith(".part")]
        for request in server.requests:
            assert TOKEN.reveal() not in str(request)
            assert {"authorization", "cookie"}.isdisjoint(request.headers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


async def test_a_take_is_fetched_once_and_then_comes_from_the_cache(folder: Path) -> None:
    async with fetching(response(200, SONG), folder) as each:
        file = await each.open()
        await file.wait_complete()
        assert content_of(file) == SONG
        assert (file.is_complete, file.size, file.length) == (True, len(SONG), len(SONG))
        file.close()
        await each.idle()
        again = await each.open()
        await again.wait_playable()
        assert again.is_complete
        assert content_of(again) == SONG
        again.close()
        assert len(each.server.requests) == 1
    assert media_usage(folder) == (1, len(SONG))


async def test_a_file_can_be_played_while_it_grows_and_keeps_its_path(folder: Path) -> None:
    gate = Gate(SONG[:20_000], SONG[20_000:], has_length=True)
    async with fetching(gate.responder(), folder) as each:
        file = await each.open()
        with pytest.raises(MediaError, match="not arrived"):
            _ = file.path
        await file.wait_playable()
        assert not file.is_complete
        assert file.length == len(SONG)
        path = file.path
        assert 8_192 <= len(content_of(file)) <= 20_000
        gate.open.set()
        await file.wait_complete()
        assert file.path == path
        assert content_of(file) == SONG


async def test_all_who_open_a_take_share_one_download(folder: Path) -> None:
    gate = Gate(SONG[:20_000], SONG[20_000:])
    async with fetching(gate.responder(), folder) as each:
        one, two = await each.open(), await each.open()
        await asyncio.gather(one.wait_playable(), two.wait_playable())
        one.close()
        one.close()
        gate.open.set()
        await two.wait_complete()
        assert content_of(two) == SONG
        assert len(each.server.requests) == 1


async def test_a_song_continues_from_its_stream_in_the_final_file(folder: Path) -> None:
    async def serve(request: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        if request.path == "/stream":
            writer.write(NO_LENGTH + SONG[:20_000])
            await writer.drain()
            await asyncio.Event().wait()
        else:
            writer.write(response(200, SONG))

    async with fetching(serve, folder) as each:
        live = await each.open(is_live=True, path="/stream")
        await live.wait_playable()
        final = await each.open()
        await final.wait_complete()
        assert live.path != final.path
        assert content_of(live) == SONG[: live.size]
        live.close()
        assert content_of(final) == SONG
        final.close()
        await each.idle()
        again = await each.open(is_live=True, path="/stream")
        await again.wait_complete()
        assert content_of(again) == SONG
        assert len(each.server.requests) == 2


async def test_a_live_stream_ends_with_its_server_and_is_not_kept(folder: Path) -> None:
    async with fetching(NO_LENGTH + SONG, folder) as each:
        file = await each.open(is_live=True)
        await file.wait_complete()
        assert file.is_complete
        assert content_of(file) == SONG
    assert media_usage(folder).files == 0


@pytest.mark.parametrize("is_live", [False, True])
async def test_an_unused_download_is_stopped(folder: Path, is_live: bool) -> None:
    is_gone = asyncio.Event()

    async def endless(_: ReceivedRequest, writer: asyncio.StreamWriter) -> None:
        writer.write(NO_LENGTH)
        try:
            while True:
                writer.write(SONG[:10_000])
                await writer.drain()
                await asyncio.sleep(0.001)
        except ConnectionError:
            is_gone.set()

    async with fetching(endless, folder) as each:
        file = await each.open(is_live=is_live)
        await file.wait_playable()
        file.close()
        await is_gone.wait()
        await each.idle()
        assert left_in(folder) == []


async def test_what_is_more_than_half_there_is_fetched_to_its_end(folder: Path) -> None:
    gate = Gate(SONG[:80_000], SONG[80_000:], has_length=True)
    async with fetching(gate.responder(), folder) as each:
        file = await each.open()
        await until_async(lambda: file.size > len(SONG) / 2, "more than half")
        file.close()
        gate.open.set()
        await each.idle()
    assert media_usage(folder) == (1, len(SONG))


@pytest.mark.parametrize("cap_bytes", [0, len(SONG) - 1], ids=["no cache", "larger than the cache"])
async def test_what_will_not_be_kept_is_not_fetched_for_later(folder: Path, cap_bytes: int) -> None:
    gate = Gate(SONG[:80_000], SONG[80_000:], has_length=True)
    async with fetching(gate.responder(), folder, cap_bytes=cap_bytes) as each:
        file = await each.open()
        await until_async(lambda: file.size > len(SONG) / 2, "more than half")
        path = file.path
        file.close()
        await each.idle()
    assert left_in(path.parent) == []
    assert left_in(folder) == []


async def test_a_file_that_was_there_before_differs_from_a_fetched_one(folder: Path, tmp_path: Path) -> None:
    """Also if all of it had come before it could be played."""
    async with fetching(response(200, SONG), folder) as each:
        fetched = await each.open()
        await fetched.wait_complete()
        assert not fetched.is_from_disk
        fetched.close()
        await each.idle()
        cached = await each.open()
        await cached.wait_playable()
        assert cached.is_from_disk
        cached.close()
        mine = tmp_path / "mine.mp3"
        mine.write_bytes(SONG)
        saved = await each.fetcher.open(AudioSource("other", "", "home", saved=mine))
        await saved.wait_playable()
        assert saved.is_from_disk
        saved.close()


@pytest.mark.parametrize("is_from_cache", [False, True])
async def test_an_open_file_deleted_from_outside_is_fetched_again(folder: Path, is_from_cache: bool) -> None:
    async with fetching(response(200, SONG), folder) as each:
        for _ in range(2 if is_from_cache else 1):
            first = await each.open()
            await first.wait_complete()
            if is_from_cache:
                first.close()
                await each.idle()
        if is_from_cache:
            first = await each.open()
            await first.wait_complete()
            assert len(each.server.requests) == 1
        shutil.rmtree(folder)
        assert await each.fetcher.known(AudioSource("clip", "", "home")) is None
        again = await each.open()
        await again.wait_complete()
        assert content_of(again) == SONG
        assert len(each.server.requests) == 2
        first.close()
        await asyncio.sleep(0)
        shared = await each.open()
        await shared.wait_complete()
        assert shared.path == again.path, "the download that ended has not taken the place of the other"
        again.close()
        shared.close()
        await each.idle()
        kept = await each.open()
        await kept.wait_complete()
        assert len(each.server.requests) == 2
        kept.close()


async def test_a_growing_file_that_was_deleted_from_outside_is_fetched_again(folder: Path) -> None:
    gate = Gate(SONG[:20_000], SONG[20_000:])
    async with fetching(gate.responder(), folder) as each:
        first = await each.open()
        await first.wait_playable()
        first.path.unlink()
        again = await each.open()
        gate.open.set()
        await again.wait_complete()
        assert content_of(again) == SONG


async def test_a_take_opened_again_while_its_download_ends_is_fetched_again(folder: Path) -> None:
    gate = Gate(SONG[:20_000], SONG[20_000:])
    async with fetching(gate.responder(), folder) as each:
        for _ in range(20):
            at_once = await each.open()
            at_once.close()
        await each.idle()
        with pytest.raises(MediaError, match="stopped"):
            await at_once.wait_playable()
        assert each.server.requests == []
        first = await each.open()
        await first.wait_playable()
        first.close()
        file = await each.open()
        gate.open.set()
        await file.wait_complete()
        assert content_of(file) == SONG


async def test_a_failed_take_is_requested_again_while_the_first_is_open(folder: Path) -> None:
    responses = [response(503, b""), response(200, SONG)]
    async with fetching(lambda _: responses.pop(0), folder) as each:
        failed = await each.open()
        with pytest.raises(MediaError, match="503"):
            await failed.wait_playable()
        again = await each.open()
        await again.wait_complete()
        assert content_of(again) == SONG


async def test_files_may_be_closed_while_the_program_ends(folder: Path) -> None:
    gate = Gate(SONG[:20_000])
    async with fetching(gate.responder(), folder) as each:
        files = [await each.open(), await each.open()]
        await files[0].wait_playable()
        closing = asyncio.create_task(each.fetcher.close())
        await asyncio.sleep(0)
        for file in files:
            file.close()
        await closing


async def test_the_end_of_the_program_stops_all_downloads(folder: Path) -> None:
    gate = Gate(SONG[:20_000])
    async with fetching(gate.responder(), folder) as each:
        files = [await each.open(f"clip {number}") for number in range(3)]
        for file in files:
            await file.wait_playable()
        await each.fetcher.close()
        for file in files:
            with pytest.raises(MediaError, match="stopped"):
                await file.wait_complete()
            file.close()


# --- what is not audio ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported", "words"),
    [
        (response(200, b"<html><body>Log in</body></html>", kind="audio/mpeg"), "a web page"),
        (response(200, b"<html>" + b"x" * 50_000), "a web page"),
        (response(200, {"error": "expired"}, kind="audio/mpeg"), "a message"),
        (response(200, b"#EXTM3U\nfile:///etc/passwd\n", kind="audio/mpeg"), "a playlist"),
        (response(200, b""), "is empty"),
        (NO_LENGTH, "is empty"),
        (response(403, b"denied"), "(403)"),
        (response(302, b"", headers={"Location": "https://10.0.0.1/"}), "not safe"),
    ],
)
async def test_what_is_not_audio_is_one_sentence_and_never_a_file(folder: Path, reported: bytes, words: str) -> None:
    async with fetching(reported, folder) as each:
        file = await each.open()
        for wait in (file.wait_playable, file.wait_complete):
            with pytest.raises(MediaError) as caught:
                await wait()
            assert words in caught.value.sentence
        assert not file.is_complete
        file.close()
        await each.idle()
        assert left_in(folder) == []


@pytest.mark.parametrize("url", ["", "https://cdn.example/None.mp3", "https://api.example/api/forbidden"])
async def test_a_link_that_the_gateway_marked_dead_is_not_asked(folder: Path, url: str) -> None:
    fetcher = MediaFetcher(MediaCache(folder, 10_000), lambda _: None)
    file = await fetcher.open(AudioSource("clip", url, "home"))
    with pytest.raises(MediaError, match="has no audio of this take"):
        await file.wait_playable()
    assert fetcher._downloader is None
    await fetcher.close()


async def test_a_download_that_was_cut_can_be_played_but_is_not_kept(folder: Path) -> None:
    cut = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 999999\r\n\r\n" + SONG
    async with fetching(cut, folder) as each:
        file = await each.open()
        await file.wait_playable()
        with pytest.raises(MediaError, match=r"cut off after 98 of 1000 kB"):
            await file.wait_complete()
        assert not file.is_complete
        assert SONG.startswith(content_of(file))
        file.close()
        await each.idle()
        assert left_in(folder) == []
        # The next attempt asks again.
        with pytest.raises(MediaError):
            await (await each.open()).wait_complete()
        assert len(each.server.requests) == 2


async def test_a_server_that_stalls_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio_stream, "STALL_S", 0.2)
    async with fetching(Gate(SONG[:20_000]).responder(), folder) as each:
        file = await each.open()
        await file.wait_playable()
        with pytest.raises(MediaError, match="sent nothing"):
            await file.wait_complete()


@pytest.mark.parametrize("is_complete", [True, False])
async def test_a_damaged_file_is_not_kept(folder: Path, is_complete: bool) -> None:
    gate = Gate(SONG[:20_000], SONG[20_000:])
    async with fetching(gate.responder(), folder) as each:
        file = await each.open()
        await file.wait_playable()
        if is_complete:
            gate.open.set()
            await file.wait_complete()
        file.discard()
        gate.open.set()
        await file.wait_complete()
        assert content_of(file) == SONG
        file.close()
        await each.idle()
        assert left_in(folder) == []
        again = await each.open()
        await again.wait_complete()
        assert len(each.server.requests) == 2


async def test_a_damaged_file_is_not_found_again_while_it_is_still_open(folder: Path) -> None:
    async with fetching(response(200, SONG), folder) as each:
        file = await each.open()
        await file.wait_complete()
        file.discard()
        again = await each.open()
        await again.wait_complete()
        assert again.path != file.path
        assert len(each.server.requests) == 2


async def test_two_gateways_may_use_the_same_id(folder: Path) -> None:
    def serve(request: ReceivedRequest) -> bytes:
        return response(200, SONG + request.path.encode())

    async with loopback_server(serve) as server, hang_guard("the test"):
        fetcher = MediaFetcher(MediaCache(folder, 10_000_000), lambda name: Profile(name, server.base_url))
        for name in ("one", "two"):
            file = await fetcher.open(AudioSource("clip", f"{server.base_url}/{name}", name))
            await file.wait_complete()
            assert content_of(file) == SONG + f"/{name}".encode()
        await fetcher.close()


async def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "disk") as disk:
        monkeypatch.setattr("sunotui.core.media.cache._SPARE_BYTES", 0)
        gate = Gate(SONG[:20_000], SONG * 20)
        async with fetching(gate.responder(), disk / "media") as each:
            file = await each.fetcher.open(
                AudioSource("clip", f"{each.server.base_url}/a", "home", expected_length_s=1.0)
            )
            await file.wait_playable()
            fill(disk / "filling")
            gate.open.set()
            with pytest.raises(MediaError, match="could not be stored: no space left"):
                await file.wait_complete()


async def test_an_mp4_file_with_its_index_at_the_end_plays_once_complete(folder: Path) -> None:
    song = b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00\x00\x00\x00\x08mdat" + SONG
    gate = Gate(song[:80_000], song[80_000:], has_length=True)
    async with fetching(gate.responder(), folder) as each:
        file = await each.open()
        await until_async(lambda: file.size > 60_000, "most of it")
        waiting = asyncio.create_task(file.wait_playable())
        await asyncio.sleep(0)
        assert not waiting.done()
        gate.open.set()
        await waiting
        assert file.is_complete

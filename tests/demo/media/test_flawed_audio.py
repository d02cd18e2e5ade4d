"""The faults of audio, as our own downloader sees them over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import httpx
import pytest

from sunotui.demo.faults import FAULTS, FaultTarget
from sunotui.demo.media.flawed_audio import STALL_AFTER_S
from sunotui.demo.media.sound import SECOND_BYTES
from sunotui.demo.server import DemoServer
from sunotui.domain.errors import MediaError
from sunotui.domain.gateways.profile import parse_base_url
from sunotui.gateway.audio_content import audio_suffix
from sunotui.gateway.audio_stream import AudioDownloader, AudioStream
from tests.demo import mp3
from tests.demo.conftest import StartServer
from tests.support.demo_faults import set_faults
from tests.support.waiting import hang_guard

SPEED = 400.0


class Listener:
    """A finished take of a gateway."""

    def __init__(self, server: DemoServer, url: str, length_s: float) -> None:
        self.server, self.url, self.length_s = server, url, length_s
        self._downloader = AudioDownloader()

    def open(self, url: str = "") -> AudioStream:
        """Its download."""
        return self._downloader.open(url or self.url, home=parse_base_url(self.server.base_url))

    async def read(self) -> bytes:
        """Its content."""
        async with hang_guard("the audio"):
            return b"".join([chunk async for chunk in self.open().chunks()])

    async def aclose(self) -> None:
        """Close its connections."""
        await self._downloader.aclose()


@pytest.fixture
async def listener(start_server: StartServer) -> AsyncIterator[Listener]:
    server = start_server(speed=SPEED)
    headers = {"Authorization": f"Bearer {server.token}"}
    async with httpx.AsyncClient(trust_env=False, base_url=server.base_url, headers=headers) as http, hang_guard("it"):
        response = await http.post("/suno/submit/music", json={"gpt_description_prompt": "tea", "mv": "chirp-v4"})
        task_id = response.json()["data"]
        while True:
            (report,) = (await http.post("/suno/fetch", json={"ids": [task_id]})).json()["data"]
            if report["status"] == "SUCCESS":
                break
            await asyncio.sleep(0.01)
    clip = report["data"][0]
    made = Listener(server, clip["audio_url"], clip["metadata"]["duration"])
    yield made
    await made.aclose()


def test_every_fault_of_audio_is_tested() -> None:
    tested = {"slow", "stalled", "cut", "short", "endless", "expired", "html"}
    assert {name for name, fault in FAULTS.items() if FaultTarget.AUDIO in fault.possible} == {
        f"{name}-audio" for name in tested
    }


async def test_without_a_fault_all_of_it_arrives(listener: Listener) -> None:
    assert mp3.seconds(await listener.read()) == pytest.approx(listener.length_s, abs=0.013)


async def test_expired_links_are_refused(listener: Listener) -> None:
    set_faults(listener.server, "expired-audio")
    with pytest.raises(MediaError, match="expired"):
        await listener.read()


async def test_a_web_page_comes_in_place_of_audio(listener: Listener) -> None:
    set_faults(listener.server, "html-audio")
    with pytest.raises(MediaError, match="web page"):
        audio_suffix(await listener.read())


async def test_a_short_file_is_whole_by_its_length(listener: Listener) -> None:
    set_faults(listener.server, "short-audio")
    assert mp3.seconds(await listener.read()) == pytest.approx(listener.length_s / 2, abs=0.03)


async def test_a_cut_is_resumed_and_the_cuts_end(listener: Listener) -> None:
    whole = await listener.read()
    set_faults(listener.server, "cut-audio:2")
    assert await listener.read() == whole
    set_faults(listener.server, "cut-audio")
    with pytest.raises(MediaError, match="cut off"):
        await listener.read()


async def test_endless_audio_continues_after_the_length_of_the_song(listener: Listener) -> None:
    set_faults(listener.server, "endless-audio")
    stream = listener.open()
    async with hang_guard("more than the song"), aclosing(stream.chunks()) as chunks:
        async for _ in chunks:
            if stream.size > 2 * listener.length_s * SECOND_BYTES:
                break
    assert stream.length is None


async def test_stalled_audio_stops_and_the_connection_stays(listener: Listener) -> None:
    set_faults(listener.server, "stalled-audio")
    stream = listener.open()
    async with hang_guard("its first part"), aclosing(stream.chunks()) as chunks:
        while stream.size < STALL_AFTER_S * SECOND_BYTES - 8_192:
            await anext(chunks)
        waiting = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
    assert stream.length is not None
    assert stream.length > STALL_AFTER_S * SECOND_BYTES


async def test_slow_audio_arrives_in_the_end(listener: Listener) -> None:
    whole = await listener.read()
    set_faults(listener.server, "slow-audio")
    stream = listener.open()
    async with hang_guard("the audio"):
        assert b"".join([chunk async for chunk in stream.chunks()]) == whole
    assert stream.length == len(whole)

"""What runs at the same time for one download: writing while more arrives, and copying while the file is checked."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import threading
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sunotui.core.downloads.part_file import PartFile
from sunotui.core.downloads.receiver import WRITE_BYTES, Receiver
from sunotui.core.downloads.take import part_key
from sunotui.core.downloads.verify.audio_verifier import VerifiedAudio
from sunotui.core.media.threads import finish_in_thread
from sunotui.domain.gateways.profile import BaseUrl
from sunotui.domain.gateways.proxy import Proxy
from sunotui.domain.saving.downloads import FileKind
from sunotui.gateway.audio_stream import ResumePoint
from tests.core.downloads.harness import AUDIO, FAILED, PROFILE, SAVED, FakeTagger, Rig, rig
from tests.support.waiting import HANG_S, hang_guard, until_async

WAV = b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(1_000)
CUT = VerifiedAudio(10.0, False, "The end of the file is missing")
KEY = part_key(PROFILE, "t1-c1", AUDIO)
PIECES = [bytes([255, 251, 144, number]) * (WRITE_BYTES // 4) for number in range(4)]


class PiecesStream:
    """A file that arrives in pieces."""

    length: int | None = sum(map(len, PIECES))
    validator = '"a"'

    def __init__(self) -> None:
        self.size = 0

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The pieces."""
        for piece in PIECES:
            self.size += len(piece)
            yield piece


class PiecesDownloader:
    """Opens that file."""

    def __init__(self) -> None:
        self.stream = PiecesStream()

    def open_to_keep(
        self, url: str, point: ResumePoint, *, home: BaseUrl | None = None, proxy: Proxy | None = None
    ) -> PiecesStream:
        """It, from the start."""
        return self.stream

    async def aclose(self) -> None:
        """Nothing is open."""


async def received(part: PartFile, downloader: PiecesDownloader) -> None:
    """Receive it into a part."""
    receiver = Receiver(lambda _: None, lambda: downloader)
    await receiver.receive(part, "https://a.example/a.mp3", "", FileKind.AUDIO, lambda *_: None)


def opened(folder: Path) -> PartFile:
    part = PartFile.open(folder, "key")
    assert part is not None
    return part


async def test_more_arrives_while_a_part_of_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part, downloader = opened(tmp_path), PiecesDownloader()
    write, loop = os.pwritev, asyncio.get_running_loop()

    def slow(*args: object) -> int:
        # The first write ends when the next piece has arrived.
        has_more = until_async(lambda: downloader.stream.size > WRITE_BYTES, "the next piece")
        asyncio.run_coroutine_threadsafe(has_more, loop).result()
        return write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("sunotui.core.downloads.part_file.os.pwritev", slow)
    async with hang_guard("the writes"):
        await received(part, downloader)
    assert part.path.read_bytes() == b"".join(PIECES)
    part.close()


@pytest.mark.guarantee("W6", ordinary="a write that fails in the middle while more arrives")
async def test_nothing_is_written_behind_a_write_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = opened(tmp_path)
    write, calls = os.pwritev, list[int]()

    def full(descriptor: int, pieces: list[memoryview], at: int) -> int:
        """The disk is full after 100 bytes, and later there is space again."""
        calls.append(at)
        if len(calls) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, [pieces[0][:100]] if len(calls) == 1 else pieces, at)

    monkeypatch.setattr("sunotui.core.downloads.part_file.os.pwritev", full)
    with pytest.raises(OSError, match="space"):
        await received(part, PiecesDownloader())
    assert calls == [0, 100]
    assert part.path.read_bytes() == PIECES[0][:100]
    assert part.point.size == 100
    part.close()


async def test_a_download_that_is_cancelled_keeps_all_that_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, downloader = opened(tmp_path), PiecesDownloader()
    write, gate, loop = os.pwritev, asyncio.Event(), asyncio.get_running_loop()

    def slow(*args: object) -> int:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
        return write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("sunotui.core.downloads.part_file.os.pwritev", slow)
    receiving = asyncio.create_task(received(part, downloader))
    await until_async(lambda: downloader.stream.size == 2 * WRITE_BYTES, "the second piece")
    receiving.cancel()
    await asyncio.sleep(0.02)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert part.path.read_bytes() == PIECES[0] + PIECES[1], "the piece that waited for the write before it, too"
    part.close()


async def test_whatever_a_write_fails_with_nothing_is_written_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = opened(tmp_path)
    append, calls = part.append, list[int]()

    def fail_once(*pieces: bytes) -> None:
        calls.append(sum(map(len, pieces)))
        if len(calls) == 2:
            raise MemoryError
        append(*pieces)

    monkeypatch.setattr(part, "append", fail_once)
    with pytest.raises(MemoryError):
        await received(part, PiecesDownloader())
    assert calls == [WRITE_BYTES, WRITE_BYTES]
    assert part.path.read_bytes() == PIECES[0]
    part.close()


@pytest.mark.guarantee("W7", ordinary="stopped twice, while its part is opened, and while it is copied")
async def test_a_download_stopped_twice_is_released_after_its_copy_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()

    def slow(source: Path, copy: Path) -> None:
        shutil.copyfile(source, copy)
        gate.wait(HANG_S)

    async def tag(source: Path, copy: Path, *_: object) -> None:
        await finish_in_thread(slow, source, copy)

    fake = FakeTagger()
    monkeypatch.setattr(fake, "tag", tag)
    async with rig(tmp_path, tagger=fake) as made:
        await made.service.add(await made.song())
        await until_async(lambda: ".new" in made.parts(), "the copy")
        pausing = asyncio.create_task(made.service.pause())
        await asyncio.sleep(0.02)
        cancelling = asyncio.create_task(made.service.cancel(1))
        await asyncio.sleep(0.02)
        assert PartFile.open(made.folder, KEY) is None, "it is locked while its copy is written"
        gate.set()
        await asyncio.gather(pausing, cancelling)
        assert made.parts() == [".json", ".part"]
        await made.service.retry(1)
        [entry] = await made.ended()
        assert entry.state is SAVED


@pytest.mark.guarantee("W7")
async def test_a_download_that_is_stopped_while_its_part_is_opened_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, is_opening = threading.Event(), threading.Event()
    open_part = PartFile.open

    def slow(folder: Path, key: str) -> PartFile | None:
        is_opening.set()
        gate.wait(HANG_S)
        return open_part(folder, key)

    monkeypatch.setattr(PartFile, "open", slow)
    async with rig(tmp_path) as made:
        await made.service.add(await made.song())
        await until_async(is_opening.is_set, "the part")
        pausing = asyncio.create_task(made.service.pause())
        await asyncio.sleep(0.02)
        gate.set()
        await pausing
        await made.service.resume()
        [entry] = await made.ended()
        assert entry.state is SAVED


def copies_at_the_check(made: Rig, monkeypatch: pytest.MonkeyPatch, found: VerifiedAudio, *, is_early: bool) -> None:
    """Let the check wait for the copy, or see that nothing was copied."""

    async def check(path: Path) -> VerifiedAudio:
        if is_early:
            await until_async(lambda: ".new" in made.parts(), "the copy")
        else:
            await asyncio.sleep(0.02)
            assert ".new" not in made.parts()
        return found

    monkeypatch.setattr(made.verifier, "check", check)


async def test_an_mp3_is_copied_while_it_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with rig(tmp_path, tagger=FakeTagger()) as made:
        copies_at_the_check(made, monkeypatch, VerifiedAudio(100.0, True), is_early=True)
        [entry] = await made.save(await made.song())
        assert entry.state is SAVED
        assert made.parts() == []


@pytest.mark.guarantee("W5", ordinary="the copy of a file whose check fails")
async def test_the_copy_of_a_file_that_is_not_whole_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tagger = FakeTagger()
    tagger.gate = asyncio.Event()
    async with rig(tmp_path, tagger=tagger) as made:
        copies_at_the_check(made, monkeypatch, CUT, is_early=True)
        [entry] = await made.save(await made.song())
        assert (entry.state, entry.reason) == (FAILED, "The end of the file is missing")
        assert made.files() == {}
        assert ".new" not in made.parts()


async def test_other_files_are_copied_after_their_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tagging reads them, so the process that may crash has to read them first."""
    async with rig(tmp_path, tagger=FakeTagger()) as made:
        copies_at_the_check(made, monkeypatch, VerifiedAudio(100.0, True), is_early=False)
        [entry] = await made.save(await made.song(content=WAV))
        assert entry.state is SAVED
        assert made.files()["Song t1 [t1-c1].wav"].startswith(WAV)

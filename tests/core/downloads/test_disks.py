"""Full disks, folders that vanish, links instead of files, and other processes."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from sunotui.core.downloads.placing import Placed
from sunotui.core.downloads.saver import disk_error
from sunotui.storage.config.settings import SaveSettings
from tests.core.downloads.harness import FAILED, SAVED, SONG, FakeTagger, FileServer, rig, running
from tests.gateway.loopback import loopback_server
from tests.support.small_disk import fill, small_disk
from tests.support.waiting import until_async


@pytest.mark.guarantee("W6", ordinary="a disk of 1 MB that fills up in the middle of a file")
async def test_a_full_disk_keeps_what_has_arrived(tmp_path: Path) -> None:
    with small_disk(tmp_path / "music", "900k"):
        async with rig(tmp_path) as made:
            fill(made.folder / "filler")
            with (made.folder / "filler").open("r+b") as filler:
                filler.truncate(300_000)
            [entry] = await made.save(await made.song())
            assert (entry.state, entry.reason) == (FAILED, "The disk is full")
            assert made.parts() == [".json", ".part"]
            (made.folder / "filler").unlink()
            [part] = (path for path in made.folder.iterdir() if path.suffix == ".part")
            kept = part.stat().st_size
            assert 0 < kept < len(SONG)
            shutil.rmtree(tmp_path / "cache", ignore_errors=True)
            [entry] = await made.retried()
            assert made.ranges() == ["", f"bytes={kept}-"]
            assert (entry.state, entry.reason) == (FAILED, "The disk is full"), "there is no room for the tagged copy"
            assert part.stat().st_size == len(SONG)
    async with rig(tmp_path, name="two") as made:
        [entry] = await made.save(await made.song())
        assert entry.state is SAVED


async def test_a_folder_that_vanishes_is_one_sentence(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        other = tmp_path / "usb"
        other.mkdir()
        made.server.gate = asyncio.Event()
        await made.service.add(await made.song(), folder=other)
        await made.until_received(len(SONG) // 2)
        shutil.rmtree(other)
        made.server.gate.set()
        [entry] = await made.ended()
        assert (entry.state, entry.reason) == (FAILED, f"The folder {other} is not there any more")
        [entry] = await made.retried()
        assert entry.reason == f"The folder {other} is not there any more"
        assert not other.exists(), "a disk that is not there is not made up"
        other.mkdir()
        [entry] = await made.retried()
        assert (entry.state, [path.read_bytes() for path in other.iterdir()]) == (SAVED, [SONG])


async def test_the_folder_of_the_settings_is_created_but_not_what_is_above_it(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=SaveSettings(str(tmp_path / "a"))) as made:
        [entry] = await made.save(await made.song())
        assert entry.state is SAVED
    async with rig(tmp_path, settings=SaveSettings(str(tmp_path / "disk" / "a")), name="two") as made:
        [entry] = await made.save(await made.song())
        assert entry.reason == f"The folder {tmp_path / 'disk' / 'a'} is not there any more"


def test_errors_of_the_disk_have_a_sentence_each(tmp_path: Path) -> None:
    """Regression: a folder such as /proc, in which no file can be created, was called missing."""
    sentences = {
        number: disk_error(OSError(number, "an error"), tmp_path).what
        for number in (errno.EFBIG, errno.ENOENT, errno.EROFS, errno.EIO)
    }
    assert sentences == {
        errno.EFBIG: "The file is larger than this system allows files to be",
        errno.ENOENT: f"Nothing can be written in the folder {tmp_path}",
        errno.EROFS: f"Nothing can be written in the folder {tmp_path}",
        errno.EIO: "The file could not be written: an error",
    }
    assert disk_error(OSError(errno.ENOENT, ""), tmp_path / "a").what.endswith("is not there any more")


async def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    async with rig(tmp_path, settings=SaveSettings(str(tmp_path / "a"))) as made:
        [entry] = await made.save(await made.song())
        assert entry.state is FAILED
        assert (tmp_path / "a").read_text() == "mine"


async def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunotui.core.downloads.folders.os.access", lambda *_: False)
    async with rig(tmp_path) as made:
        [entry] = await made.save(await made.song())
        assert entry.reason == f"Nothing can be written in the folder {made.folder}"


@pytest.mark.guarantee("W2", ordinary="links at the part and at the file, files of the same name")
async def test_links_are_neither_followed_nor_replaced(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    async with rig(tmp_path, server=FileServer(cut_after=[50_000] * 9)) as made:
        takes = await made.song()
        await made.save(takes)
        [part] = (path for path in made.folder.iterdir() if path.suffix == ".part")
        part.unlink()
        part.symlink_to(target)
        made.server.cut_after.clear()
        [entry] = await made.retried()
        assert "a link is in the place of an unfinished file" in entry.reason
        part.unlink()
        name = made.folder / "Song t1 [t1-c1].mp3"
        name.symlink_to(target)
        [entry] = await made.retried()
        assert entry.path == made.folder / "Song t1 [t1-c1] (2).mp3"
        assert (name.is_symlink(), target.read_bytes()) == (True, b"precious")


@pytest.mark.guarantee("W2")
async def test_the_part_is_private_and_the_file_is_as_the_user_wants_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        async with rig(tmp_path) as made:
            made.server.gate = asyncio.Event()
            await made.service.add(await made.song())
            await made.until_received(len(SONG) // 2)
            [part] = (path for path in made.folder.iterdir() if path.suffix == ".part")
            assert stat.S_IMODE(part.stat().st_mode) == 0o600
            made.server.gate.set()
            [entry] = await made.ended()
            assert entry.path is not None
            assert stat.S_IMODE(entry.path.stat().st_mode) == 0o640
    finally:
        os.umask(before)


async def test_a_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    async with rig(tmp_path, tagger=FakeTagger()) as made:
        (made.folder / "Song t1 [t1-c1].mp3").write_bytes(b"mine")
        [entry] = await made.save(await made.song())
        assert entry.state is SAVED
        assert made.files()["Song t1 [t1-c1].mp3"] == b"mine"
        assert made.files()["Song t1 [t1-c1] (2).mp3"] == SONG + b"TAGGED"


async def test_the_file_of_another_library_that_is_the_same_is_taken(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        (made.folder / "Song t1 [t1-c1].mp3").write_bytes(SONG)
        [entry] = await made.save(await made.song())
        assert entry.path == made.folder / "Song t1 [t1-c1].mp3"
        assert len(made.files()) == 1


@pytest.mark.guarantee("W8")
async def test_a_take_that_another_process_has_just_saved_is_not_fetched_again(tmp_path: Path) -> None:
    server = FileServer(gate=asyncio.Event())
    async with (
        loopback_server(server.responder()) as http,
        running(tmp_path, server, http) as first,
        running(tmp_path, server, http) as second,
    ):
        has_read, may_begin = asyncio.Event(), asyncio.Event()
        save = second.service._saver.save

        async def later(*args: Any) -> Placed:
            has_read.set()
            await may_begin.wait()
            return await save(*args)

        second.service._saver.save = later  # type: ignore[method-assign, assignment]
        await first.service.add(await first.song())
        await first.until_received(len(SONG) // 2)
        await second.service.restore()
        await has_read.wait()
        assert server.gate is not None
        server.gate.set()
        await first.ended()
        may_begin.set()
        [entry] = await second.ended()
        assert entry.state is SAVED
        assert len(http.requests) == 1


@pytest.mark.guarantee("W8", ordinary="two queues with one library, and with two")
@pytest.mark.parametrize("name", ["one", "two"])
async def test_of_two_processes_one_saves_and_the_other_says_so(tmp_path: Path, name: str) -> None:
    server = FileServer(gate=asyncio.Event())
    async with (
        loopback_server(server.responder()) as http,
        running(tmp_path, server, http) as first,
        running(tmp_path, server, http, name=name) as second,
    ):
        await first.service.add(await first.song())
        await first.until_received(len(SONG) // 2)
        if name == "one":
            await second.service.restore()
        else:
            await second.service.add(await second.song())
        await until_async(
            lambda: second.service.status.entries[0].reason == "Another sunotui is saving it", "the reason"
        )
        assert server.gate is not None
        server.gate.set()
        [entry] = await first.ended()
        assert entry.state is SAVED
        [entry] = await second.ended()
        assert entry.state is SAVED
        assert list(first.files().values()) == [SONG]
        assert len(http.requests) == (1 if name == "one" else 2)

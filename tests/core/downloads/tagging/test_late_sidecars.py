"""A take that was saved before its times were known gets its timed lyrics when they arrive, or when it is saved
again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sunotui.domain.annotations import TakeRef
from sunotui.domain.gateways.capabilities import Feature
from sunotui.domain.music.word_timings import WordTimings
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.storage.downloads.saved_files import SavedFileStore
from tests.core.downloads.harness import SONG, rig
from tests.core.downloads.tagging.songs import song, take
from tests.core.harness import CoreHarness
from tests.support.waiting import until_async

WRITTEN = "[00:01.00]rain rain"


class Saved:
    """A song in the library with a saved take."""

    def __init__(self, harness: CoreHarness, folder: Path) -> None:
        self.harness, self.core = harness, harness.core
        self.path = folder / "Winter.mp3"
        self.lyrics = folder / "Winter.lrc"
        clip = take(lyrics="rain rain")
        self.task, self.ref = song(clip), TakeRef("task-1", clip.id)

    async def keep(self) -> None:
        """Save the take."""
        self.path.write_bytes(SONG)
        at = self.path.stat().st_mtime_ns
        file = SavedFile(
            self.ref.clip_id, FileKind.AUDIO, self.path, self.task.id, "home", len(SONG), "0", at, 1.0, 1.0,
            FileState.PRESENT,
        )  # fmt: skip
        await self.core.storage.run(self.core.stores.tasks.save, [self.task])
        await self.core.storage.run(SavedFileStore(self.core.stores.database).put, [file])

    async def ask(self) -> None:
        """Ask the gateway for the times, as a screen with lyrics does."""
        await self.core.services.extras.timing(self.ref.task_id, self.ref.clip_id)
        await self.harness.settle()

    async def save_again(self) -> None:
        """Save the take once more."""
        assert await self.core.services.downloads.add([self.ref]) == 0
        await self.core.services.downloads.wait_idle()


@asynccontextmanager
async def saved_take(folder: Path, kinds: str = '"lrc", "txt"') -> AsyncIterator[Saved]:
    """A saved take without files beside it, with these kinds of files chosen."""
    config = folder / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(f'[save]\nauto_save = "off"\nsidecars = [{kinds}]\n', encoding="utf-8")
    harness = CoreHarness(folder)
    await harness.open()
    try:
        made = Saved(harness, folder)
        await made.keep()
        yield made
    finally:
        await harness.core.close(1)


async def test_the_lyrics_are_written_when_their_times_arrive(tmp_path: Path) -> None:
    async with saved_take(tmp_path) as saved:
        await saved.ask()
        await until_async(saved.lyrics.exists, "the timed lyrics")
        assert WRITTEN in saved.lyrics.read_text(encoding="utf-8")
        # Other kinds may have been deleted by the user.
        assert not saved.path.with_suffix(".txt").exists()


async def test_a_file_of_the_user_stays(tmp_path: Path) -> None:
    async with saved_take(tmp_path) as saved:
        saved.lyrics.write_text("mine", encoding="utf-8")
        await saved.ask()
        await saved.save_again()
    assert saved.lyrics.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kinds", ["", '"txt", "json"'])
async def test_nothing_is_written_unless_it_is_chosen(tmp_path: Path, kinds: str) -> None:
    async with saved_take(tmp_path, kinds) as saved:
        await saved.ask()
        await saved.save_again()
    assert not saved.lyrics.exists()


async def test_a_take_whose_file_is_gone_gets_no_lyrics(tmp_path: Path) -> None:
    async with saved_take(tmp_path) as saved:
        saved.path.unlink()
        await saved.ask()
    assert not saved.lyrics.exists()


async def test_a_take_that_is_saved_again_gets_the_times_that_are_offered(tmp_path: Path) -> None:
    async with saved_take(tmp_path) as saved:
        await saved.save_again()
        assert not saved.lyrics.exists()
        assert saved.harness.gateway.asked_extras == 0
        await saved.core.services.capabilities.learn("home", Feature.TIMING, True)
        await saved.save_again()
        assert WRITTEN in saved.lyrics.read_text(encoding="utf-8")
        await saved.save_again()
        assert saved.harness.gateway.asked_extras == 1
        # A program that was killed may have written none of them.
        assert saved.path.with_suffix(".txt").read_text(encoding="utf-8") == "rain rain\n"


async def test_a_take_that_is_saved_twice_asks_for_its_times_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with saved_take(tmp_path) as saved:
        await saved.core.services.capabilities.learn("home", Feature.TIMING, True)
        gateway, responds, asked = saved.harness.gateway, asyncio.Event(), []
        timing = gateway.timing

        async def slow(clip_id: str) -> WordTimings:
            asked.append(clip_id)
            await responds.wait()
            return await timing(clip_id)

        monkeypatch.setattr(gateway, "timing", slow)
        downloads = saved.core.services.downloads
        await downloads.add([saved.ref])
        await until_async(lambda: bool(asked), "the request")
        await downloads.add([saved.ref])
        await saved.harness.settle()
        responds.set()
        await downloads.wait_idle()
        assert asked == [saved.ref.clip_id]
        assert saved.lyrics.exists()


async def test_the_queue_completes_takes_that_are_saved_and_waits_for_that(tmp_path: Path) -> None:
    completed: list[str] = []

    async def complete(files: Iterable[SavedFile]) -> None:
        completed.extend(file.path.name for file in files)

    async with rig(tmp_path, complete=complete) as made:
        takes = await made.song(takes=2)
        await made.save(takes[:1])
        assert completed == []
        await made.save(takes)
        assert completed == ["Song t1 [t1-c1].mp3"]

"""The export of an album: what it saves first, what is missing, and what a cancelled export leaves."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from PIL import Image

from sunotui.core.albums import exporter
from sunotui.core.albums.exporter import AlbumExporter
from sunotui.core.media.cover_source import CoverSource
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.saving.downloads import FileKind, FileState, SavedFile
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.downloads.saved_files import SavedFileStore
from tests.core.harness import CoreHarness
from tests.support.paths import ROOT

SOUND = ROOT / "sunotui" / "demo" / "sounds" / "neon.mp3"
NAMES = ("rain", "snow", "sun")


class FakeSaver:
    """Saves takes by copying, and gives a reason for those that it cannot have."""

    def __init__(self, harness: CoreHarness, folder: Path) -> None:
        self._harness, self._folder = harness, folder
        self.asked: list[str] = []
        self.reasons: dict[str, str] = {}

    async def save(self, takes: Sequence[TakeRef]) -> Mapping[str, str]:
        """Save the takes."""
        self.asked += [take.clip_id for take in takes]
        core = self._harness.core
        for take in takes:
            if take.clip_id not in self.reasons:
                path = self._folder / f"{take.clip_id}.mp3"
                shutil.copyfile(SOUND, path)
                state, digest = path.stat(), hashlib.sha256(path.read_bytes()).hexdigest()
                facts = (path, take.task_id, "main", state.st_size, digest, state.st_mtime_ns, 1.0, 1.0)
                file = SavedFile(take.clip_id, FileKind.AUDIO, *facts, FileState.PRESENT)
                await core.storage.run(SavedFileStore(core.stores.database).put, [file])
        return self.reasons


class Album:
    """An album in a library, with what exports it."""

    def __init__(self, harness: CoreHarness, folder: Path) -> None:
        self.harness, self.folder = harness, folder / "out"
        self.saver = FakeSaver(harness, folder)
        self.cover: Path | None = None
        core = harness.core
        self.exporter = AlbumExporter(
            core.storage,
            core.stores,
            self.saver,  # type: ignore[arg-type]
            self._cover_file,
            core.active_profiles.named,
            str(folder),
        )

    async def _cover_file(self, source: CoverSource) -> Path | None:
        return self.cover

    def files(self) -> list[str]:
        """The visible files."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())


@pytest.fixture
async def album(tmp_path: Path) -> AsyncIterator[Album]:
    harness = CoreHarness(tmp_path)
    await harness.open()
    tasks = [
        Task(
            f"task-{name}",
            "main",
            TaskKind.MUSIC,
            TaskStatus.SUCCESS,
            1.0,
            clips=(
                Clip(
                    name, name.title(), ClipStatus.COMPLETE, duration_s=60.0, image_url=f"https://x.example/{name}.png"
                ),
            ),
        )
        for name in NAMES
    ]
    words = Task("task-words", "main", TaskKind.LYRICS, TaskStatus.SUCCESS, 1.0, title_hint="Words")
    await harness.core.storage.run(harness.core.stores.tasks.save, [*tasks, words])
    takes = [
        TakeRef("task-rain", "rain"),
        TakeRef("task-words"),
        TakeRef("task-snow", "snow"),
        TakeRef("task-sun", "sun"),
    ]
    await harness.core.services.annotations.add_to_album("Night", takes)
    yield Album(harness, tmp_path)
    await harness.core.close(1)


async def test_what_is_not_saved_is_saved_once(album: Album) -> None:
    album.saver.reasons = {"snow": "the link is dead"}
    made = await album.exporter.export("Night", album.folder)
    assert [(missing.track.number, missing.reason) for missing in made.missing] == [(2, "the link is dead")]
    assert album.files() == ["01 Rain.mp3", "03 Sun.mp3", "Night.m3u8", "credits.txt"], "the gap stays for the song"
    album.saver.reasons = {}
    album.saver.asked = []
    made = await album.exporter.export("Night", album.folder)
    assert album.saver.asked == ["snow"]
    assert (made.missing, made.changes.renamed) == ((), [])
    assert made.changes.unchanged == ["01 Rain.mp3", "03 Sun.mp3"]


async def test_a_cancelled_export_goes_on_later(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    write, begun, may_end = exporter._write_song, threading.Event(), threading.Event()

    def slowly(*args: object) -> None:
        begun.set()
        may_end.wait()
        write(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(exporter, "_write_song", slowly)
        running = asyncio.create_task(album.exporter.export("Night", album.folder))
        await asyncio.to_thread(begun.wait)
        running.cancel()
        await asyncio.sleep(0)
        with pytest.raises(InvalidRequest, match="exported"):
            await album.exporter.export("Night", album.folder)
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert album.files() == ["01 Rain.mp3"], "it ended after the step that had begun"
    made = await album.exporter.export("Night", album.folder)
    assert made.changes.unchanged == ["01 Rain.mp3"]
    assert len(album.files()) == 5


async def test_a_cover_that_comes_late_changes_only_what_has_it(album: Album, tmp_path: Path) -> None:
    made = await album.exporter.export("Night", album.folder)
    assert made.notes == ("The cover of “Rain” could not be fetched",)
    album.cover = tmp_path / "cover-file"
    Image.new("RGB", (4, 4)).save(album.cover, "JPEG")
    assert (await album.exporter.export("Night", album.folder)).changes.written == ["cover.jpg"]
    await album.harness.core.services.annotations.set_album_cover("Night", clip_id="snow")
    made = await album.exporter.export("Night", album.folder)
    assert made.changes.written == ["01 Rain.mp3", "02 Snow.mp3", "03 Sun.mp3"]
    assert ID3(album.folder / "01 Rain.mp3").getall("APIC")[0].data == album.cover.read_bytes()
    album.cover = None
    assert (await album.exporter.export("Night", album.folder)).changes.written == []
    assert "cover.jpg" in album.files()


async def test_tags_that_the_user_gave_a_saved_file_come_along(album: Album, tmp_path: Path) -> None:
    await album.exporter.export("Night", album.folder)
    tags = ID3()
    tags.save(tmp_path / "sun.mp3", v2_version=3, padding=lambda _: 5_000)
    made = await album.exporter.export("Night", album.folder)
    assert made.changes.written == ["03 Sun.mp3"]


async def test_an_exported_file_is_not_its_own_source(album: Album, tmp_path: Path) -> None:
    """The library may have found the exported files, and the saved ones may be gone."""
    await album.exporter.export("Night", album.folder)
    core = album.harness.core
    store = SavedFileStore(core.stores.database)
    for name, exported in (("rain", "01 Rain.mp3"), ("snow", "02 Snow.mp3")):
        (tmp_path / f"{name}.mp3").unlink()
        file = (await core.storage.run(store.of, [name]))[name][0]
        await core.storage.run(store.put, [file._replace(path=album.folder / exported, saved_at=9.0)])
    await core.services.annotations.move_in_album("Night", TakeRef("task-rain", "rain"), 5)
    album.saver.asked = []
    made = await album.exporter.export("Night", album.folder)
    assert (album.saver.asked, made.missing) == ([], ())
    assert album.files()[:3] == ["01 Snow.mp3", "02 Sun.mp3", "03 Rain.mp3"]


async def test_a_disk_that_is_full_is_one_sentence(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(exporter, "_write_song", full)
        with pytest.raises(InvalidRequest, match="could not be written: no space left on device"):
            await album.exporter.export("Night", album.folder)
    assert (await album.exporter.export("Night", album.folder)).missing == ()


def test_a_file_that_changes_while_it_is_copied_is_copied_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = tmp_path / "Rain.mp3", tmp_path / "part"
    source.write_bytes(b"song")
    changes = 0
    copy = shutil.copyfile

    def copied(one: Path, other: Path) -> None:
        nonlocal changes
        copy(one, other)
        changes -= 1
        if changes >= 0:
            source.write_bytes(source.read_bytes() + b", more")

    monkeypatch.setattr(shutil, "copyfile", copied)
    changes = 100
    with pytest.raises(InvalidRequest, match="was changed while it was copied"):
        exporter._copy(source, target)
    changes = 1
    exporter._copy(source, target)
    assert target.read_bytes() == source.read_bytes()


async def test_an_album_without_sound_makes_no_folder(album: Album) -> None:
    await album.harness.core.services.annotations.add_to_album("Words", [TakeRef("task-words")])
    with pytest.raises(InvalidRequest, match="has no songs"):
        await album.exporter.export("Words", album.folder)
    assert not album.folder.exists()


async def test_the_suggested_folder_has_a_safe_name(album: Album, tmp_path: Path) -> None:
    assert await album.exporter.suggested_folder("../A/B: C.") == tmp_path / "A B C"
    assert await album.exporter.suggested_folder("CON") == tmp_path / "CON_"

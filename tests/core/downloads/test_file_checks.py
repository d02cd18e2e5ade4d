"""Saved files that were moved, deleted, changed and put back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from sunotui.core.downloads import file_checks
from sunotui.core.downloads.file_checks import FileCounts, count_files
from sunotui.core.events import TasksChanged
from sunotui.domain.saving.downloads import FileState, SavedFile
from sunotui.storage.config.settings import SaveSettings
from sunotui.storage.downloads.safety import SafetyStore
from sunotui.storage.downloads.saved_files import SavedFileStore
from tests.core.downloads.harness import SAVED, SONG, Rig, rig


async def state_of(made: Rig, clip_id: str = "t1-c1") -> FileState | None:
    """What the library has of a take's file."""
    files = await made.storage.run(made.service._files.of, [clip_id])
    return files[clip_id][0].state if clip_id in files else None


async def test_files_that_are_there_cost_no_reading(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        await made.save(await made.song(takes=3))
        made.events.clear()
        assert await made.service.check_files() == 0
        assert made.events == []


async def test_a_deleted_file_is_noticed_and_downloaded_again_when_asked_for(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        [entry] = await made.save(takes)
        assert entry.path is not None
        entry.path.unlink()
        made.events.clear()
        assert await made.service.check_files() == 1
        assert TasksChanged(("t1",)) in made.events
        assert await state_of(made) is FileState.MISSING
        assert await made.saved_of("t1-c1") == {}
        assert await made.storage.run(made.stores.database.column, "SELECT saved FROM task") == [0]
        assert await made.service.add(takes) == 1
        await made.ended()
        assert await state_of(made) is FileState.PRESENT


async def test_a_file_with_other_tags_counts_as_saved_one_without_sound_not(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        takes = await made.song()
        [entry] = await made.save(takes)
        path = entry.path
        assert path is not None
        path.write_bytes(b"ID3other tags" + SONG)
        assert await made.service.check_files() == 1
        assert await state_of(made) is FileState.CHANGED
        assert await made.service.check_files() == 0, "it stays changed"
        assert await made.service.add(takes) == 0
        path.write_bytes(SONG)
        await made.service.check_files()
        assert await state_of(made) is FileState.PRESENT, "the saved file was put back"
        for content in (b"", b"<html>", SONG[: len(SONG) // 3]):
            path.write_bytes(content)
            await made.service.check_files()
            assert await state_of(made) is FileState.MISSING


async def test_a_moved_file_is_found_in_the_folders_of_saved_files(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        [entry] = await made.save(await made.song())
        assert entry.path is not None
        moved = made.folder / "sorted" / "My favourite.mp3"
        moved.parent.mkdir()
        entry.path.rename(moved)
        (made.folder / "decoy.mp3").write_bytes(bytes(len(SONG)))
        await made.service.check_files()
        file = (await made.saved_of("t1-c1"))["t1-c1"]
        assert (file.path, file.state) == (moved, FileState.PRESENT)
        assert len(await made.storage.run(made.service._files.all)) == 1
        assert entry.state is SAVED


async def test_the_storage_thread_reads_and_writes_few_files_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all files at once, a request waited for seconds in a large library."""
    monkeypatch.setattr(file_checks, "FILES_AT_ONCE", 4)
    async with rig(tmp_path) as made:
        for entry in await made.save(await made.song(takes=10)):
            assert entry.path is not None
            entry.path.unlink()
        sizes: list[tuple[str, int]] = []
        read, write = SavedFileStore.page, SavedFileStore.put

        def page(store: SavedFileStore, after: SavedFile | None, limit: int) -> list[SavedFile]:
            found = read(store, after, limit)
            sizes.append(("read", len(found)))
            return found

        def put(store: SavedFileStore, files: Sequence[SavedFile]) -> None:
            sizes.append(("written", len(files)))
            write(store, files)

        monkeypatch.setattr(SavedFileStore, "page", page)
        monkeypatch.setattr(SavedFileStore, "put", put)
        assert await made.service.check_files() == 10
        assert [size for what, size in sizes if what == "read"] == [4, 4, 2, 0]
        assert [size for what, size in sizes if what == "written"] == [4, 4, 2]


async def test_a_changed_and_moved_file_is_found_by_the_time_of_its_change(tmp_path: Path) -> None:
    changed = b"ID3other tags" + SONG
    async with rig(tmp_path) as made:
        [entry] = await made.save(await made.song())
        assert entry.path is not None
        entry.path.write_bytes(changed)
        os.utime(entry.path, ns=(1, 1_700_000_000_123_456_789))
        await made.service.check_files()
        moved = entry.path.rename(made.folder / "moved.mp3")
        (made.folder / "decoy.mp3").write_bytes(changed)
        await made.service.check_files()
        file = (await made.saved_of("t1-c1"))["t1-c1"]
        assert (file.path, file.state) == (moved, FileState.CHANGED)
        moved.write_bytes(SONG)
        await made.service.check_files()
        assert await state_of(made) is FileState.PRESENT, "it is still known by its first content"


async def test_a_time_in_whole_seconds_does_not_show_a_changed_file(tmp_path: Path) -> None:
    async with rig(tmp_path) as made:
        [entry] = await made.save(await made.song())
        assert entry.path is not None
        entry.path.write_bytes(b"ID3other tags" + SONG)
        os.utime(entry.path, ns=(1, 1_700_000_000_000_000_000))
        await made.service.check_files()
        entry.path.rename(made.folder / "moved.mp3")
        await made.service.check_files()
        assert await state_of(made) is FileState.MISSING


async def test_a_deleted_file_whose_name_another_take_got_is_missing(tmp_path: Path) -> None:
    settings = SaveSettings(folder=str(tmp_path / "music"), template="{title}.{ext}")
    async with rig(tmp_path, settings=settings) as made:
        first = await made.song("t1", title="Rain")
        second = await made.song("t2", title="Rain", content=SONG + b"second")
        [entry] = await made.save(first)
        assert entry.path is not None
        entry.path.unlink()
        await made.save(second)
        assert (await made.saved_of("t2-c1"))["t2-c1"].path == entry.path
        await made.service.check_files()
        assert await state_of(made, "t1-c1") is FileState.MISSING
        assert await state_of(made, "t2-c1") is FileState.PRESENT
        assert await made.storage.run(SafetyStore(made.stores.database).missing) == first
        made.events.clear()
        assert await made.service.check_files() == 0
        assert made.events == [], "nothing is stored again"
        await made.save(first)
        assert sorted(made.files()) == ["Rain (2).mp3", "Rain.mp3"]
        counted = await made.storage.run(count_files, made.stores.database, 1.0)
        assert counted == FileCounts(takes=2, missing=0), "the old place of a take that is saved elsewhere is no loss"


async def test_files_with_one_content_share_a_name(tmp_path: Path) -> None:
    settings = SaveSettings(folder=str(tmp_path / "music"), template="{title}.{ext}")
    async with rig(tmp_path, settings=settings) as made:
        takes = [*await made.song("t1", title="Rain"), *await made.song("t2", title="Rain")]
        await made.save(takes)
        assert sorted(made.files()) == ["Rain.mp3"]
        (made.folder / "Rain.mp3").write_bytes(b"ID3other tags" + SONG)
        await made.service.check_files()
        assert await state_of(made, "t1-c1") is await state_of(made, "t2-c1") is FileState.CHANGED

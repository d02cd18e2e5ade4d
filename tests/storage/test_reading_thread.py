"""Questions on a connection of their own: they see what was written, and write nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sunotui.domain.errors import LibraryError
from sunotui.storage.db.connection import Database
from sunotui.storage.db.version import SCHEMA_VERSION
from sunotui.storage.drafts import DraftStore
from sunotui.storage.reading_thread import ReadingThread
from sunotui.storage.worker import StorageThread


async def test_a_question_sees_what_was_written_before(db: Database) -> None:
    reading = ReadingThread(StorageThread(), db)
    for text in ("one", "two"):
        DraftStore(db).save("composer", text)
        assert await reading.run(lambda own: DraftStore(own).load("composer")) == text
    await reading.close()
    await reading.close()


async def test_a_question_writes_nothing(db: Database) -> None:
    reading = ReadingThread(StorageThread(), db)
    with pytest.raises(LibraryError):
        await reading.run(lambda own: DraftStore(own).save("composer", "x"))
    await reading.close()
    assert DraftStore(db).load("composer") == ""


async def test_the_library_is_whole_in_one_file_after_closing(path: Path, db: Database) -> None:
    reading = ReadingThread(StorageThread(), db)
    DraftStore(db).save("composer", "x")
    await reading.run(lambda own: DraftStore(own).load("composer"))
    await reading.close()
    db.close()
    left = await asyncio.to_thread(lambda: {one.name for one in path.parent.iterdir()})
    assert not left & {"library.db-wal", "library.db-shm"}


async def test_a_file_that_was_replaced_is_not_read(path: Path, db: Database) -> None:
    reading = ReadingThread(StorageThread(), db)
    await asyncio.to_thread(path.rename, path.with_name("moved.db"))
    with pytest.raises(LibraryError, match="deleted or replaced"):
        await reading.run(lambda own: DraftStore(own).load("composer"))
    await reading.close()


async def test_the_connection_can_be_opened_before_the_first_question(path: Path, db: Database) -> None:
    reading = ReadingThread(StorageThread(), db)
    reading.begin()
    await reading._thread.run(lambda: None)
    assert reading._own is not None
    assert await reading.run(lambda own: own is reading._own)
    await reading.close()
    db.close()
    left = await asyncio.to_thread(lambda: {one.name for one in path.parent.iterdir()})
    assert not left & {"library.db-wal", "library.db-shm"}


async def test_a_connection_that_failed_early_is_opened_later(path: Path, db: Database) -> None:
    reading = ReadingThread(StorageThread(), db)
    moved = path.with_name("moved.db")
    await asyncio.to_thread(path.rename, moved)
    reading.begin()
    await reading._thread.run(lambda: None)
    await asyncio.to_thread(moved.rename, path)
    assert await reading.run(lambda own: DraftStore(own).load("composer")) == ""
    await reading.close()


async def test_a_library_that_can_only_be_read_has_one_connection(db: Database, path: Path) -> None:
    db.close()
    only_read = Database._open_to_read(path, SCHEMA_VERSION, "its disk is full", 1.0)
    storage = StorageThread()
    reading = ReadingThread(storage, only_read)
    assert await reading.run(lambda own: own is only_read)
    await reading.close()
    storage.close()
    only_read.close()

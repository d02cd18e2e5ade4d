"""Takes that are saved automatically: each once, as soon as they are favourites or done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from sunotui.core.background import BackgroundTasks
from sunotui.core.context import Context
from sunotui.core.event_bus import EventBus
from sunotui.core.events import AutoSaveFailed, Event, TasksChanged
from sunotui.core.safety.auto_saver import AutoSaver
from sunotui.domain.annotations import AnnotationField, TakeRef
from sunotui.domain.saving.downloads import DownloadState
from sunotui.storage.annotations.notes import TrashStore
from sunotui.storage.annotations.ratings import RatingStore
from sunotui.storage.config.settings import SaveSettings
from sunotui.storage.downloads.safety import SafetyStore
from tests.core.downloads.harness import FAILED, SAVED, SONG, Rig, rig


class Saving:
    """An AutoSaver with its queue of downloads."""

    def __init__(self, made: Rig, saver: AutoSaver, events: list[Event]) -> None:
        self.made, self.saver, self.events = made, saver, events

    async def change(self, *task_ids: str) -> None:
        """Say that songs changed, and wait for what comes of it."""
        self.saver.on_event(TasksChanged(task_ids))
        await self.saver.finish()

    async def star(self, take: TakeRef, is_favourite: bool = True) -> None:
        """Make a take a favourite, or undo that."""
        store = RatingStore(self.made.stores.database)
        await self.made.storage.run(store.put, AnnotationField.FAVOURITE, {take: int(is_favourite)})
        await self.change(take.task_id)

    def states(self) -> list[tuple[str, DownloadState]]:
        """The takes in the queue, and their states."""
        return [(entry.take.clip_id, entry.state) for entry in self.made.service.status.entries]


@asynccontextmanager
async def saving(
    tmp_path: Path, auto_save: str = "favourites", settings: SaveSettings | None = None
) -> AsyncIterator[Saving]:
    async with rig(tmp_path, settings=settings) as made:
        bus, events = EventBus(), list[Event]()
        bus.subscribe(events.append)
        background = BackgroundTasks(bus)
        ctx = Context(made.storage, cast("Any", None), bus, made.clock, cast("Any", None), background)
        saver = AutoSaver(ctx, SafetyStore(made.stores.database), made.service, auto_save)
        yield Saving(made, saver, events)
        await background.close()


async def test_a_favourite_is_saved_once(tmp_path: Path) -> None:
    async with saving(tmp_path) as it:
        takes = await it.made.song(takes=2)
        await it.change("t1")
        assert it.states() == []
        await it.star(takes[1])
        assert it.states() == [("t1-c2", SAVED)]
        assert list(it.made.files().values()) == [SONG]
        await it.star(takes[1], False)
        await it.star(takes[1])
        assert len(it.made.http.requests) == 1
        [path] = it.made.folder.glob("*.mp3")
        path.unlink()
        await it.made.service.check_files()
        await it.change("t1")
        assert it.made.files() == {}, "who deletes a file does not want it back"


async def test_nothing_of_the_trash_and_nothing_unfinished(tmp_path: Path) -> None:
    async with saving(tmp_path) as it:
        [take] = await it.made.song()
        await it.made.storage.run(TrashStore(it.made.stores.database).put, {"t1": 5.0})
        await it.star(take)
        assert it.states() == []
        await it.made.storage.run(TrashStore(it.made.stores.database).put, {"t1": None})
        await it.made.change("UPDATE task SET status = 'in_progress'")
        await it.change("t1")
        assert it.states() == []
        await it.made.change("UPDATE task SET status = 'success'")
        await it.change("t1")
        assert it.states() == [("t1-c1", SAVED)], "it is done while it is a favourite"


@pytest.mark.parametrize(("auto_save", "count"), [("all", 2), ("off", 0)])
async def test_every_take_or_no_take(tmp_path: Path, auto_save: str, count: int) -> None:
    async with saving(tmp_path, auto_save) as it:
        takes = await it.made.song(takes=2)
        await it.star(takes[0])
        assert len(it.states()) == count


async def test_a_failed_save_is_not_retried_automatically(tmp_path: Path) -> None:
    async with saving(tmp_path) as it:
        [take] = await it.made.song(content=None)
        await it.star(take)
        assert it.states() == [("t1-c1", FAILED)]
        asked = len(it.made.http.requests)
        [failed] = await it.saver.finish()
        assert failed.reason
        await it.change("t1")
        assert len(it.made.http.requests) == asked
        assert not it.saver.is_busy


async def test_settings_that_name_no_file_are_reported_once(tmp_path: Path) -> None:
    settings = SaveSettings(folder=str(tmp_path / "music"), template="{nosuch}.{ext}")
    async with saving(tmp_path, settings=settings) as it:
        for number in (1, 2):
            [take] = await it.made.song(f"t{number}")
            await it.star(take)
        [event] = [event for event in it.events if isinstance(event, AutoSaveFailed)]
        assert event.message.startswith("Favourites are not saved: ")

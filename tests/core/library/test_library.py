"""The library as synchronous queries: opened separately, and through Core."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core import diagnostics
from sunotui.core.documents.annotation_queries import album_named
from sunotui.core.library.library import Library, open_library
from sunotui.core.paths import AppPaths
from sunotui.core.statistics.page import library_statistics
from sunotui.domain.browse import Sort
from sunotui.domain.errors import NotFound
from sunotui.domain.search.query import MATCH_ALL
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.core.harness import CoreHarness

TASKS = [
    Task("old", "home", TaskKind.MUSIC, TaskStatus.SUCCESS, 1.0),
    Task("new", "work", TaskKind.MUSIC, TaskStatus.IN_PROGRESS, 2.0),
]


@pytest.fixture
def paths(tmp_path: Path) -> AppPaths:
    found = AppPaths(tmp_path / "data", tmp_path / "config")
    db = Database.open(found.library)
    TaskStore(db).save(TASKS)
    db.close()
    return found


def test_a_library_is_read_without_an_event_loop(paths: AppPaths) -> None:
    with open_library(paths) as library:
        assert [task.id for task in library.recent(MATCH_ALL, 9, now=9.0)] == ["new", "old"]
        assert [task.id for task in library.recent(MATCH_ALL, 1, now=9.0, sort=Sort.AGE, is_reversed=True)] == ["old"]
        assert [task.id for task in library.recent(MATCH_ALL, 9, now=9.0, profile="home")] == ["old"]
        assert list(library.tasks(["old", "none"])) == ["old"]
        assert library_statistics(library).total.tasks == 2
        assert library.trashed(["old"]) == set()
        with pytest.raises(NotFound):
            album_named(library, "none")


async def test_core_runs_a_query_on_the_storage_thread(harness: CoreHarness) -> None:
    assert await harness.core.read(Library.tasks, ["none"]) == {}
    with pytest.raises(NotFound):
        await harness.core.read(album_named, "none")


def test_an_intact_library_is_examined_and_needs_no_repair(paths: AppPaths) -> None:
    health = diagnostics.examine_library(paths, 1.0)
    assert (health.damage, health.tasks, health.unfinished, health.read_only) == ("", 2, 1, "")
    assert health.size > 0
    report = diagnostics.repair_library(paths, 1.0, lambda _report: False)
    assert report is not None
    assert report.was_intact
    assert not diagnostics.list_backups(paths)

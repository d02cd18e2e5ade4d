"""The daily backup runs in the background, and damage that it finds is reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sunotui.core.core import Core
from sunotui.core.events import LibraryHealthChanged
from sunotui.core.library.daily_backup import CHECK_EVERY_S, FIRST_AFTER_S
from sunotui.core.paths import AppPaths
from sunotui.storage.backup import backups_of
from tests.core.harness import CoreHarness
from tests.support.manual_clock import ManualClock
from tests.support.waiting import hang_guard, until_async

DAY_S = 86_400.0


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[CoreHarness]:
    made = CoreHarness(tmp_path, keeps_backups=True)
    await made.open()
    yield made
    await made.core.close(1)


async def test_one_is_made_after_the_start_and_one_each_day(harness: CoreHarness) -> None:
    await harness.core.start()
    await harness.clock.advance(FIRST_AFTER_S - 1)
    assert backups_of(harness.core.paths.library) == []
    await harness.clock.advance(1)
    # On a thread that the test clock does not control.
    await until_async(lambda: len(backups_of(harness.core.paths.library)) == 1, "the first copy")
    # As after a night during which the computer slept.
    harness.clock._wall += DAY_S
    async with hang_guard("the copy of the second day"):
        # The first backup exists a moment before the wait for the next check begins.
        while len(backups_of(harness.core.paths.library)) < 2:
            await harness.clock.advance(CHECK_EVERY_S)


async def test_no_backup_of_a_temporary_library(tmp_path: Path) -> None:
    clock = ManualClock()
    paths = AppPaths(tmp_path / "demo", tmp_path / "demo" / "config")
    core = Core(paths, {}, clock=clock, keeps_backups=False)
    await core.open()
    await core.start()
    await clock.advance(FIRST_AFTER_S + CHECK_EVERY_S)
    await core.close(1)
    assert not (tmp_path / "demo" / "backups").exists()


async def test_damage_is_reported(harness: CoreHarness) -> None:
    path = harness.core.paths.library
    # Outside of what the start checks, and not where the program reads.
    await harness.core.storage.run(harness.core.stores.drafts.save, "large", "x" * 200_000)
    await harness.core.storage.run(harness.core.stores.database.query, "PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 3 * 4_096)
        file.write(b"\xff" * 4_096)
    await harness.core.start()
    await harness.clock.advance(FIRST_AFTER_S)
    await until_async(lambda: any(isinstance(event, LibraryHealthChanged) for event in harness.events), "the damage")
    reported = [event for event in harness.events if isinstance(event, LibraryHealthChanged)]
    assert reported[0].problem == "damaged"
    assert reported[0].error is not None
    assert "A repair rescues what can be read" in reported[0].error.sentence
    assert backups_of(path) == []

"""Nothing waits for a long question: not a write, and not a list."""

from __future__ import annotations

import asyncio
import io
import shutil
import sys
import threading
import time
from pathlib import Path

import pytest

from sunotui.cli.launch import SWITCH_INTERVAL_S
from sunotui.core.library.library import Library
from sunotui.core.library.list_reader import ListReader
from sunotui.core.statistics.page import library_statistics
from sunotui.core.transfer.library_transfer import export_jsonl
from sunotui.domain.browse import EVERYTHING, CollectionCounts, ListQuery
from sunotui.domain.tasks.task import TaskStatus
from sunotui.storage.backup import back_up
from tests.benchmarks.full_library import full_library
from tests.core.harness import CoreHarness
from tests.support.calibration import unit_s
from tests.support.waiting import HANG_S, hang_guard


async def test_writes_and_lists_do_not_wait_for_a_long_question(harness: CoreHarness) -> None:
    core, may_end, has_begun = harness.core, threading.Event(), threading.Event()

    def question(library: Library) -> list[str]:
        has_begun.set()
        assert may_end.wait(HANG_S)
        return list(library.tasks(["new"]))

    async with hang_guard(lambda: "the long question holds the library"):
        asked = asyncio.ensure_future(core.read_long(question))
        await core.browser.page(ListQuery(), before=0, after=20)
        assert has_begun.wait(HANG_S)
        await harness.put("new", status=TaskStatus.SUCCESS)
        assert [row.id for row in (await core.browser.page(ListQuery(), before=0, after=20)).rows] == ["new"]
        assert not asked.done()
        may_end.set()
        assert await asked == ["new"]


async def test_a_list_does_not_wait_for_the_counts(harness: CoreHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    core, may_end, has_begun = harness.core, threading.Event(), threading.Event()
    count = ListReader.collections

    def counting(self: ListReader) -> CollectionCounts:
        has_begun.set()
        assert may_end.wait(HANG_S)
        return count(self)

    monkeypatch.setattr(ListReader, "collections", counting)
    await harness.put("new", status=TaskStatus.SUCCESS)
    async with hang_guard(lambda: "the counts hold the list"):
        asked = asyncio.ensure_future(core.browser.collections())
        await asyncio.to_thread(has_begun.wait, HANG_S)
        assert [row.id for row in (await core.browser.page(ListQuery(), before=0, after=20)).rows] == ["new"]
        may_end.set()
        assert (await asked).counts[EVERYTHING] == 1


async def test_a_write_does_not_wait_for_a_list(harness: CoreHarness) -> None:
    core, may_end = harness.core, threading.Event()

    def question(_lists: object) -> bool:
        return may_end.wait(HANG_S)

    async with hang_guard(lambda: "the list holds the library"):
        asked = asyncio.ensure_future(core.browser._read(question))
        await harness.put("new")
        may_end.set()
        assert await asked


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_nothing_waits_20_ms_for_the_longest_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library of 100,000 songs: statistics, the counts of saved searches, an export and a backup, one after the
    other, while something is saved again and again. How long that waits for the storage thread counts, not its sync of
    the disk. Of 100 waits one may be longer, by an interruption of other programs, but none as long as a question."""
    harness = CoreHarness(tmp_path)
    library = harness.core.paths.library
    library.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(full_library() / "library.db", library)
    await harness.open()
    core = harness.core
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    waits: list[float] = []

    def export(library: Library) -> None:
        export_jsonl(library, io.StringIO())

    async def ask() -> None:
        await core.read_long(library_statistics)
        await core.browser.count_searches()
        assert await asyncio.to_thread(back_up, library, core.clock.now()) is not None
        await core.read_long(export)

    asked = asyncio.ensure_future(ask())
    try:
        while not asked.done():
            wanted = time.perf_counter()
            waits.append(await core.storage.run(time.perf_counter) - wanted)
            await harness.put(f"new-{len(waits)}")
            await core.browser.page(ListQuery(), before=0, after=20)
            await asyncio.sleep(0)
        await asked
    finally:
        sys.setswitchinterval(interval)
        await core.close(5)
    waits.sort()
    limit = 0.020 * max(1.0, unit_s() / 0.010)
    assert len(waits) > 100
    assert waits[int(len(waits) * 0.99)] < limit, (len(waits), waits[-5:], limit)
    assert waits[-1] < 10 * limit, (waits[-5:], limit)

"""Nothing waits for a long question: not a write, and not a list."""

from __future__ import annotations

import asyncio
import threading

from sunotui.core.library.library import Library
from sunotui.domain.browse import ListQuery
from sunotui.domain.tasks.task import TaskStatus
from tests.core.harness import CoreHarness
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


async def test_a_write_does_not_wait_for_a_list(harness: CoreHarness) -> None:
    core, may_end = harness.core, threading.Event()

    def question(_lists: object) -> bool:
        return may_end.wait(HANG_S)

    async with hang_guard(lambda: "the list holds the library"):
        asked = asyncio.ensure_future(core.browser._read(question))
        await harness.put("new")
        may_end.set()
        assert await asked

"""A clock that is set and a computer that sleeps cause no burst, no negative age and no lost task (P5)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sunotui.core.polling import schedule
from sunotui.domain.tasks.merge import MISSES_UNTIL_LOST
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.fake_transport import FakeResponse, OfflineCore, batch, ids_of, song

pytestmark = pytest.mark.guarantee(
    "P5",
    ordinary="8 jumps of the wall clock; 8 h of sleep on a monotonic clock that stops and on one that continues",
    gaps="Clocks are injected; no computer was suspended.",
)

HOUR, YEAR = 3_600.0, 365.25 * 86_400
JUMPS = (HOUR, -HOUR, 10 * YEAR, -10 * YEAR, 8 * HOUR, -1.0, 1_700_000_000.0, -1_700_000_000.0)


def making(request: httpx.Request) -> FakeResponse:
    return batch(*(song(task_id, "IN_PROGRESS") for task_id in ids_of(request)))


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[OfflineCore]:
    made = OfflineCore(tmp_path)
    await made.open()
    yield made
    await made.close()


@pytest.mark.parametrize("jump", JUMPS)
async def test_the_wall_clock_is_set(offline: OfflineCore, jump: float) -> None:
    """Fails when the schedule of the poller uses `now()` in place of `monotonic()`."""
    transport = offline.add("main", making)
    await offline.put("main", ["a", "b"])
    await offline.clock.advance(12)
    asked = transport.fetches
    offline.clock._wall += jump
    await offline.settle()
    assert transport.fetches == asked, "a jump alone asks nothing"
    await offline.clock.advance(5.1)
    assert transport.fetches == asked + 1, "the period goes on as if nothing had happened"
    await offline.put("main", ["c"], is_due_now=False)
    await offline.clock.advance(5.1)
    tasks = await offline.tasks(["a", "b", "c"])
    assert {task.status for task in tasks.values()} == {TaskStatus.IN_PROGRESS}
    watched = offline.watch("main")._entries
    assert all(one.created_at <= offline.clock.monotonic() for one in watched.values()), "younger than now"


@pytest.mark.parametrize("is_suspend_counted", [False, True], ids=["stops", "runs on"])
async def test_eight_hours_of_sleep(offline: OfflineCore, is_suspend_counted: bool) -> None:
    """Fails when the next poll is planned from the last due time: one request for each period of the sleep."""
    transport = offline.add("main", making)
    await offline.put("main", ["a", "b", "c"])
    await offline.clock.advance(12)
    asked = transport.fetches
    offline.clock._wall += 8 * HOUR
    if is_suspend_counted:
        offline.clock._monotonic += 8 * HOUR
    # All timers that ran out meanwhile strike at once.
    await offline.clock.advance(0.1)
    assert transport.fetches <= asked + 1, "at most one round"
    await offline.clock.advance(schedule.STALLED_S)
    assert asked < transport.fetches <= asked + 3 * schedule.STALLED_S / 5
    tasks = await offline.tasks(["a", "b", "c"])
    assert {task.status for task in tasks.values()} == {TaskStatus.IN_PROGRESS}
    assert all(one.observed_duration_s() is None for one in offline.watch("main")._entries.values()), (
        "8 h is nobody's making time"
    )


@pytest.mark.parametrize("jump", [HOUR, 8 * HOUR, 10 * YEAR])
async def test_a_missing_task_is_not_lost_by_a_jump(offline: OfflineCore, jump: float) -> None:
    """Failed before the fix: the twentieth miss and a clock set forward called a task of 2 minutes lost."""
    offline.add("main", lambda _: batch())
    await offline.put("main", ["a"])
    await offline.clock.advance(5 * (MISSES_UNTIL_LOST - 9))
    offline.clock._wall += jump
    await offline.clock.advance(200)
    task = (await offline.tasks(["a"]))["a"]
    assert task.misses > MISSES_UNTIL_LOST
    assert task.status is TaskStatus.SUBMITTED
    await offline.clock.advance(600)
    assert (await offline.tasks(["a"]))["a"].status is TaskStatus.LOST, "missing for long enough by both clocks"

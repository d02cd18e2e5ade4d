"""A change of the wall clock and a suspended computer cause no burst, no negative age and no lost task (P5)."""

from __future__ import annotations

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


def in_progress(request: httpx.Request) -> FakeResponse:
    return batch(*(song(task_id, "IN_PROGRESS") for task_id in ids_of(request)))


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_jump_of_the_wall_clock(offline: OfflineCore, jump: float) -> None:
    """Fails if the schedule of the poller uses `now()` instead of `monotonic()`."""
    transport = offline.add("main", in_progress)
    await offline.put("main", ["a", "b"])
    await offline.clock.advance(12)
    before = transport.fetches
    offline.clock._wall += jump
    await offline.settle()
    assert transport.fetches == before, "a jump alone causes no request"
    await offline.clock.advance(5.1)
    assert transport.fetches == before + 1, "the poll interval is unchanged"
    await offline.put("main", ["c"], is_due_now=False)
    await offline.clock.advance(5.1)
    tasks = await offline.tasks(["a", "b", "c"])
    assert {task.status for task in tasks.values()} == {TaskStatus.IN_PROGRESS}
    entries = offline.poller("main")._entries
    assert all(one.created_at <= offline.clock.monotonic() for one in entries.values()), "a negative age"


@pytest.mark.parametrize("is_suspend_counted", [False, True], ids=["stops", "continues"])
async def test_eight_hours_of_sleep(offline: OfflineCore, is_suspend_counted: bool) -> None:
    """Fails if the next poll is scheduled from the last due time: one request for each interval of the sleep."""
    transport = offline.add("main", in_progress)
    await offline.put("main", ["a", "b", "c"])
    await offline.clock.advance(12)
    before = transport.fetches
    offline.clock._wall += 8 * HOUR
    if is_suspend_counted:
        offline.clock._monotonic += 8 * HOUR
    # All timers that expired in the meantime fire at once.
    await offline.clock.advance(0.1)
    assert transport.fetches <= before + 1, "at most one round"
    await offline.clock.advance(schedule.STALLED_S)
    assert before < transport.fetches <= before + 3 * schedule.STALLED_S / 5
    tasks = await offline.tasks(["a", "b", "c"])
    assert {task.status for task in tasks.values()} == {TaskStatus.IN_PROGRESS}
    assert all(one.observed_duration_s() is None for one in offline.poller("main")._entries.values()), (
        "8 h is not a generation time"
    )


@pytest.mark.parametrize("jump", [HOUR, 8 * HOUR, 10 * YEAR])
async def test_a_missing_task_is_not_lost_by_a_jump(offline: OfflineCore, jump: float) -> None:
    """Failed before the fix: after the twentieth miss and a jump forward a task of 2 minutes was marked as lost."""
    offline.add("main", lambda _: batch())
    await offline.put("main", ["a"])
    await offline.clock.advance(5 * (MISSES_UNTIL_LOST - 9))
    offline.clock._wall += jump
    await offline.clock.advance(200)
    task = (await offline.tasks(["a"]))["a"]
    assert task.misses > MISSES_UNTIL_LOST
    assert task.status is TaskStatus.SUBMITTED
    await offline.clock.advance(600)
    assert (await offline.tasks(["a"]))["a"].status is TaskStatus.LOST, "missing long enough by both clocks"

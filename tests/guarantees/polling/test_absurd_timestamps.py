"""Timestamps of a gateway are display data: absurd ones cause no crash, do not affect the order and are not shown
(P6)."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunotui.core.documents.json_documents import task_document
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.gateway.parsing.fields import moment
from sunotui.tui import formatting
from tests.guarantees.fake_transport import NO_PAGE, FakeResponse, OfflineCore, ids_of, song
from tests.support.complete_list import all_ids

pytestmark = pytest.mark.guarantee(
    "P6", ordinary="30 absurd values in 7 fields through the real poller; 1,000 generated values through the parser"
)

NAMES = ("submit_time", "start_time", "finish_time", "submitTime", "startTime", "finishTime", "created_at")
ABSURD: tuple[str, ...] = (
    "0", "-1", "-0.0", "1e18", "-1e18", "1e308", "1e999", "-1e999", "NaN", "9" * 400, "9223372036854775808", "null",
    "true", "[]", "{}", '""', '"0"', '"soon"', '"1e999"', '"9999-99-99T99:99:99Z"', '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"', '"-1"', '"\\u001b[2J"', '"1700000000000000000"', "1700000000000", "99999999999",
    "100000000001", "32503679999", '"2024-05-20T07:55:49"',
)  # fmt: skip


def with_times(task_id: str) -> dict[str, object]:
    task = song(task_id)
    index = int(task_id[1:])
    # Each field gets another value, so that the fields also contradict each other.
    return {**task, **{name: f"@{(index + at) % len(ABSURD)}@" for at, name in enumerate(NAMES)}}


def absurd(request: httpx.Request) -> FakeResponse:
    ids = ids_of(request)
    if not ids:
        return NO_PAGE
    text = json.dumps({"code": "success", "data": [with_times(task_id) for task_id in reversed(ids)]})
    for number, value in enumerate(ABSURD):
        text = text.replace(f'"@{number}@"', value)
    return FakeResponse(text.encode())


async def test_absurd_times_do_not_affect_polling_and_order(offline: OfflineCore) -> None:
    """Fails if the list is ordered by the time of the gateway, and if `moment` accepts any number."""
    ids = [f"t{number}" for number in range(len(ABSURD))]
    offline.add("main", absurd)
    await offline.put("main", ids)
    before = await offline.core.storage.run(all_ids, offline.core.stores.database)
    await offline.settle()
    tasks = await offline.tasks(ids)
    assert {task.status for task in tasks.values()} == {TaskStatus.SUCCESS}
    assert await offline.core.storage.run(all_ids, offline.core.stores.database) == before == ids[::-1]
    assert {task.added_at for task in tasks.values()} == {offline.clock.now()}, "tasks are dated by our own clock"
    for task in tasks.values():
        assert_can_be_shown(task, offline.clock.now())


def assert_can_be_shown(task: Task, now: float) -> None:
    """Check that the times can be shown on the screen and as JSON."""
    for moment_s in (task.submitted_at, task.started_at, task.finished_at, *(clip.created_at for clip in task.clips)):
        assert moment_s is None or 0 < moment_s < 3.3e10
        if moment_s is not None:
            assert not formatting.age(moment_s, now).startswith("-")
            assert formatting.age_lasts_s(moment_s, now) > 0
    json.dumps(task_document(task), allow_nan=False)


@given(st.one_of(st.floats(), st.integers(), st.text(max_size=30), st.booleans(), st.none(), st.lists(st.integers())))
def test_a_moment_is_a_time_of_this_millennium_or_none(value: object) -> None:
    """Fails without the upper limit."""
    parsed = moment(value)
    assert parsed is None or 0 < parsed < 3.3e10
    formatting.moment(parsed)

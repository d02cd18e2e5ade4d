"""A task that makes its batch unreadable is found, reported and polled rarely; the others continue without it (P2)."""

from __future__ import annotations

import json

import httpx
import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState
from sunotui.core.polling import schedule
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.fake_transport import NO_PAGE, FakeResponse, OfflineCore, batch, ids_of, song

pytestmark = pytest.mark.guarantee(
    "P2",
    ordinary=(
        "batches of 50 with 1, 3 and 50 unreadable tasks, 6 kinds of unreadable responses, 16 kinds of bad items"
    ),
)

UNREADABLE: dict[str, FakeResponse] = {
    "empty": FakeResponse(b""),
    "truncated JSON": FakeResponse(b'{"code":"success","data":[{"task_id":"'),
    "invalid JSON": FakeResponse(b'{"code":"success","data":[{"user_id":}]}'),
    "unknown format": FakeResponse(b'{"outcome":"fine"}'),
    "too large": FakeResponse(b'{"code":"success","data":[]}' + b" " * (8 * 1024 * 1024)),
    "compressed": FakeResponse(b'{"code":"success","data":[]}', headers=(("Content-Encoding", "gzip"),)),
}
BAD_ITEMS: tuple[object, ...] = (
    None, True, 7, "x", [], {}, {"task_id": None}, {"task_id": 0}, {"task_id": []}, {"task_id": {"a": 1}},
    {"task_id": ""}, {"task_id": "x" * 4_096}, {"task_id": "\x1b[2J", "status": "SUCCESS"}, {"status": "SUCCESS"},
    {"task_id": "unrequested", "status": "SUCCESS"}, {"data": {"data": [None]}},
)  # fmt: skip


class Gateway:
    """Reports every task as in progress; a batch with one of the `bad` tasks gets an unreadable response."""

    def __init__(self, bad: set[str], response: FakeResponse) -> None:
        self.bad = bad
        self.response = response
        self.batches: list[list[str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        if not request.url.path.endswith("/suno/fetch"):
            return NO_PAGE
        ids = ids_of(request)
        if not ids:
            return batch()
        self.batches.append(ids)
        if self.bad.intersection(ids):
            return self.response
        return batch(*(song(task_id, "IN_PROGRESS") for task_id in ids))


async def in_progress(offline: OfflineCore, ids: list[str]) -> set[str]:
    return {task.id for task in (await offline.tasks(ids)).values() if task.status is TaskStatus.IN_PROGRESS}


@pytest.mark.parametrize("response", UNREADABLE.values(), ids=list(UNREADABLE))
@pytest.mark.parametrize(("numbers", "requests"), [({13}, 13), ({3, 20, 41}, 33)], ids=["one", "three"])
async def test_unreadable_tasks_among_fifty(
    offline: OfflineCore, response: FakeResponse, numbers: set[int], requests: int
) -> None:
    """Fails if an unreadable batch raises immediately instead of being halved, and if its tasks stay due."""
    ids = [f"t{number}" for number in range(50)]
    bad = {f"t{number}" for number in numbers}
    gateway = Gateway(bad, response)
    offline.add("main", gateway)
    await offline.put("main", ids)
    await offline.settle()
    assert await in_progress(offline, ids) == set(ids) - bad
    assert len(gateway.batches) <= requests
    changes = [event for event in offline.events if isinstance(event, ConnectionChanged)]
    assert changes[-1].state is ConnectionState.ONLINE
    assert changes[-1].error is not None, "the reason for the unreadable tasks is not reported"
    await offline.clock.advance(schedule.STALLED_S - 30)
    rounds = gateway.batches[:]
    assert all(sum(task_id in ids for ids in rounds) <= 7 for task_id in bad), "unreadable tasks are polled too often"
    assert sum("t0" in ids for ids in rounds) > 20, "healthy tasks wait for unreadable ones"
    gateway.bad = set()
    await offline.clock.advance(60)
    assert await in_progress(offline, ids) == set(ids), "a readable task is polled again"


async def test_a_batch_of_unreadable_tasks_only_is_an_error_of_the_gateway(offline: OfflineCore) -> None:
    """Fails without the empty request that distinguishes an unreadable task from a broken gateway."""
    ids = [f"t{number}" for number in range(50)]
    transport = offline.add("main", lambda _: FakeResponse(b""))
    await offline.put("main", ids)
    await offline.clock.advance(600)
    assert offline.poller("main").connection.state is ConnectionState.FAILING
    assert not any(entry.due > offline.clock.monotonic() + 60 for entry in offline.poller("main")._entries.values())
    # Fifty tasks halved down to one, and the empty request: eight per round, all within the same budget.
    assert transport.fetches <= 10 + 600 * 0.5 + 8


async def test_a_bad_item_in_a_list_does_not_hide_the_others(offline: OfflineCore) -> None:
    """Fails if the whole list is refused because one item is not an object."""
    ids = [f"t{number}" for number in range(len(BAD_ITEMS))]

    def mixed(request: httpx.Request) -> FakeResponse:
        requested = ids_of(request)
        items = [part for task_id in requested for part in (BAD_ITEMS[int(task_id[1:])], song(task_id, "IN_PROGRESS"))]
        return FakeResponse(json.dumps({"code": "success", "data": items}).encode()) if requested else NO_PAGE

    transport = offline.add("main", mixed)
    await offline.put("main", ids)
    await offline.settle()
    assert await in_progress(offline, ids) == set(ids)
    assert transport.fetches == 1
    assert len(await offline.tasks([*ids, "unrequested"])) == len(ids), "an unrequested task was stored"

"""A task that makes its batch unreadable is found, named and polled rarely; the others continue without it (P2)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState
from sunotui.core.polling import schedule
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.fake_transport import NO_PAGE, FakeResponse, OfflineCore, batch, ids_of, song

pytestmark = pytest.mark.guarantee(
    "P2",
    ordinary=(
        "batches of 50 with 1, 3 and 50 unreadable tasks, 6 forms of unreadable responses, 16 forms of bad items"
    ),
)

POISON: dict[str, FakeResponse] = {
    "nothing": FakeResponse(b""),
    "half a document": FakeResponse(b'{"code":"success","data":[{"task_id":"'),
    "no JSON": FakeResponse(b'{"code":"success","data":[{"user_id":}]}'),
    "no known form": FakeResponse(b'{"outcome":"fine"}'),
    "too large": FakeResponse(b'{"code":"success","data":[]}' + b" " * (8 * 1024 * 1024)),
    "packed": FakeResponse(b'{"code":"success","data":[]}', headers=(("Content-Encoding", "gzip"),)),
}
BAD_ITEMS: tuple[object, ...] = (
    None, True, 7, "x", [], {}, {"task_id": None}, {"task_id": 0}, {"task_id": []}, {"task_id": {"a": 1}},
    {"task_id": ""}, {"task_id": "x" * 4_096}, {"task_id": "\x1b[2J", "status": "SUCCESS"}, {"status": "SUCCESS"},
    {"task_id": "stranger", "status": "SUCCESS"}, {"data": {"data": [None]}},
)  # fmt: skip


class Gateway:
    """Makes every task; an answer that would tell of a poison one is spoilt as a whole."""

    def __init__(self, poison: set[str], told: FakeResponse) -> None:
        self.poison = poison
        self.told = told
        self.asked: list[list[str]] = []

    def __call__(self, request: httpx.Request) -> FakeResponse:
        if not request.url.path.endswith("/suno/fetch"):
            return NO_PAGE
        ids = ids_of(request)
        if not ids:
            return batch()
        self.asked.append(ids)
        if self.poison.intersection(ids):
            return self.told
        return batch(*(song(task_id, "IN_PROGRESS") for task_id in ids))


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[OfflineCore]:
    made = OfflineCore(tmp_path)
    await made.open()
    yield made
    await made.close()


async def in_progress(offline: OfflineCore, ids: list[str]) -> set[str]:
    return {task.id for task in (await offline.tasks(ids)).values() if task.status is TaskStatus.IN_PROGRESS}


@pytest.mark.parametrize("told", POISON.values(), ids=list(POISON))
@pytest.mark.parametrize(("poison", "requests"), [({13}, 13), ({3, 20, 41}, 33)], ids=["one", "three"])
async def test_fifty_tasks_with_poison_among_them(
    offline: OfflineCore, told: FakeResponse, poison: set[int], requests: int
) -> None:
    """Fails with an unreadable batch raised at once instead of halved, and with its tasks left due."""
    ids = [f"t{number}" for number in range(50)]
    bad = {f"t{number}" for number in poison}
    gateway = Gateway(bad, told)
    offline.add("main", gateway)
    await offline.put("main", ids)
    await offline.settle()
    assert await in_progress(offline, ids) == set(ids) - bad
    assert len(gateway.asked) <= requests
    told_lines = [event for event in offline.events if isinstance(event, ConnectionChanged)]
    assert told_lines[-1].state is ConnectionState.ONLINE
    assert told_lines[-1].error is not None, "nobody is told why some tasks stand still"
    await offline.clock.advance(schedule.STALLED_S - 30)
    rounds = gateway.asked[:]
    assert all(sum(task_id in asked for asked in rounds) <= 7 for task_id in bad), "the poison has no slow lane"
    assert sum("t0" in asked for asked in rounds) > 20, "the healthy ones wait for the poison"
    gateway.poison = set()
    await offline.clock.advance(60)
    assert await in_progress(offline, ids) == set(ids), "healed, it is heard in its own lane"


async def test_a_batch_of_poison_only_is_the_gateways_trouble(offline: OfflineCore) -> None:
    """Fails without the empty request that tells an unreadable task from a broken gateway."""
    ids = [f"t{number}" for number in range(50)]
    transport = offline.add("main", lambda _: FakeResponse(b""))
    await offline.put("main", ids)
    await offline.clock.advance(600)
    assert offline.watch("main").connection.state is ConnectionState.FAILING
    assert not any(watched.due > offline.clock.monotonic() + 60 for watched in offline.watch("main")._entries.values())
    # Fifty halved down to one, and the empty question: eight a round, paid from the same budget as all else.
    assert transport.fetches <= 10 + 600 * 0.5 + 8


async def test_one_bad_item_in_a_good_list_hides_none_of_the_others(offline: OfflineCore) -> None:
    """Fails when the whole list is refused because one item is not an object."""
    ids = [f"t{number}" for number in range(len(BAD_ITEMS))]

    def mixed(request: httpx.Request) -> FakeResponse:
        asked = ids_of(request)
        items = [part for task_id in asked for part in (BAD_ITEMS[int(task_id[1:])], song(task_id, "IN_PROGRESS"))]
        return FakeResponse(json.dumps({"code": "success", "data": items}).encode()) if asked else NO_PAGE

    transport = offline.add("main", mixed)
    await offline.put("main", ids)
    await offline.settle()
    assert await in_progress(offline, ids) == set(ids)
    assert transport.fetches == 1
    assert len(await offline.tasks([*ids, "stranger"])) == len(ids), "what was not asked for is not let in"

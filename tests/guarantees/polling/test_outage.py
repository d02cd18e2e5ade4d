"""However long a gateway fails and however much is open, it is asked no oftener than the budget allows (P4)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from sunotui.core.events import ConnectionState
from sunotui.core.polling import schedule
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.fake_transport import NO_PAGE, Answering, FakeResponse, OfflineCore, batch, ids_of, song

pytestmark = pytest.mark.guarantee(
    "P4",
    ordinary="6 h with 10,000 open tasks: refused, hanging, 503, 429 and halved batches; healthy too",
    gaps=("The requests that look up capabilities and the balance follow events and are not counted in the budget."),
)

OPEN = 10_000
OUTAGE_S = 6 * 3_600.0
FIRST, PER_S = 10, 0.5
"""The budget: so many requests at once, and so many in each second after."""


def allowed(seconds: float) -> float:
    return FIRST + PER_S * seconds


class Fickle:
    """Every other request of a batch works."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: httpx.Request) -> FakeResponse | Exception:
        if not ids_of(request):
            return NO_PAGE
        self.count += 1
        return httpx.ReadError("reset") if self.count % 2 else batch(*(song(i, "QUEUED") for i in ids_of(request)))


def busy(request: httpx.Request) -> FakeResponse:
    return FakeResponse(b'{"code":"429","message":"slow down"}', 429, (("Retry-After", "30"),))


OUTAGES: dict[str, Answering] = {
    "refused": lambda _: httpx.ConnectError("refused"),
    "hanging": lambda _: httpx.ReadTimeout("slow"),
    "503": lambda _: FakeResponse(b"<html>Service Unavailable</html>", 503),
    "429": busy,
    "every other request": Fickle(),
}


@pytest.fixture
async def offline(tmp_path: Path) -> AsyncIterator[OfflineCore]:
    made = OfflineCore(tmp_path)
    await made.open()
    yield made
    await made.close()


async def test_six_hours_of_outages_side_by_side(offline: OfflineCore) -> None:
    """Fails with no wait after a failure, and with waits that double for ever.

    Five gateways fail in five ways at once, each with 2,000 of the 10,000 tasks.
    """
    ids = {name: [f"{number}-{at}" for at in range(OPEN // 5)] for number, name in enumerate(OUTAGES)}
    transports = {name: offline.add(name, answering) for name, answering in OUTAGES.items()}
    for name in OUTAGES:
        await offline.put(name, ids[name])
    await offline.clock.advance(OUTAGE_S)
    for name, transport in transports.items():
        assert OUTAGE_S / 660 < transport.fetches <= allowed(OUTAGE_S), f"{name}: {transport.fetches}"
        assert transport.most_in_flight <= 2
    # Where nothing is heard at all, the longest wait is a minute and the shortest half of one.
    for name in ("refused", "hanging", "503", "429"):
        assert transports[name].fetches <= 2 * OUTAGE_S / 60 + 10, f"{name}: {transports[name].fetches}"
    after = await offline.tasks([task_id for some in ids.values() for task_id in some])
    assert not any(task.status.is_final for task in after.values()), "an outage ended a task"


async def test_ten_thousand_open_tasks_cost_no_more_than_the_budget_at_any_time(offline: OfflineCore) -> None:
    """Failed before the fix: all 10,000 were due at once and went out in a burst of 200 requests;
    and with the bucket never emptied."""
    ids = [f"t{number}" for number in range(OPEN)]
    transport = offline.add("main", lambda request: batch(*(song(task_id, "QUEUED") for task_id in ids_of(request))))
    await offline.put("main", ids)
    await offline.settle()
    assert 0 < transport.fetches <= FIRST, "the first burst"
    for _ in range(20):
        await offline.clock.advance(30)
        assert transport.fetches <= allowed(offline.clock.monotonic() - 1_000)
    assert offline.watch("main").connection.state is ConnectionState.ONLINE
    heard = await offline.tasks(ids)
    assert all(task.status is TaskStatus.QUEUED for task in heard.values()), "somebody was never asked for"


async def test_a_gateway_that_comes_back_is_heard_within_the_longest_wait(offline: OfflineCore) -> None:
    """Fails with waits that go on doubling instead of ending at a minute."""
    is_down = True

    def gateway(request: httpx.Request) -> FakeResponse | Exception:
        return httpx.ConnectError("refused") if is_down else FakeResponse(json.dumps({"data": [song("t")]}).encode())

    offline.add("main", gateway)
    await offline.put("main", ["t"])
    await offline.clock.advance(OUTAGE_S)
    is_down = False
    await offline.clock.advance(schedule.LONGEST_GAP_S + 0.1)
    assert (await offline.tasks(["t"]))["t"].status is TaskStatus.SUCCESS

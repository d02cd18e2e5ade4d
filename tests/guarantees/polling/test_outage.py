"""During any outage and with any number of open tasks, the requests stay within the budget (P4)."""

from __future__ import annotations

import json

import httpx
import pytest

from sunotui.core.events import ConnectionState
from sunotui.core.polling import schedule
from sunotui.domain.tasks.task import TaskStatus
from tests.guarantees.fake_transport import NO_PAGE, FakeResponse, OfflineCore, Responder, batch, ids_of, song

pytestmark = pytest.mark.guarantee(
    "P4",
    ordinary="6 h with 10,000 open tasks: refused, hanging, 503, 429, every other request; also healthy",
    gaps="The requests for capabilities and the balance follow events and do not count towards the budget.",
)

OPEN = 10_000
OUTAGE_S = 6 * 3_600.0
FIRST, PER_S = 10, 0.5
"""The budget: the size of the first burst, and requests per second after it."""


def allowed(seconds: float) -> float:
    return FIRST + PER_S * seconds


class Intermittent:
    """Fails every other batch request."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: httpx.Request) -> FakeResponse | Exception:
        if not ids_of(request):
            return NO_PAGE
        self.count += 1
        return httpx.ReadError("reset") if self.count % 2 else batch(*(song(i, "QUEUED") for i in ids_of(request)))


def busy(request: httpx.Request) -> FakeResponse:
    return FakeResponse(b'{"code":"429","message":"slow down"}', 429, (("Retry-After", "30"),))


OUTAGES: dict[str, Responder] = {
    "refused": lambda _: httpx.ConnectError("refused"),
    "hanging": lambda _: httpx.ReadTimeout("slow"),
    "503": lambda _: FakeResponse(b"<html>Service Unavailable</html>", 503),
    "429": busy,
    "every other request": Intermittent(),
}


async def test_six_hours_of_five_outages(offline: OfflineCore) -> None:
    """Fails without a backoff after failures, and if the backoff doubles without limit.

    Five gateways fail differently at the same time, each with 2,000 of the 10,000 tasks.
    """
    ids = {name: [f"{number}-{at}" for at in range(OPEN // 5)] for number, name in enumerate(OUTAGES)}
    transports = {name: offline.add(name, responder) for name, responder in OUTAGES.items()}
    for name in OUTAGES:
        await offline.put(name, ids[name])
    await offline.clock.advance(OUTAGE_S)
    for name, transport in transports.items():
        assert OUTAGE_S / 660 < transport.fetches <= allowed(OUTAGE_S), f"{name}: {transport.fetches}"
        assert transport.most_in_flight <= 2
    # Without any successful response the backoff is between half a minute and a minute.
    for name in ("refused", "hanging", "503", "429"):
        assert transports[name].fetches <= 2 * OUTAGE_S / 60 + 10, f"{name}: {transports[name].fetches}"
    after = await offline.tasks([task_id for some in ids.values() for task_id in some])
    assert not any(task.status.is_final for task in after.values()), "an outage ended a task"


async def test_ten_thousand_open_tasks_stay_within_the_budget(offline: OfflineCore) -> None:
    """Failed before the fix: all 10,000 tasks were due at once and caused a burst of 200 requests. Fails if the token
    bucket is never emptied."""
    ids = [f"t{number}" for number in range(OPEN)]
    transport = offline.add("main", lambda request: batch(*(song(task_id, "QUEUED") for task_id in ids_of(request))))
    await offline.put("main", ids)
    await offline.settle()
    assert 0 < transport.fetches <= FIRST, "the first burst"
    for _ in range(20):
        await offline.clock.advance(30)
        assert transport.fetches <= allowed(offline.clock.monotonic() - 1_000)
    assert offline.poller("main").connection.state is ConnectionState.ONLINE
    after = await offline.tasks(ids)
    assert all(task.status is TaskStatus.QUEUED for task in after.values()), "a task was never polled"


async def test_a_recovered_gateway_is_polled_within_the_maximum_backoff(offline: OfflineCore) -> None:
    """Fails if the backoff keeps doubling instead of stopping at a minute."""
    is_down = True

    def gateway(request: httpx.Request) -> FakeResponse | Exception:
        return httpx.ConnectError("refused") if is_down else FakeResponse(json.dumps({"data": [song("t")]}).encode())

    offline.add("main", gateway)
    await offline.put("main", ["t"])
    await offline.clock.advance(OUTAGE_S)
    is_down = False
    await offline.clock.advance(schedule.LONGEST_GAP_S + 0.1)
    assert (await offline.tasks(["t"]))["t"].status is TaskStatus.SUCCESS

"""A poller that closes, and polling of a task that has ended."""

from __future__ import annotations

import asyncio

from sunotui.core.events import ConnectionState
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.tasks.task import TaskStatus
from tests.core.harness import CoreHarness


async def test_a_closed_poller_stops_and_can_be_closed_again(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateway.set_task("a", TaskStatus.IN_PROGRESS)
    await harness.core.start()
    await harness.settle()
    watch = harness.core.services.pollers.of("main")
    loop = watch._loop_task
    assert loop is not None
    await watch.close()
    await watch.close()
    assert loop.cancelled()
    await harness.clock.advance(600)
    assert len(harness.gateway.asked) == 1


async def test_a_request_in_flight_is_cancelled_when_the_poller_closes(harness: CoreHarness) -> None:
    await harness.put("a")
    harness.gateways.gate = asyncio.Event()
    await harness.core.start()
    await harness.settle()
    await harness.core.services.pollers.of("main").close()
    harness.gateways.gate.set()
    await harness.settle()
    assert harness.gateway.asked == []


async def test_polling_an_ended_task_that_is_missing_changes_nothing(harness: CoreHarness) -> None:
    await harness.put("done", status=TaskStatus.SUCCESS)
    await harness.core.start()
    before = await harness.task("done")
    assert await harness.core.services.pollers.of("main").poll_now("done") is None
    assert await harness.task("done") == before
    assert harness.connection_state is ConnectionState.ONLINE


async def test_polling_an_ended_task_adds_facts_and_never_goes_backwards(harness: CoreHarness) -> None:
    await harness.put("done", status=TaskStatus.SUCCESS)
    await harness.core.start()
    harness.gateway.set_task("done", TaskStatus.IN_PROGRESS, clips=(Clip("c", title="Gulls"),))
    found = await harness.core.services.pollers.of("main").poll_now("done")
    assert found is not None
    assert (found.status, found.title) == (TaskStatus.SUCCESS, "Gulls")
    assert await harness.core.services.pollers.of("main").poll_now("nowhere") is None
    assert await harness.task("nowhere") is None

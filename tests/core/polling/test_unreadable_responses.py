"""An unreadable response for one task is reported, while the connection state stays good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sunotui.core.events import ConnectionChanged, ConnectionState
from sunotui.domain.errors import UnreadableResponse
from sunotui.domain.tasks.task import TaskStatus
from sunotui.gateway.client import FetchResult
from tests.core.harness import CoreHarness

pytestmark = pytest.mark.guarantee("P2", ordinary="what could not be read is reported")


async def test_an_unreadable_response_is_reported_with_its_body(harness: CoreHarness) -> None:
    await harness.put("bad", "good")
    harness.gateway.unreadable = {"bad"}
    harness.gateway.set_task("good", TaskStatus.IN_PROGRESS)
    strange = UnreadableResponse(answer='{"job":"bad"}', request_id="r-1")
    ask = harness.gateway.fetch_tasks

    async def fetch_tasks(ids: Sequence[str]) -> FetchResult:
        return replace(await ask(ids), why_unreadable=strange if "bad" in ids else None)

    harness.gateway.fetch_tasks = fetch_tasks  # type: ignore[method-assign]
    await harness.core.start()
    await harness.settle()
    published = [
        event
        for event in harness.published(ConnectionChanged)
        if isinstance(event, ConnectionChanged) and event.error is not None
    ]
    assert [(event.state, event.error) for event in published] == [(ConnectionState.ONLINE, strange)]

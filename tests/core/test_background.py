"""Learned data is saved even if the program ends immediately; long tasks are cancelled."""

from __future__ import annotations

import asyncio

from sunotui.core.background import BackgroundTasks
from sunotui.core.event_bus import EventBus
from sunotui.core.events import BackgroundTaskFailed, Event


async def test_long_tasks_are_cancelled_and_brief_ones_finished() -> None:
    done: list[str] = []

    async def long() -> None:
        await asyncio.Event().wait()
        done.append("long")

    async def brief(word: str) -> None:
        await asyncio.sleep(0)
        done.append(word)

    background = BackgroundTasks(EventBus())
    background.start("long", long)
    background.start_brief("brief", brief, "brief")
    await background.close()
    background.start_brief("after the close", brief, "late")
    assert done == ["brief"]


async def test_a_failed_task_is_reported_without_the_errors_text() -> None:
    reported: list[Event] = []
    events = EventBus()
    events.subscribe(reported.append)

    async def fail() -> None:
        raise ZeroDivisionError("sk-CANARY")

    background = BackgroundTasks(events)
    background.start_brief("learn", fail)
    await background.close()
    assert reported == [BackgroundTaskFailed("learn", "ZeroDivisionError")]

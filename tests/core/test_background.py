"""What was learned is written down although the program ends at once; what takes long is given up."""

from __future__ import annotations

import asyncio

from sunotui.core.background import BackgroundTasks
from sunotui.core.event_bus import EventBus
from sunotui.core.events import BackgroundTaskFailed, Event


async def test_what_takes_long_is_given_up_and_what_is_brief_is_finished() -> None:
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


async def test_one_that_fails_is_told_without_the_error_s_own_words() -> None:
    reported: list[Event] = []
    news = EventBus()
    news.subscribe(reported.append)

    async def stumble() -> None:
        raise ZeroDivisionError("sk-CANARY")

    background = BackgroundTasks(news)
    background.start_brief("learn", stumble)
    await background.close()
    assert reported == [BackgroundTaskFailed("learn", "ZeroDivisionError")]

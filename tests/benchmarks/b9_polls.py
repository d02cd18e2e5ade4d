"""B9: how often the poller sends requests while 20 songs are generated, and how soon it detects that one is done. With
a manual clock and a gateway in memory: requests are counted, not time. The songs are sent at once and each takes 130 s,
plus or minus five, so that no end coincides with a poll by design. The reference is the simple loop of scripts: each
song every 5 s, one by one.
"""

from __future__ import annotations

import asyncio
import math
import random
import statistics
import tempfile
from pathlib import Path

from sunotui.core.events import Event, TaskEnded
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import TaskStatus
from tests.benchmarks.table import Row
from tests.core.harness import CoreHarness

SONGS = 20
TAKES_S = 130.0
_SPREAD_S = 5.0
_PLAIN_LOOP_S = 5.0
_TARGETS = {"requests": 1 / 25, "noticed": 6.0}


def measure(rounds: int) -> list[Row]:
    """Compare the number of requests with that of the simple loop, and measure the median time to detect an end."""
    requests, plain, late = asyncio.run(_evening())
    return [
        Row(
            "B9", f"requests while {SONGS} songs are made / one id every 5 s", requests, plain, _TARGETS["requests"], ""
        ),
        Row("B9", "from the gateway's knowing to ours, median", late, None, _TARGETS["noticed"], "s"),
    ]


async def _evening() -> tuple[float, float, float]:
    rng = random.Random(9)
    with tempfile.TemporaryDirectory() as folder:
        harness = CoreHarness(Path(folder))
        await harness.open()
        noticed: dict[str, float] = {}
        done: dict[str, float] = {}

        def on_event(event: Event) -> None:
            if isinstance(event, TaskEnded):
                noticed[event.task.id] = harness.clock.monotonic()

        harness.core.events.subscribe(on_event)
        await harness.core.start()
        for number in range(SONGS):
            task_id = f"song-{number}"
            harness.gateway.set_task(task_id, TaskStatus.IN_PROGRESS)
            await harness.put(task_id)
            sent = await harness.task(task_id)
            assert sent is not None
            harness.core.services.pollers.watch_task(sent)
            done[task_id] = harness.clock.monotonic() + rng.uniform(TAKES_S - _SPREAD_S, TAKES_S + _SPREAD_S)
        while len(noticed) < SONGS:
            for task_id, at in done.items():
                if harness.clock.monotonic() >= at:
                    clip = Clip(
                        f"{task_id}-clip", status=ClipStatus.COMPLETE, audio_url="https://cdn.example.com/a.mp3"
                    )
                    harness.gateway.set_task(task_id, TaskStatus.SUCCESS, clips=(clip,))
            await harness.clock.advance(0.25)
        await harness.core.close(1)
    late = [noticed[task_id] - done[task_id] for task_id in done]
    plain = sum(math.ceil(TAKES_S / _PLAIN_LOOP_S) for _ in done)
    return len(harness.gateway.asked), plain, statistics.median(late)

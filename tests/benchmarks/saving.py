"""The program of B13: saves takes of a library, and reports how long that took and how long the event loop stood still.

It prints one line of JSON for each line of its standard input, which is the number of takes to save next.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path

from sunotui.core.core import Core
from sunotui.core.events import DownloadsChanged, Event
from sunotui.core.paths import find_paths
from sunotui.domain.annotations import TakeRef
from sunotui.domain.saving.downloads import DownloadState

_TICK_S = 0.002


async def _run(folder: Path) -> None:
    core = Core(find_paths(os.environ), os.environ)
    await core.open()
    # As the screens do after their start (tui/runtime/gc_policy.py).
    gc.freeze()
    try:
        done = 0
        while line := await asyncio.to_thread(sys.stdin.readline):
            count = int(line)
            takes = [TakeRef(f"task-{number}", f"take-{number}-1") for number in range(done + 1, done + count + 1)]
            done += count
            watching = asyncio.create_task(_longest_stall())
            start = time.perf_counter()
            most = await _save(core, takes, folder)
            seconds = time.perf_counter() - start
            watching.cancel()
            stall_s = (await asyncio.gather(watching, return_exceptions=True))[0]
            print(json.dumps({"seconds": seconds, "stall_s": stall_s, "at_once": most}), flush=True)
    finally:
        await core.close(5.0)


async def _longest_stall() -> float:
    """How long the event loop did nothing else, at most, in seconds, until it is cancelled."""
    longest, before = 0.0, time.perf_counter()
    try:
        while True:
            await asyncio.sleep(_TICK_S)
            now = time.perf_counter()
            longest, before = max(longest, now - before - _TICK_S), now
    except asyncio.CancelledError:
        return longest


async def _save(core: Core, takes: list[TakeRef], folder: Path) -> int:
    """Save takes; returns how many were downloaded at the same time at most."""
    downloads, most = core.services.downloads, 0

    def watch(event: Event) -> None:
        nonlocal most
        if isinstance(event, DownloadsChanged):
            active = [one for one in event.status.entries if one.state is DownloadState.ACTIVE]
            # Those that have arrived are checked and copied, and no server is asked.
            most = max(most, sum(one.total is None or one.received < one.total for one in active))

    core.events.subscribe(watch)
    added = await downloads.add(takes, folder=folder)
    await downloads.wait_idle()
    saved = await downloads.saved([take.clip_id for take in takes])
    assert added == len(saved) == len(takes), downloads.status.entries[-1]
    return most


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1])))

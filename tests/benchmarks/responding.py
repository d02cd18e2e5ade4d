"""The app with a gateway that responds to batch fetches from memory: the child process of B7 and B8. It runs with a
high TEXTUAL_FPS, so that the work up to the frame is timed and not the wait for the next frame. Prints its figures as
one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from sunotui.core.core import Core
from sunotui.core.events import ConnectionChanged, ConnectionState, Event
from sunotui.core.paths import AppPaths
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.client import GatewayClient
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.tui.app import SunoApp
from tests.benchmarks.frames import LIMIT_S, Frames
from tests.benchmarks.plain_rows import PlainRows
from tests.benchmarks.responses import poll_response, task_ids

TASKS = 50
_WARM_UP = 3
"""The number of responses that are not measured."""


class Moment(NamedTuple):
    """A moment on the clock, and of the processor time of all threads of the process."""

    at: float = 0.0
    used: float = 0.0

    @classmethod
    def now(cls) -> Moment:
        """The current moment."""
        return cls(time.perf_counter(), time.process_time())


class Gateway:
    """Returns the current response and records when its bytes were ready."""

    def __init__(self) -> None:
        self.body = poll_response(task_ids(TASKS), 0)
        self.responded_at = Moment()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Handle any request."""
        self.responded_at = Moment.now()
        return httpx.Response(200, stream=httpx.ByteStream(self.body), headers={"content-type": "application/json"})


async def measure(rounds: int) -> dict[str, float]:
    """The median milliseconds of a changed response, of an unchanged one, and of the minimal program, with the
    processor time of each; and the most layouts of the screen for one response."""
    spans: dict[str, list[tuple[Moment, Moment]]] = {
        name: [] for name in ("changed", "committed", "painted", "same", "plain")
    }
    layouts: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        paths = AppPaths(Path(folder) / "data", Path(folder) / "config")
        _furnish(paths)
        rows = PlainRows(sqlite3.connect(Path(folder) / "plain.db", isolation_level=None))
        profile = Profile("main", parse_base_url("http://127.0.0.1:9/suno"))
        gateway = Gateway()
        client = GatewayClient(profile.base_url, Token("unused-token"), transport=httpx.MockTransport(gateway))
        core = Core(paths, {})

        async def own_client(name: str) -> GatewayClient:
            return client

        core.clients.client = own_client  # type: ignore[method-assign]
        app = SunoApp(core)
        frames = Frames(app)
        core.add_profile(profile)
        connected, connected_at = asyncio.Event(), [Moment()]

        def on_event(event: Event) -> None:
            if isinstance(event, ConnectionChanged) and event.state is ConnectionState.ONLINE:
                connected_at.append(Moment.now())
                connected.set()

        core.events.subscribe(on_event)
        async with app.run_test(size=(120, 60)) as pilot:
            # A request to poll while the first poll is in flight would be met by that one.
            await frames.until(partial(_shows, frames, "0th Dance"))
            committed_at = _watch_commits(core)
            watch = core.services.pollers.of("main")
            for turn in range(1, rounds + _WARM_UP + 1):
                gateway.body = poll_response(task_ids(TASKS), turn)
                frames.text, frames.layouts = "", 0
                watch.resume()
                await frames.until(partial(_shows, frames, f"{turn}th Dance"))
                responded_at, painted_at = gateway.responded_at, Moment(frames.painted_at, frames.painted_used)
                await pilot.pause(0.05)
                layouts.append(frames.layouts)
                connected.clear()
                watch.resume()
                await asyncio.wait_for(connected.wait(), LIMIT_S)
                spans["same"].append((gateway.responded_at, connected_at[-1]))
                await pilot.pause(0.05)
                begun = Moment.now()
                rows.show(gateway.body)
                spans["plain"].append((begun, Moment.now()))
                spans["changed"].append((responded_at, painted_at))
                spans["committed"].append((responded_at, committed_at[-1]))
                spans["painted"].append((committed_at[-1], painted_at))
        await core.close(1)
    found = {"layouts": float(max(layouts[_WARM_UP:]))}
    for name, each in spans.items():
        found[name] = statistics.median(end.at - start.at for start, end in each[_WARM_UP:]) * 1e3
        found[f"{name}_cpu"] = statistics.median(end.used - start.used for start, end in each[_WARM_UP:]) * 1e3
    return found


def _shows(frames: Frames, words: str) -> bool:
    """Whether all rows show these words."""
    return frames.text.count(words) >= TASKS


def _watch_commits(core: Core) -> list[Moment]:
    """Gets the moment of each commit of tasks."""
    found: list[Moment] = []
    update = core.stores.tasks.update

    def timed(*args: Any, **options: Any) -> Any:
        result = update(*args, **options)
        found.append(Moment.now())
        return result

    core.stores.tasks.update = timed  # type: ignore[method-assign]
    return found


def _furnish(paths: AppPaths) -> None:
    """Save the generating tasks."""
    database = Database.open(paths.library)
    now = time.time()
    TaskStore(database).save(
        Task(task_id, "main", TaskKind.MUSIC, TaskStatus.SUBMITTED, now - 30.0) for task_id in task_ids(TASKS)
    )
    database.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1])))))

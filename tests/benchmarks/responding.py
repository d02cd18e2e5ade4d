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
from typing import Any

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
from sunotui.tui.library.task_list.list import TaskList
from tests.benchmarks.frames import LIMIT_S, Frames
from tests.benchmarks.plain_rows import PlainRows
from tests.benchmarks.responses import poll_response, task_ids

TASKS = 50


class Gateway:
    """Returns the current response and records when its bytes were ready."""

    def __init__(self) -> None:
        self.body = poll_response(task_ids(TASKS), 0)
        self.responded_at = 0.0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Handle any request."""
        self.responded_at = time.perf_counter()
        return httpx.Response(200, stream=httpx.ByteStream(self.body), headers={"content-type": "application/json"})


async def measure(rounds: int) -> dict[str, float]:
    """The median milliseconds of a changed response, of an unchanged one, and of the minimal program."""
    changed: list[float] = []
    committed: list[float] = []
    painted: list[float] = []
    same: list[float] = []
    plain: list[float] = []
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
        connected, connected_at = asyncio.Event(), [0.0]

        def on_event(event: Event) -> None:
            if isinstance(event, ConnectionChanged) and event.state is ConnectionState.ONLINE:
                connected_at.append(time.perf_counter())
                connected.set()

        core.events.subscribe(on_event)
        async with app.run_test(size=(120, 60)) as pilot:
            await frames.until(lambda: app.screen_stack[0].query_one(TaskList).row_count == TASKS)
            committed_at = _watch_commits(core)
            watch = core.services.pollers.of("main")
            for turn in range(1, rounds + 4):
                gateway.body = poll_response(task_ids(TASKS), turn)
                frames.text = ""
                watch.resume()
                await frames.until(partial(_shows, frames, f"{turn}th Dance"))
                took = frames.painted_at - gateway.responded_at
                rows_took = committed_at[-1] - gateway.responded_at
                await pilot.pause(0.05)
                connected.clear()
                watch.resume()
                await asyncio.wait_for(connected.wait(), LIMIT_S)
                again = connected_at[-1] - gateway.responded_at
                await pilot.pause(0.05)
                begun = time.perf_counter()
                rows.show(gateway.body)
                reference = time.perf_counter() - begun
                if turn > 3:
                    changed.append(took)
                    committed.append(rows_took)
                    painted.append(took - rows_took)
                    same.append(again)
                    plain.append(reference)
        await core.close(1)
    times = {"changed": changed, "committed": committed, "painted": painted, "same": same, "plain": plain}
    return {name: statistics.median(found) * 1e3 for name, found in times.items()}


def _shows(frames: Frames, words: str) -> bool:
    """Whether all rows show these words."""
    return frames.text.count(words) >= TASKS


def _watch_commits(core: Core) -> list[float]:
    """Gets the time of each commit of tasks."""
    found: list[float] = []
    update = core.stores.tasks.update

    def timed(*args: Any, **options: Any) -> Any:
        result = update(*args, **options)
        found.append(time.perf_counter())
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

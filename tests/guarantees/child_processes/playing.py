"""A program that plays a song of the demo gateway through the real player, into nothing (A1, A2)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from sunotui.core.core import Core
from sunotui.core.events import Event, PlaybackChanged
from sunotui.core.paths import AppPaths
from sunotui.core.playback import helper_connection
from sunotui.demo.server import DemoServer
from sunotui.domain.annotations import TakeRef
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.tasks.task import Task
from tests.guarantees.child_processes.process import report
from tests.support.fast_clock import FastClock
from tests.support.send_request import send_request
from tests.support.waiting import hang_guard

SPEED = 100.0
SENT = "sent.txt"
"""The file with all that was sent to the player."""


def make_song(folder: Path, server: DemoServer) -> Task:
    """Let the demo gateway generate a song into a library."""
    return asyncio.run(_make_song(folder, server))


async def _make_song(folder: Path, server: DemoServer) -> Task:
    core = core_at(folder, server.base_url, server.token, FastClock(SPEED))
    await core.open()
    core.add_profile(profile_at(server.base_url))
    await core.start()
    sent = await send_request(core, MusicRequest(description="rain on a roof"), "main")
    async with hang_guard("the finished song"):
        task = None
        while task is None or not task.clips or not all(clip.is_whole for clip in task.clips):
            await asyncio.sleep(0.05)
            task = await core.storage.run(core.stores.tasks.task, sent.task_id or "")
    await core.close(5)
    return task


def profile_at(base_url: str) -> Profile:
    """The profile of the demo gateway."""
    return Profile("main", parse_base_url(base_url))


def core_at(folder: Path, base_url: str, token: str, clock: FastClock | None = None) -> Core:
    """A core whose token is in its environment, as users of scripts have it."""
    environ = {**os.environ, "SUNOTUI_AUDIO_OUTPUT": "null", "SUNOTUI_TOKEN": token}
    core = Core(AppPaths(folder / "data", folder / "config"), environ, clock=clock, keeps_backups=False)
    core.tokens.set_for_session("main", Token(token))
    return core


def play(folder: Path, base_url: str, token: str, task_id: str, quits: bool) -> None:
    """Play a song, and quit while it plays, or keep playing until killed. Reports the state and the id of the
    player."""
    # As if the user had exported it.
    os.environ["SUNOTUI_TOKEN"] = token
    asyncio.run(_play(folder, base_url, token, task_id, quits=quits))


async def _play(folder: Path, base_url: str, token: str, task_id: str, *, quits: bool) -> None:
    core = core_at(folder, base_url, token)
    await core.open()
    core.add_profile(profile_at(base_url))
    _record_requests(folder / SENT)
    is_playing = asyncio.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, PlaybackChanged):
            status = event.status
            report(f"{status.state} {status.position_s:.1f} {status.problem}")
            if status.position_s > 0.5:
                is_playing.set()

    core.events.subscribe(on_event)
    playback = core.services.playback
    await playback.play([TakeRef(task_id)])
    await is_playing.wait()
    report("playing")
    if quits:
        await core.close(5)
        report("closed")
        return
    await asyncio.Event().wait()


def _record_requests(path: Path) -> None:
    """Write what is sent to the player into a file, and report the id of each player."""
    connection = helper_connection.HelperConnection
    send = connection.send
    seen: set[int] = set()

    def record(self: helper_connection.HelperConnection, message: Mapping[str, object]) -> None:
        if self.pid not in seen:
            seen.add(self.pid)
            report(f"player {self.pid}")
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{dict(message)}\n")
        send(self, message)

    connection.send = record  # type: ignore[method-assign]

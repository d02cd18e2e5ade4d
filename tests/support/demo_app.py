"""The app with a demo gateway over real HTTP, its own library, and methods to operate it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from sunotui.core.core import Core
from sunotui.core.paths import AppPaths
from sunotui.demo.server import DemoServer
from sunotui.domain.gateways.dialect import choose_dialect
from sunotui.domain.gateways.profile import DEMO_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.tasks.summary import View
from sunotui.tui.app import SunoApp
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.sidebar import Sidebar
from sunotui.tui.library.task_list.list import TaskList
from tests.support.fast_clock import FastClock
from tests.support.waiting import until_async


class DemoApp:
    """An app with its core and its gateway."""

    def __init__(self, app: SunoApp, core: Core, server: DemoServer) -> None:
        self.app = app
        self.core = core
        self.server = server

    async def until(self, pilot: Pilot[int], is_so: Callable[[], bool], what: str) -> None:
        """Let the app run until a condition holds."""
        await until_async(is_so, lambda: f"{self.text()}\n{self.messages()}\n{what}", 0.02, pilot.pause)
        await pilot.pause()

    async def until_open(self, pilot: Pilot[int]) -> None:
        """Wait until the library is open and the demo profile is in use."""
        await self.until(pilot, lambda: self.core.active_profiles.name == DEMO_PROFILE, "the demo profile")
        await self.until(pilot, lambda: self.core.is_started, "the watch")

    @property
    def tasks(self) -> TaskList:
        """The task list."""
        return self.app.screen_stack[0].query_one(TaskList)

    @property
    def detail(self) -> Detail:
        """The detail pane."""
        return self.app.screen_stack[0].query_one(Detail)

    def count(self, view: View) -> int:
        """The number of tasks of a view, as shown in the sidebar."""
        return self.app.screen_stack[0].query_one(Sidebar).count_of(view)

    async def make_song(self, pilot: Pilot[int], description: str) -> None:
        """Describe a song in the composer and send it."""
        before = self.tasks.row_count
        await pilot.press("n", "f2")
        await self.fill(pilot, description=description)
        await pilot.press("ctrl+s")
        await self.until(pilot, lambda: self.tasks.row_count == before + 1, "the new task")

    async def fill(self, pilot: Pilot[int], **values: str) -> None:
        """Write texts into the composer's fields."""
        await pilot.pause()
        screen = self.app.screen
        assert isinstance(screen, ComposeScreen)
        for name, value in values.items():
            screen.session.write(name, value)
        await pilot.pause()

    async def until_done(self, pilot: Pilot[int]) -> None:
        """Wait until no task is unfinished."""
        await self.until(pilot, lambda: self.count(View.ACTIVE) == 0 and self.tasks.row_count > 0, "the end")
        await self.settle(pilot)

    async def settle(self, pilot: Pilot[int]) -> None:
        """Wait until everything requested is drawn."""
        while asked := [
            worker
            for worker in self.app.workers
            if worker.group in {"task-rows", "detail", "collections", "copy", "cover"} and not worker.is_finished
        ]:
            # A newer request of the same group replaces one that is still waiting.
            with suppress(WorkerCancelled):
                await self.app.workers.wait_for_complete(asked)
        await pilot.pause()

    def messages(self) -> str:
        """All messages of the program, newest first."""
        return "\n".join(str(line.text) for line in self.app.message_log.lines())

    def text(self) -> str:
        """The screen as text."""
        width = self.app.size.width
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip)[:width].rstrip() for strip in lines)


@asynccontextmanager
async def open_demo_app(
    folder: Path, *, seed: int = 1, speed: float = 40.0, faults: tuple[str, ...] = (), dialect: str = "reference"
) -> AsyncIterator[DemoApp]:
    """A core with its own library, a demo gateway, and an app that is not running yet."""
    server = DemoServer(seed=seed, speed=speed, faults=faults, dialect=dialect)
    await asyncio.to_thread(server.start)
    core = Core(AppPaths(data=folder / "data", config=folder / "config"), {}, clock=FastClock(speed))

    async def prepare() -> None:
        token = Token(server.token)
        # As a login does, which detects the prefix before /suno.
        profile, _ = await core.login.verify(
            Profile(DEMO_PROFILE, parse_base_url(server.base_url), dialect=choose_dialect("", dialect).dialect.value),
            token,
        )
        core.tokens.set_for_session(DEMO_PROFILE, token)
        core.add_profile(profile)

    app = SunoApp(core, prepare, is_demo=True)
    try:
        yield DemoApp(app, core, server)
    finally:
        await core.close(5)
        await asyncio.to_thread(server.stop)

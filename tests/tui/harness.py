"""The app with a fixed library and a gateway that does not respond, for snapshots and keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widget import Widget

from sunotui.core.events import ConnectionChanged, ConnectionState, ProfileChanged
from sunotui.core.media.cover_provider import CoverProvider
from sunotui.domain.gateways.profile import Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.domain.requests.request import MusicRequest
from sunotui.domain.submission import Submission, SubmissionState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.lyrics import Lyrics
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.gateway.submit.outcome import Accepted
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.storage.tasks.task_store import TaskStore
from sunotui.tui.app import SunoApp
from sunotui.tui.library.detail.pane import Detail
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.task_list.list import TaskList
from tests.core.harness import MAIN, CoreHarness, FakeGateway
from tests.support.waiting import hang_guard

WORDS = "[Verse]\nEverybody in the place\nLet's go\n\n[Chorus]\nHands up in the air\nIt's time to show"


def song(number: int, title: str, added_at: float, status: TaskStatus = TaskStatus.SUCCESS, **facts: object) -> Task:
    """A song with two takes."""
    state = ClipStatus.COMPLETE if status is TaskStatus.SUCCESS else ClipStatus.STREAMING
    clips = tuple(
        Clip(
            f"clip-{number}-{take}",
            title=title,
            status=state,
            tags="club banger high-energy edm",
            lyrics=WORDS,
            model="chirp-v5",
            duration_s=161.0 if status is TaskStatus.SUCCESS else None,
            audio_url=f"https://cdn.example.com/{number}-{take}.mp3",
            image_url=f"https://cdn.example.com/{number}-{take}.jpeg",
        )
        for take in (1, 2)
    )
    return Task(f"task-{number}", "main", TaskKind.MUSIC, status, added_at, clips=clips, **facts)  # type: ignore[arg-type]


def evening(now: float) -> list[Task]:
    """A sample library with one task of each kind."""
    return [
        Task("task-0", "main", TaskKind.MUSIC, TaskStatus.LOST, now - 200_000, title_hint="a song the gateway forgot"),
        Task(
            "task-1",
            "main",
            TaskKind.MUSIC,
            TaskStatus.FAILURE,
            now - 90_000,
            title_hint="a song that was not to be",
            fail_reason="upstream said no",
        ),
        Task(
            "task-2",
            "main",
            TaskKind.LYRICS,
            TaskStatus.SUCCESS,
            now - 87_000,
            lyrics=Lyrics("A girl from Mars", "[Verse]\nRed dust on her shoes", ("folk", "warm")),
        ),
        song(3, "Winter Wonderland", now - 7_300),
        song(4, "雨の東京 Neon Rain", now - 860),
        song(5, "Electric Dance Party", now - 20, TaskStatus.IN_PROGRESS, submission_id="sent-5"),
    ]


def text_of_screen(app: SunoApp) -> str:
    """What the screen on top shows, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips) + "\n"


class PaintCounter:
    """Counts the paints of an app from now on."""

    def __init__(self, app: SunoApp) -> None:
        self.count = 0
        self._display = app._display
        app._display = self._paint  # type: ignore[method-assign]

    def _paint(self, *args: Any, **rest: Any) -> None:
        self.count += 1
        self._display(*args, **rest)


class AppHarness:
    """The app, its pilot and the harness of its core."""

    def __init__(self, app: SunoApp, core_harness: CoreHarness) -> None:
        self.app = app
        self.core_harness = core_harness
        self.pilot: Pilot[int]

    @property
    def tasks(self) -> TaskList:
        """The task list."""
        return self.app.screen_stack[0].query_one(TaskList)

    @property
    def detail(self) -> Detail:
        """The detail pane."""
        return self.app.screen_stack[0].query_one(Detail)

    async def add_accepted(self, submission: Submission, task: Task) -> None:
        """Put a submission into the journal that the gateway accepted as a task, and show the task."""
        core, now = self.core_harness.core, self.core_harness.clock.now()
        await core.storage.run(core.stores.journal.add, submission)
        await core.storage.run(core.stores.journal.claim, submission.id, now)
        await core.storage.run(core.stores.journal.accept, submission.id, task, now)
        await core.storage.run(core.stores.tasks.save, [task])
        library = self.app.screen_stack[0]
        assert isinstance(library, LibraryScreen)
        library.reload()
        await self.settle()

    def add_gateway(self, name: str) -> FakeGateway:
        """Add a profile with its own gateway."""
        gateway = self.core_harness.gateways.others[name] = FakeGateway()
        core = self.core_harness.core
        core.active_profiles.add(Profile(name, parse_base_url("https://other.example")))
        core.tokens.set_for_session(name, Token("token-of-the-other"))
        core.events.publish(ProfileChanged(core.active_profiles.name))
        return gateway

    def text(self) -> str:
        """The screen as text."""
        return text_of_screen(self.app)

    def text_of(self, widget: Widget) -> str:
        """What a widget of the top screen shows, with its border."""
        region, strips = widget.region, self.app.screen._compositor.render_strips()
        lines = (strips[y].crop(region.x, region.right).text for y in range(region.y, region.bottom))
        return "\n".join(line.rstrip() for line in lines) + "\n"

    async def press(self, *keys: str) -> None:
        """Press keys and wait until everything has settled."""
        await self.pilot.press(*keys)
        await self.settle()

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Let the app run until a condition holds."""
        async with hang_guard(lambda: f"{self.text()}\n{what}"):
            await self.settle()
            while not is_so():
                await self.pilot.pause(0.01)
                await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is pending."""
        for _ in range(3):
            await self.core_harness.settle()
            await self.pilot.pause()


def _furnish(core_harness: CoreHarness, now: float, tasks: list[Task] | None) -> None:
    """Put these tasks, or the sample ones, into the library before the app opens it."""
    database = Database.open(core_harness.core.paths.library)
    journal, library = Journal(database), TaskStore(database)
    if tasks is None:
        request = MusicRequest(description="electric dance party, club banger", model="chirp-v5")
        body = '{"gpt_description_prompt": "electric dance party, club banger", "mv": "chirp-v5"}'
        journal.add(Submission("sent-5", "main", request, "/suno/submit/music", body, SubmissionState.READY, now - 21))
        journal.claim("sent-5", now - 21)
        *others, newest = evening(now)
        library.save(others)
        journal.accept("sent-5", newest, now - 20)
        library.save([newest], {newest.id: '{"task_id": "task-5", "status": "IN_PROGRESS"}'})
    else:
        library.save(tasks)
    database.close()


@asynccontextmanager
async def open_app(
    folder: Path,
    size: tuple[int, int] = (120, 40),
    tasks: list[Task] | None = None,
    covers: CoverProvider | None = None,
) -> AsyncIterator[AppHarness]:
    """The app at this size; with `tasks` instead of the sample ones. Without `covers` none are shown: no test asks the
    servers that the samples name."""
    core_harness = CoreHarness(folder)
    # The gateway numbers its songs: those already in the library have other names.
    core_harness.gateway.outcome = lambda number: Accepted(f"made-{number}")
    app = SunoApp(core_harness.core)
    app.cover_art.can_draw = covers is not None
    if covers is not None:

        async def load_covers() -> CoverProvider:
            return covers

        core_harness.core.covers = load_covers  # type: ignore[method-assign, assignment]
    core_harness.core.active_profiles.add(MAIN)
    # Otherwise the source of its token would name the keyring of the user who runs the tests.
    core_harness.core.tokens.set_for_session("main", Token("token-of-the-quiet"))
    core_harness.core.active_profiles.name = "main"
    harness = AppHarness(app, core_harness)
    now = core_harness.clock.now()
    await core_harness.core.storage.run(_furnish, core_harness, now, tasks)
    for task in evening(now) if tasks is None else tasks:
        core_harness.gateway.set_task(task.id, task.status, clips=task.clips)
    try:
        async with app.run_test(size=size) as pilot:
            harness.pilot = pilot
            await harness.settle()
            await pilot.pause(0.05)
            await harness.settle()
            app.screen_stack[0].on_core_event(ConnectionChanged("main", ConnectionState.ONLINE))  # type: ignore[attr-defined]
            await harness.settle()
            yield harness
    finally:
        await core_harness.core.close(1)

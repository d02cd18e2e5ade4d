"""The app with a playback that plays nothing: tests move its time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sunotui.domain.playback import PlaybackStatus
from sunotui.domain.tasks.task import Task
from tests.support.fake_playback import FakePlayback, use_fake_playback
from tests.tui.harness import AppHarness, open_app


class PlayingHarness:
    """The app and its playback."""

    def __init__(self, harness: AppHarness, playback: FakePlayback) -> None:
        self.quiet = harness
        self.playback = playback

    async def press(self, *keys: str) -> None:
        """Press keys and wait until everything has settled."""
        await self.quiet.press(*keys)

    async def show(self, **changes: object) -> None:
        """Show another moment of playback on the screens."""
        self.playback.show(**changes)
        await self.quiet.settle()

    @property
    def status(self) -> PlaybackStatus:
        """What plays."""
        return self.playback.status

    def row(self, at: int) -> str:
        """A row of the screen; negative ones count from the bottom."""
        return self.quiet.text().splitlines()[at]


@asynccontextmanager
async def open_playing(
    folder: Path, size: tuple[int, int] = (120, 40), tasks: list[Task] | None = None
) -> AsyncIterator[PlayingHarness]:
    """The app with a playback that plays nothing."""
    async with open_app(folder, size, tasks) as harness:
        yield PlayingHarness(harness, await use_fake_playback(harness.core_harness.core))

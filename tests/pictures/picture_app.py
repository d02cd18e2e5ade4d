"""Opens the real app for a picture: a library of its own, a demo gateway, and a wall clock that only a script moves."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from textual.pilot import Pilot

from sunotui.core.core import Core
from sunotui.core.media.cover_files import CoverFiles
from sunotui.core.media.covers import cover_key
from sunotui.core.paths import AppPaths
from sunotui.demo.media import covers
from sunotui.demo.server import DemoServer
from sunotui.domain.gateways.dialect import choose_dialect
from sunotui.domain.gateways.profile import DEMO_PROFILE, Profile, parse_base_url
from sunotui.domain.gateways.token import Token
from sunotui.storage.db.connection import Database
from sunotui.storage.paths import make_private
from sunotui.tui.app import SunoApp
from tests.pictures import library
from tests.pictures.painter import paint
from tests.support.demo_app import DemoApp
from tests.support.fast_clock import FastClock

NOW = 1_796_155_200.0
"""The time in every picture, in Unix seconds: 2026-12-01, 20:00 UTC."""
_SPEED = 40.0
"""The factor by which waits are shorter than in real time."""


class StoryClock(FastClock):
    """A clock whose waits are short, and whose time of day moves only by `advance`. The gateway shares it, so that each
    state of a song can be shown."""

    def __init__(self) -> None:
        super().__init__(_SPEED)
        self._now = NOW
        self._stopped_at: float | None = None

    def monotonic(self) -> float:
        """Accelerated seconds, until it is stopped."""
        return super().monotonic() if self._stopped_at is None else self._stopped_at

    def stop(self) -> None:
        """From here on only `advance` moves anything, so that what plays is drawn where it is."""
        self._stopped_at = self.monotonic()

    def now(self) -> float:
        """The story's time."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds


class PictureApp(DemoApp):
    """A running app that can be operated and painted."""

    def __init__(self, app: SunoApp, core: Core, server: DemoServer, clock: StoryClock, pilot: Pilot[int]) -> None:
        super().__init__(app, core, server)
        self.clock = clock
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until what they caused is drawn."""
        await self.pilot.press(*keys)
        for _ in range(2):
            # What was read may lead to a change of the footer.
            await self.settle(self.pilot)

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.pilot.press(*(_KEYS.get(sign, sign) for sign in text))
        await self.settle(self.pilot)

    async def send(self) -> None:
        """Press the composer's send key and wait for the new row."""
        before = self.tasks.row_count
        await self.pilot.press("ctrl+s")
        await self.until(self.pilot, lambda: self.tasks.row_count == before + 1, "the new song")
        await self.settle(self.pilot)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass at the gateway, and wait until the app has polled it."""
        self.clock.advance(seconds)
        for _ in range(6):
            await asyncio.sleep(0.1)
            await self.settle(self.pilot)
        self.tasks.refresh()
        await self.pilot.pause()

    def paint(self) -> Image.Image:
        """The screen as a picture."""
        return paint(self.app)


_KEYS = {" ": "space", ",": "comma", ".": "full_stop", ":": "colon", ">": "greater_than_sign", "\n": "enter"}


def _set_environment() -> None:
    """One time zone and all colours, wherever the pictures are made."""
    os.environ |= {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    for name in ("NO_COLOR", "SUNOTUI_AUDIO_OUTPUT"):
        os.environ.pop(name, None)
    time.tzset()


def _keep_covers(paths: AppPaths) -> None:
    """Put the covers of the pictures' library where downloads are kept; their servers do not exist."""
    files = CoverFiles(paths.covers)
    for source in library.cover_sources():
        files.write(cover_key(source), covers.paint(source.clip_id))


@asynccontextmanager
async def open_picture_app(
    size: tuple[int, int],
    *,
    is_empty: bool = False,
    has_unknown: bool = False,
    dialect: str = "paid",
    seed: int = 11,
    theme: str = "",
    has_gateway: bool = True,
    saves: bool = True,
) -> AsyncIterator[PictureApp]:
    """The app in this size with the pictures' library (`library.fill`), or an empty one.
    Without `saves` favourites are not saved by themselves: their servers do not exist."""
    _set_environment()
    clock = StoryClock()
    server = DemoServer(seed=seed, speed=1.0, dialect=dialect, now=clock.now)
    await asyncio.to_thread(server.start)
    with TemporaryDirectory() as folder:
        paths = AppPaths(data=Path(folder, "data"), config=Path(folder, "config"))
        if not is_empty:
            make_private(paths.data)
            database = Database.open(paths.library)
            library.fill(database, NOW, has_unknown=has_unknown)
            database.close()
            await asyncio.to_thread(_keep_covers, paths)
        if not saves:
            make_private(paths.config)
            paths.config_file.write_text('[save]\nauto_save = "off"\n')
        core = Core(paths, {}, clock=clock, rng=random.Random(seed), keeps_backups=False)

        async def prepare() -> None:
            token = Token(server.token)
            spoken = choose_dialect("", dialect).dialect.value
            profile, _ = await core.login.verify(
                Profile(DEMO_PROFILE, parse_base_url(server.base_url), dialect=spoken), token
            )
            core.tokens.set_for_session(DEMO_PROFILE, token)
            core.add_profile(profile)

        app = SunoApp(core, prepare if has_gateway else None, is_demo=has_gateway)
        try:
            async with app.run_test(size=size) as pilot:
                picture_app = PictureApp(app, core, server, clock, pilot)
                if theme:
                    app.theme = theme
                if has_gateway:
                    await picture_app.until_open(pilot)
                await picture_app.settle(pilot)
                yield picture_app
        finally:
            await core.close(5)
            await asyncio.to_thread(server.stop)

"""Keys that are pressed before the library is open, because another process locks it or it is being migrated."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from sunotui.core.library.browser import LibraryBrowser
from sunotui.domain.browse import CollectionCounts
from sunotui.domain.gateways.token import Token
from sunotui.domain.tasks.summary import View
from sunotui.storage.browse.list_queries import TaskLists
from sunotui.tui.app import SunoApp
from sunotui.tui.commands.command import Scope
from sunotui.tui.commands.registry import of
from sunotui.tui.gateways.login import LoginScreen
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.library.task_list.list import TaskList
from sunotui.tui.widgets.search_bar import SearchBar
from tests.core.harness import MAIN, CoreHarness
from tests.support.waiting import HANG_S, until_async
from tests.tui.harness import _furnish, text_of_screen


class Waiting:
    """An app whose library opens only when released."""

    def __init__(self, app: SunoApp, pilot: Pilot[int], gate: threading.Event) -> None:
        self.app = app
        self.pilot = pilot
        self._gate = gate

    async def open(self) -> None:
        """Let the library open, and wait until it is shown."""
        self._gate.set()
        await until_async(
            # A cover waits until the cursor rests, which takes time that does not pass here.
            lambda: (
                self.library.context.state.is_open
                and all(worker.group == "cover" for worker in self.app.workers._workers)
            ),
            "the library",
            pause=self.pilot.pause,
        )

    def text(self) -> str:
        """The screen as text."""
        return text_of_screen(self.app)

    async def until_reported(self, words: str) -> None:
        """Wait for a message with these words."""
        await until_async(
            lambda: any(words in str(line.text) for line in self.app.message_log.lines()), words, pause=self.pilot.pause
        )

    @property
    def library(self) -> LibraryScreen:
        """The first screen."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, LibraryScreen)
        return screen


@asynccontextmanager
async def waiting_app(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, has_profile: bool = True, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Waiting]:
    core_harness, gate = CoreHarness(folder), threading.Event()
    core = core_harness.core
    if has_profile:
        core.active_profiles.add(MAIN)
        core.tokens.set_for_session("main", Token("token-of-the-quiet"))
        core.active_profiles.name = "main"
    await core.storage.run(_furnish, core_harness, core_harness.clock.now(), None)
    open_library = core._open_on_storage_thread

    def open_when_let(*, lists_soon: bool) -> object:
        assert gate.wait(HANG_S)
        return open_library(lists_soon=lists_soon)

    monkeypatch.setattr(core, "_open_on_storage_thread", open_when_let)
    app = SunoApp(core)
    # The servers of the sample's covers do not exist.
    app.cover_art.can_draw = False
    try:
        async with app.run_test(size=size) as pilot:
            yield Waiting(app, pilot, gate)
    finally:
        gate.set()
        await core.close(1)


async def test_no_key_needs_a_library_that_is_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with waiting_app(tmp_path, monkeypatch) as waiting:
        for command in (*of(Scope.LIST), *of(Scope.LIBRARY)):
            if command.id not in {"leave", "filter", "sort", "messages"}:
                await waiting.pilot.press(command.keys[0], "escape")
                assert waiting.app.screen is waiting.library, command.id
        await waiting.open()
        assert waiting.app.return_code is None
        await waiting.pilot.press("n")
        assert waiting.app.screen is not waiting.library, "now they do"


async def test_a_search_entered_before_the_opening_is_listed_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with waiting_app(tmp_path, monkeypatch) as waiting:
        await waiting.pilot.press("shift+tab", *"jjjj", "tab", "slash", *"winter", "enter")
        assert waiting.library.query_one(SearchBar).text == "winter"
        await waiting.open()
        assert waiting.library.context.state.list_query.collection.view is View.UNPLAYED
        assert waiting.library.query_one(TaskList).current == "task-3"


async def test_a_slow_opening_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with waiting_app(tmp_path, monkeypatch) as waiting:
        tasks = waiting.library.query_one(TaskList)
        assert tasks._empty_text[0] == "Opening the library."
        await waiting.open()
        assert tasks.row_count == 6


async def test_quitting_while_it_opens_does_not_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with waiting_app(tmp_path, monkeypatch) as waiting:
        await waiting.pilot.press("q")
        waiting._gate.set()
    assert waiting.app.return_code == 0


@pytest.mark.parametrize("keys", [("n",), ("slash", "a")])
async def test_the_login_does_not_open_while_the_user_types(
    keys: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the form took the description of the first song as its base URL."""
    async with waiting_app(tmp_path, monkeypatch, has_profile=False) as waiting:
        await waiting.pilot.press(*keys)
        await waiting.open()
        await waiting.until_reported("P logs in to a gateway")
        assert waiting.app.screen is waiting.library


async def test_the_login_opens_automatically_if_nothing_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with waiting_app(tmp_path, monkeypatch, has_profile=False) as waiting:
        waiting._gate.set()
        await until_async(lambda: isinstance(waiting.app.screen, LoginScreen), "the login", pause=waiting.pilot.pause)


@pytest.mark.parametrize("size", [(120, 40), (60, 15)])
async def test_a_library_whose_rows_are_slow_does_not_look_empty(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: for as long as the rows took, the first steps of a new user were shown, and "Songs 0"."""
    rows_may_come, rows = threading.Event(), TaskLists.rows

    def slow_rows(self: TaskLists, *args: Any, **options: Any) -> object:
        assert rows_may_come.wait(HANG_S)
        return rows(self, *args, **options)

    monkeypatch.setattr(TaskLists, "rows", slow_rows)
    async with waiting_app(tmp_path, monkeypatch, size=size) as waiting:
        try:
            waiting._gate.set()
            await until_async(lambda: waiting.library.context.state.is_open, "the opening", pause=waiting.pilot.pause)
            await waiting.pilot.pause()
            shown = waiting.text()
            assert "will appear" not in shown
            assert "empty" not in shown
            assert not re.search(r"Songs +0", shown)
            if size == (120, 40):
                assert waiting.library.context.detail.display
        finally:
            rows_may_come.set()
        await waiting.open()


async def test_the_header_has_the_number_of_songs_before_anything_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_count, count = asyncio.Event(), LibraryBrowser.collections

    async def slow_count(self: LibraryBrowser) -> CollectionCounts:
        await may_count.wait()
        return await count(self)

    monkeypatch.setattr(LibraryBrowser, "collections", slow_count)
    async with waiting_app(tmp_path, monkeypatch) as waiting:
        waiting._gate.set()
        tasks = waiting.library.query_one(TaskList)
        await until_async(lambda: tasks.row_count == 6, "the rows", pause=waiting.pilot.pause)
        await waiting.pilot.pause()
        assert re.search(r"Songs +6", waiting.text())
        may_count.set()
        await waiting.open()
        assert re.search(r"Songs +6", waiting.text())

"""The app as a whole: help, palette, messages, ended tasks, a failing library, quitting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.screen import Screen

from sunotui.core.events import Event, LibraryChanged
from sunotui.domain.errors import LibraryDamaged, LibraryError
from sunotui.domain.tasks.task import TaskStatus
from sunotui.tui.app import SunoApp
from sunotui.tui.commands.registry import COMMANDS
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.help import HelpDialog
from sunotui.tui.dialogs.palette import PaletteDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.dialogs.text_viewer import TextViewer
from sunotui.tui.messages import CoreEvent
from tests.core.harness import CoreHarness
from tests.support.waiting import hang_guard, until_async
from tests.tui.harness import AppHarness, PaintCounter, open_app, song


def all_reported(harness: AppHarness) -> str:
    return "\n".join(str(line.text) for line in harness.app.message_log.lines())


async def test_help_names_every_key_and_begins_with_the_focused_pane(tmp_path: Path) -> None:
    async with open_app(tmp_path, (140, 400)) as harness:
        await harness.press("question_mark")
        assert isinstance(harness.app.screen, HelpDialog)
        text = harness.text()
        for command in COMMANDS:
            if "take." not in command.id:
                assert command.title in text, command
        assert text.index("j down") < text.index("^q")
        await harness.press("escape", "n", "f1")
        assert isinstance(harness.app.screen, HelpDialog)
        assert harness.text().index("Earlier requests") < harness.text().index("Next pane")


async def test_the_palette_runs_a_command(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+p")
        assert isinstance(harness.app.screen, PaletteDialog)
        await harness.press(*"new so")
        assert "New song" in harness.text()
        await harness.press("enter")
        await harness.until(lambda: isinstance(harness.app.screen, ComposeScreen), "the composer")


async def test_the_end_of_a_task_is_reported_once_with_its_title(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.set_task(
            "task-5", TaskStatus.SUCCESS, clips=song(5, "Electric Dance Party", 0.0).clips
        )
        await harness.core_harness.clock.advance(30)
        await harness.settle()
        await harness.core_harness.clock.advance(30)
        await harness.settle()
        assert all_reported(harness).count("Electric Dance Party is ready") == 1


async def test_the_message_log_has_all_messages(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("G", "y", "exclamation_mark")
        assert isinstance(harness.app.screen, TextViewer)
        assert "There is no take here" in harness.text()


async def test_a_library_that_cannot_be_read_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path) as harness:

        def broken(*_: object, **__: object) -> None:
            raise LibraryError("The library could not be read: the disk reports an error")

        with monkeypatch.context() as patch:
            patch.setattr(harness.core_harness.core.stores.database, "query", broken)
            patch.setattr(harness.core_harness.core.stores.database, "column", broken)
            await harness.press("j", "h", "j", "l", "R", "y", "n", "escape")
            assert harness.app.return_code is None
            assert "could not be read" in all_reported(harness)
        await harness.press("k", "g")
        assert harness.app.return_code is None


async def test_a_library_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "library.db").write_bytes(b"this is no library" * 100)
    core_harness = CoreHarness(tmp_path)
    app = SunoApp(core_harness.core)
    async with app.run_test() as pilot:
        await until_async(lambda: app.return_code is not None, "the end", pause=pilot.pause)
    assert isinstance(app.startup_error, LibraryDamaged)
    assert b"this is no library" in (tmp_path / "data" / "library.db").read_bytes()


async def test_q_quits_immediately_and_waits_for_the_response(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.gate = asyncio.Event()
        await harness.press("n", *"rain", "ctrl+s")
        await harness.pilot.press("q")
        await harness.pilot.pause()
        assert harness.app.return_code == 0
        assert harness.core_harness.core.services.submitter.in_flight == 1
        harness.core_harness.gateway.gate.set()
        assert await harness.core_harness.core.services.submitter.drain(5)


async def test_keys_can_be_changed_by_settings(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "config.toml").write_text('[keys]\n"library.compose" = "ctrl+t"\n"no.such" = "x"\n')
    async with open_app(tmp_path) as harness:
        await harness.press("ctrl+t")
        assert isinstance(harness.app.screen, ComposeScreen)
        assert "no.such" in all_reported(harness)


async def test_idle_is_idle(tmp_path: Path) -> None:
    """Nothing is painted without events, however much time passes."""
    async with open_app(tmp_path) as harness:
        harness.core_harness.gateway.set_task(
            "task-5", TaskStatus.SUCCESS, clips=song(5, "Electric Dance Party", 0.0).clips
        )
        await harness.core_harness.clock.advance(60)
        await harness.settle()
        painted = PaintCounter(harness.app)

        async def paints_nothing() -> bool:
            painted.count = 0
            await harness.pilot.pause(0.3)
            return painted.count == 0

        async with hang_guard("the end of the painting that the event caused"):
            while not await paints_nothing():
                pass
        asked = len(harness.core_harness.gateway.asked)
        await harness.core_harness.clock.advance(600)
        await harness.pilot.pause(0.5)
        assert painted.count == 0
        assert len(harness.core_harness.gateway.asked) == asked


class RecordingScreen(Screen[None]):
    """A screen that records the events that reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.received: list[Event] = []

    def on_core_event(self, event: Event) -> None:
        """Record it."""
        self.received.append(event)


async def test_events_while_the_app_ends_reach_no_screen(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        screen, event = RecordingScreen(), LibraryChanged()
        await harness.app.push_screen(screen)
        harness.app._running = False
        try:
            harness.app.on_core_event(CoreEvent(event))
        finally:
            harness.app._running = True
        assert screen.received == []
        harness.app.on_core_event(CoreEvent(event))
        assert screen.received == [event]


async def test_two_choices_may_have_the_same_key(tmp_path: Path) -> None:
    """Regression: a gateway returned the same link for audio and video, and the list of links ended the program."""
    async with open_app(tmp_path) as harness:
        chosen: list[str | None] = []
        rows = [("https://a.example/1", "Audio", ""), ("https://a.example/1", "Video", "")]
        harness.app.push_screen(SelectDialog("Open", rows), chosen.append)
        await harness.press("down", "enter")
        assert chosen == ["https://a.example/1"]

"""Dialogs that open after something was read: keys wait for them, and a screen that is left asks nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.screen import Screen
from textual.widgets import Input

from sunotui.core.gateways.extras import ExtrasService
from sunotui.domain.requests.request import PersonaRequest
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs import confirm
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.select import SelectDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.runtime import type_ahead
from tests.support.sending import send_request
from tests.tui.composer.test_gateway import told
from tests.tui.composer.test_screen import form
from tests.tui.harness import AppHarness, open_app


class SlowPersonas:
    """Personas are read once `go` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_asked = asyncio.Event()
        self.go = asyncio.Event()
        read = ExtrasService.personas

        async def personas(extras: ExtrasService, profile: str) -> object:
            self.is_asked.set()
            await self.go.wait()
            return await read(extras, profile)

        monkeypatch.setattr(ExtrasService, "personas", personas)


async def begin(quiet: AppHarness) -> None:
    await send_request(quiet.core_harness.core, PersonaRequest("c-9", "Sailor"), "main")
    await quiet.press("n", "f3")
    assert isinstance(quiet.app.screen, ComposeScreen)


async def test_keys_wait_for_the_dialog_that_the_key_before_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken once by a queue that does not wait for dialogs: escape left the composer."""
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as quiet:
        await begin(quiet)
        form(quiet).session.form.query_one("#title", Input).focus()
        await quiet.settle()
        for name, letter in (("ctrl+o", None), ("escape", None), ("r", "r"), ("a", "a")):
            quiet.app.post_message(events.Key(name, letter))
        await slow.is_asked.wait()
        await quiet.settle()
        assert form(quiet).session.form.text_of("title") == ""
        slow.go.set()
        await quiet.until(lambda: form(quiet).session.form.text_of("title") == "ra", "the letters in the title")


async def test_a_screen_that_was_left_asks_nothing_and_the_app_lives_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken once by Textual's own `push_screen_wait`, whose worker awaits the removal of its own screen: the app
    ended without a word."""
    monkeypatch.setattr(type_ahead, "_DIALOG_LIMIT_S", 0.0)
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as quiet:
        await begin(quiet)
        left = form(quiet)
        await quiet.pilot.press("ctrl+o")
        await slow.is_asked.wait()
        left.dismiss()
        slow.go.set()
        await quiet.until(lambda: not left.is_attached, "the end of the composer")
        await quiet.settle()
        assert isinstance(quiet.app.screen, LibraryScreen)
        assert quiet.app.is_running
        await quiet.press("n")
        assert isinstance(quiet.app.screen, ComposeScreen)


async def test_a_dialog_that_comes_after_a_later_key_does_not_take_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "_DIALOG_LIMIT_S", 0.0)
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as quiet:
        await begin(quiet)
        await quiet.pilot.press("ctrl+o")
        await slow.is_asked.wait()
        await quiet.press("tab")
        slow.go.set()
        await quiet.until(lambda: "press its key again" in told(quiet), "why nothing was asked")
        assert isinstance(quiet.app.screen, ComposeScreen)
        await quiet.press("ctrl+o")
        assert isinstance(quiet.app.screen, SelectDialog)


async def test_a_screen_that_is_covered_asks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "_DIALOG_LIMIT_S", 0.0)
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as quiet:
        await begin(quiet)
        await quiet.pilot.press("ctrl+o")
        await slow.is_asked.wait()
        await quiet.press("f1")
        covering = quiet.app.screen
        assert not isinstance(covering, ComposeScreen)
        slow.go.set()
        await quiet.settle()
        assert quiet.app.screen is covering
        assert not isinstance(covering, SelectDialog)


async def asked_again(quiet: AppHarness) -> ConfirmDialog:
    """The question whether the same is to be sent and paid for once more."""
    for _ in range(2):
        await quiet.press("n", "ctrl+n", "f2", *"rain", "ctrl+s")
    await quiet.until(lambda: isinstance(quiet.app.screen, ConfirmDialog), "the question")
    assert isinstance(quiet.app.screen, ConfirmDialog)
    return quiet.app.screen


async def test_keys_typed_before_a_question_could_be_read_do_not_answer_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken once by a dialog that took a key that repeated: the song was paid for twice."""
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as quiet:
        question = await asked_again(quiet)
        await quiet.press("j", "enter")
        assert quiet.app.screen is question
        question._become_ready()
        await quiet.press("j", "enter")
        await quiet.until(lambda: len(quiet.core_harness.gateway.orders) == 2, "the second submission")


async def test_every_early_key_begins_the_silence_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as quiet:
        question = await asked_again(quiet)
        before = question._silence
        await quiet.press("j")
        assert before is not None
        assert question._silence is not before


async def test_keys_that_wait_when_a_question_opens_are_dropped(tmp_path: Path) -> None:
    """Broken once by a queue that was passed on to the question: one write with its answer in it paid."""
    async with open_app(tmp_path) as quiet:
        question = ConfirmDialog("Pay again?", "nothing is sent", "Send again", "and pay for it")

        async def ask() -> None:
            await quiet.app.push_screen_wait(question)

        # The palette's key works everywhere, and waits.
        quiet.app.key_queue._queued.extend(
            [events.Key("j", "j"), events.Key("enter", "\r"), events.Key("ctrl+p", None)]
        )
        quiet.app.run_worker(ask())
        await quiet.until(lambda: quiet.app.screen is question and question.takes_keys, "the question")
        await quiet.settle()
        assert quiet.app.screen is question
        await quiet.press("escape")
        assert isinstance(quiet.app.screen, LibraryScreen), "keys go on"
        assert not quiet.app.key_queue._queued


async def test_the_question_of_a_worker_that_was_cancelled_can_be_answered(tmp_path: Path) -> None:
    """Seen to fail by an answer that ended the app: its question was cancelled with the worker."""
    async with open_app(tmp_path) as quiet:
        await begin(quiet)
        await quiet.press("ctrl+o")
        assert isinstance(quiet.app.screen, SelectDialog)
        for worker in [worker for worker in quiet.app.workers if worker.group == "dialog"]:
            worker.cancel()
        await quiet.settle()
        await quiet.press("enter")
        assert isinstance(quiet.app.screen, ComposeScreen)
        assert quiet.app.is_running


class Slow(Screen[None]):
    """A screen that never takes keys."""

    @property
    def takes_keys(self) -> bool:
        """Never."""
        return False


async def test_what_was_typed_for_a_screen_that_went_away_is_no_command_of_another(tmp_path: Path) -> None:
    """Seen to fail by keys that were passed on: letters of a song moved a take into the trash."""
    async with open_app(tmp_path) as quiet:
        screen = Slow()
        await quiet.app.push_screen(screen)
        for key in (events.Key("x", "x"), events.Key("n", "n")):
            quiet.app.post_message(key)
        await quiet.until(lambda: len(quiet.app.key_queue._queued) == 2, "the keys that wait")
        screen.dismiss()
        await quiet.until(lambda: quiet.app.screen is not screen, "the library")
        quiet.app.key_queue.deliver_soon()
        await quiet.settle()
        assert isinstance(quiet.app.screen, LibraryScreen)
        assert not quiet.app.key_queue._queued
        assert not any("trash" in str(line.text).lower() for line in quiet.app.message_log.lines())


async def test_a_question_that_takes_no_keys_yet_lets_quit_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as quiet:
        await asked_again(quiet)
        await quiet.pilot.press("ctrl+q")
        await quiet.until(lambda: not quiet.app.is_running, "the end")

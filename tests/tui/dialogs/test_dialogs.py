"""Dialogs that open after something was read: keys wait for them, and a closed screen opens none."""

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
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.runtime import type_ahead
from tests.support.send_request import send_request
from tests.tui.composer.open_form import form, messages
from tests.tui.harness import AppHarness, open_app


class SlowPersonas:
    """Personas are returned once `go` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_slow = False
        """Whether they are: not while the composer opens, which reads them, too."""
        self.is_asked = asyncio.Event()
        self.go = asyncio.Event()
        read = ExtrasService.personas

        async def personas(extras: ExtrasService, profile: str) -> object:
            if self.is_slow:
                self.is_asked.set()
                await self.go.wait()
            return await read(extras, profile)

        monkeypatch.setattr(ExtrasService, "personas", personas)


async def begin(harness: AppHarness, slow: SlowPersonas | None = None) -> None:
    """The composer is open, and the next list of personas is slow."""
    await send_request(harness.core_harness.core, PersonaRequest("c-9", "Sailor"), "main")
    await harness.press("n", "f3")
    assert isinstance(harness.app.screen, ComposeScreen)
    if slow is not None:
        slow.is_slow = True


async def ask_for_a_voice(harness: AppHarness, slow: SlowPersonas) -> None:
    """The key of a dialog was pressed in the composer, and the list of personas for it is awaited."""
    await begin(harness, slow)
    await harness.pilot.press("ctrl+o")
    await slow.is_asked.wait()


async def test_keys_wait_for_the_dialog_that_the_key_before_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the queue did not wait for dialogs, and escape left the composer."""
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as harness:
        await begin(harness, slow)
        form(harness).session.form.query_one("#title", Input).focus()
        await harness.settle()
        for name, letter in (("ctrl+o", None), ("escape", None), ("r", "r"), ("a", "a")):
            harness.app.post_message(events.Key(name, letter))
        await slow.is_asked.wait()
        await harness.settle()
        assert form(harness).session.form.text_of("title") == ""
        slow.go.set()
        await harness.until(lambda: form(harness).session.form.text_of("title") == "ra", "the letters in the title")


async def test_a_closed_screen_opens_no_dialog_and_the_app_continues(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: with Textual's own `push_screen_wait`, the worker awaited the removal of its own screen, and the app
    ended silently."""
    monkeypatch.setattr(type_ahead, "_DIALOG_LIMIT_S", 0.0)
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as harness:
        await ask_for_a_voice(harness, slow)
        left = form(harness)
        left.dismiss()
        slow.go.set()
        await harness.until(lambda: not left.is_attached, "the end of the composer")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert harness.app.is_running
        await harness.press("n")
        assert isinstance(harness.app.screen, ComposeScreen)


async def test_a_dialog_after_a_later_key_does_not_get_the_next_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type_ahead, "_DIALOG_LIMIT_S", 0.0)
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as harness:
        await ask_for_a_voice(harness, slow)
        await harness.press("tab")
        slow.go.set()
        await harness.until(lambda: "press its key again" in messages(harness), "why nothing was asked")
        assert isinstance(harness.app.screen, ComposeScreen)
        await harness.press("ctrl+o")
        assert isinstance(harness.app.screen, PickerDialog)


async def test_a_covered_screen_opens_no_dialog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type_ahead, "_DIALOG_LIMIT_S", 0.0)
    slow = SlowPersonas(monkeypatch)
    async with open_app(tmp_path) as harness:
        await ask_for_a_voice(harness, slow)
        await harness.press("f1")
        covering = harness.app.screen
        assert not isinstance(covering, ComposeScreen)
        slow.go.set()
        await harness.settle()
        assert harness.app.screen is covering
        assert not isinstance(covering, PickerDialog)


async def asked_again(harness: AppHarness) -> ConfirmDialog:
    """Open the confirmation for sending a duplicate."""
    for _ in range(2):
        await harness.press("n", "ctrl+n", "f2", *"rain", "ctrl+s")
    await harness.until(lambda: isinstance(harness.app.screen, ConfirmDialog), "the question")
    assert isinstance(harness.app.screen, ConfirmDialog)
    return harness.app.screen


async def test_keys_typed_before_a_confirmation_is_readable_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the dialog accepted a repeated key, and the song was paid for twice."""
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as harness:
        question = await asked_again(harness)
        await harness.press("j", "enter")
        assert harness.app.screen is question
        question._become_ready()
        await harness.press("j", "enter")
        await harness.until(lambda: len(harness.core_harness.gateway.orders) == 2, "the second submission")


async def test_escape_means_no_at_any_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as harness:
        await asked_again(harness)
        await harness.press("escape")
        assert isinstance(harness.app.screen, ComposeScreen)
        await harness.press("f2", "x")
        assert form(harness).session.form.text_of("description") == "rainx", "the next key is not lost"
        assert len(harness.core_harness.gateway.orders) == 1


async def test_of_the_keys_queued_for_a_confirmation_only_escape_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as harness:
        question = ConfirmDialog("Pay again?", "nothing is sent", "Send again", "and pay for it")
        answers: list[str | None] = []

        async def ask() -> None:
            answers.append(await harness.app.push_screen_wait(question))

        keys = (("j", "j"), ("enter", "\r"), ("escape", None), ("n", "n"))
        harness.app.key_queue._queued.extend([events.Key(name, letter) for name, letter in keys])
        harness.app.run_worker(ask())
        await harness.until(lambda: harness.app.screen is question, "the question")
        harness.app.key_queue.deliver_soon()
        await harness.until(lambda: answers == [None], "the answer")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen), "no key after it opens the composer"


async def test_clicks_before_a_confirmation_is_readable_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Regression: the second click on what asks could answer, and pay."""
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as harness:
        question = await asked_again(harness)
        await harness.pilot.click("#choose-list", offset=(5, 2))
        await harness.settle()
        assert harness.app.screen is question
        assert len(harness.core_harness.gateway.orders) == 1
        question._become_ready()
        await harness.pilot.click("#choose-list", offset=(5, 2))
        await harness.until(lambda: len(harness.core_harness.gateway.orders) == 2, "the second submission")


async def test_every_early_key_restarts_the_pause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as harness:
        question = await asked_again(harness)
        before = question._silence
        await harness.press("j")
        assert before is not None
        assert question._silence is not before


async def test_keys_queued_when_a_confirmation_opens_are_dropped(tmp_path: Path) -> None:
    """Regression: queued keys were passed to the confirmation, and one of them confirmed it."""
    async with open_app(tmp_path) as harness:
        question = ConfirmDialog("Pay again?", "nothing is sent", "Send again", "and pay for it")

        async def ask() -> None:
            await harness.app.push_screen_wait(question)

        # The palette's key works everywhere, and is queued.
        harness.app.key_queue._queued.extend(
            [events.Key("j", "j"), events.Key("enter", "\r"), events.Key("ctrl+p", None)]
        )
        harness.app.run_worker(ask())
        await harness.until(lambda: harness.app.screen is question and question.takes_keys, "the question")
        await harness.settle()
        assert harness.app.screen is question
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen), "later keys still work"
        assert not harness.app.key_queue._queued


async def test_the_dialog_of_a_cancelled_worker_can_be_answered(tmp_path: Path) -> None:
    """Verified to fail with an answer that ended the app: its dialog was cancelled with the worker."""
    async with open_app(tmp_path) as harness:
        await begin(harness)
        await harness.press("ctrl+o")
        assert isinstance(harness.app.screen, PickerDialog)
        for worker in [worker for worker in harness.app.workers if worker.group == "dialog"]:
            worker.cancel()
        await harness.settle()
        await harness.press("enter")
        assert isinstance(harness.app.screen, ComposeScreen)
        assert harness.app.is_running


class Slow(Screen[None]):
    """A screen that never accepts keys."""

    @property
    def takes_keys(self) -> bool:
        """Never."""
        return False


async def test_keys_typed_for_a_closed_screen_are_not_commands_of_another(tmp_path: Path) -> None:
    """Verified to fail with keys that were passed on: letters of lyrics moved a take to the trash."""
    async with open_app(tmp_path) as harness:
        screen = Slow()
        await harness.app.push_screen(screen)
        for key in (events.Key("x", "x"), events.Key("n", "n")):
            harness.app.post_message(key)
        await harness.until(lambda: len(harness.app.key_queue._queued) == 2, "the keys that wait")
        screen.dismiss()
        await harness.until(lambda: harness.app.screen is not screen, "the library")
        harness.app.key_queue.deliver_soon()
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert not harness.app.key_queue._queued
        assert not any("trash" in str(line.text).lower() for line in harness.app.message_log.lines())


async def test_quit_works_before_a_confirmation_accepts_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confirm, "SILENCE_S", 1_000.0)
    async with open_app(tmp_path) as harness:
        await asked_again(harness)
        await harness.pilot.press("ctrl+q")
        await harness.until(lambda: not harness.app.is_running, "the end")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
async def test_the_explanation_of_a_choice_wraps(size: tuple[int, int], tmp_path: Path) -> None:
    async with open_app(tmp_path, size) as harness:
        await harness.press("f")
        await harness.until(lambda: "is:favourite" in harness.text(), "the filters")
        words = " ".join(harness.text().replace("│", " ").split())
        for explanation in ("finished and not played yet", "saved as files"):
            assert explanation in words
        assert {"favourites", "soon", "without", "links"} <= set(words.split())
        assert "…" not in words.split("Filter", 1)[1].split("╰")[0]


async def test_a_picker_is_as_wide_as_its_longest_row(tmp_path: Path) -> None:
    async with open_app(tmp_path) as harness:
        await harness.press("n", "f12")
        await harness.until(lambda: "Replace section:" in harness.text(), "the list of modes")
        rows = [line for line in harness.text().splitlines() if "Replace section:" in line]
        assert "Choose a take, the section, and its new lyrics" in rows[0]

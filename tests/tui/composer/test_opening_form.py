"""Keys and clicks while the composer opens: nothing is lost, and nothing is sent before the form is complete."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.events import Key, Paste

from sunotui.tui.composer.drafts.draft import Draft
from sunotui.tui.composer.drafts.store import ComposerDrafts
from sunotui.tui.composer.screen import ComposeScreen
from tests.support.manual_clock import let_tasks_run
from tests.support.waiting import until_async
from tests.tui.composer.open_form import bodies, form
from tests.tui.harness import AppHarness, open_app


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The disk returns no draft before this event is set."""
    made = asyncio.Event()
    load = ComposerDrafts.load

    async def slow(annotations: ComposerDrafts) -> Draft:
        await made.wait()
        return await load(annotations)

    monkeypatch.setattr(ComposerDrafts, "load", slow)
    return made


def letters(text: str) -> list[Key]:
    return [Key(letter, letter) for letter in text]


async def begin_to_open(harness: AppHarness, *events: Key | Paste) -> None:
    """Open the composer with these key events, which arrive before its draft is loaded."""
    harness.app.post_message(Key("n", "n"))
    await until_async(lambda: isinstance(harness.app.screen, ComposeScreen), "the composer")
    for event in events:
        harness.app.post_message(event)
    await let_tasks_run()


async def test_text_typed_while_the_form_opens_is_kept(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, *letters("ra"), Paste("inn"), Key("backspace", "\x7f"))
        gate.set()
        await harness.settle()
        await harness.press(*"bow")
        assert form(harness).session.form.text_of("description") == "rainbow"


async def test_before_the_draft_is_read_no_form_is_shown(tmp_path: Path, gate: asyncio.Event) -> None:
    """Regression: the choices of all modes were shown for a moment."""
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness)
        await until_async(lambda: "New song" in harness.text(), "the first frame")
        for words in ("Source take", "Further takes", "Options", "Model", "Describe", "More"):
            assert words not in harness.text()
        gate.set()
        await harness.settle()
        assert "Describe the song" in harness.text()
        await harness.press("f9")
        assert "Source take" in harness.text()
        assert form(harness).query_one("#source").display


async def test_a_mode_chosen_while_the_form_opens_is_its_mode(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, Key("f8", None), *letters("a.mp3"))
        gate.set()
        await harness.settle()
        assert form(harness).session.draft.mode == "upload"
        assert form(harness).session.form.text_of("url") == "a.mp3"


async def test_a_request_sent_while_the_form_opens_is_complete(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, *letters("rain"), Key("ctrl+s", None))
        assert bodies(harness) == []
        gate.set()
        await harness.until(lambda: bodies(harness) != [], "the request")
        assert [body["gpt_description_prompt"] for body in bodies(harness)] == ["rain"]


async def test_clicks_wait_for_the_form_except_the_way_back(tmp_path: Path, gate: asyncio.Event) -> None:
    """Regression: a click on the editor's key, while the form opened, ended the app."""
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness)
        screen = form(harness)
        actions = ("send", "clear", "edit_outside", "recall", "mode")
        assert not any(screen.check_action(action, ()) for action in actions)
        assert screen.check_action("leave", ())
        gate.set()
        await harness.until(lambda: screen.takes_keys, "the draft")
        assert all(screen.check_action(action, ()) for action in actions)


async def test_a_global_key_does_not_wait_for_the_form(tmp_path: Path, gate: asyncio.Event) -> None:
    async with open_app(tmp_path) as harness:
        await begin_to_open(harness, Key("ctrl+q", None))
        held = harness.app.key_queue._queued
        gate.set()
        await until_async(lambda: harness.app.return_code is not None, "the end")
        assert not held


async def test_keys_that_arrive_at_once_are_complete(tmp_path: Path) -> None:
    """A slow connection delivers keys together."""
    async with open_app(tmp_path) as harness:
        await harness.press("n")
        for key in [*letters("rain"), Key("ctrl+s", None)]:
            harness.app.post_message(key)
        await harness.until(lambda: bodies(harness) != [], "the request")
        assert [body["gpt_description_prompt"] for body in bodies(harness)] == ["rain"]

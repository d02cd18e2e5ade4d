"""Whole workflows by keyboard with demo gateways that imitate real ones: supported features work, and dropped fields
are reported before and after."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from sunotui.domain.gateways.capabilities import Feature, Support
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.picker import PickerDialog
from sunotui.tui.dialogs.prompt import PromptDialog
from sunotui.tui.gateways.profiles import ProfilesScreen
from sunotui.tui.library.screen import LibraryScreen
from tests.support.demo_app import DemoApp, open_demo_app

SIZE = (120, 40)
SPEED = 60.0


async def until_screen(demo: DemoApp, pilot: Pilot[int], kind: type) -> None:
    await demo.until(pilot, lambda: isinstance(demo.app.screen, kind), kind.__name__)


async def send(demo: DemoApp, pilot: Pilot[int], **texts: str) -> None:
    """Fill the open composer, send, and wait until the result is complete."""
    await until_screen(demo, pilot, ComposeScreen)
    await demo.fill(pilot, **texts)
    before = demo.tasks.row_count
    await pilot.press("ctrl+s")
    await demo.until(pilot, lambda: demo.tasks.row_count == before + 1, "the new task")
    await demo.until_done(pilot)


async def test_a_paid_gateway_supports_everything_in_the_composer(tmp_path: Path) -> None:
    async with open_demo_app(tmp_path, dialect="paid", speed=SPEED) as demo, demo.app.run_test(size=SIZE) as pilot:
        await demo.until_open(pilot)
        await demo.make_song(pilot, "a lighthouse keeper who sings")
        await demo.until_done(pilot)
        parent = demo.detail.clip
        assert parent is not None

        await pilot.press("C")
        await send(demo, pilot, style="bossa nova", exclude="drums")
        clip = demo.detail.clip
        assert clip is not None
        assert parent.id in clip.parents
        assert demo.detail.shown is not None
        assert demo.detail.shown.differences_of(clip) == ()

        await pilot.press("E")
        await send(demo, pilot, start="0:10", end="0:20", lyrics="a new line")
        await pilot.press("M")
        await send(demo, pilot)
        assert demo.detail.shown is not None
        assert len(demo.detail.shown.task.clips) == 2
        assert "≠" not in demo.text()


async def test_lyrics_timings_wav_and_persona_of_a_paid_gateway(tmp_path: Path) -> None:
    async with open_demo_app(tmp_path, dialect="paid", speed=SPEED) as demo, demo.app.run_test(size=SIZE) as pilot:
        await demo.until_open(pilot)
        await demo.make_song(pilot, "neon rain over Tokyo")
        await demo.until_done(pilot)

        await pilot.press("T")
        await demo.until(pilot, lambda: any(line.label.strip() for line in demo.detail.body._lines), "the times")
        await pilot.press("W", "enter")
        await demo.until(pilot, lambda: "WAV" in demo.messages(), "a word about the WAV")

        await pilot.press("p")
        await until_screen(demo, pilot, PromptDialog)
        demo.app.screen.query_one(Input).value = "Tokyo voice"
        await pilot.press("enter")
        await demo.until(pilot, lambda: "The voice Tokyo voice is ready" in demo.messages(), "the voice")

        await pilot.press("n", "f3", "ctrl+o")
        await until_screen(demo, pilot, PickerDialog)
        assert "Tokyo voice" in demo.text()
        await pilot.press("down", "enter")
        await until_screen(demo, pilot, ComposeScreen)
        await demo.fill(pilot, lyrics="[Verse]\nla", style="city pop")
        await pilot.press("ctrl+t", "enter")
        await demo.until(pilot, lambda: "The style was: city pop" in demo.messages(), "the richer style")
        await send(demo, pilot)
        assert "≠" not in demo.text()


async def test_a_file_is_uploaded_and_extended(tmp_path: Path) -> None:
    audio = tmp_path / "hum.mp3"
    audio.write_bytes(b"ID3" + bytes(300_000))
    async with open_demo_app(tmp_path, dialect="paid", speed=SPEED) as demo, demo.app.run_test(size=SIZE) as pilot:
        await demo.until_open(pilot)
        await pilot.press("n", "f8")
        await send(demo, pilot, url=str(audio))
        assert demo.detail.clip is not None, demo.messages()
        await pilot.press("e")
        await until_screen(demo, pilot, ComposeScreen)
        await send(demo, pilot, lyrics="la la", at="0:05")
        shown = demo.detail.shown
        assert shown is not None
        assert shown.submission is not None
        assert '"task": "upload_extend"' in shown.submission.body


@pytest.mark.parametrize("dialect", ["new-api", "new-api-2026", "one-hub"])
async def test_dropped_fields_of_a_stock_relay_are_reported(dialect: str, tmp_path: Path) -> None:
    async with open_demo_app(tmp_path, dialect=dialect, speed=SPEED) as demo, demo.app.run_test(size=SIZE) as pilot:
        await demo.until_open(pilot)
        await pilot.press("P")
        await until_screen(demo, pilot, ProfilesScreen)
        await pilot.press("p")
        await demo.until(pilot, lambda: "the composer shows what it offers" in demo.messages(), "the look")
        await pilot.press("q")
        await until_screen(demo, pilot, LibraryScreen)
        await demo.make_song(pilot, "a waltz for two robots")
        await demo.until_done(pilot)

        await pilot.press("C")
        await until_screen(demo, pilot, ComposeScreen)
        await demo.fill(pilot, style="bossa nova", exclude="drums")
        screen = demo.app.screen
        assert isinstance(screen, ComposeScreen)
        assert any("would be dropped" in warning for warning in screen.session.check_pane.check.warnings)
        text = " ".join(demo.text().replace("│", " ").split())
        assert "You can still send it (ctrl+s)" in text
        await send(demo, pilot)
        assert "≠ differs:" in demo.text()
        assert "Cover source" in demo.text()
        offers = await demo.core.services.capabilities.of("demo")
        assert offers.support(Feature.COVER) is Support.MISSING, "it learned from the result"


@pytest.mark.parametrize("dialect", ["reference", "gptproto", "crazyrouter"])
async def test_describe_watch_copy(dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda _, text: copied.append(text))
    monkeypatch.setattr("sunotui.tui.base.copy_with_tools", lambda *_, **__: [])
    async with open_demo_app(tmp_path, dialect=dialect, speed=SPEED) as demo, demo.app.run_test(size=SIZE) as pilot:
        await demo.until_open(pilot)
        await demo.make_song(pilot, "winter wonderland on a slow train")
        await demo.until_done(pilot)
        await pilot.press("y")
        await demo.until(pilot, lambda: bool(copied), "the copy")
        assert copied[0].endswith(".mp3")


async def test_lyrics_from_the_gateway_are_inserted_into_the_form(tmp_path: Path) -> None:
    async with open_demo_app(tmp_path, speed=SPEED) as demo, demo.app.run_test(size=SIZE) as pilot:
        await demo.until_open(pilot)
        await pilot.press("n", "f3", "ctrl+l")
        await until_screen(demo, pilot, PromptDialog)
        demo.app.screen.query_one(Input).value = "a girl from Mars"
        await pilot.press("enter")
        await until_screen(demo, pilot, ComposeScreen)
        composer = demo.app.screen
        assert isinstance(composer, ComposeScreen)
        await demo.until(pilot, lambda: "[" in composer.session.form.text_of("lyrics"), "the words")
        assert not demo.app.screen.query(OptionList)

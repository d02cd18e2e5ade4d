"""Whole stories by keyboard against demo gateways that speak as real ones do: what is offered works, what is dropped is
said before and shown after."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from sunotui.domain.capabilities import Feature, Support
from sunotui.tui.composer.mode_bar import ModeBar
from sunotui.tui.composer.screen import ComposeScreen
from sunotui.tui.dialogs.prompt import AskModal
from sunotui.tui.dialogs.select import ChooseModal
from sunotui.tui.gateways.profiles import ProfilesScreen
from sunotui.tui.library.screen import LibraryScreen
from tests.support.stage import Stage, open_stage

SIZE = (120, 40)
SPEED = 60.0


async def until_screen(stage: Stage, pilot: Pilot[int], kind: type) -> None:
    await stage.until(pilot, lambda: isinstance(stage.app.screen, kind), kind.__name__)


async def send(stage: Stage, pilot: Pilot[int], **texts: str) -> None:
    """Fill the composer that is open, send, and wait until it is made."""
    await until_screen(stage, pilot, ComposeScreen)
    await stage.fill(pilot, **texts)
    before = stage.tasks.row_count
    await pilot.press("ctrl+s")
    await stage.until(pilot, lambda: stage.tasks.row_count == before + 1, "the new task")
    await stage.until_done(pilot)


def bar(stage: Stage) -> str:
    return str(stage.app.screen.query_one(ModeBar).content)


async def test_a_paid_gateway_does_all_that_the_composer_has(tmp_path: Path) -> None:
    async with open_stage(tmp_path, dialect="paid", speed=SPEED) as stage, stage.app.run_test(size=SIZE) as pilot:
        await stage.until_open(pilot)
        await stage.make_song(pilot, "a lighthouse keeper who sings")
        await stage.until_done(pilot)
        parent = stage.detail.clip
        assert parent is not None

        await pilot.press("C")
        await send(stage, pilot, style="bossa nova", exclude="drums")
        clip = stage.detail.clip
        assert clip is not None
        assert parent.id in clip.parents
        assert stage.detail.shown is not None
        assert stage.detail.shown.differences_of(clip) == ()

        await pilot.press("E")
        await send(stage, pilot, start="0:10", end="0:20", lyrics="a new line")
        await pilot.press("M")
        await send(stage, pilot)
        assert stage.detail.shown is not None
        assert len(stage.detail.shown.task.clips) == 2
        assert "≠" not in stage.text()


async def test_words_times_wav_and_voice_of_a_paid_gateway(tmp_path: Path) -> None:
    async with open_stage(tmp_path, dialect="paid", speed=SPEED) as stage, stage.app.run_test(size=SIZE) as pilot:
        await stage.until_open(pilot)
        await stage.make_song(pilot, "neon rain over Tokyo")
        await stage.until_done(pilot)

        await pilot.press("T")
        await stage.until(pilot, lambda: any(line.label.strip() for line in stage.detail.body._lines), "the times")
        await pilot.press("W")
        await stage.until(pilot, lambda: "WAV" in stage.told(), "a word about the WAV")

        await pilot.press("p")
        await until_screen(stage, pilot, AskModal)
        stage.app.screen.query_one(Input).value = "Tokyo voice"
        await pilot.press("enter")
        await stage.until(pilot, lambda: "The persona Tokyo voice is there" in stage.told(), "the voice")

        await pilot.press("n", "f3", "ctrl+o")
        await until_screen(stage, pilot, ChooseModal)
        assert "Tokyo voice" in stage.text()
        await pilot.press("enter")
        await until_screen(stage, pilot, ComposeScreen)
        await stage.fill(pilot, lyrics="[Verse]\nla", style="city pop")
        await pilot.press("ctrl+t")
        await stage.until(pilot, lambda: "The style was: city pop" in stage.told(), "the richer style")
        await send(stage, pilot)
        assert "≠" not in stage.text()


async def test_a_file_goes_up_and_is_extended(tmp_path: Path) -> None:
    audio = tmp_path / "hum.mp3"
    audio.write_bytes(b"ID3" + bytes(300_000))
    async with open_stage(tmp_path, dialect="paid", speed=SPEED) as stage, stage.app.run_test(size=SIZE) as pilot:
        await stage.until_open(pilot)
        await pilot.press("n", "f8")
        await send(stage, pilot, url=str(audio))
        assert stage.detail.clip is not None, stage.told()
        await pilot.press("e")
        await until_screen(stage, pilot, ComposeScreen)
        await send(stage, pilot, lyrics="la la", at="0:05")
        shown = stage.detail.shown
        assert shown is not None
        assert shown.submission is not None
        assert '"task": "upload_extend"' in shown.submission.body


@pytest.mark.parametrize("dialect", ["new-api", "new-api-2026", "one-hub"])
async def test_a_stock_relay_is_told_of_before_and_after(dialect: str, tmp_path: Path) -> None:
    async with open_stage(tmp_path, dialect=dialect, speed=SPEED) as stage, stage.app.run_test(size=SIZE) as pilot:
        await stage.until_open(pilot)
        await pilot.press("P")
        await until_screen(stage, pilot, ProfilesScreen)
        await pilot.press("p")
        await stage.until(pilot, lambda: "the composer shows what it offers" in stage.told(), "the look")
        await pilot.press("q")
        await until_screen(stage, pilot, LibraryScreen)
        await stage.make_song(pilot, "a waltz for two robots")
        await stage.until_done(pilot)

        await pilot.press("C")
        await until_screen(stage, pilot, ComposeScreen)
        assert "probably not offered here" in bar(stage)
        await stage.fill(pilot, style="bossa nova", exclude="drums")
        text = " ".join(stage.text().replace("│", " ").split())
        assert "Ready: ctrl+s sends it all the same" in text
        await send(stage, pilot)
        assert "≠ not as asked" in stage.text()
        assert "Cover of" in stage.text()
        offers = await stage.core.services.capabilities.of("demo")
        assert offers.verdict(Feature.COVER) is Support.MISSING, "it learned from the result"


@pytest.mark.parametrize("dialect", ["reference", "gptproto", "crazyrouter"])
async def test_describe_watch_copy(dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    monkeypatch.setattr("sunotui.tui.app.SunoApp.copy_to_clipboard", lambda _, text: copied.append(text))
    monkeypatch.setattr("sunotui.core.system.clipboard.copy_with_tools", lambda *_, **__: [])
    async with open_stage(tmp_path, dialect=dialect, speed=SPEED) as stage, stage.app.run_test(size=SIZE) as pilot:
        await stage.until_open(pilot)
        await stage.make_song(pilot, "winter wonderland on a slow train")
        await stage.until_done(pilot)
        await pilot.press("y")
        await stage.until(pilot, lambda: bool(copied), "the copy")
        assert copied[0].endswith(".mp3")


async def test_words_from_the_gateway_come_into_the_form(tmp_path: Path) -> None:
    async with open_stage(tmp_path, speed=SPEED) as stage, stage.app.run_test(size=SIZE) as pilot:
        await stage.until_open(pilot)
        await pilot.press("n", "f3", "ctrl+l")
        await until_screen(stage, pilot, AskModal)
        stage.app.screen.query_one(Input).value = "a girl from Mars"
        await pilot.press("enter")
        await until_screen(stage, pilot, ComposeScreen)
        composer = stage.app.screen
        assert isinstance(composer, ComposeScreen)
        await stage.until(pilot, lambda: "[" in composer.form.text_of("lyrics"), "the words")
        assert not stage.app.screen.query(OptionList)

"""The stems screen by keyboard and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.events import TasksChanged
from sunotui.core.playback.player import PlayerPosition, PlayerReady, PlayerState
from sunotui.core.stems.session import PartState
from sunotui.domain.tasks.task import Task, TaskStatus
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.stems.screen import StemsScreen
from sunotui.tui.stems.strip import StemsStrip
from tests.core.playback.harness import FakePlayer, replace_parts
from tests.core.stems.conftest import split
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app, song
from tests.tui.test_contrast import ORDINARY, weak_in

SIZES = [(60, 15), (80, 24), (120, 40)]
PARTS = split("parts", ("Vocals", "Drums", "Bass", "Keyboard", "FX"), source="clip-3-1")


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> list[FakePlayer]:
    return replace_parts(monkeypatch)[0]


def library(*more: Task) -> list[Task]:
    return [song(3, "Winter Wonderland", 1_000.0), PARTS._replace(added_at=2_000.0), *more]


async def open_stems(harness: AppHarness, players: list[FakePlayer]) -> FakePlayer:
    """Open the parts of the song at the top."""
    await harness.press("B")
    assert isinstance(harness.app.screen, StemsScreen)
    await harness.until(lambda: bool(players), "the player")
    await harness.settle()
    players[-1].emit(PlayerReady("fake", "Nowhere"))
    players[-1].emit(PlayerState(True, 0.0))
    await harness.settle()
    return players[-1]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(size: tuple[int, int], tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, size, tasks=library()) as harness:
        player = await open_stems(harness, players)
        player.emit(PlayerPosition(42.0, 42.0))
        await harness.press("m", "j", "s", "j", "j", "s", "j")
        screen = harness.app.screen
        assert isinstance(screen, StemsScreen)
        screen._session._change_part(4, state=PartState.FAILED, problem="The link has expired")
        await harness.settle()
        assert_looks_like(harness.text(), SNAPSHOTS / f"stems-{size[0]}x{size[1]}.txt")


async def test_every_word_can_be_read(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=library()) as harness:
        await open_stems(harness, players)
        await harness.press("m", "j", "s", "j")
        assert await weak_in(harness, ORDINARY) == {}


async def test_parts_that_are_being_generated_are_not_opened(tmp_path: Path, players: list[FakePlayer]) -> None:
    running = PARTS._replace(added_at=2_000.0, status=TaskStatus.IN_PROGRESS)
    async with open_app(tmp_path, tasks=[song(3, "Winter Wonderland", 1_000.0), running]) as harness:
        await harness.press("B")
        assert isinstance(harness.app.screen, LibraryScreen)
        assert "The stems are still being generated" in harness.text()


async def test_what_is_fetched_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, fetchers = replace_parts(monkeypatch)
    async with open_app(tmp_path, tasks=library()) as harness:
        fetchers[0].slow |= {f"parts{number}" for number in range(2, 6)}
        await harness.press("B")
        await harness.until(lambda: "1 of 5 parts are there" in harness.text(), "the number")
        assert harness.text().count("fetching") == 4


async def test_keys_mute_choose_and_hear_all(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=library()) as harness:
        player = await open_stems(harness, players)
        player.take_calls()
        await harness.press("m")
        assert "Vocals              muted" in harness.text()
        assert "m Unmute" in harness.text()
        assert "4 of 5 parts heard" in harness.text()
        assert "set_muted 0 True" in player.take_calls()
        await harness.press("j")
        assert "m Mute" in harness.text(), "the part under the cursor now is heard"
        await harness.press("k")
        assert "m Unmute" in harness.text()
        await harness.press("j", "s")
        assert "1 of 5 parts heard" in harness.text()
        await harness.press("a")
        assert "5 of 5 parts heard" in harness.text()
        assert "All parts" not in harness.text()
        player.take_calls()
        await harness.press("space", "0", "greater_than_sign", "plus")
        assert [call.split()[0] for call in player.take_calls()] == ["pause", "seek", "seek"]
        assert "space Play" in harness.text()
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)
        await harness.until(lambda: player.is_closed, "the end of the player")


async def test_the_mouse_chooses_mutes_and_seeks(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=library()) as harness:
        player = await open_stems(harness, players)
        player.take_calls()
        await harness.pilot.click("PartList", offset=(5, 3), times=2)
        await harness.settle()
        assert "set_muted 2 True" in player.take_calls()
        await harness.pilot.click(StemsStrip, offset=(1, 0))
        await harness.settle()
        assert player.take_calls() == ["pause"]
        await harness.pilot.click(StemsStrip, offset=(60, 0))
        await harness.settle()
        assert player.take_calls()[0].startswith("seek ")


async def test_parts_are_saved(tmp_path: Path, players: list[FakePlayer], monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(tmp_path, tasks=library()) as harness:
        saved: list[list[str]] = []

        async def save(_service: object, split: object, clip_ids: list[str]) -> tuple[int, Path]:
            saved.append(clip_ids)
            return len(clip_ids) if len(saved) < 3 else 0, Path("/music/parts")

        monkeypatch.setattr("sunotui.core.stems.service.StemService.save", save)
        await open_stems(harness, players)
        await harness.press("j", "d")
        assert "Saving 1 part to /music/parts" in harness.text()
        await harness.press("D")
        assert "Saving 5 parts to /music/parts" in harness.text()
        await harness.press("d")
        assert "Saved before in /music/parts" in harness.text()
        assert saved == [["parts2"], [f"parts{number}" for number in range(1, 6)], ["parts2"]]


async def test_saved_parts_are_marked(
    tmp_path: Path, players: list[FakePlayer], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_app(tmp_path, tasks=library()) as harness:
        await open_stems(harness, players)
        assert "saved" not in harness.text()
        core = harness.core_harness.core

        async def saved(clip_ids: list[str]) -> dict[str, object]:
            return {clip_ids[1]: object()}

        monkeypatch.setattr(core.services.downloads, "saved", saved)
        core.events.publish(TasksChanged(("other",)))
        await harness.settle()
        assert "saved" not in harness.text()
        core.events.publish(TasksChanged((PARTS.id,)))
        await harness.until(lambda: "saved" in harness.text(), "the mark")
        (line,) = (line for line in harness.text().splitlines() if "saved" in line)
        assert "Drums" in line


async def test_another_split_of_the_same_take(tmp_path: Path, players: list[FakePlayer]) -> None:
    other = split("two", ("Vocals", "Instrumental"), source="clip-3-1")._replace(added_at=3_000.0)
    async with open_app(tmp_path, tasks=library(other)) as harness:
        first = await open_stems(harness, players)
        assert "Instrumental" in harness.text()
        assert "tab Other split" in harness.text()
        await harness.press("tab")
        await harness.until(lambda: "FX" in harness.text(), "the other parts")
        assert first.is_closed
        assert "Instrumental" not in harness.text()
        await harness.press("tab")
        await harness.until(lambda: "Instrumental" in harness.text(), "the first parts")


async def test_why_there_are_no_parts(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=[song(3, "Winter Wonderland", 1_000.0)]) as harness:
        await harness.press("B")
        assert "This take is not split into stems: M splits it" in harness.text()
        assert isinstance(harness.app.screen, LibraryScreen)

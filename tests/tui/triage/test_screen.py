"""The triage screen by keyboard and mouse."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.playback.player import PlayerPosition, PlayerReady, PlayerState
from sunotui.core.triage.rules import ListeningMode
from sunotui.core.triage.session import TriageSession
from sunotui.domain.annotations import TakeRating, TriageVerdict
from sunotui.domain.playback import PlayState
from sunotui.tui.dialogs.confirm import ConfirmDialog
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.playback.synced_lyrics import SyncedLyrics
from sunotui.tui.triage.screen import TriageScreen
from tests.core.playback.harness import FakePlayer, replace_parts
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app, song
from tests.tui.test_contrast import ORDINARY, weak_in

SIZES = [(60, 15), (80, 24), (120, 40)]
SONGS = [
    song(3, "Winter Wonderland", 3_000.0),
    song(4, "雨の東京 Neon Rain", 2_000.0),
    song(5, "Electric Dance Party", 1_000.0),
]


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> list[FakePlayer]:
    return replace_parts(monkeypatch)[0]


def session_of(harness: AppHarness) -> TriageSession:
    screen = harness.app.screen
    assert isinstance(screen, TriageScreen)
    return screen._session


def at_the_end(harness: AppHarness) -> None:
    harness.core_harness.core.services.triage._applies_at_once = False


async def open_triage(harness: AppHarness, players: list[FakePlayer], *keys: str) -> FakePlayer:
    """Triage the list, or what `keys` choose, until the first take plays."""
    await harness.press(*keys, "t")
    await harness.until(lambda: isinstance(harness.app.screen, TriageScreen), "the screen")
    await harness.until(lambda: any("load " in call for call in players[-1].calls) if players else False, "a take")
    await harness.settle()
    players[-1].emit(PlayerReady("fake", "Nowhere"))
    players[-1].emit(PlayerState(True, session_of(harness).status.position_s))
    await harness.settle()
    players[-1].take_calls()
    return players[-1]


async def rating(harness: AppHarness, task_id: str, clip_id: str) -> TakeRating:
    found = await harness.core_harness.core.services.annotations.annotations([task_id])
    return found[task_id].take_rating(clip_id)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(size: tuple[int, int], tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, size, tasks=SONGS) as harness:
        player = await open_triage(harness, players)
        await harness.press("s", "x", "enter")
        await harness.settle()
        player.emit(PlayerState(True, 0.0))
        player.emit(PlayerPosition(42.0, 42.0))
        await harness.settle()
        assert_looks_like(harness.text(), SNAPSHOTS / f"triage-{size[0]}x{size[1]}.txt")


async def test_every_word_can_be_read(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_triage(harness, players)
        assert await weak_in(harness, ORDINARY) == {}


async def test_one_key_for_each_verdict(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_triage(harness, players)
        assert "1 of 6" in harness.text()
        await harness.press("s", "enter", "j", "x", "asterisk")
        assert isinstance(harness.app.screen, RateDialog)
        await harness.press("4", "enter")
        await harness.settle()
        assert session_of(harness).counts == dict.fromkeys(TriageVerdict, 1) | {TriageVerdict.KEEP: 2}
        assert "All takes have a verdict." in harness.text()
        assert "1 favourite, 1 rated, 2 kept, 1 trashed, 1 later" in harness.text()
        assert (await rating(harness, "task-3", "clip-3-1")).is_favourite
        assert (await rating(harness, "task-5", "clip-5-1")).rating == 4
        assert (await rating(harness, "task-4", "clip-4-1")).played_at is None
        await harness.press("enter")
        assert isinstance(harness.app.screen, LibraryScreen)
        assert players[-1].is_closed


async def test_keys_scroll_the_lyrics(tmp_path: Path, players: list[FakePlayer]) -> None:
    words = "\n".join(f"line {number}" for number in range(80))
    long = SONGS[0]._replace(clips=tuple(clip._replace(lyrics=words) for clip in SONGS[0].clips))
    async with open_app(tmp_path, (80, 24), tasks=[long]) as harness:
        await open_triage(harness, players)
        lyrics = harness.app.screen.query_one(SyncedLyrics)
        await harness.press("down", "down", "up", "pagedown")
        assert lyrics.scroll_offset.y == 1 + lyrics.size.height // 2
        await harness.press("pageup", "up")
        assert lyrics.scroll_offset.y == 0


async def test_a_resize_keeps_the_scrolled_lyrics_where_they_are(tmp_path: Path, players: list[FakePlayer]) -> None:
    """Regression: a resize jumped to the top."""
    words = "\n".join(f"{number} is a line that wraps in the width of a narrow window only" for number in range(80))
    long = SONGS[0]._replace(clips=tuple(clip._replace(lyrics=words) for clip in SONGS[0].clips))
    async with open_app(tmp_path, (120, 40), tasks=[long]) as harness:
        player = await open_triage(harness, players)
        await harness.press("space")
        player.emit(PlayerState(False, 0.0))
        lyrics = harness.app.screen.query_one(SyncedLyrics)
        await harness.press(*["down"] * 20)
        for size in ((60, 15), (120, 40), (80, 24)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert lyrics.render_line(0).text.startswith("20 is")


async def test_undo_goes_back_to_the_take_also_by_a_click(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_triage(harness, players)
        await harness.press("s", "x")
        assert "Winter Wonderland, take 2 trashed" in harness.text()
        await harness.pilot.click("#footer", offset=(harness.app.size.width - 3, 0))
        await harness.settle()
        assert "2 of 6" in harness.text()
        await harness.press("u")
        await harness.settle()
        assert "1 of 6" in harness.text()
        assert await rating(harness, "task-3", "clip-3-1") == TakeRating()
        await harness.press("u")
        assert "There is no verdict to undo" in harness.text()


async def test_keys_pause_seek_and_change_the_volume(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_triage(harness, players)
        player.emit(PlayerPosition(60.0, 60.0))
        await harness.press("greater_than_sign", "less_than_sign", "0", "space", "space")
        assert player.take_calls() == ["seek 65", "seek 60", "seek 0", "pause", "play"]
        await harness.press("minus")
        assert player.calls[-1] == "set_speed 1" or "set_volume 95" in player.calls
        assert "Volume 95%" in harness.text()


async def test_what_is_played_is_chosen_and_kept(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_triage(harness, players)
        await harness.press("tab")
        assert "from the chorus" in harness.text()
        # The words have no times: 30 % of 161 s.
        assert player.take_calls()[0] == "seek 48.3"
        await harness.press("escape")
        await open_triage(harness, players)
        assert session_of(harness).listening_mode is ListeningMode.CHORUS
        assert session_of(harness).status.position_s == pytest.approx(48.3)
        await harness.press("tab", "tab")
        assert session_of(harness).listening_mode is ListeningMode.START


async def test_a_click_seeks_and_gives_a_verdict(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_triage(harness, players)
        await harness.pilot.click("#triage-bar", offset=(30, 0))
        await harness.settle()
        assert player.take_calls()[0].startswith("seek ")
        await harness.pilot.click("#triage-keys", offset=(1, 0))
        await harness.settle()
        assert session_of(harness).counts == {TriageVerdict.TRASH: 1}


async def test_the_marked_songs_or_the_list_as_it_is_searched(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_triage(harness, players, "j", "v")
        assert [take.entry.task_id for take in session_of(harness).takes] == ["task-4", "task-4"]
        await harness.press("q")
        await open_triage(harness, players, "slash", *"electric", "enter")
        assert [take.entry.task_id for take in session_of(harness).takes] == ["task-5", "task-5"]


async def test_with_nothing_unplayed_there_is_nothing_to_do(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=[song(3, "Played", 1_000.0)]) as harness:
        await harness.press("t")
        await harness.until(lambda: isinstance(harness.app.screen, TriageScreen), "the screen")
        await harness.settle()
        await harness.press("enter", "enter", "enter")
        assert isinstance(harness.app.screen, LibraryScreen)
        await harness.press("t")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert "There are no unplayed takes here" in harness.text()


async def test_leaving_asks_about_verdicts_that_are_not_applied(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        at_the_end(harness)
        await open_triage(harness, players)
        await harness.press("s", "x")
        assert "2 not applied yet" in harness.text()
        await harness.press("escape")
        assert isinstance(harness.app.screen, ConfirmDialog)
        assert "2 verdicts are not applied yet" in harness.text()
        harness.app.screen.dismiss("no")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert not (await rating(harness, "task-3", "clip-3-1")).is_favourite
        await open_triage(harness, players)
        assert "2 not applied yet" in harness.text()
        await harness.press("escape")
        harness.app.screen.dismiss("Apply 2")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert (await rating(harness, "task-3", "clip-3-1")).is_favourite
        assert "2 verdicts applied: 1 favourite, 1 trashed" in harness.text()


async def test_verdicts_are_applied_at_the_end(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS[:1]) as harness:
        at_the_end(harness)
        await open_triage(harness, players)
        await harness.press("s", "x", "enter", "enter")
        assert isinstance(harness.app.screen, TriageScreen), "another enter applies nothing"
        assert "Apply 2" in harness.text()
        await harness.press("ctrl+s")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert (await rating(harness, "task-3", "clip-3-1")).is_favourite
        await harness.press("u")
        assert not (await rating(harness, "task-3", "clip-3-1")).is_favourite


async def test_a_take_that_cannot_be_fetched_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    players, fetchers = replace_parts(monkeypatch)
    async with open_app(tmp_path, (140, 40), tasks=SONGS) as harness:
        fetchers[0].broken["https://cdn.example.com/3-2.mp3"] = "The server sent a web page instead of audio"
        await open_triage(harness, players)
        await harness.press("enter")
        await harness.until(lambda: "was skipped" in harness.text(), "the reason")
        assert "3 of 6" in harness.text()
        assert "1 skipped" in harness.text()
        fetchers[0].broken.clear()
        await harness.press("r")
        await harness.until(lambda: "2 of 6" in harness.text(), "the take again")


async def test_what_played_before_is_paused(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await harness.press("space")
        await harness.until(lambda: bool(players), "a player")
        await harness.settle()
        await open_triage(harness, players)
        assert harness.core_harness.core.services.playback.status.state is PlayState.PAUSED
        assert len(harness.app.screen.query("#playing")) == 0


async def test_a_hostile_title_is_drawn_harmless(tmp_path: Path, players: list[FakePlayer]) -> None:
    title = "[red]\x1b]0;x\x07\u202e" + "long " * 2_000
    evil = SONGS[0]._replace(clips=tuple(clip._replace(title=title, tags=title) for clip in SONGS[0].clips))
    async with open_app(tmp_path, tasks=[evil, SONGS[1]]) as harness:
        await open_triage(harness, players)
        await harness.press("enter")
        text = harness.text()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[red]" in text

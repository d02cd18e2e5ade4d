"""The compare screen by keyboard and mouse."""

from __future__ import annotations

import random
from pathlib import Path
from unittest.mock import Mock

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from sunotui.core.comparison.comparison import Stage
from sunotui.core.playback.player import PlayerOutput, PlayerPosition, PlayerReady, PlayerState
from sunotui.tui.compare.card import TakeCard
from sunotui.tui.compare.screen import CompareScreen
from sunotui.tui.dialogs.rate import RateDialog
from sunotui.tui.library.screen import LibraryScreen
from sunotui.tui.widgets.footer import Footer
from tests.core.playback.harness import FakePlayer, replace_parts
from tests.support.paths import SNAPSHOTS
from tests.support.snapshots import assert_looks_like
from tests.tui.harness import AppHarness, open_app, song
from tests.tui.test_contrast import ORDINARY, weak_in

SIZES = [(60, 15), (80, 24), (100, 30), (120, 40), (200, 60)]
WINTER = song(3, "Winter Wonderland", 3_000.0)
LONGER = WINTER._replace(clips=(WINTER.clips[0], WINTER.clips[1]._replace(duration_s=170.0, bpm=112.0)))
SONGS = [LONGER, song(4, "雨の東京 Neon Rain", 2_000.0), song(5, "Electric Dance Party", 1_000.0)]


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> list[FakePlayer]:
    return replace_parts(monkeypatch)[0]


def screen_of(harness: AppHarness) -> CompareScreen:
    screen = harness.app.screen
    assert isinstance(screen, CompareScreen)
    return screen


async def open_compare(harness: AppHarness, players: list[FakePlayer], *keys: str) -> FakePlayer:
    """Compare the takes of the song at the top, or what `keys` choose."""
    await harness.press(*keys, "equals_sign")
    await harness.until(lambda: isinstance(harness.app.screen, CompareScreen), "the screen")
    await harness.until(lambda: screen_of(harness).comparison.stage is Stage.LISTENING, "the pair")
    await harness.settle()
    players[-1].emit(PlayerReady("fake", "Nowhere"))
    await harness.settle()
    players[-1].take_calls()
    return players[-1]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_screen(size: tuple[int, int], tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, size, tasks=SONGS) as harness:
        player = await open_compare(harness, players)
        await harness.press("asterisk", "4", "tab")
        player.emit(PlayerPosition(42.0, 42.0))
        await harness.settle()
        assert_looks_like(harness.text(), SNAPSHOTS / f"compare-{size[0]}x{size[1]}.txt")


async def test_every_word_can_be_read(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_compare(harness, players)
        assert await weak_in(harness, ORDINARY) == {}


async def test_keys_flip_seek_and_pause(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_compare(harness, players)
        player.emit(PlayerPosition(60.0, 60.0))
        await harness.press("tab", "tab", "greater_than_sign", "less_than_sign", "0", "space", "space")
        assert player.take_calls() == ["flip 1", "flip 0", "seek 65", "seek 60", "seek 0", "pause", "play"]
        await harness.press("minus")
        assert player.calls[-1] == "set_volume 95"
        assert "Volume 95%" in harness.text()


async def test_keys_scroll_the_lyrics_of_both(tmp_path: Path, players: list[FakePlayer]) -> None:
    words = "\n".join(f"line {number}" for number in range(80))
    long = WINTER._replace(clips=tuple(clip._replace(lyrics=words) for clip in WINTER.clips))
    async with open_app(tmp_path, (80, 24), tasks=[long]) as harness:
        await open_compare(harness, players)
        sides = [card.lyrics for card in screen_of(harness).query(TakeCard)]
        await harness.press("down", "j", "up")
        assert [side.scroll_offset.y for side in sides] == [1, 1]
        await harness.press("pagedown")
        half = sides[0].size.height // 2
        assert [side.scroll_offset.y for side in sides] == [1 + half, 1 + half]
        await harness.press("pageup", "k")
        assert [side.scroll_offset.y for side in sides] == [0, 0]


@pytest.mark.parametrize("is_same", [True, False], ids=["same", "other"])
async def test_the_wheel_scrolls_the_same_lyrics_together(
    is_same: bool, tmp_path: Path, players: list[FakePlayer]
) -> None:
    words = "\n".join(f"line {number}" for number in range(80))
    texts = (words, words if is_same else f"another first line\n{words}")
    long = WINTER._replace(
        clips=tuple(clip._replace(lyrics=text) for clip, text in zip(WINTER.clips, texts, strict=True))
    )
    async with open_app(tmp_path, (80, 24), tasks=[long]) as harness:
        await open_compare(harness, players)
        one, other = (card.lyrics for card in screen_of(harness).query(TakeCard))
        one.post_message(MouseScrollDown(one, 5, 2, 0, 1, 0, False, False, False))
        await harness.settle()
        assert one.scroll_offset.y > 0
        assert other.scroll_offset.y == (one.scroll_offset.y if is_same else 0)


async def test_hiding_the_names_scrolls_both_sides_to_what_is_sung(tmp_path: Path, players: list[FakePlayer]) -> None:
    """Regression: the lyrics stayed where they were unless the takes had been swapped."""
    words = "\n".join(f"line {number}" for number in range(80))
    long = WINTER._replace(clips=tuple(clip._replace(lyrics=words) for clip in WINTER.clips))
    async with open_app(tmp_path, (80, 24), tasks=[long]) as harness:
        await open_compare(harness, players)
        comparison = screen_of(harness).comparison
        for is_swapped in (False, True):
            rng = Mock(spec=random.Random, random=lambda number=0.0 if is_swapped else 0.9: number)
            comparison._ctx = comparison._ctx._replace(rng=rng)
            await harness.press("down", "down", "down", "m")
            assert comparison.is_blind
            assert [card.lyrics.scroll_offset.y for card in screen_of(harness).query(TakeCard)] == [0, 0]
            await harness.press("m")


async def test_a_resize_keeps_the_scrolled_lyrics_where_they_are(tmp_path: Path, players: list[FakePlayer]) -> None:
    """Regression: a resize jumped to the top."""
    words = "\n".join(f"{number} is a line that wraps in half of a narrow window" for number in range(80))
    long = WINTER._replace(clips=tuple(clip._replace(lyrics=words) for clip in WINTER.clips))
    async with open_app(tmp_path, (120, 40), tasks=[long]) as harness:
        player = await open_compare(harness, players)
        await harness.press("space")
        player.emit(PlayerState(False, 0.0))
        sides = [card.lyrics for card in screen_of(harness).query(TakeCard)]
        await harness.press(*["down"] * 20)
        for size in ((60, 15), (120, 40), (80, 24)):
            await harness.pilot.resize_terminal(*size)
            await harness.settle()
            assert [side.render_line(0).text[:5] for side in sides] == ["20 is", "20 is"]


async def test_a_click_makes_a_side_audible_and_seeks(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_compare(harness, players)
        await harness.pilot.click("#take-b", offset=(3, 3))
        await harness.settle()
        assert screen_of(harness).comparison.audible == 1
        await harness.pilot.click("#compare-strip", offset=(harness.app.size.width - 12, 0))
        await harness.settle()
        calls = player.take_calls()
        assert calls[0] == "flip 1"
        assert calls[1].startswith("seek 15"), "near the end of a take of 170 s"


async def test_the_wheel_on_the_row_changes_the_volume(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_compare(harness, players)
        strip = screen_of(harness).query_one("#compare-strip")
        for wheel in (MouseScrollDown, MouseScrollDown, MouseScrollUp):
            strip.post_message(wheel(strip, 5, 0, 0, 1, 0, False, False, False))
        await harness.settle()
        assert player.calls[-1] == "set_volume 95"
        assert "Volume 95%" in harness.text()


async def test_the_undo_key_of_a_message_can_be_clicked(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_compare(harness, players)
        await harness.press("s")
        assert "u Undo" in harness.text()
        await harness.pilot.click(Footer, offset=(harness.app.size.width - 4, 0))
        await harness.settle()
        annotations = await harness.core_harness.core.services.annotations.annotations(["task-3"])
        assert not annotations["task-3"].take_rating("clip-3-1").is_favourite
        assert isinstance(harness.app.screen, CompareScreen)


async def test_the_only_verdict_closes_the_screen_and_can_be_undone(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_compare(harness, players)
        await harness.press("tab", "enter")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert "Winter Wonderland take 2 kept" in harness.text()
        assert player.is_closed
        annotations = harness.core_harness.core.services.annotations
        assert [preference.winner.clip_id for preference in await annotations.preferences(["clip-3-1"])] == ["clip-3-2"]
        await harness.press("u")
        assert await annotations.preferences(["clip-3-1"]) == []


async def test_names_are_hidden_and_revealed_after_the_verdict(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_compare(harness, players)
        assert "take 1" in harness.text()
        await harness.press("m")
        assert "names hidden" in harness.text()
        assert "take 1" not in harness.text()
        await harness.press("enter")
        await harness.settle()
        assert "A kept" in harness.text()
        assert "take 1" in harness.text()
        winner = screen_of(harness).comparison.order[0].entry.take
        card = harness.app.screen.query(TakeCard).first()
        assert f"take {winner}" in str(card.border_title)
        assert "kept" in str(card.border_subtitle)
        await harness.press("enter")
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_nothing_on_the_screen_reveals_hidden_names(tmp_path: Path, players: list[FakePlayer]) -> None:
    songs = [one._replace(clips=(one.clips[0]._replace(lyrics=f"We sing {one.clips[0].title}"),)) for one in SONGS[:2]]
    async with open_app(tmp_path, tasks=songs) as harness:
        await open_compare(harness, players, "v", "v")
        assert "We sing" in harness.text()
        assert "Length" in harness.text()
        await harness.press("m")
        assert "The lyrics are hidden too." in harness.text()
        for word in ("Winter", "Neon", "Length", "Style", "Model"):
            assert word not in harness.text()


async def test_marked_songs_are_knocked_out_and_end_with_an_order(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_compare(harness, players, "v", "v", "v", "g")
        assert "pair 1 of 2" in harness.text()
        assert "3 songs" in harness.text()
        await harness.press("tab", "enter")
        await harness.until(lambda: "pair 2 of 2" in harness.text(), "the next pair")
        await harness.until(lambda: screen_of(harness).comparison.stage is Stage.LISTENING, "its files")
        await harness.press("enter")
        await harness.until(lambda: "Best first" in harness.text(), "the order")
        places = [one.entry.title for one in screen_of(harness).comparison.order]
        lines = harness.text().splitlines()
        assert [title for title in places if not any(title in line for line in lines)] == []
        await harness.press("u")
        await harness.until(lambda: "pair 2 of 2" in harness.text(), "the last pair again")


async def test_one_marked_song_is_compared_wherever_the_cursor_is(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_compare(harness, players, "v", "g")
        assert {one.entry.task_id for one in screen_of(harness).comparison.pair} == {SONGS[0].id}


async def test_favourite_and_rating_are_of_the_audible_take(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        await open_compare(harness, players)
        await harness.press("tab", "s", "asterisk")
        assert isinstance(harness.app.screen, RateDialog)
        await harness.press("3")
        await harness.settle()
        found = await harness.core_harness.core.services.annotations.annotations(["task-3"])
        rating = found["task-3"].take_rating("clip-3-2")
        assert (rating.is_favourite, rating.rating) == (True, 3)
        assert "★★★☆☆" in harness.text()


async def test_an_unplayable_take_is_reported_and_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, fetchers = replace_parts(monkeypatch)
    async with open_app(tmp_path, tasks=SONGS) as harness:
        fetchers[0].broken["https://cdn.example.com/3-2.mp3"] = "The server sent a web page instead of audio"
        await harness.press("equals_sign")
        await harness.until(lambda: "web page instead" in harness.text(), "the reason")
        assert "Try again" in harness.text()
        assert "One of the two cannot be played" in harness.text()
        assert "Leave out" not in harness.text(), "of two"
        fetchers[0].broken.clear()
        await harness.press("r")
        await harness.until(lambda: screen_of(harness).comparison.stage is Stage.LISTENING, "the pair")
        await harness.press("escape")
        assert isinstance(harness.app.screen, LibraryScreen)


async def test_a_lost_output_is_one_sentence(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=SONGS) as harness:
        player = await open_compare(harness, players)
        player.emit(PlayerOutput(True, "The sound output was lost"))
        await harness.settle()
        assert harness.text().count("The sound output was lost") == 1


async def test_one_take_is_nothing_to_compare(tmp_path: Path, players: list[FakePlayer]) -> None:
    async with open_app(tmp_path, tasks=[WINTER._replace(clips=WINTER.clips[:1])]) as harness:
        await harness.press("equals_sign")
        await harness.settle()
        assert isinstance(harness.app.screen, LibraryScreen)
        assert "There is only one take here" in harness.text()
        assert players == []


async def test_a_hostile_title_is_drawn_harmless(tmp_path: Path, players: list[FakePlayer]) -> None:
    title = "[red]\x1b]0;x\x07\u202e" + "long " * 2_000
    evil = WINTER._replace(clips=tuple(clip._replace(title=title, tags=title) for clip in WINTER.clips))
    async with open_app(tmp_path, tasks=[evil, SONGS[1]]) as harness:
        await open_compare(harness, players, "v", "v", "g")
        text = harness.text()
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "[red]" in text

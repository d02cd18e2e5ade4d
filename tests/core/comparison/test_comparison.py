"""Comparisons with a fake player: pairs, verdicts, undo, hidden names, and what cannot be played."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sunotui.core.comparison import comparison as comparison_module
from sunotui.core.comparison.comparison import Comparison, Stage
from sunotui.core.playback.player import Loudness, PlayerDeckFailed, PlayerEnded, PlayerPosition
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import InvalidRequest
from sunotui.domain.playback import PlayState
from tests.core.harness import CoreHarness
from tests.core.playback.harness import FakePlayer, PlaybackHarness, replace_parts, song, streaming, take


class ComparisonHarness:
    """A library, and a comparison with its player."""

    def __init__(self, playing: PlaybackHarness, players: list[FakePlayer]) -> None:
        self.playing = playing
        self._players = players
        self.changes = 0
        self.comparison: Comparison

    async def begin(self, *names: str, is_blind: bool = False) -> Comparison:
        """Start a comparison of these takes."""
        service = self.playing.core.core.services.comparison
        self.comparison = await service.begin([take(name) for name in names], self._changed)
        if is_blind:
            self.comparison.toggle_blind()
        self.comparison.start()
        await self.settle()
        return self.comparison

    def _changed(self) -> None:
        self.changes += 1

    async def settle(self) -> None:
        for _ in range(4):
            await self.playing.core.settle()

    @property
    def player(self) -> FakePlayer:
        return self._players[-1]

    @property
    def sides(self) -> list[str]:
        return [one.entry.clip_id for one in self.comparison.pair]

    async def preferences(self, *clips: str) -> set[tuple[str, str]]:
        found = await self.playing.core.core.services.annotations.preferences(clips)
        return {(preference.winner.clip_id, preference.loser.clip_id) for preference in found}


@pytest.fixture
async def compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ComparisonHarness]:
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    playing = PlaybackHarness(core, players, fetchers)
    await playing.put(song("a"), song("b"), song("c"), song("d"))
    yield ComparisonHarness(playing, players)
    await core.core.close(1)


def load(*names: str, audible: int = 0, position_s: float = 0.0) -> str:
    """The call that loads a pair."""
    files = [f"{name}.mp3" + (" muted" if deck != audible else "") for deck, name in enumerate(names)]
    return f"load_decks {', '.join(files)} {position_s:g}"


async def test_both_takes_are_fetched_and_measured_before_they_play(compared: ComparisonHarness) -> None:
    compared.playing.media.slow.add("a2")
    comparison = await compared.begin("a1", "a2")
    assert comparison.stage is Stage.FETCHING
    assert compared.player.take_calls() == []
    compared.playing.media.opened[-1].finish()
    await compared.settle()
    assert comparison.stage is Stage.LISTENING
    assert sorted(compared.player.measured) == ["a1.mp3", "a2.mp3"]
    assert compared.player.take_calls() == [load("a1", "a2")]
    assert comparison.status.state is PlayState.PLAYING


async def test_a_flip_makes_the_other_side_audible(compared: ComparisonHarness) -> None:
    comparison = await compared.begin("a1", "a2")
    compared.player.take_calls()
    comparison.make_audible(1)
    assert comparison.audible == 1
    comparison.make_audible(0)
    assert compared.player.take_calls() == ["flip 1", "flip 0"]


async def test_a_slow_measurement_is_applied_later(
    compared: ComparisonHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def measure(player: FakePlayer, path: Path) -> Loudness:
        await may_measure.wait()
        return Loudness(-10.0, -1.0) if path.name == "a1.mp3" else Loudness(-14.0, -1.0)

    may_measure = asyncio.Event()
    monkeypatch.setattr(comparison_module, "MEASURE_S", 0.0)
    monkeypatch.setattr(FakePlayer, "measure", measure)
    comparison = await compared.begin("a1", "a2")
    assert comparison.stage is Stage.LISTENING
    assert compared.player.take_calls() == [load("a1", "a2")]
    may_measure.set()
    await compared.settle()
    assert compared.player.take_calls() == ["set_gain 0 -4"]
    assert [row.values for row in comparison.facts() if row.name == "Loudness"] == [("-10 LUFS", "-14 LUFS")]


async def test_a_verdict_ends_a_pair_and_is_kept(compared: ComparisonHarness) -> None:
    comparison = await compared.begin("a1", "a2")
    assert await comparison.keep(1) == "Song a take 2 kept"
    assert comparison.stage is Stage.DECIDED
    assert compared.player.take_calls()[-1] == "pause"
    assert await compared.preferences("a1") == {("a2", "a1")}
    assert [one.entry.clip_id for one in comparison.order] == ["a2", "a1"]
    assert await comparison.keep(0) == "", "it is decided"
    assert await compared.preferences("a1") == {("a2", "a1")}


async def test_a_knock_out_goes_on_at_the_same_position_and_ends_with_an_order(compared: ComparisonHarness) -> None:
    comparison = await compared.begin("a1", "b1", "c1")
    compared.player.emit(PlayerPosition(42.0, 42.0))
    await comparison.keep(1)
    await compared.settle()
    assert compared.sides == ["b1", "c1"] or compared.sides == ["c1", "b1"]
    assert compared.player.take_calls()[-1] == load(*compared.sides, position_s=42.0)
    assert (comparison.knockout.number, comparison.knockout.count) == (2, 2)
    await comparison.keep(compared.sides.index("c1"))
    assert comparison.stage is Stage.DECIDED
    assert [one.entry.clip_id for one in comparison.order] == ["c1", "b1", "a1"]
    assert await compared.preferences("b1") == {("b1", "a1"), ("c1", "b1")}


async def test_undo_goes_back_to_the_pair(compared: ComparisonHarness) -> None:
    comparison = await compared.begin("a1", "b1", "c1")
    await comparison.keep(0)
    await compared.settle()
    await compared.playing.core.core.services.annotations.mark_favourite([take("a1")])
    assert await comparison.undo() == "Removed 1 take from the favourites"
    assert comparison.knockout.number == 2, "that was no verdict"
    assert await comparison.undo() == "Removed the verdict on Song a take 1"
    await compared.settle()
    assert comparison.knockout.number == 1
    assert compared.sides == ["a1", "b1"]
    assert comparison.stage is Stage.LISTENING
    assert await compared.preferences("a1") == set()
    assert await comparison.undo() == ""


async def test_hidden_names_are_shuffled_and_revealed_by_the_last_verdict(compared: ComparisonHarness) -> None:
    seen = set()
    for _ in range(12):
        await compared.playing.core.clock.advance(1.0)
        comparison = await compared.begin("a1", "b1", is_blind=True)
        assert comparison.is_hidden
        seen.add(tuple(compared.sides))
        assert comparison.facts() == [], "also a model, a style or a length shows which one it is"
        winner = compared.sides[1]
        assert await comparison.keep(1) == "B kept", "no name"
        assert not comparison.is_hidden
        assert comparison.order[0].entry.clip_id == winner
        assert {row.name for row in comparison.facts()} >= {"Song", "Saved"}
        await comparison.close()
    assert seen == {("a1", "b1"), ("b1", "a1")}


async def test_lengths_and_lyrics_do_not_reveal_hidden_names(compared: ComparisonHarness) -> None:
    long, other = song("l"), song("m")
    long = long._replace(clips=(long.clips[0]._replace(duration_s=200.0, lyrics="la"), *long.clips[1:]))
    other = other._replace(clips=tuple(clip._replace(duration_s=100.0, lyrics="lo") for clip in other.clips))
    await compared.playing.put(long, other)
    comparison = await compared.begin("l1", "m1")
    assert not comparison.hides_lyrics
    assert [comparison.length_s(side) for side in (0, 1)] == [200.0, 100.0]
    comparison.toggle_blind()
    assert comparison.hides_lyrics
    assert [comparison.length_s(side) for side in (0, 1)] == [200.0, 200.0]
    await comparison.close()
    assert not (await compared.begin("m1", "m2", is_blind=True)).hides_lyrics, "both are sung to the same words"


async def test_the_previous_pair_is_silent_while_the_next_one_is_fetched(compared: ComparisonHarness) -> None:
    compared.playing.media.slow.add("c1")
    comparison = await compared.begin("a1", "b1", "c1", "d1")
    await comparison.keep(0)
    await compared.settle()
    compared.player.take_calls()
    assert comparison.stage is Stage.FETCHING
    comparison.toggle()
    comparison.seek_by(5.0)
    comparison.seek_to(9.0)
    assert compared.player.take_calls() == []


async def test_a_pair_of_shorter_takes_begins_at_the_start(compared: ComparisonHarness) -> None:
    short = song("s")
    await compared.playing.put(short._replace(clips=tuple(clip._replace(duration_s=60.0) for clip in short.clips)))
    comparison = await compared.begin("a1", "b1", "s1")
    compared.player.emit(PlayerPosition(58.0, 58.0))
    await comparison.keep(0)
    await compared.settle()
    assert compared.player.take_calls()[-1] == load(*compared.sides), "it would be over"


async def test_the_sides_of_a_shuffled_pair_are_audible_and_kept_rightly(compared: ComparisonHarness) -> None:
    for _ in range(8):
        comparison = await compared.begin("a1", "b1", is_blind=True)
        calls = compared.player.take_calls()
        first = ["a1", "b1"].index(compared.sides[0])
        assert calls[-1] == load("a1", "b1", audible=first), "side A is audible first"
        comparison.make_audible(1)
        assert compared.player.take_calls() == [f"flip {1 - first}"]
        await comparison.close()


async def test_what_cannot_be_played_is_one_sentence_and_tried_again(compared: ComparisonHarness) -> None:
    media = compared.playing.media
    url = "https://cdn.example/a2.mp3"
    media.broken[url] = "The server sent a web page instead of audio"
    comparison = await compared.begin("a1", "a2")
    assert comparison.stage is Stage.FAILED
    assert [one.problem for one in comparison.pair] == ["", "The server sent a web page instead of audio"]
    assert await comparison.keep(0) == "", "nothing was compared"
    del media.broken[url]
    comparison.try_again()
    await compared.settle()
    assert comparison.stage is Stage.LISTENING
    assert [one.problem for one in comparison.pair] == ["", ""]


async def test_a_file_without_sound_stops_the_comparison(compared: ComparisonHarness) -> None:
    comparison = await compared.begin("a1", "a2")
    compared.player.emit(PlayerDeckFailed(1, "This file has no sound in it"))
    assert comparison.stage is Stage.FAILED
    assert comparison.pair[1].problem == "This file has no sound in it"


async def test_unplayable_files_are_fetched_again_where_the_pair_was(compared: ComparisonHarness) -> None:
    comparison = await compared.begin("a1", "a2")
    before = list(compared.playing.media.opened)
    compared.player.emit(PlayerPosition(12.0, 12.0))
    compared.player.take_calls()
    for deck in (0, 1):
        compared.player.emit(PlayerDeckFailed(deck, "This file is not there any more"))
    compared.player.emit(PlayerEnded(0.0, 0.0, "This file is not there any more", is_missing=True))
    assert comparison.stage is Stage.FAILED
    assert [one.problem for one in comparison.pair] == ["This file is not there any more"] * 2
    comparison.try_again()
    await compared.settle()
    assert comparison.stage is Stage.LISTENING
    assert all(media.is_closed and media.is_discarded for media in before)
    assert len(compared.playing.media.opened) == 4
    assert compared.player.take_calls()[-1] == load("a1", "a2", position_s=12.0)


async def test_a_song_that_is_being_generated_is_not_compared(compared: ComparisonHarness) -> None:
    await compared.playing.put(streaming("s"))
    comparison = await compared.begin("s1", "a1")
    assert comparison.pair[0].problem == "The song is still being generated"
    assert comparison.pair[0].is_unfinished
    await compared.playing.put(streaming("s"))
    assert comparison.stage is Stage.FAILED
    await compared.playing.put(song("s"))
    await compared.settle()
    assert comparison.stage is Stage.LISTENING, "it plays as soon as it is done"
    assert comparison.length_s(0) > 0


async def test_what_was_audible_is_no_longer_unplayed_after_the_verdict(compared: ComparisonHarness) -> None:
    annotations = compared.playing.core.core.services.annotations
    for flips, plays in ((0, [1, 0]), (1, [2, 1])):
        comparison = await compared.begin("a1", "a2")
        for _ in range(flips):
            comparison.make_audible(1)
        await comparison.keep(0)
        found = (await annotations.annotations(["a"]))["a"]
        assert [found.take_rating(clip).plays for clip in ("a1", "a2")] == plays
    assert await comparison.undo() == "Removed the verdict on Song a take 1", "the verdict"


async def test_a_take_of_several_that_cannot_be_played_is_left_out(compared: ComparisonHarness) -> None:
    compared.playing.media.broken["https://cdn.example/c1.mp3"] = "The link has expired"
    comparison = await compared.begin("a1", "b1", "c1", "d1")
    assert not comparison.leave_out(), "both can be played"
    await comparison.keep(0)
    await compared.settle()
    assert comparison.stage is Stage.FAILED
    assert comparison.leave_out()
    await compared.settle()
    assert compared.sides == ["a1", "d1"]
    assert await compared.preferences("c1", "d1") == set(), "there was nothing to hear"
    assert await comparison.undo() == "Removed the verdict on Song a take 1"
    await compared.settle()
    assert compared.sides == ["a1", "b1"], "the last verdict"
    await comparison.keep(1)
    await compared.settle()
    comparison.leave_out()
    await compared.settle()
    await comparison.keep(1)
    assert [one.entry.clip_id for one in comparison.order] == ["d1", "b1", "c1", "a1"]


async def test_what_is_known_is_shown_before_the_files_are_there(compared: ComparisonHarness) -> None:
    compared.playing.media.slow |= {"a1", "a2"}
    comparison = await compared.begin("a1", "a2")
    assert comparison.stage is Stage.FETCHING
    assert comparison.facts()
    assert compared.changes >= 3, "each song that was read is shown"


async def test_closing_gives_all_files_up(compared: ComparisonHarness) -> None:
    compared.playing.media.slow.add("b1")
    comparison = await compared.begin("a1", "b1", "c1")
    player = compared.player
    await comparison.close()
    for media in compared.playing.media.opened:
        media.finish()
    await compared.settle()
    assert all(media.is_closed for media in compared.playing.media.opened)
    assert player.is_closed
    assert "a1.mp3" in player.measured
    assert "b1.mp3" not in player.measured, "it was closed before that came"


async def test_too_few_and_too_many_takes_are_refused(compared: ComparisonHarness) -> None:
    service = compared.playing.core.core.services.comparison
    for takes in ([take("a1")], [take("a1"), take("a1")], [take("a1"), TakeRef("gone", "g1")]):
        with pytest.raises(InvalidRequest, match="only one take"):
            await service.begin(takes, lambda: None)
    await compared.playing.put(*(song(f"m{number}-") for number in range(33)))
    with pytest.raises(InvalidRequest, match="At most 32"):
        await service.begin([TakeRef(f"m{number}-") for number in range(33)], lambda: None)

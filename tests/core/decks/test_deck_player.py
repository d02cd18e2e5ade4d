"""Several files with one transport."""

from __future__ import annotations

from pathlib import Path

import pytest

from sunotui.core.background import BackgroundTasks
from sunotui.core.decks.deck_player import DeckPlayer, DecksStatus
from sunotui.core.decks.service import matched_gains
from sunotui.core.event_bus import EventBus
from sunotui.core.playback.player import (
    DeckFile,
    PlayerDeckFailed,
    PlayerDied,
    PlayerEnded,
    PlayerListener,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
)
from sunotui.core.playback.tracks.current_track import LOST_PLAYER_S, STALL_TIMEOUT_S
from sunotui.domain.playback import PlayState
from sunotui.storage.playback.loudness_store import MeasuredLoudness
from tests.core.playback.harness import FakePlayer
from tests.support.manual_clock import ManualClock

A, B = Path("/a.mp3"), Path("/b.mp3")


class Decks:
    """Decks with a fake player, and what they reported."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.reported: list[DecksStatus] = []
        self.players: list[FakePlayer] = []
        self.decks = DeckPlayer(self.clock, BackgroundTasks(EventBus()), self._make, self.reported.append)

    def _make(self, listener: PlayerListener) -> FakePlayer:
        self.players.append(FakePlayer(listener))
        return self.players[-1]

    @property
    def fake(self) -> FakePlayer:
        return self.players[0]

    def load(self) -> None:
        self.decks.load([DeckFile(A, -2.0), DeckFile(B, 0.0, is_muted=True)], position_s=5.0)
        self.fake.calls.clear()


@pytest.fixture
def decks() -> Decks:
    return Decks()


def test_the_player_is_made_with_the_first_file(decks: Decks) -> None:
    decks.decks.set_volume(40)
    decks.decks.toggle()
    decks.decks.seek_to(3)
    assert decks.players == []
    decks.decks.load([DeckFile(A), DeckFile(B, is_muted=True)])
    assert decks.fake.calls == ["start", "set_volume 40", "load_decks a.mp3, b.mp3 muted 0"]
    assert decks.decks.status == DecksStatus(PlayState.PLAYING, 0.0, frozenset({0}))


async def test_one_transport_for_all(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerPosition(6.0, 1.0))
    await decks.clock.advance(0.5)
    assert decks.decks.position_s == 6.5
    decks.decks.pause()
    assert decks.decks.status.position_s == 6.5
    decks.decks.pause()
    decks.decks.seek_by(-10)
    decks.decks.toggle()
    assert decks.fake.take_calls() == ["pause", "seek 0", "play"]
    assert decks.decks.status.state is PlayState.PLAYING


def test_decks_are_audible_alone_or_together(decks: Decks) -> None:
    decks.load()
    decks.decks.flip(1)
    assert decks.decks.status.audible == {1}
    decks.decks.set_muted(0, False)
    assert decks.decks.status.audible == {0, 1}
    decks.decks.set_gain(1, 3.5)
    decks.decks.flip(2)
    decks.decks.set_muted(2, True)
    decks.decks.set_gain(2, 1.0)
    assert decks.fake.take_calls() == ["flip 1", "set_muted 0 False", "set_gain 1 3.5"]


def test_reports_of_the_player_are_shown(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerReady("miniaudio", "ALSA"))
    decks.fake.emit(PlayerStarved(True))
    assert decks.decks.status.state is PlayState.WAITING
    decks.fake.emit(PlayerStarved(False))
    decks.fake.emit(PlayerDeckFailed(1, "This file has no sound in it"))
    assert decks.decks.status.failed == {1: "This file has no sound in it"}
    decks.fake.emit(PlayerState(False, 99.0))
    assert decks.decks.status.position_s == 5.0, "it was on its way before it was started"
    decks.fake.emit(PlayerEnded(137.0, 132.0))
    assert decks.decks.status.state is PlayState.PAUSED
    assert decks.decks.status.position_s == 137.0


@pytest.mark.parametrize(
    ("ready", "lost"),
    [
        (PlayerReady("miniaudio", ""), PlayerOutput(True, "The sound output was lost")),
        (PlayerReady("mpv", "PulseAudio"), PlayerOutput(True, "The sound output was lost", is_final=True)),
    ],
    ids=["never there", "final"],
)
def test_an_output_that_is_lost_for_good_pauses_with_one_sentence(
    decks: Decks, ready: PlayerReady, lost: PlayerOutput
) -> None:
    decks.load()
    decks.fake.emit(ready)
    decks.fake.emit(lost)
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PAUSED, "The sound output was lost")
    assert decks.fake.take_calls() == ["pause"]
    decks.fake.emit(PlayerOutput(False, "The sound output is back"))
    assert decks.decks.status.problem == ""


async def test_a_lost_output_is_waited_for(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerReady("miniaudio", "PulseAudio"))
    decks.fake.emit(PlayerPosition(7.0, 2.0))
    decks.fake.emit(PlayerOutput(True, "The sound output was lost"))
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.WAITING, "The sound output was lost")
    decks.fake.emit(PlayerState(False, 7.0))
    await decks.clock.advance(STALL_TIMEOUT_S - 1)
    assert decks.fake.take_calls() == [], "a pause would end the player's attempts"
    assert decks.decks.position_s == 7.0
    decks.fake.emit(PlayerOutput(False))
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PLAYING, "")
    await decks.clock.advance(2)
    assert decks.decks.status.state is PlayState.PLAYING


async def test_a_lost_output_is_not_waited_for_forever(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerReady("miniaudio", "PulseAudio"))
    decks.fake.emit(PlayerOutput(True, "The sound output was lost"))
    await decks.clock.advance(STALL_TIMEOUT_S + 1)
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PAUSED, "The sound output was lost")
    assert decks.fake.take_calls() == ["pause"]
    decks.decks.play()
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PLAYING, "")


def test_an_output_that_is_lost_while_nothing_plays_is_not_reported(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerReady("mpv", "PulseAudio"))
    decks.decks.pause()
    decks.fake.emit(PlayerOutput(True, "The sound output was lost", is_final=True))
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PAUSED, "")


async def test_pausing_ends_the_wait_for_an_output(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerReady("miniaudio", "PulseAudio"))
    decks.fake.emit(PlayerOutput(True, "The sound output was lost"))
    decks.decks.toggle()
    assert decks.decks.status.state is PlayState.PAUSED
    decks.decks.toggle()
    await decks.clock.advance(STALL_TIMEOUT_S + 1)
    assert decks.decks.status.state is PlayState.PLAYING


async def test_a_player_that_died_is_loaded_again_and_paused(decks: Decks) -> None:
    decks.load()
    decks.decks.flip(1)
    decks.fake.emit(PlayerPosition(9.0, 4.0))
    decks.fake.take_calls()
    decks.fake.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    assert decks.fake.take_calls() == ["load_decks a.mp3 -2.0dB muted, b.mp3 9 paused"]
    assert decks.decks.status.state is PlayState.PAUSED
    assert decks.decks.status.problem == "The player ended unexpectedly"
    decks.fake.emit(PlayerDied("The player ended unexpectedly"))
    decks.decks.seek_to(12.0)
    decks.decks.flip(0)
    assert decks.fake.take_calls() == [], "it does not have the files"
    decks.decks.play()
    assert decks.fake.take_calls() == ["load_decks a.mp3 -2.0dB, b.mp3 muted 12"], "else it would seem to play"
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PLAYING, "")


@pytest.mark.parametrize("is_restarted", [True, False])
def test_a_player_that_dies_while_nothing_plays_is_not_reported(decks: Decks, is_restarted: bool) -> None:
    decks.load()
    decks.decks.pause()
    decks.fake.emit(PlayerDied("The player ended unexpectedly", is_restarted))
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PAUSED, "")
    decks.decks.play()
    assert decks.decks.status.state is PlayState.PLAYING


def test_a_player_that_dies_before_it_has_files_is_not_reported(decks: Decks) -> None:
    """Such as one that only measures."""
    assert decks.decks.player is decks.fake
    decks.fake.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    assert decks.reported == []


async def test_the_report_of_a_restarted_player_ends_after_a_while(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    await decks.clock.advance(LOST_PLAYER_S - 1)
    assert decks.decks.status.problem == "The player ended unexpectedly"
    await decks.clock.advance(2)
    assert (decks.decks.status.state, decks.decks.status.problem) == (PlayState.PAUSED, "")


async def test_the_report_of_a_player_that_is_off_stays(decks: Decks) -> None:
    decks.load()
    decks.fake.emit(PlayerDied("The player ended unexpectedly", is_restarted=True))
    decks.decks.play()
    decks.fake.emit(PlayerDied("The player ended unexpectedly"))
    await decks.clock.advance(2 * LOST_PLAYER_S)
    assert decks.decks.status.problem == "The player ended unexpectedly"


async def test_a_closed_player_reports_nothing(decks: Decks) -> None:
    decks.load()
    await decks.decks.close()
    assert decks.fake.is_closed
    seen = len(decks.reported)
    decks.fake.emit(PlayerPosition(50.0, 1.0))
    assert len(decks.reported) == seen


@pytest.mark.parametrize(
    ("loudness", "gains"),
    [
        ([(-11.0, -3.0), (-14.0, -1.0)], [-3.0, 0.0]),
        # The quiet one has a peak that cannot be raised, so the other one is lowered to it.
        ([(-9.0, -0.5), (-20.0, -1.0)], [-10.0, 1.0]),
        ([(-30.0, -20.0), (-28.0, -20.0)], [16.0, 14.0]),
        ([None, (-10.0, -3.0)], [0.0, -4.0]),
        ([(None, None), None], [0.0, 0.0]),
    ],
)
def test_loudness_is_matched(loudness: list[tuple[float, float] | None], gains: list[float]) -> None:
    assert matched_gains([MeasuredLoudness(*one) if one is not None else None for one in loudness]) == gains

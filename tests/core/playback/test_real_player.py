"""Playback with the real player, which plays into nothing: files that break or vanish under it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sunotui.core.media.fetcher import AudioSource
from sunotui.core.playback.helper_player import HelperPlayer
from sunotui.core.playback.player import PlayerListener
from sunotui.domain.playback import PlayState
from tests.core.harness import CoreHarness
from tests.core.playback.harness import FakeFetcher, FakeMedia, PlaybackHarness, song, streaming
from tests.player import sounds
from tests.support.waiting import until_async


class FileFetcher(FakeFetcher):
    """Opens the files of a folder, which the test writes. A live stream grows until the test says otherwise."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.served: dict[str, bytes] = {}
        """What a server has, by the name of the file."""

    async def open(self, source: AudioSource) -> FakeMedia:
        """Open a take."""
        media = await super().open(source)
        media.path = self.folder / media.path.name
        if media.path.name in self.served and not media.path.exists():
            media.path.write_bytes(self.served[media.path.name])
        return media


class RealPlaying(PlaybackHarness):
    """Playback with one real player."""

    def __init__(self, core: CoreHarness, players: list[HelperPlayer], fetcher: FileFetcher) -> None:
        super().__init__(core, [], [fetcher])
        self.media: FileFetcher = fetcher
        self.folder = fetcher.folder
        self._real = players

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for something in real time; the clock of the program stands still."""
        await until_async(is_so, lambda: f"{what}; it is {self.shown}, {self.status.problem!r}")

    async def until_at(self, position_s: float) -> None:
        """Wait for a position."""
        state = PlayState.PLAYING
        await self.until(lambda: self.status.state is state and self.status.position_s >= position_s, "the position")

    async def kill_player(self) -> None:
        """Kill the process of the player, as a crash would."""
        player = self._real[0]
        pid = player.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await self.until(lambda: player.pid != pid and bool(self.status.problem), "the end of the player")


@pytest.fixture
async def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealPlaying]:
    players: list[HelperPlayer] = []
    fetcher = FileFetcher(tmp_path / "audio")
    fetcher.folder.mkdir()

    def make_player(listener: PlayerListener, *_: object, **__: object) -> HelperPlayer:
        players.append(HelperPlayer(listener, os.environ, output="null"))
        return players[-1]

    monkeypatch.setattr("sunotui.core.services.HelperPlayer", make_player)
    monkeypatch.setattr("sunotui.core.services.MediaFetcher", lambda *_: fetcher)
    core = CoreHarness(tmp_path / "core")
    await core.open()
    made = RealPlaying(core, players, fetcher)
    await made.put(song("a"))
    yield made
    await core.core.close(1)


async def test_a_stream_with_a_broken_final_file_is_played_to_its_end(real: RealPlaying) -> None:
    await real.put(streaming("s"))
    sounds.song(real.folder / "s1-live.mp3", 4)
    (real.folder / "s1.mp3").write_text("<!DOCTYPE html><html>Not found</html>")
    await real.play("s1")
    await real.until_at(0.9)
    await real.put(song("s"))
    stream, final = real.media.opened
    await real.until(lambda: final.is_closed, "the refusal of the final file")
    assert (real.status.state, real.status.problem, stream.is_closed) == (PlayState.PLAYING, "", False)
    stream.finish()
    await real.until(lambda: real.status.state is PlayState.STOPPED, "the end")
    assert real.status.problem == "This file is not audio that can be played"
    assert real.status.position_s == pytest.approx(4.0, abs=0.1), "the stream was played to its end"


async def test_a_stream_continues_in_its_final_file(real: RealPlaying) -> None:
    await real.put(streaming("s"))
    whole = sounds.song(real.folder / "s1.mp3", 5).read_bytes()
    (real.folder / "s1-live.mp3").write_bytes(whole[: len(whole) // 2])
    await real.play("s1")
    await real.until_at(0.9)
    await real.put(song("s", (5.0, 5.0)))
    await real.until(lambda: not real.status.is_live, "the final file")
    stream, final = real.media.opened
    assert (stream.is_closed, final.is_closed) == (True, False)
    await real.until_at(3.5)
    assert real.status.problem == ""


@pytest.mark.parametrize("deaths", [1, 2])
async def test_a_file_that_vanished_is_fetched_again_after_the_player_died(real: RealPlaying, deaths: int) -> None:
    path = sounds.song(real.folder / "a1.mp3", 120)
    real.media.served["a1.mp3"] = path.read_bytes()
    await real.play("a1")
    await real.until_at(0.9)
    real.playback.seek_to(60.0)
    await real.until_at(60.5)
    path.unlink()
    for _ in range(deaths):
        await real.kill_player()
    assert not path.exists()
    assert (real.status.state, real.status.problem) == (PlayState.PAUSED, "The player ended unexpectedly")
    real.playback.toggle()
    await real.until_at(61.6)
    assert real.status.position_s < 75.0
    assert real.status.problem == ""
    assert [media.is_discarded for media in real.media.opened] == [False, False]

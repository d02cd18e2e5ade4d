"""Playback with a fake player and fake downloads, on a real library."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sunotui.core.events import LibraryChanged, PlaybackChanged, TasksChanged
from sunotui.core.media.fetcher import AudioSource
from sunotui.core.playback.player import (
    DeckFile,
    Loudness,
    PlayerEnded,
    PlayerEvent,
    PlayerListener,
    PlayerPosition,
    PlayerReady,
    PlayerState,
    PlayerUnavailable,
)
from sunotui.core.playback.service import PlaybackService
from sunotui.domain.annotations import TakeRating, TakeRef
from sunotui.domain.errors import MediaError
from sunotui.domain.playback import PlaybackStatus, PlayState
from sunotui.domain.tasks.clip import Clip, ClipStatus
from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from tests.core.harness import CoreHarness


class FakePlayer:
    """Records its calls, as "command argument"; reports what the test emits."""

    def __init__(self, listener: PlayerListener) -> None:
        self.emit: Callable[[PlayerEvent], None] = listener
        self.calls: list[str] = []
        self.loudness = Loudness(-14.0, -3.0)
        self.measured: list[str] = []
        self.cannot_measure = False
        self.may_measure = asyncio.Event()
        self.may_measure.set()
        self.is_closed = False

    def take_calls(self) -> list[str]:
        """The calls since the last time, without volume, speed and description."""
        calls, self.calls = self.calls, []
        return [
            call
            for call in calls
            if call.split()[0] not in {"start", "set_volume", "set_speed", "describe", "clear_description"}
        ]

    def load(
        self,
        path: Path,
        *,
        position_s: float = 0.0,
        is_growing: bool = False,
        gain_db: float = 0.0,
        plays: bool = True,
    ) -> None:
        """Load a file."""
        words = [path.name, f"{position_s:g}", *(["growing"] if is_growing else []), *([] if plays else ["paused"])]
        self.calls.append("load " + " ".join(words) + (f" {gain_db:+.1f}dB" if gain_db else ""))

    def load_decks(self, files: Sequence[DeckFile], *, position_s: float = 0.0, plays: bool = True) -> None:
        """Load files that play together."""
        names = [
            file.path.name + (f" {file.gain_db:+.1f}dB" if file.gain_db else "") + (" muted" if file.is_muted else "")
            for file in files
        ]
        self.calls.append(f"load_decks {', '.join(names)} {position_s:g}" + ("" if plays else " paused"))

    def swap(self, path: Path) -> None:
        """Continue in another file."""
        self.calls.append(f"swap {path.name}")

    def set_next(self, path: Path | None, *, gain_db: float = 0.0) -> None:
        """Set the file that follows."""
        gain = f" {gain_db:+.1f}dB" if gain_db else ""
        self.calls.append(f"next {path.name if path is not None else 'none'}{gain}")

    async def measure(self, path: Path) -> Loudness:
        """Measure a file."""
        await self.may_measure.wait()
        if self.cannot_measure:
            raise PlayerUnavailable("no")
        self.measured.append(path.name)
        return self.loudness

    async def close(self) -> None:
        """Closed."""
        self.is_closed = True

    def __getattr__(self, name: str) -> Callable[..., None]:
        """All other commands."""

        def command(*arguments: object, **named: object) -> None:
            shown = [f"{one:g}" if isinstance(one, float) else str(one) for one in (*arguments, *named.values())]
            self.calls.append(" ".join([name, *shown]))

        return command


@dataclass(eq=False)
class FakeMedia:
    """A file that is complete at once, unless the test says otherwise."""

    path: Path
    is_complete: bool = True
    is_from_disk: bool = False
    error: MediaError | None = None
    """Why it never becomes playable."""
    cut: MediaError | None = None
    """Why the rest does not come."""
    is_closed: bool = False
    is_discarded: bool = False
    playable: asyncio.Event = field(default_factory=asyncio.Event)
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait_playable(self) -> None:
        """Wait for the first audio."""
        await self.playable.wait()
        if self.error is not None:
            raise self.error

    async def wait_complete(self) -> None:
        """Wait for the whole file."""
        await self.wait_playable()
        await self.complete.wait()
        if self.cut is not None:
            raise self.cut

    def finish(self) -> None:
        """The whole file has come."""
        self.is_complete = True
        self.playable.set()
        self.complete.set()

    def discard(self) -> None:
        """Not to be kept."""
        self.is_discarded = True

    def close(self) -> None:
        """Given up: what has not come yet never will."""
        self.is_closed = True
        if not self.complete.is_set():
            self.cut = self.cut or MediaError("The download was stopped")
            self.complete.set()


class FakeFetcher:
    """Opens fake files. Every key that the test names in `slow` waits, and one in `broken` fails."""

    def __init__(self) -> None:
        self.sources: list[AudioSource] = []
        self.opened: list[FakeMedia] = []
        self.slow: set[str] = set()
        self.growing: set[str] = set()
        self.whole: set[str] = set()
        """Takes that are fetched completely before they can be played."""
        self.broken: dict[str, str] = {}
        """The sentence by URL."""
        self.problem = ""
        self.is_closed = False

    async def open(self, source: AudioSource) -> FakeMedia:
        """Open a take; live streams grow."""
        self.sources.append(source)
        media = FakeMedia(Path(f"/cache/{source.key}{'-live' if source.is_live else ''}.mp3"))
        self.opened.append(media)
        if source.url in self.broken:
            media.error = MediaError(self.broken[source.url])
        media.is_complete = not source.is_live and source.key not in self.growing | self.slow
        media.is_from_disk = media.is_complete and source.key not in self.whole
        if source.key not in self.slow:
            media.playable.set()
        if media.is_complete:
            media.finish()
        return media

    async def close(self) -> None:
        """Closed."""
        self.is_closed = True


def song(task_id: str, lengths_s: Sequence[float | None] = (120.0, 60.0), **changes: Any) -> Task:
    """A finished song with a take for each length."""
    clips = tuple(
        Clip(
            f"{task_id}{number}",
            f"Song {task_id}",
            ClipStatus.COMPLETE,
            duration_s=length_s,
            audio_url=f"https://cdn.example/{task_id}{number}.mp3",
        )
        for number, length_s in enumerate(lengths_s, start=1)
    )
    made = Task(task_id, "main", TaskKind.MUSIC, TaskStatus.SUCCESS, 1_000.0, clips=clips)
    return made._replace(**changes)


def queued(task_id: str, **changes: Any) -> Task:
    """A song whose takes have no audio yet."""
    made = song(task_id)
    clips = tuple(clip._replace(audio_url=None, status=ClipStatus.QUEUED) for clip in made.clips)
    return made._replace(**{"clips": clips, "status": TaskStatus.IN_PROGRESS, **changes})


def streaming(task_id: str) -> Task:
    """A song that is being generated and can be played."""
    clips = tuple(
        Clip(
            f"{task_id}{number}",
            f"Song {task_id}",
            ClipStatus.STREAMING,
            audio_url=f"https://audiopipe.example/?item_id={task_id}{number}",
        )
        for number in (1, 2)
    )
    return Task(task_id, "main", TaskKind.MUSIC, TaskStatus.IN_PROGRESS, 1_000.0, clips=clips)


def take(name: str) -> TakeRef:
    """The take "a1" of the task "a"."""
    return TakeRef(name[:-1], name)


class PlaybackHarness:
    """Playback, and what it does."""

    def __init__(self, core: CoreHarness, players: list[FakePlayer], fetchers: list[FakeFetcher]) -> None:
        self.core = core
        self._players = players
        self.playback: PlaybackService = core.core.services.playback
        self.media = fetchers[0]

    @property
    def player(self) -> FakePlayer:
        """The player; there is one once something was loaded."""
        (player,) = self._players
        return player

    @property
    def has_player(self) -> bool:
        """Whether there is one."""
        return bool(self._players)

    @property
    def status(self) -> PlaybackStatus:
        """What is shown."""
        return self.playback.status

    @property
    def shown(self) -> tuple[str, str, float]:
        """The current take, the state and the position."""
        entry = self.status.entry
        return (entry.clip_id if entry is not None else "", self.status.state.value, self.status.position_s)

    @property
    def queue(self) -> str:
        """The takes of the queue, with the current one in brackets."""
        names = [entry.clip_id for entry in self.status.queue]
        return " ".join(f"[{name}]" if at == self.status.index else name for at, name in enumerate(names))

    def published(self) -> list[PlaybackStatus]:
        """All that was published so far, and forget it."""
        found = [event.status for event in self.core.events if isinstance(event, PlaybackChanged)]
        self.core.events.clear()
        return found

    async def put(self, *tasks: Task) -> None:
        """Put songs into the library, as a poll does."""
        await self.core.core.storage.run(self.core.core.stores.tasks.save, tasks)
        self.core.core.events.publish(TasksChanged(tuple(task.id for task in tasks)))
        await self.core.settle()

    async def play(self, *names: str, start: int = 0) -> None:
        """Play takes, until the player has the first."""
        await self.playback.play([take(name) for name in names], start)
        # A file may be asked for again at its gateway, and is measured.
        await self.core.settle()
        await self.core.settle()
        if self.has_player and self.status.state is PlayState.LOADING:
            self.player.emit(PlayerReady("fake", "Nowhere"))
            self.player.emit(PlayerState(True, self.status.position_s))

    async def play_until(self, until_s: float, *, played_s: float | None = None, step_s: float = 1.0) -> None:
        """The player continues to a position, in real time."""
        if self.status.state is PlayState.LOADING:
            self.player.emit(PlayerState(True))
        position_s = self.status.position_s
        played = position_s if played_s is None else played_s
        while position_s < until_s:
            await self.core.clock.advance(step_s)
            position_s = min(position_s + step_s, until_s)
            played += step_s
            self.player.emit(PlayerPosition(position_s, played))
        await self.core.settle()

    async def end(
        self,
        decoded_s: float,
        *,
        has_next: bool = False,
        error: str = "",
        is_damaged: bool = False,
        is_missing: bool = False,
    ) -> None:
        """The file of the player ends."""
        self.player.emit(PlayerEnded(decoded_s, 0.0, error, has_next, is_damaged, is_missing))
        # The next take may be asked for again at its gateway.
        await self.core.settle()
        await self.core.settle()

    async def rating(self, name: str) -> TakeRating:
        """What the library knows of a take."""
        annotations = await self.core.core.services.annotations.annotations([name[:-1]])
        return annotations[name[:-1]].take_rating(name)


def replace_parts(monkeypatch: pytest.MonkeyPatch) -> tuple[list[FakePlayer], list[FakeFetcher]]:
    """Let services be built with fakes; returns those that were made."""
    players: list[FakePlayer] = []
    fetchers: list[FakeFetcher] = []

    def make_player(listener: PlayerListener, *_: object, **__: object) -> FakePlayer:
        players.append(FakePlayer(listener))
        return players[-1]

    def make_fetcher(*_: object) -> FakeFetcher:
        fetchers.append(FakeFetcher())
        return fetchers[-1]

    monkeypatch.setattr("sunotui.core.services.HelperPlayer", make_player)
    monkeypatch.setattr("sunotui.core.services.MediaFetcher", make_fetcher)
    return players, fetchers


async def next_run(playing: PlaybackHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlaybackHarness:
    """The library of the first run in the next one, after the first one has ended."""
    await playing.playback.close()
    return await another_program(tmp_path, monkeypatch)


async def another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PlaybackHarness:
    """Another program with the same library."""
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    made = PlaybackHarness(core, players, fetchers)
    await made.playback.restore()
    return made


async def write_queue_elsewhere(playing: PlaybackHarness, *names: str) -> None:
    """Another program writes a queue of these takes."""
    text = json.dumps([list(take(name)) for name in names])
    with playing.core.core.stores.database.write() as connection:
        connection.execute(
            "INSERT INTO playback VALUES ('queue', ?) ON CONFLICT DO UPDATE SET value = excluded.value", (text,)
        )
    playing.core.core.events.publish(LibraryChanged())
    await playing.core.settle()

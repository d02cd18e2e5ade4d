"""A library with a song whose first take was split, and a player that a test controls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sunotui.core.stems.session import StemSession, StemsStatus
from sunotui.domain.tasks.clip import Clip, ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.task import Task, TaskStatus
from tests.core.harness import CoreHarness
from tests.core.playback.harness import FakeFetcher, FakePlayer, replace_parts, song, take

NAMES = ("Vocals", "Drums", "Bass")


def split(task_id: str, names: tuple[str, ...] = NAMES, source: str = "a1") -> Task:
    """The parts of a take."""
    clips = tuple(
        Clip(
            f"{task_id}{number}",
            f"Song a ({name})",
            ClipStatus.COMPLETE,
            duration_s=120.0,
            audio_url=f"https://cdn.example/{task_id}{number}.mp3",
            parents=(source,),
            derivations=(Derivation(DerivationKind.STEM, source),),
        )
        for number, name in enumerate(names, 1)
    )
    return Task(task_id, "main", song("x").kind, TaskStatus.SUCCESS, 2_000.0, clips=clips)


class StemsHarness:
    """Sessions, and what they do."""

    def __init__(self, core: CoreHarness, players: list[FakePlayer], fetcher: FakeFetcher) -> None:
        self.core = core
        self.players = players
        self.media = fetcher
        self.shown: list[StemsStatus] = []

    @property
    def player(self) -> FakePlayer:
        """The player of the session that was opened last."""
        return self.players[-1]

    async def put(self, *tasks: Task) -> None:
        """Put songs into the library."""
        await self.core.core.storage.run(self.core.core.stores.tasks.save, tasks)

    async def open(self, name: str = "s1", *, starts: bool = True) -> StemSession:
        """Play the first split of a take, until the player has it."""
        splits = await self.core.core.services.stems.splits(take(name))
        session = self.core.core.services.stems.open(splits[0], self.shown.append)
        if starts:
            session.start()
            await self.core.settle()
            await self.core.settle()
        return session


@pytest.fixture
async def stems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StemsHarness]:
    """A song "a" whose take "a1" was split into three parts, the song "s"."""
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    made = StemsHarness(core, players, fetchers[0])
    await made.put(song("a"), song("b")._replace(clips=()), split("s"))
    yield made
    await core.core.close(1)

"""Triage with a fake player: verdicts, undo, when verdicts are applied, and takes that cannot be fetched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from sunotui.core.library.task_detail import TaskDetail
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.playback.player import PlayerEnded, PlayerPosition, PlayerReady, PlayerState
from sunotui.core.triage.rules import ListeningMode
from sunotui.core.triage.session import MOST_FAILURES, MOST_ROUNDS, TriageSession
from sunotui.domain.annotations import TakeRef, TriageVerdict
from sunotui.domain.errors import LibraryError
from sunotui.domain.playback import PlayState
from sunotui.domain.tasks.clip import ClipStatus, Derivation, DerivationKind
from sunotui.domain.tasks.kinds import TaskStatus
from tests.core.harness import CoreHarness
from tests.core.playback.harness import FakeFetcher, FakePlayer, replace_parts, song

KEEP, TRASH, LATER = TriageVerdict.KEEP, TriageVerdict.TRASH, TriageVerdict.LATER


class TriageHarness:
    """A library with three songs of two takes, and a triage of them."""

    def __init__(self, core: CoreHarness, players: list[FakePlayer], fetchers: list[FakeFetcher]) -> None:
        self.core = core
        self._players = players
        self.media = fetchers[0]
        self.problems: list[str] = []
        self.saved: list[TakeRef] = []
        self.session: TriageSession
        self.core.core.services.triage._save = self._save

    async def _save(self, takes: Sequence[TakeRef]) -> None:
        self.saved += takes

    async def begin(
        self, *ids: str, mode: ListeningMode = ListeningMode.START, at_the_end: bool = False
    ) -> TriageSession:
        """Start a triage of these songs."""
        service = self.core.core.services.triage
        service._applies_at_once = not at_the_end
        self.session = await service.begin(list(ids) or ["a", "b", "c"])
        self.session.on_problem = self.problems.append
        self.session.start(mode)
        await self.settle()
        return self.session

    async def settle(self) -> None:
        for _ in range(4):
            await self.core.settle()

    async def decide(self, verdict: TriageVerdict, rating: int = 0) -> str:
        sentence = await self.session.decide(verdict, rating)
        await self.settle()
        return sentence

    @property
    def player(self) -> FakePlayer:
        (player,) = self._players
        return player

    @property
    def loads(self) -> list[str]:
        """What the player was given to play."""
        return [call for call in self.player.take_calls() if call.startswith("load ")]

    async def marks(self, clip_id: str) -> str:
        """What the library knows of a take, such as "played ♥ ★4"."""
        found = (await self.core.core.services.annotations.annotations([clip_id[0]]))[clip_id[0]]
        rating = found.take_rating(clip_id)
        words = ["played"] * (rating.played_at is not None) + ["♥"] * rating.is_favourite
        return " ".join([*words, *([f"★{rating.rating}"] if rating.rating else []), *["trash"] * found.is_trashed])


@pytest.fixture
async def triage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TriageHarness]:
    players, fetchers = replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    await core.open()
    await core.core.storage.run(core.core.stores.tasks.save, [song(name) for name in "abc"])
    yield TriageHarness(core, players, fetchers)
    await core.core.close(1)
    assert fetchers[0].is_closed


def clips(session: TriageSession) -> list[str]:
    return [take.entry.clip_id for take in session.takes]


async def test_unplayed_takes_play_one_after_the_other(triage: TriageHarness) -> None:
    await triage.core.core.services.annotations.mark_played([TakeRef("b", "b1")])
    session = await triage.begin()
    assert clips(session) == ["a1", "a2", "b2", "c1", "c2"]
    assert triage.loads == ["load a1.mp3 0"]
    assert await triage.decide(KEEP) == "Song a, take 1 kept"
    assert await triage.decide(TriageVerdict.FAVOURITE) == "Song a, take 2 is a favourite"
    assert await triage.decide(TriageVerdict.RATE, 4) == "Song b, take 2 rated ★4"
    assert await triage.decide(TRASH) == "Song c, take 1 trashed"
    assert triage.loads == ["load a2.mp3 0", "load b2.mp3 0", "load c1.mp3 0", "load c2.mp3 0"]
    assert [await triage.marks(one) for one in ("a1", "a2", "b2", "c1", "c2")] == [
        "played",
        "played ♥",
        "played ★4",
        "played",
        "",
    ]
    assert triage.saved == [TakeRef("a", "a1")]
    await triage.decide(KEEP)
    assert session.current is None
    assert session.status.state is PlayState.STOPPED
    assert await session.decide(KEEP) == ""


async def test_the_takes_to_come_are_fetched_before_their_time(triage: TriageHarness) -> None:
    await triage.begin()
    assert [source.key for source in triage.media.sources] == ["a1", "a2", "b1", "b2"]
    await triage.decide(KEEP)
    # The one that plays is not opened again.
    assert [source.key for source in triage.media.sources] == ["a1", "a2", "b1", "b2", "c1"]
    assert [media.is_closed for media in triage.media.opened[:2]] == [True, False]
    assert triage.player.measured.count("a2.mp3") == 1


async def test_no_verdict_waits_for_a_download(triage: TriageHarness) -> None:
    triage.media.slow = {"a1", "a2", "b1", "b2", "c1", "c2"}
    session = await triage.begin()
    for _ in range(6):
        assert session.current is not None
        await triage.decide(TRASH)
    assert session.current is None
    assert [await triage.marks(one) for one in ("a1", "c2")] == ["played trash", "played trash"]
    assert all(media.is_closed for media in triage.media.opened)


async def test_a_take_that_is_read_too_late_does_not_play(
    triage: TriageHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_read = asyncio.Event()
    read = TaskReader.detail

    async def slow(reader: TaskReader, task_id: str) -> TaskDetail | None:
        if task_id == "b":
            await is_read.wait()
        return await read(reader, task_id)

    monkeypatch.setattr(TaskReader, "detail", slow)
    session = await triage.begin()
    for _ in range(4):
        await triage.decide(KEEP)
    assert session.index == 4
    is_read.set()
    await triage.settle()
    assert triage.loads == ["load a1.mp3 0", "load a2.mp3 0", "load c1.mp3 0"]


async def test_a_take_that_arrives_late_plays_once_it_is_ready(triage: TriageHarness) -> None:
    triage.media.slow = {"a2"}
    await triage.begin()
    await triage.decide(KEEP)
    assert "load a2.mp3 0" not in triage.loads
    for media in triage.media.opened:
        media.finish()
    await triage.settle()
    assert triage.loads == ["load a2.mp3 0"]


async def test_a_song_goes_to_the_trash_with_its_last_take(triage: TriageHarness) -> None:
    session = await triage.begin("a")
    await triage.decide(TRASH)
    assert await triage.marks("a1") == "played"
    await session.close()
    again = await triage.core.core.services.triage.begin(["a"])
    assert clips(again) == ["a2"]
    await again.decide(TRASH)
    assert await triage.marks("a2") == "played trash"
    assert await again.undo() == "Song a, take 2 waits for a verdict again"
    assert await triage.marks("a1") == "played"
    assert await triage.marks("a2") == ""


async def test_a_take_that_is_put_off_comes_again_tomorrow(triage: TriageHarness) -> None:
    await triage.begin("a")
    assert await triage.decide(LATER) == "Song a, take 1 put off until tomorrow"
    assert await triage.marks("a1") == ""
    begin = triage.core.core.services.triage.begin
    assert clips(await begin(["a"])) == ["a2"]
    await triage.session.undo()
    assert clips(await begin(["a"])) == ["a1", "a2"]
    await triage.decide(LATER)
    await triage.core.clock.advance(24 * 3_600.0 + 1)
    assert clips(await begin(["a"])) == ["a1", "a2"]


async def test_undo_goes_back_verdict_by_verdict(triage: TriageHarness) -> None:
    session = await triage.begin()
    await triage.decide(TriageVerdict.FAVOURITE)
    await triage.decide(TriageVerdict.RATE, 5)
    assert session.index == 2
    await session.undo()
    assert (session.index, await triage.marks("a1"), await triage.marks("a2")) == (1, "played ♥", "")
    await session.undo()
    assert (session.index, await triage.marks("a1")) == (0, "")
    assert not session.can_undo
    # What was done before the triage is not touched.
    assert await session.undo() == ""
    await triage.settle()
    assert triage.loads[-1] == "load a1.mp3 0"


async def test_with_apply_at_the_end_nothing_is_done_before(triage: TriageHarness) -> None:
    session = await triage.begin("a", "b", at_the_end=True)
    for verdict in (TriageVerdict.FAVOURITE, KEEP, TRASH, TRASH):
        await triage.decide(verdict)
    assert [await triage.marks(one) for one in ("a1", "a2", "b1", "b2")] == ["", "", "", ""]
    assert (len(session.pending), triage.saved) == (4, [])
    assert await session.apply() == "4 verdicts applied: 1 favourite, 1 kept, 2 trashed"
    assert [await triage.marks(one) for one in ("a1", "a2", "b1")] == ["played ♥", "played", "played trash"]
    assert (list(session.pending), triage.saved) == ([], [TakeRef("a", "a2")])
    assert await session.apply() == ""
    assert not session.can_undo
    await triage.core.core.services.annotations.undo()
    assert [await triage.marks(one) for one in ("a1", "a2", "b1")] == ["", "", ""]
    assert len((await triage.core.core.services.triage.begin([])).pending) == 4


async def test_what_was_decided_is_there_after_a_crash(triage: TriageHarness) -> None:
    session = await triage.begin("a", "b", at_the_end=True)
    await triage.decide(TriageVerdict.RATE, 3)
    # Neither closed nor applied.
    again = await triage.core.core.services.triage.begin(["b", "a"])
    assert [one.take for one in again.pending] == [TakeRef("a", "a1")]
    assert (clips(again), again.index) == (["b1", "b2", "a1", "a2"], 0)
    assert [take.waits for take in again.takes] == [True, True, False, True]
    elsewhere = await triage.core.core.services.triage.begin(["c"])
    await elsewhere.apply()
    assert await triage.marks("a1") == "played ★3"
    assert session.takes[0].decision is not None


async def test_a_take_whose_verdict_is_pending_is_not_trashed_yet(triage: TriageHarness) -> None:
    await triage.begin("a", at_the_end=True)
    await triage.decide(TRASH)
    session = await triage.begin("a")
    assert session.index == 1
    await triage.session.decide(TRASH)
    assert await triage.marks("a2") == "played"
    await session.apply()
    assert await triage.marks("a1") == "played trash"


async def test_undo_of_a_pending_verdict_restores_the_previous_one(triage: TriageHarness) -> None:
    session = await triage.begin("a", at_the_end=True)
    await triage.decide(KEEP)
    await session.undo()
    assert list(session.pending) == []
    assert (await triage.core.core.services.triage.begin(["a"])).pending == []


async def test_a_verdict_that_cannot_be_written_leaves_the_take(
    triage: TriageHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await triage.begin()

    def fail(*_: object) -> None:
        raise LibraryError("The disk is full")

    monkeypatch.setattr(session._changes.store, "put", fail)
    with pytest.raises(LibraryError):
        await session.decide(KEEP)
    assert (session.index, session.can_undo, await triage.marks("a1")) == (0, False, "")


async def test_a_file_that_cannot_be_saved_costs_no_verdict(triage: TriageHarness) -> None:
    async def fail(takes: Sequence[TakeRef]) -> None:
        raise LibraryError("The disk is full")

    triage.core.core.services.triage._save = fail
    session = await triage.begin("a")
    await triage.decide(KEEP)
    assert (session.index, await triage.marks("a1")) == (1, "played")
    assert triage.problems == ["What you kept could not be saved: The disk is full"]


async def test_nothing_is_saved_where_the_user_does_not_want_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_parts(monkeypatch)
    core = CoreHarness(tmp_path)
    core.core.paths.config.mkdir(parents=True, exist_ok=True)
    core.core.paths.config_file.write_text('[save]\nauto_save = "off"\n')
    await core.open()
    assert core.core.services.triage._save is None
    await core.core.storage.run(core.core.stores.tasks.save, [song("a")])
    session = await core.core.services.triage.begin(["a"])
    assert await session.decide(KEEP) == "Song a, take 1 kept"
    await core.settle()
    assert core.core.services.downloads.status.entries == ()
    await core.core.close(1)


async def test_a_take_that_cannot_be_fetched_is_reported_and_skipped(triage: TriageHarness) -> None:
    triage.media.broken["https://cdn.example/a2.mp3"] = "The server sent a web page instead of audio"
    session = await triage.begin("a", "b")
    await triage.decide(KEEP)
    assert triage.problems == ["Song a, take 2 was skipped: The server sent a web page instead of audio"]
    assert triage.loads[-1] == "load b1.mp3 0"
    assert session.skipped == 1
    await triage.decide(KEEP)
    await triage.decide(KEEP)
    assert session.current is None
    triage.media.broken.clear()
    session.try_again()
    await triage.settle()
    assert (session.index, triage.loads[-1]) == (1, "load a2.mp3 0")
    # After the last verdict was changed, the previous take is next.
    await session.undo()
    assert session.index == 3
    await triage.decide(TRASH)
    assert session.index == 1


async def test_without_a_network_not_all_takes_are_skipped(triage: TriageHarness) -> None:
    for name in ("a1", "a2", "b1", "b2", "c1", "c2"):
        triage.media.broken[f"https://cdn.example/{name}.mp3"] = "The server cannot be reached"
    session = await triage.begin()
    await triage.settle()
    assert (session.index, session.skipped) == (MOST_FAILURES - 1, MOST_FAILURES - 1)
    assert session.status.problem == "The server cannot be reached"
    # It can get its verdict.
    await triage.decide(TriageVerdict.FAVOURITE)
    assert await triage.marks("b1") == "played ♥"


async def test_failed_takes_are_counted_from_zero_after_one_that_plays(triage: TriageHarness) -> None:
    for name in ("a1", "a2", "b2"):
        triage.media.broken[f"https://cdn.example/{name}.mp3"] = "The link has expired"
    session = await triage.begin()
    await triage.settle()
    triage.player.emit(PlayerReady("fake", "Nowhere"))
    triage.player.emit(PlayerPosition(1.0, 1.0))
    await triage.decide(KEEP)
    await triage.settle()
    assert (session.skipped, triage.loads[-1]) == (3, "load c1.mp3 0")


async def test_stems_and_failed_takes_are_left_out(triage: TriageHarness) -> None:
    made = song("d", (120.0, 60.0, 50.0))
    stem = made.clips[1]._replace(derivations=(Derivation(DerivationKind.STEM, "d1"),))
    made = made._replace(clips=(made.clips[0], stem, made.clips[2]._replace(status=ClipStatus.ERROR)))
    unfinished = song("e")._replace(status=TaskStatus.IN_PROGRESS)
    await triage.core.core.storage.run(triage.core.core.stores.tasks.save, [made, unfinished])
    assert clips(await triage.begin("d", "e")) == ["d1"]


async def test_a_take_is_repeated_until_no_one_seems_to_listen(triage: TriageHarness) -> None:
    session = await triage.begin("a", mode=ListeningMode.CHORUS)
    assert triage.loads == ["load a1.mp3 36"]
    for _ in range(MOST_ROUNDS):
        triage.player.emit(PlayerReady("fake", "Nowhere"))
        triage.player.emit(PlayerEnded(120.0, 0.0, "", False, False))
        await triage.settle()
    assert triage.loads == ["load a1.mp3 36"] * (MOST_ROUNDS - 1)
    assert session.status.state is PlayState.PAUSED
    session.toggle()
    await triage.settle()
    assert triage.loads == ["load a1.mp3 36"]
    assert session.index == 0


async def test_samples_follow_one_another(triage: TriageHarness) -> None:
    session = await triage.begin("a", mode=ListeningMode.SAMPLES)
    triage.player.emit(PlayerReady("fake", "Nowhere"))
    triage.player.emit(PlayerState(True, 0.0))
    triage.player.take_calls()
    for position_s in (8.0, 15.2, 50.9, 51.3, 93.2):
        triage.player.emit(PlayerPosition(position_s, position_s))
    assert triage.player.take_calls() == ["seek 36", "seek 78", "seek 0"]
    # Who seeks wants to hear on.
    session.seek_by(5.0)
    triage.player.take_calls()
    triage.player.emit(PlayerPosition(70.0, 70.0))
    assert triage.player.take_calls() == []
    session.set_listening_mode(ListeningMode.CHORUS)
    assert triage.player.take_calls()[0] == "seek 36"


async def test_hearing_alone_does_not_take_a_take_out_of_the_triage(triage: TriageHarness) -> None:
    await triage.begin("a")
    triage.player.emit(PlayerReady("fake", "Nowhere"))
    triage.player.emit(PlayerState(True, 0.0))
    for position_s in range(1, 90):
        await triage.core.clock.advance(1.0)
        triage.player.emit(PlayerPosition(float(position_s), float(position_s)))
    await triage.settle()
    assert await triage.marks("a1") == ""


async def test_a_hundred_takes_get_a_verdict(triage: TriageHarness) -> None:
    names = [f"{one}{other}" for one in "defghijklm" for other in "vwxyz"]
    await triage.core.core.storage.run(triage.core.core.stores.tasks.save, [song(name) for name in names])
    session = await triage.begin(*names)
    assert len(session.takes) == 100
    for number in range(100):
        await session.decide(KEEP if number % 3 else LATER)
    assert session.current is None
    await triage.settle()
    assert len([media for media in triage.media.opened if not media.is_closed]) == 0


async def test_closing_leaves_the_downloads_of_others(triage: TriageHarness) -> None:
    session = await triage.begin()
    await triage.core.core.services.triage.end(session)
    assert triage.player.is_closed
    assert not triage.media.is_closed

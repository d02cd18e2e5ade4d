"""One comparison: two takes play together and one is audible; with more takes, the loser of each pair is eliminated."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sunotui.core.comparison.facts import FactRow, TakeFacts, compared_facts
from sunotui.core.comparison.knockout import Knockout
from sunotui.core.context import Context
from sunotui.core.decks.deck_player import DeckPlayer, DecksStatus
from sunotui.core.decks.service import DeckService, matched_gains
from sunotui.core.events import Event, TasksChanged
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.playback.player import DeckFile
from sunotui.core.playback.track import PlayableTake
from sunotui.domain.annotations import TakeRef
from sunotui.domain.errors import NotFound, SunotuiError
from sunotui.domain.playback import QueueEntry
from sunotui.domain.text import clean
from sunotui.storage.playback.loudness_store import MeasuredLoudness

MEASURE_S = 5.0
"""How long a pair is measured before it plays, in seconds; afterwards it plays without leveling until it is
measured."""
_FETCHES = 4
"""How many takes are fetched at the same time."""
_END_S = 5.0
"""A following pair starts at the beginning if fewer seconds than this would be left of its shorter take."""
_TITLE_LIMIT = 40

SavedTakes = Callable[[Sequence[str]], Awaitable[Mapping[str, object]]]


class Stage(StrEnum):
    """The stages of a comparison."""

    FETCHING = "fetching"
    """It waits for the files of the pair."""
    LISTENING = "listening"
    """It waits for a verdict."""
    FAILED = "failed"
    """One of the pair cannot be played; playing it can be retried."""
    DECIDED = "decided"
    """The last pair has a verdict, so there is an order, and names are no longer hidden."""


@dataclass(slots=True, eq=False)
class ComparedTake:
    """A take of a comparison."""

    entry: QueueEntry
    facts: TakeFacts | None = None
    """None until its song was read."""
    loudness: MeasuredLoudness | None = None
    problem: str = ""
    """Why it cannot be played, as a sentence without its full stop."""
    is_unfinished: bool = False
    """Whether it cannot be played because it is still being generated."""
    opened: PlayableTake | None = None
    is_fetched: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when its whole file is on disk, or cannot be fetched."""
    is_measured: asyncio.Event = field(default_factory=asyncio.Event)


class Comparison:
    """A comparison from its first pair to its order, for the event loop. Sides are 0 and 1 on screen, A and B."""

    def __init__(
        self,
        ctx: Context,
        entries: Sequence[QueueEntry],
        *,
        decks: DeckService,
        annotations: AnnotationService,
        reader: TaskReader,
        saved: SavedTakes,
        on_change: Callable[[], None],
    ) -> None:
        """`entries` are two or more takes, each once. `saved` returns the takes that are saved, by clip id. `on_change`
        is called when there is something else to show."""
        self._ctx = ctx
        self._decks = decks
        self._annotations = annotations
        self._reader = reader
        self._saved = saved
        self._on_change = on_change
        self._takes = {entry.ref: ComparedTake(entry) for entry in entries}
        self._player: DeckPlayer = decks.player(self._show_status)
        self._free = asyncio.Semaphore(_FETCHES)
        self._pair_number = 0
        """Counts the pairs that were opened: results for an earlier one are out of date."""
        self._loaded_pair = 0
        """The number of the pair that the player has; 0 if it has no pair."""
        self._is_closed = False
        self._is_swapped = False
        """Whether deck 1 is side A."""
        self._audible = 0
        self._position_s = 0.0
        self._started_at = ctx.clock.now()
        self._played: set[TakeRef] = set()
        """The takes that were audible; they are counted as played with the verdict."""
        self._passed: set[int] = set()
        """The numbers of the pairs, from 0, that were decided without a verdict."""
        self._unsubscribe = ctx.events.subscribe(self._on_core_event)
        self.knockout = Knockout(tuple(self._takes))
        self.stage = Stage.FETCHING
        self.is_blind = False
        """Whether names are hidden until the last verdict."""
        self.status = DecksStatus()
        """What the player does."""

    # --- what is compared --------------------------------------------------------------------------------------------

    @property
    def pair(self) -> tuple[ComparedTake, ComparedTake]:
        """The takes of sides A and B; of the last pair when all is decided."""
        knockout = self.knockout if self.knockout.pair is not None else self.knockout.undone()
        one, other = knockout.pair or knockout.takes[:2]
        sides = (other, one) if self._is_swapped else (one, other)
        return self._takes[sides[0]], self._takes[sides[1]]

    @property
    def order(self) -> list[ComparedTake]:
        """All takes, best first."""
        return [self._takes[ref] for ref in self.knockout.order]

    @property
    def audible(self) -> int:
        """The side that is audible."""
        return self._audible

    @property
    def is_decided(self) -> bool:
        """Whether all pairs have a verdict."""
        return self.stage is Stage.DECIDED

    @property
    def is_hidden(self) -> bool:
        """Whether names are hidden now, with the facts that would reveal them."""
        return self.is_blind and self.stage is not Stage.DECIDED

    @property
    def hides_lyrics(self) -> bool:
        """Whether lyrics would reveal a hidden name: those of the pair differ, or are not known yet."""
        texts = {take.facts.clip.lyrics if take.facts is not None else None for take in self.pair}
        return self.is_hidden and (len(texts) > 1 or None in texts)

    def length_s(self, side: int) -> float:
        """The length of a side, 0 if it is not known; with hidden names that of the longer one for both of them."""
        lengths = [_length_s(take) for take in self.pair]
        return max(lengths) if self.is_hidden else lengths[side]

    @property
    def position_s(self) -> float:
        """Where both takes are, in seconds."""
        return self._player.position_s if self.stage is not Stage.FETCHING else self._position_s

    def facts(self) -> list[FactRow]:
        """The known facts about the pair, side by side; empty until both were read, and while names are hidden."""
        one, other = self.pair
        if one.facts is None or other.facts is None or self.is_hidden:
            return []
        with_loudness = (take.facts._replace(loudness=take.loudness) for take in (one, other) if take.facts is not None)
        return compared_facts(*with_loudness)

    # --- from pair to pair -------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Fetch all takes, and play the first pair."""
        for take in self._takes.values():
            self._ctx.background.start("fetch a take to compare", self._prepare, take)
        self._open_pair()

    def try_again(self) -> None:
        """Fetch the takes again that could not be played."""
        for take in self.pair:
            if take.problem:
                take.problem = ""
                take.is_unfinished = False
                if take.opened is not None:
                    # What the player could not play is not kept.
                    take.opened.drop_file()
                    take.opened = None
                take.is_fetched.clear()
                take.is_measured.clear()
                self._ctx.background.start("fetch a take to compare", self._prepare, take)
        self._open_pair()

    async def keep(self, side: int) -> str:
        """Prefer the take of a side to the other one, and open the next pair; returns a sentence about it, empty if
        there is nothing to decide. Raises LibraryError."""
        if self.stage is not Stage.LISTENING:
            return ""
        winner, loser = self.pair[side].entry, self.pair[1 - side].entry
        number, played = self._pair_number, self._played & {winner.ref, loser.ref}
        sentence = await self._annotations.prefer(
            winner.ref, loser.ref, profile=winner.profile, title=self._name(winner, side)
        )
        if self.stage is Stage.LISTENING and number == self._pair_number:
            self._pass(side)
        self._played -= played
        for ref in played:
            await self._annotations.count_play(ref)
        return sentence

    def leave_out(self) -> bool:
        """Skip the take that cannot be played, if there are more than two, so that the other one advances without a
        verdict; if neither can be played, the first one advances. Returns whether that is possible now."""
        if self.stage is not Stage.FAILED or self.knockout.count == 1:
            return False
        one, other = self.pair
        self._passed.add(len(self.knockout.winners))
        self._pass(1 if one.problem and not other.problem else 0)
        return True

    def _pass(self, side: int) -> None:
        """Continue with the next pair, if there is one."""
        self.knockout = self.knockout.won(self.pair[side].entry.ref)
        if self.knockout.pair is None:
            self._player.pause()
            self._audible = side
            self.stage = Stage.DECIDED
            self._on_change()
        else:
            self._open_pair()

    async def undo(self) -> str:
        """Undo the last change; if it was a verdict of this comparison, go back to its pair. Returns what was undone;
        empty if there was nothing. Raises SunotuiError."""
        change = await self._annotations.undo()
        if change is None:
            return ""
        judged = self.knockout
        while len(judged.winners) - 1 in self._passed:
            judged = judged.undone()
        if judged.winners and not await self._has_last_preference(judged):
            self.knockout = judged.undone()
            self._passed = {number for number in self._passed if number < len(self.knockout.winners)}
            self._open_pair()
        return change.undone

    async def _has_last_preference(self, judged: Knockout) -> bool:
        """Whether the last preference of this comparison is in the library."""
        before = judged.undone()
        winner = judged.winners[-1]
        loser = next(ref for ref in before.pair or () if ref != winner)
        found = await self._annotations.preferences([winner.clip_id])
        return any(
            (preference.winner, preference.loser) == (winner, loser) and preference.compared_at >= self._started_at
            for preference in found
        )

    def _name(self, entry: QueueEntry, side: int) -> str:
        """The name of a take in a sentence, without revealing a hidden name."""
        if self.is_hidden:
            return "AB"[side]
        return f"{clean(entry.title, _TITLE_LIMIT)} take {entry.take}" if entry.title else f"Take {entry.take}"

    # --- listening ---------------------------------------------------------------------------------------------------

    def make_audible(self, side: int) -> None:
        """Hear a side, from the same sample on."""
        self._audible = side
        if self._is_loaded:
            self._player.flip(self._deck(side))
            self._played.add(self.pair[side].entry.ref)
        self._on_change()

    def toggle(self) -> None:
        """Pause or continue. The previous pair is not resumed while this one is fetched or cannot be played."""
        if self._is_loaded:
            self._player.toggle()

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back."""
        if self._is_loaded:
            self._player.seek_by(seconds)

    def seek_to(self, position_s: float) -> None:
        """Go to a position."""
        if self._is_loaded:
            self._player.seek_to(position_s)

    def set_volume(self, volume: int) -> None:
        """Set the volume, 0 to 100."""
        self._player.set_volume(volume)

    def toggle_blind(self) -> None:
        """Hide the names and shuffle the sides, or show the names."""
        if self.stage is Stage.DECIDED:
            return
        self.is_blind = not self.is_blind
        if self.is_blind:
            self._shuffle()
            # Which one is audible would reveal how the sides changed.
            self.make_audible(0)
        self._on_change()

    async def close(self) -> None:
        """End the player, and release the files."""
        self._is_closed = True
        self._unsubscribe()
        self._pair_number += 1
        await self._player.close()
        for take in self._takes.values():
            if take.opened is not None:
                take.opened.close()
                take.opened = None

    # --- fetching ----------------------------------------------------------------------------------------------------

    async def _prepare(self, take: ComparedTake) -> None:
        """Read and fetch a take, and measure how loud it is."""
        try:
            async with self._free:
                take.facts = await self._read(take.entry)
                # A song that was being generated gets its title and length at the end.
                clip = take.facts.clip
                title = clip.title or take.entry.title
                take.entry = take.entry._replace(title=title, length_s=clip.duration_s or take.entry.length_s)
                if not self._is_closed:
                    self._on_change()
                take.opened = await self._decks.fetch(take.entry)
        except SunotuiError as error:
            take.problem = error.what
            take.is_unfinished = take.facts is not None and not take.facts.detail.task.status.is_final
        finally:
            take.is_fetched.set()
        if self._is_closed:
            if take.opened is not None:
                take.opened.close()
            return
        self._on_change()
        try:
            if take.opened is not None and take.opened.media is not None:
                clip_id, path = take.entry.clip_id, take.opened.media.path
                take.loudness = await self._decks.loudness(self._player, clip_id, path)
        finally:
            take.is_measured.set()
        self._on_change()

    async def _read(self, entry: QueueEntry) -> TakeFacts:
        detail = await self._reader.detail(entry.task_id)
        clip = detail.task.take(entry.take) if detail is not None else None
        if detail is None or clip is None:
            raise NotFound("The library does not have this take any more")
        return TakeFacts(detail, clip, is_saved=entry.clip_id in await self._saved([entry.clip_id]))

    def _on_core_event(self, event: Event) -> None:
        if isinstance(event, TasksChanged) and self.stage is Stage.FAILED:
            waiting = [take for take in self.pair if take.is_unfinished and take.entry.task_id in event.ids]
            if waiting:
                self._ctx.background.start("look whether takes are done", self._try_when_done, waiting)

    async def _try_when_done(self, takes: Sequence[ComparedTake]) -> None:
        """Try again as soon as one of these takes is no longer generated."""
        for take in takes:
            detail = await self._reader.detail(take.entry.task_id)
            is_done = detail is None or detail.task.status.is_final
            if is_done and self.stage is Stage.FAILED and take in self.pair and not self._is_closed:
                self.try_again()
                return

    def _open_pair(self) -> None:
        self._pair_number += 1
        self._position_s = self._player.position_s
        self._player.pause()
        self._audible = 0
        self._is_swapped = False
        if self.is_blind:
            self._shuffle()
        self.stage = Stage.FETCHING
        self._on_change()
        self._ctx.background.start("open a pair of takes", self._load_pair, self._pair_number)

    async def _load_pair(self, number: int) -> None:
        pair = [self._takes[ref] for ref in self.knockout.pair or ()]
        for take in pair:
            await take.is_fetched.wait()
        if number != self._pair_number:
            return
        if any(take.problem for take in pair):
            self.stage = Stage.FAILED
            self._on_change()
            return
        try:
            async with asyncio.timeout(MEASURE_S):
                await self._wait_measured(pair)
        except TimeoutError:
            pass
        if number != self._pair_number:
            return
        gains = matched_gains([take.loudness for take in pair])
        audible = self._deck(self._audible)
        if self._position_s > min(filter(None, map(_length_s, pair)), default=math.inf) - _END_S:
            self._position_s = 0.0
        self.stage = Stage.LISTENING
        self._loaded_pair = number
        self._played.add(pair[audible].entry.ref)
        self._player.load(
            [
                DeckFile(take.opened.media.path, gain_db, is_muted=deck != audible)
                for deck, (take, gain_db) in enumerate(zip(pair, gains, strict=True))
                if take.opened is not None and take.opened.media is not None
            ],
            position_s=self._position_s,
        )
        self._on_change()
        await self._wait_measured(pair)
        for deck, gain_db in enumerate(matched_gains([take.loudness for take in pair])):
            if number == self._pair_number and gain_db != gains[deck]:
                self._player.set_gain(deck, gain_db)

    @staticmethod
    async def _wait_measured(pair: Sequence[ComparedTake]) -> None:
        for take in pair:
            await take.is_measured.wait()

    # --- parts -------------------------------------------------------------------------------------------------------

    @property
    def _is_loaded(self) -> bool:
        """Whether the player has the pair that is shown."""
        return self.stage in {Stage.LISTENING, Stage.DECIDED}

    def _deck(self, side: int) -> int:
        return 1 - side if self._is_swapped else side

    def _shuffle(self) -> None:
        self._is_swapped = self._ctx.rng.random() < 0.5

    def _show_status(self, status: DecksStatus) -> None:
        self.status = status
        if status.failed and self._loaded_pair == self._pair_number and not self.is_decided:
            one, other = self.pair
            for deck, problem in status.failed.items():
                (one if deck == self._deck(0) else other).problem = problem
            self._player.pause()
            self.stage = Stage.FAILED
        self._on_change()


def _length_s(take: ComparedTake) -> float:
    """The length of a take, 0 if it is not known."""
    return take.entry.length_s or 0.0

"""One triage: takes are played one after the other, and each waits for its verdict."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sunotui.core.context import Context
from sunotui.core.events import Event, TasksChanged
from sunotui.core.library.annotations import AnnotationService
from sunotui.core.library.task_detail import TaskDetail
from sunotui.core.library.task_reader import TaskReader
from sunotui.core.playback.lyrics_sync import LyricSheet, lyric_sheet
from sunotui.core.playback.player import MediaKey
from sunotui.core.playback.track import PlayableTake
from sunotui.core.playback.track_player import TrackPlayer
from sunotui.core.playback.tracks.current_track import TrackOwner
from sunotui.core.triage.changes import TriageChanges
from sunotui.core.triage.prefetcher import AHEAD, Prefetcher
from sunotui.core.triage.rules import ListeningMode, PlayedPart, chorus_start, parts_of
from sunotui.domain.annotations import TakeRef, TriageDecision, TriageVerdict
from sunotui.domain.errors import SunotuiError
from sunotui.domain.playback import PlaybackStatus, PlayState, QueueEntry
from sunotui.domain.tasks.clip import Clip
from sunotui.domain.text import clean

LATER_S = 24 * 3_600.0
"""How long a take is postponed, in seconds."""
MOST_ROUNDS = 3
"""How often a take is played while it waits for its verdict."""
MOST_FAILURES = 3
"""After this many takes in a row that cannot be fetched, no more takes are skipped."""
_TITLE_LIMIT = 60

_SENTENCES = {
    TriageVerdict.FAVOURITE: "{} is a favourite",
    TriageVerdict.RATE: "{} rated ★{}",
    TriageVerdict.KEEP: "{} kept",
    TriageVerdict.TRASH: "{} trashed",
    TriageVerdict.LATER: "{} put off until tomorrow",
}


@dataclass(slots=True, eq=False)
class TriageTake:
    """A take, with its known facts and the decision about it."""

    entry: QueueEntry
    decision: TriageDecision | None = None
    problem: str = ""
    """Why it was skipped, as a sentence without its full stop."""
    detail: TaskDetail | None = None
    """Its song; None until it was read."""
    sheet: LyricSheet | None = None
    chorus_s: float | None = None

    @property
    def clip(self) -> Clip | None:
        """The take as the library has it; None until it was read."""
        clips = self.detail.task.clips if self.detail is not None else ()
        return next((clip for clip in clips if clip.id == self.entry.clip_id), None)

    @property
    def waits(self) -> bool:
        """Whether it still waits for a verdict and, as far as is known, can be played."""
        return self.decision is None and not self.problem


class TriageSession(TrackOwner):
    """The takes, the current one, and the player. `close` ends the player. Verdicts are written before the next take
    starts, so that none is lost, however the program ends."""

    def __init__(
        self,
        ctx: Context,
        takes: Sequence[TriageTake],
        pending: Sequence[TriageDecision],
        *,
        annotations: AnnotationService,
        changes: TriageChanges,
        reader: TaskReader,
        make_tracks: Callable[[TrackOwner], TrackPlayer],
        save: Callable[[Sequence[TakeRef]], Awaitable[object]] | None,
        applies_at_once: bool,
    ) -> None:
        """`pending` are the verdicts of earlier triages that were not applied yet, also those on other takes. `save`
        saves takes as files; None if nothing is saved automatically. With `applies_at_once` each verdict is applied
        when it is given, otherwise by `apply`."""
        self.takes = list(takes)
        self._ctx = ctx
        self._pending = {one.take.clip_id: one for one in pending}
        self._annotations, self._changes, self._reader = annotations, changes, reader
        self._save = save
        self._applies_at_once = applies_at_once
        self._tracks = make_tracks(self)
        self._ahead = Prefetcher(ctx, self._tracks)
        self._status = PlaybackStatus()
        self._history: list[int] = []
        """The indexes of the takes that got a verdict, in this order."""
        self._lock = asyncio.Lock()
        self._part, self._rounds, self._failures = 0, 0, 0
        self._is_closed = False
        self.index = self._next_index(-1)
        self.listening_mode = ListeningMode.START
        self.on_change: Callable[[], None] = lambda: None
        """Called after each change."""
        self.on_problem: Callable[[str], None] = lambda sentence: None
        """Called with a sentence about a take that was skipped."""

    # --- what is shown -----------------------------------------------------------------------------------------------

    @property
    def status(self) -> PlaybackStatus:
        """What plays."""
        return self._status

    @property
    def current(self) -> TriageTake | None:
        """The take that waits for its verdict; None at the end."""
        return self.takes[self.index] if self.index < len(self.takes) else None

    @property
    def position_s(self) -> float:
        """The position in the current take, in seconds; estimated between two reports."""
        return self._tracks.position_s

    @property
    def pending(self) -> Sequence[TriageDecision]:
        """The verdicts that `apply` will apply."""
        return list(self._pending.values())

    @property
    def counts(self) -> Counter[TriageVerdict]:
        """How many takes got each verdict."""
        return Counter(take.decision.verdict for take in self.takes if take.decision is not None)

    @property
    def skipped(self) -> int:
        """How many takes could not be fetched."""
        return sum(bool(take.problem) for take in self.takes)

    @property
    def can_undo(self) -> bool:
        """Whether a verdict of this triage can be undone."""
        return bool(self._history)

    @property
    def parts(self) -> Sequence[PlayedPart]:
        """The parts of the current take that are played."""
        take = self.current
        return parts_of(self.listening_mode, take.entry.length_s, take.chorus_s) if take is not None else ()

    # --- verdicts ----------------------------------------------------------------------------------------------------

    async def decide(self, verdict: TriageVerdict, rating: int = 0) -> str:
        """Give the current take a verdict and play the next one; returns a sentence, empty at the end. `rating` is 1 to
        5 for RATE. Raises LibraryError; the take stays the current one then."""
        async with self._lock:
            take = self.current
            if take is None:
                return ""
            now = self._ctx.clock.now()
            decision = TriageDecision(take.entry.ref, verdict, rating, now)
            sentence = _SENTENCES[verdict].format(_name_of(take.entry), rating)
            if verdict is TriageVerdict.LATER:
                until = now + LATER_S
                await self._annotations.change(lambda: self._changes.put_off(take.entry.ref, until, sentence))
            elif self._applies_at_once:
                await self._annotations.change(lambda: self._changes.apply([decision], now, sentence))
                self._save_kept([decision])
            else:
                await self._annotations.change(lambda: self._changes.keep_for_later(decision, sentence))
                self._pending[take.entry.clip_id] = decision
            take.decision, take.problem = decision, ""
            self._history.append(self.index)
            self._go(self._next_index(self.index))
            return sentence

    async def undo(self) -> str:
        """Undo the last verdict of this triage, and go to its take; returns a sentence, empty if there is nothing to
        undo. Raises LibraryError."""
        async with self._lock:
            if not self._history:
                return ""
            await self._annotations.undo()
            index = self._history.pop()
            take = self.takes[index]
            take.decision = None
            self._pending.pop(take.entry.clip_id, None)
            self._go(index)
            return f"{_name_of(take.entry)} waits for a verdict again"

    async def apply(self) -> str:
        """Apply all pending verdicts as one change; returns a sentence, empty if nothing was pending. They can no
        longer be undone one by one. Raises LibraryError."""
        async with self._lock:
            decisions, now = list(self._pending.values()), self._ctx.clock.now()
            sentence = await self._annotations.change(lambda: self._changes.apply(decisions, now))
            self._pending.clear()
            self._history.clear()
            self.on_change()
            self._save_kept(decisions)
            return sentence

    def _save_kept(self, decisions: Sequence[TriageDecision]) -> None:
        kept = [one.take for one in decisions if one.verdict is TriageVerdict.KEEP]
        if kept and self._save is not None:
            self._ctx.background.start_brief("save kept takes", self._save_takes, self._save(kept))

    async def _save_takes(self, saving: Awaitable[object]) -> None:
        try:
            await saving
        except SunotuiError as error:
            self.on_problem(f"What you kept could not be saved: {error.what}")

    # --- playing -----------------------------------------------------------------------------------------------------

    def start(self, mode: ListeningMode) -> None:
        """Play the first take that has no verdict."""
        self.listening_mode = mode
        self._go(self.index)

    def set_listening_mode(self, mode: ListeningMode) -> None:
        """Play another part of this take, and of those to come."""
        self.listening_mode = mode
        self._part = self._rounds = 0
        if self.parts:
            self.seek_to(self.parts[0].start_s)
            self._resume()
        self.on_change()

    def toggle(self) -> None:
        """Pause, or resume."""
        if self._status.state.is_active:
            self._tracks.pause()
        elif self._tracks.track is not None:
            self._rounds = 0
            self._resume()
        elif self.current is not None:
            self._go(self.index)

    def seek_to(self, position_s: float) -> None:
        """Go to a position in the take. Within a sample, a sample of the same length starts at the new position."""
        self._tracks.seek(position_s)

    def seek_by(self, seconds: float) -> None:
        """Go forward or, if negative, back; samples end there, and the take plays to its end."""
        self._part = len(self.parts)
        self._tracks.seek(self._tracks.position_s + seconds)

    def set_sound(self, volume: int, is_muted: bool) -> None:
        """Set the volume, 0 to 100."""
        self.show(volume=volume, is_muted=is_muted)
        self._tracks.send_sound()

    def try_again(self) -> None:
        """Try the takes again that could not be fetched."""
        for take in self.takes:
            take.problem = ""
        self._failures = 0
        self._go(self._next_index(-1))

    async def close(self) -> None:
        """End the player. Undecided takes stay unplayed."""
        self._is_closed = True
        self._ahead.close()
        await self._tracks.end()

    def _next_index(self, after: int) -> int:
        """The index of the next take that waits, wrapping around to those before this one; the number of takes if no
        take waits."""
        order = (*range(after + 1, len(self.takes)), *range(after))
        return next((at for at in order if self.takes[at].waits), len(self.takes))

    def _go(self, index: int) -> None:
        """Make a take the current one, and play it."""
        self.index = index
        self._part = self._rounds = 0
        take = self.current
        if take is None:
            self._tracks.put(None)
            self._ahead.close()
            self.show(entry=None, state=PlayState.STOPPED, position_s=0.0, length_s=None, problem="")
        else:
            self._tracks.put(None)
            self.show(
                entry=take.entry,
                state=PlayState.LOADING,
                position_s=0.0,
                length_s=take.entry.length_s,
                is_live=False,
                problem="",
            )
            self._ctx.background.start("begin a take of triage", self._begin, take)
        self.on_change()

    async def _begin(self, take: TriageTake) -> None:
        """Play a take as soon as the position of its chorus is known, and fetch the next ones."""
        await self._read(take)
        if take is not self.current or self._is_closed:
            return
        self._put(take, self.parts[0].start_s)
        self._resume()
        following = [self.takes[at] for at in self._following(AHEAD)]
        # A take that is already being fetched is kept until the player has opened it, so that it is not fetched again.
        current = [take.entry] if self._ahead.is_fetching(take.entry.ref) else []
        self._ahead.want([*current, *(one.entry for one in following)])
        self.on_change()
        for one in following:
            await self._read(one)

    def _put(self, take: TriageTake, position_s: float) -> None:
        track = self._ahead.take(take.entry.ref) or PlayableTake(take.entry)
        track.position_s = position_s
        self._tracks.put(track)
        self.show(position_s=position_s)

    def _resume(self) -> None:
        if self._tracks.track is not None:
            self._tracks.resume()

    def _following(self, most: int) -> list[int]:
        waiting = [at for at in range(self.index + 1, len(self.takes)) if self.takes[at].waits]
        return waiting[:most]

    async def _read(self, take: TriageTake) -> None:
        """Read what the library knows of a take. What cannot be read is not shown; playing reports the problem."""
        if take.sheet is not None:
            return
        try:
            take.detail = await self._reader.detail(take.entry.task_id)
        except SunotuiError:
            return
        clip, detail = take.clip, take.detail
        if clip is None or detail is None:
            return
        # Matching words of lyrics that were changed after they were timed may take a while.
        sheet = await asyncio.to_thread(lyric_sheet, clip.lyrics, detail.timings.get(clip.id))
        take.chorus_s = chorus_start((line.text, line.start_s) for line in sheet.lines)
        take.sheet = sheet

    # --- what the track reports --------------------------------------------------------------------------------------

    def show(self, **changes: Any) -> None:
        """Change fields of the status."""
        status = replace(self._status, **changes)
        if status != self._status:
            self._status = status
            self.on_change()

    def following(self) -> QueueEntry | None:
        """Nothing follows automatically: a verdict for the previous take would be given to the next one."""
        return None

    def on_position(self) -> None:
        """Check whether a sample has ended."""
        self._failures = 0
        parts = self.parts
        if self._part < len(parts):
            end_s = parts[self._part].end_s
            if end_s is not None and self._status.position_s >= end_s:
                self._next_part()

    def _next_part(self) -> None:
        self._part += 1
        if self._part >= len(self.parts):
            self._part = 0
            self._rounds += 1
        if self._rounds >= MOST_ROUNDS:
            self._tracks.pause()
        self._tracks.seek(self.parts[self._part].start_s)

    def on_played(self, track: PlayableTake) -> None:
        """A take becomes played with its verdict: without one it appears in the next triage again."""

    def on_ended(self, follower: PlayableTake | None) -> None:
        """The take is played again, unless no one seems to listen."""
        take = self.current
        if take is None or self._is_closed:
            return
        self._part = 0
        self._rounds += 1
        self._put(take, self.parts[0].start_s)
        if self._rounds < MOST_ROUNDS:
            self._resume()
        else:
            self.show(state=PlayState.PAUSED)

    def on_awaited(self, sentence: str) -> None:
        """The take has no audio yet."""
        self.on_failed(sentence)

    def on_failed(self, sentence: str) -> None:
        """The take cannot be fetched: skip it, unless several in a row could not be fetched."""
        take = self.current
        if take is None or self._is_closed:
            return
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self._tracks.put(None)
            self.show(state=PlayState.STOPPED, problem=sentence)
            return
        take.problem = sentence
        self.on_problem(f"{_name_of(take.entry)} was skipped: {sentence}")
        self._go(self._next_index(self.index))

    def on_media_key(self, key: MediaKey) -> None:
        """Handle a request of the desktop."""
        is_active = self._status.state.is_active
        if key.key == "toggle" or (key.key in {"pause", "stop"} and is_active) or (key.key == "play" and not is_active):
            self.toggle()

    def on_event(self, event: Event) -> None:
        """Read songs again that have changed in the library."""
        if isinstance(event, TasksChanged):
            ids = set(event.ids)
            for take in self.takes:
                if take.entry.task_id in ids and take.detail is not None:
                    self._ctx.background.start("read a take of triage", partial(self._read_again, take))

    async def _read_again(self, take: TriageTake) -> None:
        try:
            take.detail = await self._reader.detail(take.entry.task_id) or take.detail
        except SunotuiError:
            return
        self.on_change()


def _name_of(entry: QueueEntry) -> str:
    title = clean(entry.title, _TITLE_LIMIT) or "Untitled"
    return f"{title}, take {entry.take}"

"""Plays files together with mpv, where miniaudio cannot play them: one process each, kept in sync."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from sunotui.player.engines.engine import Done, Post, Source
from sunotui.player.engines.mpv.engine import MPV, MpvEngine
from sunotui.player.events import DeckFailed, Emit, End, Event, OutputChange, Position, Ready, State
from sunotui.player.sentences import NOT_LOADED, TOO_MANY_FOR_MPV

MOST = 4
"""How many files play together: each needs a process of 50 to 70 MB."""
STEP_S = 0.02
"""How far a deck may be from the audible one."""
_CHECK_S = 0.4
"""How long after the start, and after each correction, the positions are compared."""
_CHECKS = 6
"""How many comparisons follow a start; those with a late report do not count."""
_LATE_S = 0.01
"""The maximum delay of a position report: a later one, as on a busy machine, may be wrong by its delay and is
ignored."""


class MpvDecks:
    """A deck engine (see sunotui.player.engines.engine). All decks play, and those that are muted are not audible, so
    another one becomes audible without a gap."""

    name = MPV

    def __init__(
        self,
        emit: Emit,
        post: Post,
        *,
        program: str,
        is_null: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`program` is the path of mpv."""
        self._emit, self._post, self._program, self._is_null, self._clock = emit, post, program, is_null, clock
        self._engines: list[MpvEngine] = []
        self._sources: list[Source] = []
        self._ended: set[int] = set()
        """The decks that have ended, or have no sound."""
        self._failed: set[int] = set()
        self._moving: set[int] = set()
        """The decks that are not yet at the position where all begin."""
        self._wants_play = False
        self._volume, self._speed = 100.0, 1.0
        self._check_at: float | None = None
        self._checks_left = 0
        self._uncounted_at: float | None = None
        """When the last comparison with a late report began."""
        self._is_ready_reported = False

    # Requests

    def open(self) -> None:
        """Report Ready: the output opens with the first files."""
        self._emit(Ready(self.name, "auto"))

    def load(self, source: Source, *, plays: bool) -> None:
        """Load one file, as deck 0."""
        self.load_decks([source], plays=plays)

    def load_decks(self, sources: Sequence[Source], *, plays: bool) -> None:
        """Load each file in an mpv of its own; End reports it if there are too many."""
        self.stop()
        if len(sources) > MOST:
            self._emit(End(sources[0].gen, 0.0, 0.0, TOO_MANY_FOR_MPV, False))
            self._emit(State(sources[0].gen, False, sources[0].position_s))
            return
        while len(self._engines) < len(sources):
            self._add_engine(len(self._engines))
        self._sources = list(sources)
        self._ended.clear()
        self._failed.clear()
        self._wants_play = plays
        self._go_to(sources[0].position_s)
        self._report_state()

    def complete(self) -> None:
        """Do nothing: files that play together are complete."""

    def swap(self, path: str, done: Done) -> None:
        """Report a failure: files that play together are not replaced."""
        done(NOT_LOADED)

    def set_next(self, source: Source | None) -> None:
        """Do nothing: no file follows files that play together."""

    def play(self) -> None:
        """Play all decks, or resume them; files that have ended start again."""
        if not self._sources:
            return
        self._wants_play = True
        if not self._going():
            self._go_to(0.0)
        else:
            self._start()
        self._report_state()

    def pause(self) -> None:
        """Pause all decks."""
        self._wants_play, self._check_at = False, None
        for engine in self._loaded():
            engine.pause()
        self._report_state()

    def stop(self) -> None:
        """Stop all decks, and forget their files."""
        self._sources, self._wants_play, self._check_at = [], False, None
        self._moving.clear()
        for engine in self._engines:
            engine.stop()

    def seek(self, position_s: float) -> None:
        """Go to a position in all decks."""
        if self._sources:
            self._go_to(position_s)
            self._report_state()

    def set_speed(self, speed: float) -> None:
        """Set the speed of all decks; the pitch stays."""
        self._speed = speed
        for engine in self._engines:
            engine.set_speed(speed)

    def set_volume(self, volume: float) -> None:
        """Set the volume of all decks, 0 to 100."""
        self._volume = volume
        for engine in self._engines:
            engine.set_volume(volume)

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB."""
        if deck < len(self._sources):
            self._sources[deck] = self._sources[deck]._replace(gain_db=gain_db)
            self._engines[deck].set_gain(0, gain_db)

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute a deck."""
        if deck < len(self._sources):
            self._sources[deck] = self._sources[deck]._replace(is_muted=is_muted)
            self._engines[deck].set_muted(is_muted)

    def flip(self, deck: int) -> None:
        """Unmute a deck, and then mute all others."""
        if deck < len(self._sources):
            for number in sorted(range(len(self._sources)), key=lambda number: number != deck):
                self.set_muted(number, number != deck)

    def position_s(self) -> float:
        """The position of the leading deck; 0 without files."""
        return self._lead().position_s() if self._sources else 0.0

    def is_playing(self) -> bool:
        """Whether the decks play, or will as soon as they can."""
        return self._wants_play

    def close(self) -> None:
        """Close all decks."""
        for engine in self._engines:
            engine.close()

    # Time

    def wait_s(self) -> float | None:
        """The seconds until a deck's `tick` or the next comparison of positions is due; None while nothing is."""
        due = [wait_s for engine in self._loaded() if (wait_s := engine.wait_s()) is not None]
        if self._check_at is not None:
            due.append(max(0.0, self._check_at - self._clock()))
        return min(due) if due else None

    def tick(self) -> None:
        """Let the decks report, and compare their positions when it is time."""
        for engine in self._loaded():
            engine.tick()
        if self._check_at is not None and self._clock() >= self._check_at:
            self._check_at = None
            self._lead().ask_position(partial(self._compare, self._clock()))

    # Synchronization

    def _go_to(self, position_s: float) -> None:
        """Pause all decks at a position; when all are there, they resume."""
        self._check_at = None
        self._ended = set(self._failed)
        self._moving = set(range(len(self._sources))) - self._ended
        for number in sorted(self._moving):
            engine = self._engines[number]
            engine.load(self._sources[number]._replace(position_s=position_s), plays=False)

    def _is_there(self, number: int) -> None:
        """A deck has reached the requested position."""
        if number in self._moving:
            self._moving.discard(number)
            if self._wants_play:
                self._start()

    def _start(self) -> None:
        if not self._moving:
            for number in self._going():
                self._engines[number].play()
            self._check_at, self._checks_left = self._clock() + _CHECK_S, _CHECKS

    def _compare(self, begun_at: float, lead_s: float) -> None:
        """Ask the other decks how far they are from the audible one."""
        asked_at, lead = self._clock(), self._lead()
        if asked_at - begun_at < _LATE_S:
            self._checks_left -= 1
            for number in self._going():
                if (engine := self._engines[number]) is not lead:
                    engine.ask_position(partial(self._correct, engine, lead_s, asked_at))
        self._plan_check()

    def _plan_check(self) -> None:
        if self._checks_left > 0 and self._wants_play and self._check_at is None:
            self._check_at = self._clock() + _CHECK_S

    def _correct(self, engine: MpvEngine, lead_s: float, asked_at: float, position_s: float) -> None:
        passed_s = self._clock() - asked_at
        if passed_s >= _LATE_S:
            if self._uncounted_at != asked_at:
                self._uncounted_at = asked_at
                self._checks_left += 1
                self._plan_check()
            return
        now_s = lead_s + passed_s * self._speed
        if abs(position_s - now_s) > STEP_S and self._wants_play and not self._moving:
            engine.seek(now_s)

    # What the processes report

    def _on_event(self, number: int, event: Event) -> None:
        if number >= len(self._sources):
            return
        if isinstance(event, End):
            self._file_ended(number, event)
        elif isinstance(event, Ready):
            if not self._is_ready_reported or not event.output:
                self._is_ready_reported = True
                self._emit(event)
        elif isinstance(event, OutputChange) and event.final:
            self.pause()
            self._emit(event)
        elif isinstance(event, Position | OutputChange) and self._engines[number] is self._lead():
            self._emit(event)

    def _file_ended(self, number: int, event: End) -> None:
        self._ended.add(number)
        if event.err:
            self._failed.add(number)
        is_over = not self._going()
        if event.err:
            self._emit(DeckFailed(event.gen, number, event.err))
        if is_over:
            is_silent = len(self._failed) == len(self._sources)
            self._emit(event if is_silent else event._replace(err="", damaged=False, missing=False))
        if is_over:
            self.pause()
        else:
            self._is_there(number)

    # Parts

    def _add_engine(self, number: int) -> None:
        engine = MpvEngine(
            partial(self._on_event, number),
            self._post,
            program=self._program,
            is_null=self._is_null,
            on_ready=partial(self._is_there, number),
        )
        engine.set_volume(self._volume)
        engine.set_speed(self._speed)
        self._engines.append(engine)

    def _going(self) -> list[int]:
        """The decks that keep playing, if an audible one does; all decks while all are muted."""
        going = [number for number in range(len(self._sources)) if number not in self._ended]
        audible = [number for number, source in enumerate(self._sources) if not source.is_muted]
        return going if not audible or any(number in going for number in audible) else []

    def _loaded(self) -> list[MpvEngine]:
        return self._engines[: len(self._sources)]

    def _lead(self) -> MpvEngine:
        """The deck whose position is reported: the first audible one and not at its end."""
        order = range(len(self._sources))
        lead = min(order, key=lambda number: (number in self._ended, self._sources[number].is_muted), default=0)
        return self._engines[lead]

    def _report_state(self) -> None:
        if self._sources:
            self._emit(State(self._sources[0].gen, self._wants_play, self.position_s()))

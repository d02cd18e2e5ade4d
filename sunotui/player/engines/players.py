"""Chooses the engine for each file: miniaudio if it can decode the file, otherwise mpv."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import partial

from sunotui.player import sentences
from sunotui.player.engines.engine import DeckEngine, Done, Engine, Post, Source
from sunotui.player.engines.mpv.decks import MpvDecks
from sunotui.player.engines.mpv.engine import MPV, MpvEngine
from sunotui.player.events import DeckFailed, Emit, End, Event, OutputChange, Position, Ready, Starved, State
from sunotui.player.files.file_type import NEEDS_MPV, file_type
from sunotui.player.optional import optional_module


class Players:
    """An engine (see sunotui.player.engines.engine) that gives each file to the engine that can play it."""

    name = "auto"

    def __init__(self, emit: Emit, post: Post) -> None:
        self._emit, self._post = emit, post
        self._is_null = False
        self._miniaudio: DeckEngine | None = None
        self._is_miniaudio_missing = False
        self._mpv: Engine | None = None
        self._mpv_decks: DeckEngine | None = None
        self._current: Engine | None = None
        self._decks: DeckEngine | None = None
        """The current engine, while files play together."""
        self._next: Source | None = None
        """The next file, if another engine plays it than the current one."""
        self._volume, self._speed = 100.0, 1.0

    def choose_output(self, *, is_null: bool) -> None:
        """Play into nothing, in real time; for engines that are not started yet."""
        self._is_null = is_null

    def open(self) -> None:
        """See Engine."""
        engine = self._usual() or self._with_mpv()
        if engine is None:
            self._emit(Ready("", "", sentences.NOTHING_PLAYS))
        else:
            self._current = self._current or engine
            engine.open()

    def load(self, source: Source, *, plays: bool) -> None:
        """See Engine."""
        engine = self._engine_for(source)
        self._change_to(engine)
        self._decks = None
        if engine is None:
            self._miss(source)
        else:
            engine.load(source, plays=plays)

    def load_decks(self, sources: Sequence[Source], *, plays: bool) -> None:
        """See DeckEngine. If one file needs mpv, mpv plays all."""
        needs_mpv = any(file_type(source.path) in NEEDS_MPV for source in sources)
        decks = (None if needs_mpv else self._usual()) or self._decks_with_mpv()
        self._change_to(decks)
        self._decks = decks
        if decks is None:
            self._miss(sources[0])
        else:
            decks.load_decks(sources, plays=plays)

    def _change_to(self, engine: Engine | None) -> None:
        self._next = None
        before, self._current = self._current, engine
        if before is not None and before is not engine:
            before.stop()

    def _miss(self, source: Source) -> None:
        """No engine can play a file."""
        self._emit(End(source.gen, 0.0, 0.0, self._missing(), False))
        self._emit(State(source.gen, False, source.position_s))

    def complete(self) -> None:
        """See Engine."""
        if self._current is not None:
            self._current.complete()

    def swap(self, path: str, done: Done) -> None:
        """See Engine."""
        if self._current is None:
            done(sentences.NOT_LOADED)
        else:
            self._current.swap(path, done)

    def set_next(self, source: Source | None) -> None:
        """See Engine."""
        self._next = None
        if self._current is None:
            return
        if source is not None and self._engine_for(source) is not self._current:
            self._next, source = source, None
        self._current.set_next(source)

    def play(self) -> None:
        """See Engine."""
        if self._current is not None:
            self._current.play()

    def pause(self) -> None:
        """See Engine."""
        if self._current is not None:
            self._current.pause()

    def stop(self) -> None:
        """See Engine."""
        self._next = None
        for engine in self._started():
            engine.stop()
        self._decks = None

    def seek(self, position_s: float) -> None:
        """See Engine."""
        if self._current is not None:
            self._current.seek(position_s)

    def set_speed(self, speed: float) -> None:
        """See Engine."""
        self._speed = speed
        for engine in self._started():
            engine.set_speed(speed)

    def set_volume(self, volume: float) -> None:
        """See Engine."""
        self._volume = volume
        for engine in self._started():
            engine.set_volume(volume)

    def set_gain(self, deck: int, gain_db: float) -> None:
        """See Engine."""
        if self._current is not None:
            self._current.set_gain(deck, gain_db)

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """See DeckEngine."""
        if self._decks is not None:
            self._decks.set_muted(deck, is_muted)

    def flip(self, deck: int) -> None:
        """See DeckEngine."""
        if self._decks is not None:
            self._decks.flip(deck)

    def position_s(self) -> float:
        """See Engine."""
        return self._current.position_s() if self._current is not None else 0.0

    def is_playing(self) -> bool:
        """See Engine."""
        return self._current is not None and self._current.is_playing()

    def wait_s(self) -> float | None:
        """See Engine."""
        due = [wait_s for engine in self._started() if (wait_s := engine.wait_s()) is not None]
        return min(due) if due else None

    def tick(self) -> None:
        """See Engine. Raises TimeoutError when the sound system hangs."""
        for engine in self._started():
            engine.tick()

    def close(self) -> None:
        """See Engine."""
        for engine in self._started():
            engine.close()

    def _started(self) -> list[Engine]:
        return [engine for engine in (self._miniaudio, self._mpv, self._mpv_decks) if engine is not None]

    def _engine_for(self, source: Source) -> Engine | None:
        return self._with_mpv() if file_type(source.path) in NEEDS_MPV else self._usual() or self._with_mpv()

    def _missing(self) -> str:
        return sentences.NOTHING_PLAYS if self._is_miniaudio_missing else sentences.NEEDS_MPV

    def _usual(self) -> DeckEngine | None:
        """The engine that needs no installed program; None on platforms without miniaudio."""
        if self._miniaudio is None and not self._is_miniaudio_missing:
            module = optional_module("engines.miniaudio_engine")
            if module is None:
                self._is_miniaudio_missing = True
                return None
            on_event = partial(self._on_event, "miniaudio")
            engine: DeckEngine = module.MiniaudioEngine(on_event, self._post, is_null=self._is_null)
            self._miniaudio = engine
            self._set_up(engine)
        return self._miniaudio

    def _decks_with_mpv(self) -> DeckEngine | None:
        if self._mpv_decks is None and (program := shutil.which(MPV)) is not None:
            on_event = partial(self._on_event, "decks")
            self._mpv_decks = MpvDecks(on_event, self._post, program=program, is_null=self._is_null)
            self._set_up(self._mpv_decks)
        return self._mpv_decks

    def _with_mpv(self) -> Engine | None:
        if self._mpv is None and (program := shutil.which(MPV)) is not None:
            self._mpv = MpvEngine(partial(self._on_event, MPV), self._post, program=program, is_null=self._is_null)
            self._set_up(self._mpv)
        return self._mpv

    def _set_up(self, engine: Engine) -> None:
        engine.set_volume(self._volume)
        engine.set_speed(self._speed)

    def _on_event(self, name: str, event: Event) -> None:
        """Forward an event of the current engine, and continue with a next file that another engine plays."""
        engines = {"miniaudio": self._miniaudio, MPV: self._mpv, "decks": self._mpv_decks}
        is_current = self._current is not None and self._current is engines[name]
        if not is_current and isinstance(event, State | Position | End | Starved | DeckFailed | OutputChange):
            return
        if isinstance(event, End) and not event.err and not event.next and (following := self._next) is not None:
            self._emit(event._replace(next=True))
            self.load(following, plays=True)
        else:
            self._emit(event)

"""The main loop of the player: requests of the app in, responses and events out."""

from __future__ import annotations

import math
import os
import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from sunotui.player.analysis.loudness import FileLoudness
from sunotui.player.analysis.measuring import Measurer
from sunotui.player.analysis.verification import Verified, Verifier
from sunotui.player.descriptors import Channel
from sunotui.player.desktop_bus.desktop import Desktop
from sunotui.player.engines.engine import DECKS, DeckEngine, Source
from sunotui.player.engines.players import Players
from sunotui.player.events import Event, Fatal, Position, message
from sunotui.player.wire import BadRequest, Request, Writer, parsed, read_lines

EXIT_GRACE_S = 2.0
"""How long the main thread may take to end after the app is gone."""
EXIT_HANGING = 3
"""The exit code when the sound system no longer responds."""
VERSION = 1
"""The version of the protocol."""
_SPEEDS = (0.5, 2.0)
_GAIN_DB = 24.0


class PlayerProcess:
    """Handles requests until the app closes its end, or sends quit."""

    def __init__(self, channel: Channel, *, is_null: bool) -> None:
        """`is_null` plays into nothing, even if the app requests an output."""
        self._channel, self._is_null = channel, is_null
        self._writer = Writer(channel.write)
        self._inbox: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._players = Players(self._report, self._inbox.put)
        self._players.choose_output(is_null=is_null)
        self._measurer = Measurer(self._inbox.put)
        self._verifier = Verifier(self._inbox.put)
        self._desktop = Desktop(self._emit, self._inbox.put)
        self._is_ending = False
        self._commands: Mapping[str, Callable[[Request], Mapping[str, Any] | None]] = {
            "hello": self._hello,
            "ping": lambda _: {},
            "load": self._load,
            "load_decks": self._load_decks,
            "complete": lambda _: self._engine.complete(),
            "swap": self._swap,
            "next": self._next,
            "play": lambda _: self._engine.play(),
            "pause": lambda _: self._engine.pause(),
            "stop": self._stop,
            "seek": lambda request: self._engine.seek(request.number("pos", low=0.0)),
            "speed": self._speed,
            "volume": self._volume,
            "gain": self._gain,
            "mute": lambda request: self._engine.set_muted(self._deck(request), request.flag("on", True)),
            "flip": lambda request: self._engine.flip(self._deck(request)),
            "meta": self._meta,
            "measure": self._measure,
            "verify": self._verify,
            "quit": self._quit,
        }
        self._slow = {"swap", "measure", "verify"}

    @property
    def _engine(self) -> DeckEngine:
        return self._players

    def run(self) -> int:
        """Work until the end; returns the exit code."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        try:
            while not self._is_ending:
                wait_s = self._engine.wait_s()
                try:
                    work = self._inbox.get(timeout=wait_s)
                except queue.Empty:
                    work = None
                if work is not None:
                    work()
                self._engine.tick()
        except TimeoutError as error:
            with suppress(OSError):
                self._emit(Fatal(str(error)))
            return EXIT_HANGING
        except OSError:
            # The app no longer reads.
            pass
        self._engine.close()
        return 0

    def _read(self) -> None:
        """The reader's thread. It also ends the process if the main thread does not."""
        read_lines(
            self._channel.read,
            lambda line: self._inbox.put(partial(self._handle, line)),
            lambda: self._inbox.put(partial(self._respond, 0, "a line is too long")),
        )
        self._inbox.put(self._end)
        time.sleep(EXIT_GRACE_S)
        os._exit(0)

    def _end(self) -> None:
        self._is_ending = True

    def _report(self, event: Event) -> None:
        """Emit an event of the engine."""
        self._emit(event)
        self._desktop.observe(event)

    def _emit(self, event: Event) -> None:
        self._writer.write(message(event), may_drop=isinstance(event, Position))

    def _respond(self, number: int, error: str, **fields: Any) -> None:
        self._writer.write({"re": number, "ok": not error, **({"err": error} if error else {}), **fields})

    def _handle(self, line: bytes) -> None:
        number = 0
        try:
            request = parsed(line)
            number = request.id
            command = self._commands.get(request.command)
            if command is None:
                raise BadRequest("no such command")
            fields = command(request)
        except BadRequest as error:
            self._respond(number, str(error))
            return
        if request.command not in self._slow:
            self._respond(number, "", **(fields or {}))

    # Commands

    def _hello(self, request: Request) -> Mapping[str, Any]:
        output = request.text("output", "auto")
        if output not in ("auto", "null"):
            raise BadRequest('output: "auto" or "null" is needed')
        self._players.choose_output(is_null=self._is_null or output == "null")
        self._players.open()
        return {"version": VERSION}

    def _load(self, request: Request) -> None:
        self._engine.load(self._source(request), plays=request.flag("play", True))

    def _load_decks(self, request: Request) -> None:
        files = request.objects("files")
        if not 0 < len(files) <= DECKS:
            raise BadRequest(f"files: 1 to {DECKS} are needed")
        common = {name: request.fields[name] for name in ("gen", "pos") if name in request.fields}
        sources = [self._source(Request(request.id, request.command, {**file, **common})) for file in files]
        self._engine.load_decks(sources, plays=request.flag("play", True))

    def _swap(self, request: Request) -> None:
        self._engine.swap(request.path(), partial(self._respond, request.id))

    def _next(self, request: Request) -> None:
        self._engine.set_next(None if request.fields.get("path") is None else self._source(request))

    def _gain(self, request: Request) -> None:
        self._engine.set_gain(self._deck(request), request.number("gain", low=-_GAIN_DB, high=_GAIN_DB))

    def _stop(self, _: Request) -> None:
        self._engine.stop()
        self._desktop.stop()

    def _speed(self, request: Request) -> None:
        speed = request.number("x", low=_SPEEDS[0], high=_SPEEDS[1])
        self._engine.set_speed(speed)
        self._desktop.set_speed(speed)

    def _volume(self, request: Request) -> None:
        volume = request.number("value", low=0.0, high=100.0)
        self._engine.set_volume(volume)
        self._desktop.set_volume(volume)

    def _meta(self, request: Request) -> None:
        if request.fields.get("title") is None:
            self._desktop.clear()
            return
        cover = request.path("cover") if request.text("cover", "") else ""
        length_s = 0.0 if request.fields.get("length") is None else request.number("length", low=0.0)
        self._desktop.describe(request.text("title"), request.text("artist", ""), cover, length_s)

    def _measure(self, request: Request) -> None:
        self._measurer.measure(request.path(), partial(self._measured, request.id))

    def _measured(self, number: int, loudness: FileLoudness | None, error: str) -> None:
        values = {"lufs": loudness.lufs, "peak": loudness.peak_db} if loudness is not None else {}
        self._respond(number, error, **values)

    def _verify(self, request: Request) -> None:
        self._verifier.verify(request.path(), partial(self._verified, request.id))

    def _verified(self, number: int, found: Verified) -> None:
        seconds = round(found.seconds, 3)
        self._respond(number, "", seconds=seconds, complete=found.complete, problem=found.problem)

    def _quit(self, _: Request) -> None:
        self._is_ending = True

    @staticmethod
    def _deck(request: Request) -> int:
        deck = request.integer("deck", 0)
        if deck not in range(DECKS):
            raise BadRequest("deck: no such deck")
        return deck

    @staticmethod
    def _source(request: Request) -> Source:
        position_s = request.number("pos", 0.0, low=0.0)
        if math.isinf(position_s):
            raise BadRequest("pos: a finite number is needed")
        return Source(
            request.path(),
            request.integer("gen", 0),
            position_s,
            request.flag("growing"),
            request.number("gain", 0.0, low=-_GAIN_DB, high=_GAIN_DB),
            request.flag("muted"),
        )

"""The player in a process of its own: starts it, watches it, and turns its lines into events (docs/player.md)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sunotui.core.playback.helper_connection import HelperConnection, player_command
from sunotui.core.playback.player import (
    DeckFile,
    Loudness,
    MediaKey,
    PlayerDeckFailed,
    PlayerDied,
    PlayerEnded,
    PlayerEvent,
    PlayerListener,
    PlayerOutput,
    PlayerPosition,
    PlayerReady,
    PlayerStarved,
    PlayerState,
    PlayerSwapped,
    PlayerUnavailable,
)
from sunotui.core.system.helper_process import module_environment
from sunotui.domain.text import clean
from sunotui.named_tuple import NamedTuple

SILENT_S = 2.0
"""Seconds without a response after which a player is killed and restarted."""
START_LIMIT_S = 10.0
"""How long a player may take until its first response, in seconds: its libraries may be on a slow disk."""
RESTART_WITHIN_S = 10.0
"""A player that is lost twice within this many seconds is not restarted automatically."""
MEASURE_LIMIT_S = 60.0
_TICK_S = 0.5
_MESSAGE_LIMIT = 200
_DESCRIPTION_LIMIT = 200
"""The maximum length of a title or artist for the desktop, in characters."""


class _NextFile(NamedTuple):
    """A file that was set to follow the current one."""

    generation: int
    path: Path
    gain_db: float


@dataclass(slots=True)
class _Measuring:
    """A requested measurement."""

    result: asyncio.Future[Loudness]


@dataclass(slots=True)
class _Wire:
    """What is known about one running process."""

    connection: HelperConnection
    pending: set[int] = field(default_factory=set)
    """The ids of the requests without a response, other than measurements."""
    measuring: dict[int, _Measuring] = field(default_factory=dict)
    silent_ticks: int = 0
    has_responded: bool = False


class HelperPlayer:
    """A `Player` that talks to the player's process."""

    def __init__(
        self,
        listener: PlayerListener,
        environ: Mapping[str, str],
        *,
        output: str = "auto",
        start_connection: Callable[[Callable[[dict[str, object]], None], Callable[[str], None]], HelperConnection]
        | None = None,
    ) -> None:
        """`output` is "auto" or "null", which plays into nothing. `start_connection` replaces the process in tests."""
        self._listener = listener
        self._environ = environ
        self._output = output
        self._start_connection = start_connection or self._start_process
        self._wire: _Wire | None = None
        self._next_id = 0
        self._generation = 0
        """Of the current file; the events of others are dropped."""
        self._last_generation = 0
        self._next_file: _NextFile | None = None
        self._replaced: set[int] = set()
        """The generations of files that were set to follow, and then replaced."""
        self._following: _NextFile | None = None
        """The current file, if it followed another one without `load`."""
        self._position_request = 0
        """The request that changed the position last: positions reported before its response are old."""
        self._swap_request = 0
        """The request to continue in another file, until its response; 0 if there is no such request."""
        self._is_playing = False
        self._is_closed = False
        self._lost_at = -math.inf
        self._ticking: asyncio.TimerHandle | None = None

    # --- the process -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the player's process, if it does not run; reported by PlayerReady or PlayerDied."""
        if self._wire is None and not self._is_closed:
            self._connect()

    @property
    def pid(self) -> int | None:
        """The id of the process; None while it does not run."""
        return self._wire.connection.pid if self._wire is not None else None

    def _connect(self) -> bool:
        try:
            connection = self._start_connection(self._on_message, self._on_lost)
        except (OSError, ValueError):
            # Not before the caller has made its request.
            asyncio.get_running_loop().call_soon(self._listener, PlayerDied("The player could not be started"))
            return False
        self._wire = _Wire(connection)
        self._is_playing = False
        self._request("hello", output=self._output)
        return True

    def _start_process(
        self, on_message: Callable[[dict[str, object]], None], on_lost: Callable[[str], None]
    ) -> HelperConnection:
        return HelperConnection(player_command(), module_environment(self._environ), on_message, on_lost)

    def _on_lost(self, message: str) -> None:
        wire, self._wire = self._wire, None
        if wire is not None:
            _fail(wire, message)
        self._next_file = None
        self._swap_request = 0
        self._is_playing = False
        now = asyncio.get_running_loop().time()
        is_first, self._lost_at = now - self._lost_at > RESTART_WITHIN_S, now
        if not is_first:
            self._listener(PlayerDied(message))
        elif self._connect():
            self._listener(PlayerDied(message, is_restarted=True))

    async def close(self) -> None:
        """End the player's process."""
        self._is_closed = True
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        wire, self._wire = self._wire, None
        if wire is not None:
            _fail(wire, "The player was closed")
            wire.connection.send({"id": self._new_id(), "cmd": "quit"})
            await wire.connection.close()

    # --- requests ----------------------------------------------------------------------------------------------------

    def load(
        self,
        path: Path,
        *,
        position_s: float = 0.0,
        is_growing: bool = False,
        gain_db: float = 0.0,
        plays: bool = True,
    ) -> None:
        """Load a file instead of all others, whose events are no longer reported."""
        self._begin_generation(plays=plays)
        self._position_request = self._request(
            "load",
            path=str(path),
            gen=self._generation,
            pos=position_s,
            growing=is_growing,
            gain=gain_db,
            play=plays,
        )

    def load_decks(self, files: Sequence[DeckFile], *, position_s: float = 0.0, plays: bool = True) -> None:
        """Load complete files that play together, instead of all others."""
        self._begin_generation(plays=plays)
        self._position_request = self._request(
            "load_decks",
            files=[{"path": str(file.path), "gain": file.gain_db, "muted": file.is_muted} for file in files],
            gen=self._generation,
            pos=position_s,
            play=plays,
        )

    def _begin_generation(self, *, plays: bool) -> None:
        self._generation = self._new_generation()
        self._next_file = self._following = None
        self._swap_request = 0
        self._is_playing = plays

    def complete(self) -> None:
        """A growing file has its full length now."""
        self._request("complete")

    def swap(self, path: Path) -> None:
        """Continue in another file of the same sound, at the same position; answered by PlayerSwapped."""
        # Not among the pending requests: the response comes when the other file is decoded up to this position.
        if self._wire is not None:
            self._swap_request = self._new_id()
            self._wire.connection.send({"id": self._swap_request, "cmd": "swap", "path": str(path)})

    def set_next(self, path: Path | None, *, gain_db: float = 0.0) -> None:
        """Set the file that follows the current one without a gap; None if nothing follows."""
        if self._next_file is not None:
            self._replaced.add(self._next_file.generation)
        if path is None:
            self._next_file = None
            self._request("next", path=None)
        else:
            self._next_file = _NextFile(self._new_generation(), path, gain_db)
            self._request("next", path=str(path), gen=self._next_file.generation, gain=gain_db)

    def play(self) -> None:
        """Play, or resume."""
        self._is_playing = True
        self._request("play")

    def pause(self) -> None:
        """Pause; the output stays open, and costs nothing."""
        self._is_playing = False
        self._request("pause")

    def stop(self) -> None:
        """Stop and unload all files."""
        self._generation = self._new_generation()
        self._next_file = None
        self._swap_request = 0
        self._is_playing = False
        self._request("stop")

    def seek(self, position_s: float) -> None:
        """Go to a position; a position after the end ends the file."""
        self._position_request = self._request("seek", pos=position_s)

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2; the pitch stays."""
        self._request("speed", x=speed)

    def set_volume(self, volume: int) -> None:
        """Set the volume, 0 to 100."""
        self._request("volume", value=volume)

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB."""
        self._request("gain", deck=deck, gain=gain_db)

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute a deck."""
        self._request("mute", deck=deck, on=is_muted)

    def flip(self, deck: int) -> None:
        """Hear only this deck, from the same sample on."""
        self._request("flip", deck=deck)

    def describe(
        self, *, title: str, artist: str = "", cover: Path | None = None, length_s: float | None = None
    ) -> None:
        """Tell the desktop what plays. Long texts are truncated, since the player skips a long request."""
        self._request(
            "meta",
            title=clean(title, _DESCRIPTION_LIMIT),
            artist=clean(artist, _DESCRIPTION_LIMIT),
            cover=str(cover) if cover else "",
            length=length_s,
        )

    def clear_description(self) -> None:
        """Tell the desktop that there is nothing to play."""
        self._request("meta", title=None)

    async def measure(self, path: Path) -> Loudness:
        """Measure the loudness of a file; takes about a second. Raises PlayerUnavailable."""
        self.start()
        if self._wire is None:
            raise PlayerUnavailable("The player does not run")
        wire, number = self._wire, self._new_id()
        result: asyncio.Future[Loudness] = asyncio.get_running_loop().create_future()
        wire.measuring[number] = _Measuring(result)
        wire.connection.send({"id": number, "cmd": "measure", "path": str(path)})
        try:
            async with asyncio.timeout(MEASURE_LIMIT_S):
                return await result
        except TimeoutError:
            raise PlayerUnavailable("The loudness was not measured in time") from None
        finally:
            wire.measuring.pop(number, None)

    def _request(self, command: str, **fields: object) -> int:
        number = self._new_id()
        if self._wire is not None:
            self._wire.pending.add(number)
            # The process may be found to be lost while this is written.
            self._wire.connection.send({"id": number, "cmd": command, **fields})
            self._watch()
        return number

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _new_generation(self) -> int:
        self._last_generation += 1
        return self._last_generation

    # --- watching ----------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        """Watch the process while messages are due: responses or, while it plays, positions. Otherwise no timer
        runs."""
        if self._ticking is None and self._wire is not None and (self._wire.pending or self._is_playing):
            self._ticking = asyncio.get_running_loop().call_later(_TICK_S, self._tick)

    def _tick(self) -> None:
        self._ticking = None
        wire = self._wire
        if wire is None:
            return
        # Ticks are counted, not seconds: this program may have been stopped, with responses still unread.
        wire.silent_ticks += 1
        if wire.silent_ticks * _TICK_S >= (SILENT_S if wire.has_responded else START_LIMIT_S):
            if wire.pending:
                wire.connection.fail("The player did not respond")
            else:
                wire.silent_ticks = 0
                self._request("ping")
        self._watch()

    # --- messages ----------------------------------------------------------------------------------------------------

    def _on_message(self, message: dict[str, object]) -> None:
        wire = self._wire
        if wire is None:
            return
        wire.silent_ticks, wire.has_responded = 0, True
        if "re" in message:
            self._on_response(wire, message)
            return
        if message.get("ev") == "fatal":
            # It exits on its own; its sentence says more than the end of the pipe would.
            wire.connection.fail(_text(message, "message") or "The player ended unexpectedly")
            return
        event = self._event(message)
        if event is not None:
            self._listener(event)
        self._watch()

    def _on_response(self, wire: _Wire, message: dict[str, object]) -> None:
        number = message["re"]
        if type(number) is not int:
            return
        wire.pending.discard(number)
        if number >= self._position_request:
            self._position_request = 0
        if number == self._swap_request:
            self._swap_request = 0
            error = "" if message.get("ok") is True else _text(message, "err") or "The file cannot be played"
            self._listener(PlayerSwapped(error))
        measuring = wire.measuring.get(number)
        if measuring is not None and not measuring.result.done():
            if message.get("ok") is True:
                measuring.result.set_result(
                    Loudness(_number_or_none(message, "lufs"), _number_or_none(message, "peak"))
                )
            else:
                measuring.result.set_exception(PlayerUnavailable(_text(message, "err") or "It cannot be measured"))

    def _event(self, message: Mapping[str, object]) -> PlayerEvent | None:
        """The event of a message; None for one of another file or of an unknown kind."""
        kind = message.get("ev")
        if kind == "ready":
            return PlayerReady(_text(message, "backend"), _text(message, "output"), _text(message, "message"))
        if kind == "output":
            return PlayerOutput(message.get("lost") is True, _text(message, "message"), message.get("final") is True)
        if kind == "media":
            return MediaKey(_text(message, "key"), _number(message, "value"))
        generation = message.get("gen")
        if not isinstance(generation, int):
            return None
        if generation in self._replaced and self._following is not None:
            # The previous file had already ended when another one was set to follow.
            self._replaced.clear()
            following = self._following
            self.load(following.path, gain_db=following.gain_db, plays=self._is_playing)
            return None
        return self._file_event(kind, message) if generation == self._generation else None

    def _file_event(self, kind: object, message: Mapping[str, object]) -> PlayerEvent | None:
        if kind == "state":
            position_s = None if self._position_request else max(0.0, _number(message, "pos"))
            return PlayerState(message.get("playing") is True, position_s)
        if kind == "pos":
            if self._position_request:
                return None
            return PlayerPosition(max(0.0, _number(message, "pos")), max(0.0, _number(message, "heard")))
        if kind == "starved":
            return PlayerStarved(message.get("on") is True)
        if kind == "deck":
            return PlayerDeckFailed(int(_number(message, "deck")), _text(message, "err"))
        if kind == "end":
            return self._ended(message)
        return None

    def _ended(self, message: Mapping[str, object]) -> PlayerEnded:
        has_next = message.get("next") is True
        following, self._next_file = self._next_file, None
        if has_next and following is not None:
            self._generation, self._following = following.generation, following
        elif has_next:
            # The next file was withdrawn, but too late.
            self.stop()
        else:
            self._is_playing = False
        return PlayerEnded(
            decoded_s=max(0.0, _number(message, "decoded")),
            played_s=max(0.0, _number(message, "heard")),
            error=_text(message, "err"),
            has_next=has_next and following is not None,
            is_damaged=message.get("damaged") is True,
            is_missing=message.get("missing") is True,
        )


def _fail(wire: _Wire, message: str) -> None:
    for measuring in wire.measuring.values():
        if not measuring.result.done():
            measuring.result.set_exception(PlayerUnavailable(message))


def _number_or_none(message: Mapping[str, object], name: str) -> float | None:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _number(message: Mapping[str, object], name: str) -> float:
    return _number_or_none(message, name) or 0.0


def _text(message: Mapping[str, object], name: str) -> str:
    value = message.get(name)
    return clean(value)[:_MESSAGE_LIMIT] if isinstance(value, str) else ""

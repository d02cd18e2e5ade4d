"""Plays with mpv: files that miniaudio cannot decode, and everything on platforms without miniaudio."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from sunotui.named_tuple import NamedTuple
from sunotui.player.engines.engine import Done, Post, Source
from sunotui.player.engines.mpv.link import MpvFailed, MpvLink
from sunotui.player.engines.mpv.position import MpvPosition
from sunotui.player.events import Emit, End, OutputChange, Position, Ready, Starved, State
from sunotui.player.sentences import (
    BACK,
    LOST,
    MISSING,
    MPV_DIED,
    MPV_HANGS,
    MPV_NO_START,
    NO_OUTPUT,
    NOT_AUDIO,
    NOT_LOADED,
)

MPV = "mpv"
NULL = "Null"
"""The name of playing into nothing; miniaudio's engine has the same."""
POSITION_S = 1.0
"""The interval of position reports."""
RETRY_S = 2.0
"""The interval of attempts after the output was lost, or a growing file reached its end."""
RETRIES = 15
RESTART_WITHIN_S = 10.0
"""An mpv that ends twice within this many seconds is not restarted automatically."""
_STILL_REPORTS = 2
"""After this many reports of the same position, the output of a complete file counts as lost."""
_EARLY_S = 1.0
"""How long before the audible end mpv may report it."""


class _Swap(NamedTuple):
    """A request to continue in another file, which mpv is opening."""

    before: Source
    done: Done


class MpvEngine:
    """An engine (see sunotui.player.engines.engine) that lets an mpv process play one file at a time."""

    name = MPV

    def __init__(
        self,
        emit: Emit,
        post: Post,
        *,
        program: str,
        is_null: bool,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        """`program` is the path of mpv, which starts with the first file. `on_ready` is called when mpv has reached the
        requested position, at the start of a file and after a seek."""
        self._on_ready = on_ready
        self._emit, self._post, self._program, self._is_null = emit, post, program, is_null
        self._link: MpvLink | None = None
        self._source: Source | None = None
        self._next: Source | None = None
        self._wants_play = False
        self._volume = 100.0
        self._entry: int | None = None
        """The number that mpv gave to the file that was loaded last; events of earlier ones are dropped."""
        self._is_loaded = False
        """Whether mpv has a file, or will have it soon."""
        self._is_ended = False
        """Whether the file was played to its end, and nothing follows."""
        self._is_running = False
        """Whether the position moves."""
        self._is_stalled = False
        """Whether the position does not move although it should."""
        self._is_starved = False
        """Whether that was reported."""
        self._position = MpvPosition()
        self._duration = 0.0
        """The length that mpv reports for the file; 0 if it is not known."""
        self._has_output = False
        self._waits_for_more = False
        """A growing file was read to its current end."""
        self._swap: _Swap | None = None
        self._died_at = float("-inf")
        self._is_lost = False
        self._retries = 0
        self._retry_at: float | None = None
        self._next_position = 0.0

    # Requests

    def open(self) -> None:
        """Start mpv; Ready reports whether it started."""
        if self._started() is not None:
            self._emit(Ready(self.name, NULL if self._is_null else "auto"))
        else:
            self._emit(Ready(self.name, "", MPV_NO_START))

    def load(self, source: Source, *, plays: bool) -> None:
        """Let mpv load a file instead of all others."""
        self._end_swap(NOT_LOADED)
        self._source, self._next = source, None
        self._duration = 0.0
        self._position.begin_file()
        self._waits_for_more = self._is_stalled = self._is_starved = False
        self._wants_play = plays
        self._begin(source.position_s)
        self._report_state()

    def complete(self) -> None:
        """Record that the file has its full length, and continue if mpv had reached its end before."""
        if self._swap is not None:
            self._swap = self._swap._replace(before=self._swap.before._replace(is_growing=False))
        if (source := self._source) is not None and source.is_growing:
            self._source = source._replace(is_growing=False)
            if self._waits_for_more:
                self._begin(self.position_s())

    def swap(self, path: str, done: Done) -> None:
        """Load another file of the same sound at the current position."""
        if (source := self._source) is None:
            done(NOT_LOADED)
            return
        self._end_swap(NOT_LOADED)
        self._swap = _Swap(source, done)
        self._source = source._replace(path=path, is_growing=False)
        self._begin(self.position_s())

    def set_next(self, source: Source | None) -> None:
        """Append the file that follows to mpv's playlist, instead of the one before it."""
        if self._link is not None and self._is_loaded and self._next is not None:
            self._link.send(["playlist-clear"])
        self._next = source
        if source is not None and self._link is not None and self._is_loaded:
            self._link.send(_loadfile(source, "append", 0.0))

    def play(self) -> None:
        """Play or resume; a file that has ended starts again."""
        source = self._source
        if source is None:
            return
        self._settle()
        self._position.forget_report()
        self._wants_play = True
        if self._link is None or not self._is_loaded:
            self._begin(0.0 if self._is_ended else self._position.seconds)
        else:
            self._link.set("pause", False)
        self._report_state()

    def pause(self) -> None:
        """Pause, and give up a planned retry."""
        self._settle()
        self._wants_play, self._retry_at = False, None
        if self._link is not None:
            self._link.set("pause", True)
        self._report_state()

    def stop(self) -> None:
        """Stop mpv's playback, and forget all files."""
        self._end_swap(NOT_LOADED)
        self._source = self._next = self._entry = None
        self._wants_play = self._is_loaded = self._is_running = self._waits_for_more = False
        self._retry_at = None
        if self._link is not None:
            self._link.send(["stop"])

    def seek(self, position_s: float) -> None:
        """Go to a position; a file that mpv is still opening is opened there again."""
        self._position.move_to(position_s)
        self._position.forget_report()
        if self._link is not None and self._is_running:
            self._link.send(["seek", position_s, "absolute+exact"])
        elif self._is_loaded:
            # It is still opening the file, and would ignore a seek.
            self._begin(position_s)
        self._report_position()

    def set_speed(self, speed: float) -> None:
        """Set mpv's speed; the pitch stays."""
        self._settle()
        self._position.speed = speed
        if self._link is not None:
            self._link.set("speed", speed)

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 100; it is combined with the file's gain."""
        self._volume = volume
        self._set_gain()

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of the file in dB; only deck 0 exists."""
        if (source := self._source) is not None and deck == 0:
            self._source = source._replace(gain_db=gain_db)
            self._set_gain()

    def set_muted(self, is_muted: bool) -> None:
        """Keep playing, but muted."""
        if (source := self._source) is not None:
            self._source = source._replace(is_muted=is_muted)
            self._set_gain()

    def ask_position(self, callback: Callable[[float], None]) -> None:
        """Ask mpv for the position that it plays; `callback` is called in the main thread, if mpv plays then."""
        if self._link is not None and self._is_running:
            self._link.send(["get_property", "time-pos"], partial(_exact, callback))

    def position_s(self) -> float:
        """The position that is heard, estimated since mpv's last report."""
        return self._position.now_s(is_moving=self._is_moving)

    def is_playing(self) -> bool:
        """Whether it plays, or will as soon as mpv can."""
        return self._wants_play

    @property
    def is_loaded(self) -> bool:
        """Whether mpv has a file, or will have it soon; false after the end of the file."""
        return self._is_loaded

    def close(self) -> None:
        """End mpv."""
        if self._link is not None:
            self._link.close()
            self._link = None

    # Time

    def wait_s(self) -> float | None:
        """The seconds until the next retry or position report; None while neither is planned."""
        due = [self._retry_at] if self._retry_at is not None else []
        if self._is_loaded and self._wants_play:
            due.append(self._next_position)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def tick(self) -> None:
        """Load the file again if a retry is due, and ask mpv for its position."""
        now = time.monotonic()
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            self._begin(self._position.seconds)
        # Also before it plays: it may hang while it opens the output.
        if self._is_loaded and self._wants_play and now >= self._next_position and self._link is not None:
            self._next_position = now + POSITION_S
            self._link.check(self._on_position)

    # What mpv reports

    def _on_event(self, message: Mapping[str, Any]) -> None:
        match message["event"]:
            case "start-file":
                self._entry = message.get("playlist_entry_id")
            case "playback-restart":
                self._restarted()
            case "end-file" if message.get("playlist_entry_id") == self._entry:
                self._file_ended(str(message.get("reason")), str(message.get("file_error", "")))
            case "shutdown":
                self._died()

    def _restarted(self) -> None:
        """The file plays from its position, at the start and after a seek."""
        self._end_swap()
        self._is_running, self._next_position = True, 0.0
        self._position.restart_clock()
        if self._link is not None:
            self._link.send(["get_property", "current-ao"], self._on_output)
            self._link.send(["get_property", "duration"], self._on_duration)
        self._waits_for_more = False
        self._on_ready()

    def _on_output(self, name: Any, _: str) -> None:
        if isinstance(name, str) and name and (not self._has_output or self._is_lost):
            self._has_output = True
            self._emit(Ready(self.name, NULL if self._is_null else name))

    def _watch_output(self, *, is_moving: bool) -> None:
        """Detect a lost output, or one that is back, from whether the position of the file that plays moves."""
        source = self._source
        is_watched = source is not None and not source.is_growing and self._retry_at is None
        if is_moving and self._is_lost:
            self._is_lost, self._retries, self._retry_at = False, 0, None
            self._emit(OutputChange(False, BACK))
            self._report_state()
        elif is_watched and self._position.still_reports >= _STILL_REPORTS:
            self._output_lost()

    def _on_duration(self, duration: Any, _: str) -> None:
        self._duration = float(duration) if isinstance(duration, int | float) else 0.0

    def _on_position(self, position: Any, _: str) -> None:
        if not isinstance(position, int | float) or not self._is_running:
            return
        is_moving = self._position.report(float(position), is_playing=self._wants_play)
        if self._wants_play:
            self._set_stalled(not is_moving)
            self._watch_output(is_moving=is_moving)
        self._report_position()

    def _set_stalled(self, is_stalled: bool) -> None:
        """The position does not move, or moves again. For a growing file that is reported."""
        self._is_stalled = is_stalled
        source = self._source
        if source is not None and is_stalled != self._is_starved and (source.is_growing or not is_stalled):
            self._is_starved = is_stalled
            self._emit(Starved(source.gen, is_stalled))

    def _file_ended(self, reason: str, error: str) -> None:
        source = self._source
        self._settle()
        self._is_loaded, self._is_running, self._entry = False, False, None
        if source is None or reason not in ("eof", "error"):
            return
        if source.is_growing:
            self._wait_for_more()
        elif reason == "eof":
            self._end_swap()
            self._played(source)
        elif "audio output" in error:
            self._output_lost()
        else:
            self._cannot_play(source)

    def _cannot_play(self, source: Source) -> None:
        is_missing = not Path(source.path).exists()
        error = MISSING if is_missing else NOT_AUDIO
        if self._swap is not None:
            # Back to the file before, where it was.
            self._source = self._swap.before._replace(gain_db=source.gain_db, is_muted=source.is_muted)
            self._end_swap(error)
            self._begin(self._position.seconds)
            return
        self._next = None
        self._wants_play = False
        played_s = self._position.played_s
        decoded_s = self._position.seconds if played_s else 0.0
        self._emit(End(source.gen, decoded_s, played_s, error, False, damaged=not is_missing, missing=is_missing))
        self._report_state()

    def _end_swap(self, error: str = "") -> None:
        """Answer the request to continue in another file, if there is one."""
        swap, self._swap = self._swap, None
        if swap is not None:
            swap.done(error)

    def _played(self, source: Source) -> None:
        self._position.end(self._duration, _EARLY_S)
        following, self._next = self._next, None
        self._emit(End(source.gen, self._position.seconds, self._position.played_s, "", following is not None))
        self._is_ended = following is None
        self._position.forget_report()
        self._set_stalled(False)
        if following is None:
            self._wants_play = False
        else:
            self._source = following
            self._is_loaded = True
            self._duration = 0.0
            self._position.begin_file()
            self._position.move_to(0.0)
            self._set_gain()
        self._report_state()

    def _wait_for_more(self) -> None:
        self._waits_for_more = True
        self._set_stalled(True)
        self._retry_at = time.monotonic() + RETRY_S

    def _output_lost(self) -> None:
        """The output was lost; retry for a while, if there was one."""
        if not self._is_lost:
            self._is_lost = True
            self._emit(OutputChange(True, LOST if self._has_output else NO_OUTPUT))
            self._report_state()
        self._retries += 1
        if self._has_output and self._wants_play and self._retries <= RETRIES:
            self._retry_at = time.monotonic() + RETRY_S
        else:
            self._wants_play = self._is_lost = False

    def _died(self) -> None:
        """Start mpv again at the position; if it has ended twice within a short time, pause."""
        is_hanging = self._link is not None and self._link.is_hanging
        if not is_hanging:
            # The position that was heard by then, according to the clock.
            self._settle()
        self._link, self._entry, self._is_loaded, self._is_running = None, None, False, False
        if not self._wants_play:
            return
        now = time.monotonic()
        is_first, self._died_at = now - self._died_at > RESTART_WITHIN_S, now
        if not is_first:
            message = LOST if self._is_lost else MPV_HANGS if is_hanging else MPV_DIED
            self._wants_play = self._is_lost = False
            self._emit(OutputChange(True, message, final=True))
            self._report_state()
        elif self._is_lost:
            self._retry_at = now + RETRY_S
        else:
            self._begin(self._position.seconds)

    # Parts

    def _started(self) -> MpvLink | None:
        if self._link is None:
            try:
                self._link = MpvLink(self._program, self._post, self._on_event, is_null=self._is_null)
            except MpvFailed:
                return None
            self._link.set("speed", self._position.speed)
        return self._link

    def _begin(self, position_s: float) -> None:
        """Load the current file from a position on."""
        source, link = self._source, self._started()
        self._is_running, self._entry, self._retry_at = False, None, None
        self._position.begin(position_s, must_move=self._waits_for_more or self._is_lost)
        if source is None:
            return
        if link is None:
            self._wants_play = False
            self._emit(End(source.gen, 0.0, 0.0, MPV_NO_START, False))
            return
        link.set("pause", not self._wants_play)
        self._set_gain()
        self._is_loaded, self._is_ended = True, False
        link.send(_loadfile(source, "replace", position_s), partial(self._accepted, source.gen))
        if self._next is not None:
            link.send(_loadfile(self._next, "append", 0.0))

    def _accepted(self, gen: int, data: Any, _: str) -> None:
        source = self._source
        if source is not None and source.gen == gen and isinstance(data, dict):
            self._entry = data.get("playlist_entry_id")

    def _set_gain(self) -> None:
        source = self._source
        gain_db = source.gain_db if source is not None else 0.0
        if self._link is not None:
            # The scale is cubic: 60 dB for a factor of 10.
            self._link.set("volume", min(1000.0, self._volume * 10.0 ** (gain_db / 60.0)))
            self._link.set("mute", source is not None and source.is_muted)

    @property
    def _is_moving(self) -> bool:
        return self._is_running and self._wants_play and not self._is_stalled

    def _settle(self) -> None:
        self._position.settle(is_moving=self._is_moving)

    def _report_state(self) -> None:
        if (source := self._source) is not None:
            self._emit(State(source.gen, self._wants_play and not self._is_lost, self.position_s()))

    def _report_position(self) -> None:
        if (source := self._source) is not None:
            self._emit(Position(source.gen, self.position_s(), self._position.played_s))


def _exact(callback: Callable[[float], None], position: Any, _: str) -> None:
    if isinstance(position, int | float):
        callback(float(position))


def _loadfile(source: Source, flags: str, position_s: float) -> dict[str, Any]:
    """The command that loads a file; by names, since mpv 0.38 inserted a parameter."""
    url = f"appending://{source.path}" if source.is_growing else source.path
    return {"name": "loadfile", "url": url, "flags": flags, "options": f"start={position_s:.3f}"}

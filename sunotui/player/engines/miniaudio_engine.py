"""Plays with miniaudio: whole files in memory, up to 16 decks in one device, the next file without a gap."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from sunotui.player.engines.engine import Done, Post, Source
from sunotui.player.engines.mixer import Mixer, Sound
from sunotui.player.engines.output import PERIOD_MS, Output, OutputState
from sunotui.player.engines.track import Track
from sunotui.player.engines.track_group import TrackGroup, window_frames
from sunotui.player.events import DeckFailed, Emit, End, OutputChange, Position, Ready, Starved, State
from sunotui.player.files.decoding import RATE
from sunotui.player.sentences import BACK, HANGING, LOST, NO_OUTPUT, NOT_LOADED

_LATENCY_PERIODS = 1.5
"""How much of the sound given to the device is not heard yet, as measured."""
DECKS_PERIOD_MS = 20
"""The period of the device while decks play: another one is heard sooner."""
POSITION_S = 1.0
"""The interval of position reports."""
LOST_S = 1.2
"""Seconds without a request for sound after which a playing device is lost; longer than the interval of positions, in
which this is checked."""
RETRY_S = 2.0
"""The interval of attempts to open the output again."""
RETRIES = 15
_TAIL_PERIODS = 3
"""How long the device takes to play its buffer when a file ends."""
HANGING_S = 5.0
"""A device that does not respond for this many seconds never will."""


class MiniaudioEngine:
    """An engine (see sunotui.player.engines.engine) that decodes and mixes on its own."""

    name = "miniaudio"

    def __init__(self, emit: Emit, post: Post, *, is_null: bool) -> None:
        self._emit, self._post = emit, post
        self._mixer = Mixer(self)
        self._output = Output(self._mixer.render, self._on_output, is_null=is_null)
        self._swaps: dict[Track, Done] = {}
        self._wants_play = False
        self._is_started = False
        self._is_ready_reported = False
        self._is_lost = False
        self._had_output = False
        self._retries = 0
        self._retry_at: float | None = None
        self._next_position = 0.0
        self._stop_at: float | None = None

    # Requests

    def open(self) -> None:
        """Open the sound device, a new one if the last was lost; Ready reports it."""
        self._is_ready_reported = False
        self._output.open(again=self._is_lost)

    def load(self, source: Source, *, plays: bool) -> None:
        """Decode a file instead of all others."""
        self._use_period(PERIOD_MS)
        self._play(Track(source, self._on_decoded), plays=plays)

    def load_decks(self, sources: Sequence[Source], *, plays: bool) -> None:
        """Decode files that play together; the first one sets where they begin."""
        self._use_period(DECKS_PERIOD_MS)
        start_s, window = sources[0].position_s, window_frames(len(sources))
        self._play(
            TrackGroup(
                [
                    Track(source._replace(position_s=start_s), self._on_decoded, window_frames=window)
                    for source in sources
                ]
            ),
            plays=plays,
        )

    def complete(self) -> None:
        """Tell the decoder that the growing file has its full length."""
        if isinstance(track := self._mixer.current, Track):
            track.complete()

    def swap(self, path: str, done: Done) -> None:
        """Decode another file of the same sound, and continue in it when it is decoded up to the current position."""
        old = self._mixer.current
        if not isinstance(old, Track):
            done(NOT_LOADED)
            return
        source = old.source._replace(path=path, is_growing=False, position_s=0.0)
        self._swaps[Track(source, self._on_decoded)] = done

    def set_next(self, source: Source | None) -> None:
        """Decode the file that follows the current one without a gap."""
        self._drop_next()
        if source is not None:
            self._mixer.set_next(Track(source, self._on_decoded))

    def play(self) -> None:
        """Play or resume; a file that has ended starts again."""
        if self._mixer.current is None:
            return
        if self._mixer.is_ended:
            self._mixer.seek(0)
        self._set_playing(True)
        self._report_state()

    def pause(self) -> None:
        """Pause; the device stays open."""
        self._set_playing(False)
        self._report_state()

    def stop(self) -> None:
        """Stop, and forget all files."""
        self._set_playing(False)
        self._put(None)

    def seek(self, position_s: float) -> None:
        """Go to a position; one after the end ends the file."""
        self._mixer.seek(round(max(0.0, position_s) * RATE))
        self._report_position()

    def set_speed(self, speed: float) -> None:
        """Set the speed; the pitch stays."""
        self._mixer.set_speed(speed)

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 100, on a cubic scale."""
        self._mixer.set_volume(volume)

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB; a file that plays alone is deck 0."""
        track = self._mixer.current
        if isinstance(track, TrackGroup):
            if deck < len(track.tracks):
                track.set_gain(deck, gain_db)
        elif track is not None:
            track.source = track.source._replace(gain_db=gain_db)
            self._mixer.refresh_gain()

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute one of the files that play together."""
        if isinstance(group := self._mixer.current, TrackGroup) and deck < len(group.tracks):
            group.set_muted(deck, is_muted)
            self._mixer.continue_group()

    def flip(self, deck: int) -> None:
        """Hear only one of the files that play together, from the same sample on."""
        if isinstance(group := self._mixer.current, TrackGroup) and deck < len(group.tracks):
            group.flip(deck)
            self._mixer.continue_group()

    def position_s(self) -> float:
        """The position that is heard: what was mixed, less the sound in the device's buffers."""
        track = self._mixer.current
        if track is None:
            return 0.0
        latency_frames = RATE * self._output.period_ms * _LATENCY_PERIODS / 1000
        behind = latency_frames * self._mixer.speed if self._is_started else 0
        return max(float(track.floor), track.position - behind) / RATE

    def is_playing(self) -> bool:
        """Whether it plays, or will as soon as it can."""
        return self._wants_play

    def close(self) -> None:
        """Stop, and close the sound device."""
        self.stop()
        self._output.close()

    # Time

    def wait_s(self) -> float | None:
        """The seconds until the next stop, retry, report or check is due; None while nothing is."""
        due = [at for at in (self._stop_at, self._retry_at) if at is not None]
        if self._is_started:
            due.append(self._next_position)
        if (since := self._output.busy_since) is not None:
            due.append(since + HANGING_S)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def tick(self) -> None:
        """Stop, open the device again or report the position when due. Raises TimeoutError when the device hangs:
        only a new process can play then."""
        now = time.monotonic()
        if (since := self._output.busy_since) is not None and now - since > HANGING_S:
            raise TimeoutError(HANGING)
        if self._stop_at is not None and now >= self._stop_at:
            self._finish()
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            self._output.open()
        if self._is_started and now >= self._next_position:
            # Not now: if this process was stopped in the meantime, the device could not ask.
            if self._next_position - self._output.asked_at > LOST_S:
                self._output_lost(LOST)
                self._output.open(again=True)
            else:
                self._next_position = now + POSITION_S
                self._report_position()

    # What other threads report

    def track_ended(self, track: Sound, next_track: Track | None) -> None:
        """Report in the main thread that a track was played to its end."""
        self._post(partial(self._ended, track, next_track))

    def starved(self, track: Sound, is_starved: bool) -> None:
        """Report in the main thread that a track has no more sound yet, or has some again."""
        self._post(partial(self._emit, Starved(track.source.gen, is_starved)))

    def _on_decoded(self, track: Track) -> None:
        self._post(partial(self._decoded, track))

    def _on_output(self, state: OutputState) -> None:
        self._post(partial(self._output_changed, state))

    def _ended(self, track: Sound, next_track: Track | None) -> None:
        if track.is_silent and next_track is None:
            # Reported when it was decoded, with the reason.
            return
        # A long file whose next part could not be read ends there.
        error, is_missing = (track.error, track.is_missing) if isinstance(track, Track) else ("", False)
        played_s = track.played_frames / RATE
        self._emit(End(track.source.gen, track.decoded_s, played_s, error, next_track is not None, missing=is_missing))
        if next_track is not None:
            track.close()
            self._mixer.refresh_gain()
            self._report_state()
        elif self._mixer.current is track:
            self._stop_at = time.monotonic() + self._output.period_ms * _TAIL_PERIODS / 1000

    def _finish(self) -> None:
        """The device has played its buffer."""
        self._stop_at = None
        self._set_playing(False)
        self._report_state()

    def _decoded(self, track: Track) -> None:
        current = self._mixer.current
        if track in self._swaps:
            self._swap_in(track)
            return
        if isinstance(current, TrackGroup) and track in current.tracks and track.is_silent:
            self._emit(DeckFailed(track.source.gen, current.tracks.index(track), track.error))
        if current is not None and current.is_silent and track in _tracks(current):
            is_missing = track.is_missing
            self._emit(End(track.source.gen, 0.0, 0.0, track.error, False, damaged=not is_missing, missing=is_missing))
            self._set_playing(False)
            self._report_state()

    def _swap_in(self, track: Track) -> None:
        done, old = self._swaps.pop(track), self._mixer.current
        is_same = isinstance(old, Track) and old.source.gen == track.source.gen
        if track.is_silent or not isinstance(old, Track) or not is_same or not self._mixer.replace(old, track):
            track.close()
            done(track.error or NOT_LOADED)
            return
        old.close()
        done("")

    def _output_changed(self, state: OutputState) -> None:
        if state is OutputState.FAILED:
            self._output_lost(LOST if self._had_output else NO_OUTPUT)
            self._try_again()
            return
        if state is OutputState.STARTED:
            self._is_started, self._next_position = True, time.monotonic()
        elif state is OutputState.STOPPED:
            self._is_started = False
            self._mixer.rewind(self._output.unplayed_frames)
            self._report_state()
        self._had_output = True
        if self._is_lost:
            self._is_lost, self._retries, self._retry_at = False, 0, None
            self._emit(OutputChange(False, BACK))
            self._report_state()
        if not self._is_ready_reported:
            self._is_ready_reported = True
            self._emit(Ready(self.name, self._output.name))
        if state is OutputState.OPENED and self._wants_play:
            self._output.start()

    # Parts

    def _use_period(self, period_ms: int) -> None:
        if period_ms != self._output.period_ms:
            # The device is closed without a report.
            self._is_started = False
            self._output.use_period(period_ms)

    def _set_playing(self, plays: bool) -> None:
        self._wants_play = plays
        self._stop_at = None
        if plays:
            # A new attempt: if it fails, that is reported again.
            self._is_lost = False
            self._retries = 0
            self._next_position = time.monotonic()
            self._output.start()
        else:
            self._retry_at = None
            self._output.stop()

    def _output_lost(self, message: str) -> None:
        """The output was lost, or could not be opened."""
        self._is_started = False
        if not self._is_ready_reported:
            self._is_ready_reported = True
            self._emit(Ready(self.name, "", message))
        if self._wants_play and not self._is_lost:
            self._is_lost = True
            self._emit(OutputChange(True, message))
            self._report_state()

    def _try_again(self) -> None:
        """Open the output a little later, if there was one and something should be played."""
        self._retries += 1
        if self._had_output and self._wants_play and self._retries <= RETRIES:
            self._retry_at = time.monotonic() + RETRY_S
        else:
            self._wants_play = False

    def _report_state(self) -> None:
        if (track := self._mixer.current) is not None:
            self._emit(State(track.source.gen, self._wants_play and not self._is_lost, self.position_s()))

    def _report_position(self) -> None:
        if (track := self._mixer.current) is not None:
            self._emit(Position(track.source.gen, self.position_s(), track.played_frames / RATE))

    def _play(self, sound: Sound, *, plays: bool) -> None:
        self._put(sound)
        self._mixer.refresh_gain()
        self._set_playing(plays)
        self._report_state()

    def _put(self, sound: Sound | None) -> None:
        """Play this instead of what is loaded."""
        self._drop_next()
        old = self._mixer.current
        self._mixer.set_current(sound)
        if old is not None:
            old.close()

    def _drop_next(self) -> None:
        following = self._mixer.next
        self._mixer.set_next(None)
        if following is not None:
            following.close()


def _tracks(sound: Sound) -> tuple[Track, ...]:
    return sound.tracks if isinstance(sound, TrackGroup) else (sound,)

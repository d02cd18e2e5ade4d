"""What the sound device plays: the current track, then the next one, at a volume and speed."""

from __future__ import annotations

import threading
from typing import Protocol

from sunotui.player.engines.stretch import NEEDED_FRAMES, Stretch
from sunotui.player.engines.track import Track
from sunotui.player.engines.track_group import TrackGroup
from sunotui.player.engines.volume import factor, scaled
from sunotui.player.files.decoding import FRAME_BYTES, RATE

_STARVED_AFTER_FRAMES = RATE // 4
"""How long nothing can be played before it is reported."""
_FED_FRAMES = RATE // 2
"""How much sound must be there before a starved track resumes."""


Sound = Track | TrackGroup


class MixerListener(Protocol):
    """Receives what happened while sound was read. Called in the device's thread, so it must not block."""

    def track_ended(self, track: Sound, next_track: Track | None) -> None:
        """The current track was played to its end, and another one may have followed."""

    def starved(self, track: Sound, is_starved: bool) -> None:
        """The current track has no more sound yet, or has some again."""


class Mixer:
    """Reads the sound of tracks. `render` is called by the device's thread, everything else by the main thread."""

    def __init__(self, listener: MixerListener) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._current: Sound | None = None
        self._next: Track | None = None
        self._volume = 100.0
        self._factor = 1.0
        self._speed = 1.0
        self._stretch = Stretch()
        self._is_end_reported = False
        self._silent_frames = 0
        self._is_starved = False

    @property
    def current(self) -> Sound | None:
        """The track that is heard."""
        return self._current

    @property
    def next(self) -> Track | None:
        """The track that follows."""
        return self._next

    @property
    def speed(self) -> float:
        """The speed, 0.5 to 2."""
        return self._speed

    @property
    def is_ended(self) -> bool:
        """Whether the current track was played to its end."""
        return self._is_end_reported

    def set_current(self, track: Sound | None) -> None:
        """Continue with another track, at its position."""
        with self._lock:
            self._switch_to(track)

    def replace(self, old: Track, new: Track) -> bool:
        """Continue in another file of the same sound, at the current frame of the old one; returns false if that is not
        current."""
        with self._lock:
            if self._current is not old:
                return False
            new.position, new.floor, new.played_frames = old.position, old.floor, old.played_frames
            is_starved = self._is_starved
            self._switch_to(new)
            self._is_starved = is_starved
            return True

    def continue_group(self) -> None:
        """The audible decks of the current group have changed; they may have more sound."""
        with self._lock:
            self._is_end_reported = self._is_end_reported and self._current is not None and self._current.is_at_end

    def set_next(self, track: Track | None) -> None:
        """Set the track that follows without a gap."""
        with self._lock:
            self._next = track

    def seek(self, frame: int) -> None:
        """Go to a frame of the current track."""
        with self._lock:
            if self._current is not None:
                self._current.seek(frame)
                if self._is_starved:
                    # There may be sound here; if not, it is reported again.
                    self._listener.starved(self._current, False)
                self._restart()

    def rewind(self, frames: int) -> None:
        """Go back by the sound that the device received but did not play, at most to the last seek or the start."""
        with self._lock:
            track = self._current
            if track is None or self._is_end_reported or self._is_starved:
                return
            self._go_back(track, round(frames * self._speed) + self._stretch.left_frames(self._speed))
            track.floor = track.position
            self._restart()

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 100."""
        self._volume = volume
        self.refresh_gain()

    def refresh_gain(self) -> None:
        """Apply the gain of the current track."""
        gain_db = self._current.source.gain_db if self._current is not None else 0.0
        self._factor = factor(self._volume, gain_db)

    def set_speed(self, speed: float) -> None:
        """Set the speed, 0.5 to 2."""
        with self._lock:
            if self._current is not None:
                self._go_back(self._current, self._stretch.left_frames(self._speed))
            self._speed, self._stretch = speed, Stretch()

    def render(self, count: int) -> bytes:
        """The next `count` frames, filled up with silence."""
        made = b""
        with self._lock:
            while (missing := count - len(made) // FRAME_BYTES) > 0:
                part = self._take(missing)
                if not part:
                    break
                made += part
        return made + bytes(count * FRAME_BYTES - len(made))

    def _take(self, count: int) -> bytes:
        track = self._current
        if track is None or self._is_end_reported:
            return b""
        if self._is_starved and not self._is_fed(track):
            return b""
        data = self._read(track, count)
        if data:
            self._silent_frames = 0
            return scaled(data, self._factor)
        if track.is_at_end:
            return self._take(count) if self._switch_to_next(track) else b""
        self._silent_frames += count
        if self._silent_frames >= _STARVED_AFTER_FRAMES and not self._is_starved:
            self._is_starved = True
            self._listener.starved(track, True)
        return b""

    def _read(self, track: Sound, count: int) -> bytes:
        if self._speed == 1.0:
            return track.read(count)
        if not track.is_decoded and track.available_frames < NEEDED_FRAMES:
            return b""
        data, used = self._stretch.read(track.peek, track.position, count, self._speed)
        track.advance(min(used, track.available_frames))
        return data

    def _is_fed(self, track: Sound) -> bool:
        if not track.is_decoded and track.available_frames < _FED_FRAMES:
            return False
        self._is_starved, self._silent_frames = False, 0
        self._listener.starved(track, False)
        return True

    def _switch_to_next(self, ended: Sound) -> bool:
        """Switch to the next track, if that has sound; returns whether there is one."""
        following, self._next = self._next, None
        if following is not None and following.is_silent:
            following = None
        if following is None:
            self._is_end_reported = True
        else:
            self._switch_to(following)
        self._listener.track_ended(ended, following)
        return following is not None

    @staticmethod
    def _go_back(track: Sound, frames: int) -> None:
        track.advance(-min(frames, max(0, track.position - track.floor), track.played_frames))

    def _switch_to(self, track: Sound | None) -> None:
        self._current = track
        self._restart()
        if track is not None:
            self._factor = factor(self._volume, track.source.gain_db)

    def _restart(self) -> None:
        self._stretch = Stretch()
        self._is_end_reported = self._is_starved = False
        self._silent_frames = 0

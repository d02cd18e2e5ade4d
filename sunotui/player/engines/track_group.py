"""Several tracks that play together, at one position: the takes of a comparison, or the stems of a song."""

from __future__ import annotations

from collections.abc import Sequence

from sunotui.player.engines.track import WINDOW_FRAMES, Track
from sunotui.player.engines.volume import factor, faded, mixed, scaled
from sunotui.player.files.decoding import FRAME_BYTES, RATE

_FADE_FRAMES = RATE * 5 // 1000
"""How long a crossfade to another choice of decks takes: a jump between two sounds would click."""
_SEVERAL_FRAMES = 6 * 60 * RATE
"""How much of more than two tracks is kept in memory in total (64 MB). It may be less than a whole track; a seek back
in such a track takes 0.1 s."""
_LEAST_WINDOW_FRAMES = 30 * RATE


def window_frames(count: int) -> int:
    """How much of each of `count` tracks is kept in memory. Each of two may use as much as a single one."""
    return max((WINDOW_FRAMES if count <= 2 else _SEVERAL_FRAMES) // max(count, 1), _LEAST_WINDOW_FRAMES)


class TrackGroup:
    """Reads like one track (see sunotui.player.engines.track). Each track is a deck with a gain, and may be muted.

    `read` and `peek` are called by the device's thread, everything else by the main thread.
    """

    def __init__(self, tracks: Sequence[Track]) -> None:
        """The first track determines the generation and the position of all."""
        self.tracks = tuple(tracks)
        self.source = tracks[0].source._replace(gain_db=0.0)
        self.position = self.floor = tracks[0].position
        self.played_frames = 0
        self._audible: tuple[Track, ...] = ()
        self._choose()
        self._audible_before: tuple[Track, ...] = self._audible
        """The decks that were audible when sound was last read."""

    @property
    def available_frames(self) -> int:
        """How many frames can be read at the position: what every audible track has that is not at its end."""
        return min((track.available_frames for track in self._going()), default=0)

    @property
    def decoded_s(self) -> float:
        """How much sound the longest audible track has, in seconds."""
        return max(track.decoded_s for track in self._audible or self.tracks)

    @property
    def is_decoded(self) -> bool:
        """Whether all tracks are decoded to their ends, or have failed."""
        return all(track.is_decoded for track in self.tracks)

    @property
    def is_at_end(self) -> bool:
        """Whether all audible sound was read; while all decks are muted, everything."""
        return not self._going()

    @property
    def is_silent(self) -> bool:
        """Whether no track has any sound."""
        return all(track.is_silent for track in self.tracks)

    @property
    def error(self) -> str:
        """Why there is no sound, as a sentence without its full stop."""
        return next((track.error for track in self.tracks if track.error), "")

    def peek(self, frame: int, count: int) -> bytes:
        """Up to `count` frames from a frame on, without moving the position."""
        return _mix(self._audible or self.tracks, frame, count, is_silent=not self._audible)

    def read(self, count: int) -> bytes:
        """Up to `count` frames at the position, which advances."""
        audible, before = self._audible, self._audible_before
        count = min(count, self.available_frames)
        data = _mix(audible, self.position, count).ljust(count * FRAME_BYTES, b"\0")
        if audible is not before and data:
            self._audible_before = audible
            old, size = _mix(before, self.position, min(count, _FADE_FRAMES)), min(count, _FADE_FRAMES) * FRAME_BYTES
            data = faded(old, data[:size]) + data[size:]
        self.advance(count)
        return data

    def advance(self, frames: int) -> None:
        """Advance the position by what was played."""
        self.position += frames
        self.played_frames += frames
        for track in self.tracks:
            track.position = self.position

    def seek(self, frame: int) -> None:
        """Go to a frame, at most to the end of the longest track."""
        if self.is_decoded:
            frame = min(frame, max(round(track.decoded_s * RATE) for track in self.tracks))
        self.position = self.floor = max(0, frame)
        for track in self.tracks:
            track.seek(self.position)

    def set_gain(self, deck: int, gain_db: float) -> None:
        """Set the gain of a deck in dB."""
        track = self.tracks[deck]
        track.source = track.source._replace(gain_db=gain_db)

    def set_muted(self, deck: int, is_muted: bool) -> None:
        """Mute or unmute a deck."""
        track = self.tracks[deck]
        track.source = track.source._replace(is_muted=is_muted)
        self._choose()

    def flip(self, deck: int) -> None:
        """Hear only this deck, from the next sample on."""
        for number, track in enumerate(self.tracks):
            track.source = track.source._replace(is_muted=number != deck)
        self._choose()

    def close(self) -> None:
        """End the decoders and free the memory."""
        for track in self.tracks:
            track.close()

    def _choose(self) -> None:
        self._audible = tuple(track for track in self.tracks if not track.source.is_muted)

    def _going(self) -> list[Track]:
        return [track for track in self._audible or self.tracks if not track.is_at_end]


def _mix(tracks: Sequence[Track], frame: int, count: int, *, is_silent: bool = False) -> bytes:
    """The sound of some tracks together, each with its gain; silence of the same length with `is_silent`."""
    parts = [track.peek(frame, count) for track in tracks]
    if is_silent:
        return bytes(max(map(len, parts), default=0))
    return mixed([scaled(part, factor(100.0, track.source.gain_db)) for part, track in zip(parts, tracks, strict=True)])

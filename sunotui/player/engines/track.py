"""A file in memory: a thread decodes it, the sound device reads it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sunotui.player.engines.engine import Source
from sunotui.player.engines.sound_buffer import SoundBuffer
from sunotui.player.files.decoding import FRAME_BYTES, RATE, MissingFile, NotAudio, decoded, not_audio
from sunotui.player.files.growing_file import GrowingFile
from sunotui.player.sentences import NO_SOUND, UNREADABLE

WINDOW_FRAMES = 15 * 60 * RATE
"""How much of a file is kept in memory (159 MB); of a longer file, only the part around the position."""
_BEHIND_FRAMES = 60 * RATE
"""How much is kept before the position in a longer file, at most half of the total."""
_CHECK_S = 5.0
"""The interval in which the decoder of a longer file checks for free space."""
_LIVE_EDGE_FRAMES = RATE // 2
"""How far before the end of the decoded sound a seek in a growing file must stay."""


class Track:
    """One file. `read` and `peek` are called by the device's thread, everything else by the main thread."""

    def __init__(
        self, source: Source, on_decoded: Callable[[Track], None], *, window_frames: int | None = None
    ) -> None:
        """Begin to decode. `on_decoded` is called once in the decoder's thread: the file is decoded, or decoding
        failed. At most `window_frames` (WINDOW_FRAMES if None) of the file are kept in memory."""
        self.source = source
        self._window_frames = window_frames or WINDOW_FRAMES
        self.position = max(0, round(source.position_s * RATE))
        """The next frame to read."""
        self.floor = self.position
        """The frame of the last seek: what is reported as the position is never before it."""
        self.played_frames = 0
        """The frames that the device has read since the file was loaded."""
        self.error = ""
        """Why there is no sound from where it was decoded last, as a sentence without its full stop."""
        self.is_missing = False
        """Whether the error is that there is no file."""
        self._on_decoded = on_decoded
        self._sound = SoundBuffer()
        self._is_decoded = False
        self._is_closed = False
        self._restart_at: int | None = None
        self._growing: GrowingFile | None = None
        self._is_complete = not source.is_growing
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        threading.Thread(target=self._decode, name="decoder", daemon=True).start()

    @property
    def available_frames(self) -> int:
        """How many frames can be read at the position."""
        sound = self._sound
        return max(0, sound.end - self.position) if self.position >= sound.start else 0

    @property
    def decoded_s(self) -> float:
        """How much sound was decoded, from the start of the file, in seconds."""
        return self._end() / RATE

    @property
    def is_decoded(self) -> bool:
        """Whether the decoder is at the end of the file, or has failed."""
        return self._is_decoded and self._restart_at is None

    @property
    def is_at_end(self) -> bool:
        """Whether everything was read."""
        return self.is_decoded and self.available_frames == 0

    @property
    def is_silent(self) -> bool:
        """Whether the file is known to have no sound at all."""
        return self.is_decoded and self._end() == 0

    def peek(self, frame: int, count: int) -> bytes:
        """Up to `count` frames from a frame on, without moving the position."""
        with self._lock:
            return self._sound.read(frame, count)

    def read(self, count: int) -> bytes:
        """Up to `count` frames at the position, which advances."""
        data = self.peek(self.position, count)
        self.advance(len(data) // FRAME_BYTES)
        return data

    def advance(self, frames: int) -> None:
        """Advance the position by what was played."""
        self.position += frames
        self.played_frames += frames

    def seek(self, frame: int) -> None:
        """Go to a frame. In a growing file, at most to the end of the decoded sound, once there is any."""
        with self._changed:
            if not self._is_complete and self._end():
                frame = min(frame, max(self.position, self._end() - _LIVE_EDGE_FRAMES))
            if self._is_decoded:
                frame = min(frame, self._end())
            self.position = self.floor = max(0, frame)
            if self.position < self._sound.start:
                self._restart_at = self.position
            self._changed.notify()

    def complete(self) -> None:
        """The file has its full length now."""
        with self._changed:
            self._is_complete = True
            if self._growing is not None:
                self._growing.complete()

    def close(self) -> None:
        """End the decoder and free the memory."""
        with self._changed:
            self._is_closed = True
            if self._growing is not None:
                self._growing.cancel()
            self._changed.notify()

    def _end(self) -> int:
        return self._sound.end

    def _decode(self) -> None:
        start: int | None = 0
        while start is not None:
            try:
                self._decode_from(start)
                if not self._end():
                    self.error = NO_SOUND
            except (NotAudio, OSError, MemoryError) as error:
                if self._end() == start:
                    self._fail(error)
            start = self._wait_for_restart()
        self._sound = SoundBuffer()

    def _fail(self, error: Exception) -> None:
        """Keep why nothing could be decoded."""
        if isinstance(error, OSError):
            # From opening a file that still grows.
            error = not_audio(self.source.path)
        self.error = str(error) if isinstance(error, NotAudio) else UNREADABLE
        self.is_missing = isinstance(error, MissingFile)

    def _decode_from(self, start: int) -> None:
        with self._changed:
            self.error, self.is_missing = "", False
            self._sound, self._restart_at, self._is_decoded = SoundBuffer(start), None, False
            self._growing = None
            if not self._is_complete:
                self._growing = GrowingFile(self.source.path)
        try:
            with decoded(self.source.path, self._growing, start_frame=start) as pieces:
                for piece in pieces:
                    if not self._append(piece):
                        return
        finally:
            if self._growing is not None:
                self._growing.close()

    def _append(self, piece: bytes) -> bool:
        """Add a piece, once there is space; returns whether to continue."""
        with self._changed:
            while not self._is_closed and self._restart_at is None:
                if self._sound.end - self._sound.start < self._window_frames:
                    self._sound.add(piece)
                    return True
                if not self._sound.drop_before(self.position - min(_BEHIND_FRAMES, self._window_frames // 2)):
                    self._changed.wait(_CHECK_S)
        return False

    def _wait_for_restart(self) -> int | None:
        """Report the end of decoding; the frame to decode from again, or None to end."""
        with self._changed:
            if not self._is_closed and self._restart_at is None:
                self._is_decoded = True
                self._on_decoded(self)
            while not self._is_closed and self._restart_at is None:
                self._changed.wait()
            return None if self._is_closed else self._restart_at

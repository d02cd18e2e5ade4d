"""Changes the speed of sound but not its pitch, by waveform similarity overlap-add (WSOLA).

The sound is cut into pieces of 30 ms, which are taken closer together or farther apart. Each begins where it fits the
end of the previous piece best, at most 10 ms away from its position, and the two are crossfaded for 10 ms.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from operator import mul

from sunotui.player.files.decoding import CHANNELS, FRAME_BYTES, RATE

HOP = RATE * 30 // 1000
OVERLAP = RATE * 10 // 1000
_SEARCH = RATE * 10 // 1000
_STEP = 8
"""The step in frames between compared samples, and between tried positions."""
NEEDED_FRAMES = 2 * _SEARCH + 2 * HOP + OVERLAP
"""How many frames one piece may need, from the position on."""

Peek = Callable[[int, int], bytes]
"""Frames from a frame on; fewer at the end."""


class Stretch:
    """Reads sound at another speed. A seek needs a new one."""

    def __init__(self) -> None:
        self._tail = array("h")
        """The overlap that follows the last piece in the sound."""
        self._left = b""
        """Output that was made and not taken yet."""

    def left_frames(self, speed: float) -> int:
        """How many frames of the sound were consumed, but not taken yet."""
        return round(len(self._left) // FRAME_BYTES * speed)

    def read(self, peek: Peek, position: int, count: int, speed: float) -> tuple[bytes, int]:
        """`count` frames, fewer only at the end of the sound, and how many frames of the sound they consumed."""
        made, used = bytearray(self._left), 0
        while len(made) < count * FRAME_BYTES:
            piece, step = self._piece(peek, position + used, speed)
            if not piece:
                break
            made += piece
            used += step
        self._left = bytes(made[count * FRAME_BYTES :])
        return bytes(made[: count * FRAME_BYTES]), used

    def _piece(self, peek: Peek, position: int, speed: float) -> tuple[bytes, int]:
        step = round(HOP * speed)
        first = max(0, position - _SEARCH)
        sound = array("h")
        sound.frombytes(peek(first, position - first + _SEARCH + HOP + OVERLAP))
        if len(sound) < CHANNELS * (position - first + HOP + OVERLAP):
            # The last piece is shorter, and not stretched.
            end = self._joined(sound[(position - first) * CHANNELS :])
            self._tail = array("h")
            return end.tobytes(), len(end) // CHANNELS
        start = self._best(sound, position - first) if self._tail else position - first
        piece = self._joined(sound[start * CHANNELS : (start + HOP) * CHANNELS])
        self._tail = sound[(start + HOP) * CHANNELS : (start + HOP + OVERLAP) * CHANNELS]
        return piece.tobytes(), step

    def _joined(self, piece: array[int]) -> array[int]:
        """A piece that begins with a crossfade from the tail."""
        size = min(len(self._tail), len(piece))
        pairs = enumerate(zip(self._tail[:size], piece[:size], strict=True))
        return array("h", (old + (new - old) * at // size for at, (old, new) in pairs)) + piece[size:]

    def _best(self, sound: array[int], middle: int) -> int:
        """The frame near `middle` at which the sound is most like the tail."""
        stride = _STEP * CHANNELS
        tail = self._tail[::stride]
        left = sound[0::CHANNELS]
        last = len(left) - HOP - OVERLAP
        best, best_score = middle, 0.0
        for start in range(0, min(middle + _SEARCH, last) + 1, _STEP):
            part = left[start : start + OVERLAP : _STEP]
            energy = sum(map(mul, part, part))
            score = sum(map(mul, part, tail)) / (energy + 1.0) ** 0.5
            if score > best_score:
                best, best_score = start, score
        return best

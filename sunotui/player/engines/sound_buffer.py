"""The part of a file's sound that is kept in memory."""

from __future__ import annotations

from sunotui.player.files.decoding import FRAME_BYTES

_BLOCK_FRAMES = 1 << 16


class SoundBuffer:
    """Sound that is added at its end and dropped from its start. It is kept in blocks, so that dropped sound is freed
    at once: a single bytearray would keep up to twice its size. Not for several threads at the same time."""

    def __init__(self, start: int = 0) -> None:
        """`start` is its first frame."""
        self.start = self.end = start
        self._blocks: list[bytearray] = []

    def add(self, data: bytes) -> None:
        """Add whole frames."""
        size, at = _BLOCK_FRAMES * FRAME_BYTES, 0
        while at < len(data):
            if not self._blocks or len(self._blocks[-1]) == size:
                self._blocks.append(bytearray())
            block = self._blocks[-1]
            part = data[at : at + size - len(block)]
            block += part
            at += len(part)
        self.end += len(data) // FRAME_BYTES

    def drop_before(self, frame: int) -> bool:
        """Drop whole blocks before a frame; returns whether there were any."""
        count = min(max(0, frame - self.start) // _BLOCK_FRAMES, len(self._blocks) - 1)
        if count <= 0:
            return False
        del self._blocks[:count]
        self.start += count * _BLOCK_FRAMES
        return True

    def read(self, frame: int, count: int) -> bytes:
        """Up to `count` frames from a frame on; empty before its first one."""
        at, left = frame - self.start, count
        if at < 0:
            return b""
        parts = []
        while left > 0 and at < self.end - self.start:
            block = self._blocks[at // _BLOCK_FRAMES]
            start = at % _BLOCK_FRAMES * FRAME_BYTES
            part = bytes(memoryview(block)[start : start + left * FRAME_BYTES])
            parts.append(part)
            at += len(part) // FRAME_BYTES
            left -= len(part) // FRAME_BYTES
        return parts[0] if len(parts) == 1 else b"".join(parts)

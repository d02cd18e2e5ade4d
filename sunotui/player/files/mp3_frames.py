"""Follows the frames of an MP3 without decoding: how many seconds of sound some bytes hold (ISO/IEC 11172-3)."""

from __future__ import annotations

from functools import lru_cache

_HEADER_BYTES = 4
_ID3_BYTES = 10
_NO_FRAME = (0, 0.0)
_ALIKE = 8
"""After so many frames of one size in a row, the next ones are looked at together."""
_KBIT = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of layer III of MPEG 1, and of MPEG 2 and 2.5."""
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


class Mp3Frames:
    """Counts the frames in bytes that come in pieces."""

    def __init__(self) -> None:
        self.junk = 0
        """The number of bytes outside of frames, except for a tag at the start."""
        self._counts: dict[float, int] = {}
        """How many complete frames there are of each length in seconds."""
        self._rest = b""
        self._skip = 0
        self._is_first = True

    @property
    def seconds(self) -> float:
        """The sound in all frames that are complete, with the header of the next one."""
        return sum(length_s * count for length_s, count in self._counts.items())

    def feed(self, data: bytes) -> None:
        """Count the next bytes."""
        if self._skip >= len(data):
            self._skip -= len(data)
            return
        rest = self._rest = self._rest + data[self._skip :]
        self._skip = 0
        at = self._tag_bytes()
        last = len(rest) - _HEADER_BYTES
        size, seconds = frame(rest[at : at + _HEADER_BYTES]) if at <= last else _NO_FRAME
        alike = 0
        while at <= last:
            end = at + size
            if end > last:
                break
            following = frame(rest[end : end + _HEADER_BYTES]) if size else _NO_FRAME
            if following[0]:
                self._count(seconds, 1)
                at = end
                alike = alike + 1 if following[0] == size else 0
                if alike >= _ALIKE:
                    alike = 0
                    equal = _equal_frames(rest, at, size)
                    self._count(seconds, equal)
                    at += equal * size
            else:
                at = self._skipped(at)
                following = frame(rest[at : at + _HEADER_BYTES]) if at <= last else _NO_FRAME
            size, seconds = following
        self._skip = max(0, at - len(rest))
        self._rest = rest[at:]

    def end(self) -> None:
        """Count the rest, after the last bytes: a frame that no other frame follows is also complete."""
        size, seconds = frame(self._rest[:_HEADER_BYTES]) if len(self._rest) >= _HEADER_BYTES else (0, 0.0)
        if 0 < size <= len(self._rest):
            self._count(seconds, 1)
            self._rest = self._rest[size:]
        self.junk += len(self._rest)
        self._rest = b""

    def _count(self, seconds: float, count: int) -> None:
        self._counts[seconds] = self._counts.get(seconds, 0) + count

    def _skipped(self, at: int) -> int:
        """Skip to the next place where a header may begin."""
        found = self._rest.find(b"\xff", at + 1)
        to = found if found >= 0 else len(self._rest)
        self.junk += to - at
        return to

    def _tag_bytes(self) -> int:
        """The bytes of an ID3 tag at the start."""
        if not self._is_first or len(self._rest) < _ID3_BYTES:
            return 0
        self._is_first = False
        return tag_bytes(self._rest)


def _equal_frames(data: bytes, at: int, size: int) -> int:
    """How many frames with the header and the size of the one at `at` follow each other from there, each with the
    header of another one behind it. It takes the first three bytes of all headers at once: the fourth says nothing of
    the size."""
    same = len(data)
    for place in range(at, at + _HEADER_BYTES - 1):
        column = data[place : len(data) - _HEADER_BYTES + 1 + place - at : size]
        same = min(same, len(column) - len(column.lstrip(column[:1])))
    return same - 1


def tag_bytes(head: bytes) -> int:
    """The size in bytes of an ID3 tag at the start of a file, which stores it with 7 bits a byte; 0 without a tag."""
    if head[:3] != b"ID3" or len(head) < _ID3_BYTES:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return _ID3_BYTES + size


@lru_cache(maxsize=1_024)
def frame(header: bytes) -> tuple[int, float]:
    """The size of a frame in bytes and its length in seconds; (0, 0) if this is no header of layer III."""
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, hertz = header[2] >> 4, header[2] >> 2 & 3
    if header[0] != 0xFF or header[1] & 0xE0 != 0xE0 or version == 1 or layer != 1 or rate in (0, 15) or hertz == 3:
        return 0, 0.0
    samples = 1_152 if version == 3 else 576
    samples_a_second = _HERTZ[version][hertz]
    kbit = _KBIT[3 if version == 3 else 2][rate]
    return samples // 8 * kbit * 1_000 // samples_a_second + (header[2] >> 1 & 1), samples / samples_a_second

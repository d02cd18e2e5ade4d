"""Follows the frames of an MP3 without decoding: how many seconds of sound some bytes hold (ISO/IEC 11172-3)."""

from __future__ import annotations

from functools import lru_cache

_HEADER_BYTES = 4
_ID3_BYTES = 10
_KBIT = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates of layer III of MPEG 1, and of MPEG 2 and 2.5."""
_HERTZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


class Mp3Frames:
    """Counts the frames in bytes that come in pieces."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """The sound in all frames that are complete, with the header of the next one."""
        self.junk = 0
        """The number of bytes outside of frames, except for a tag at the start."""
        self._rest = b""
        self._skip = 0
        self._is_first = True

    def feed(self, data: bytes) -> None:
        """Count the next bytes."""
        if self._skip >= len(data):
            self._skip -= len(data)
            return
        self._rest += data[self._skip :]
        self._skip = 0
        at = self._tag_bytes()
        while at + _HEADER_BYTES <= len(self._rest):
            size, seconds = frame(self._rest[at : at + _HEADER_BYTES])
            if not size:
                at = self._skipped(at)
            elif at + size + _HEADER_BYTES > len(self._rest):
                break
            elif frame(self._rest[at + size : at + size + _HEADER_BYTES])[0]:
                self.seconds += seconds
                at += size
            else:
                at = self._skipped(at)
        self._skip = max(0, at - len(self._rest))
        self._rest = self._rest[at:]

    def end(self) -> None:
        """Count the rest, after the last bytes: a frame that no other frame follows is also complete."""
        size, seconds = frame(self._rest[:_HEADER_BYTES]) if len(self._rest) >= _HEADER_BYTES else (0, 0.0)
        if 0 < size <= len(self._rest):
            self.seconds += seconds
            self._rest = self._rest[size:]
        self.junk += len(self._rest)
        self._rest = b""

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

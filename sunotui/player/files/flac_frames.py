"""How long a FLAC is by its header, and where its last frame ends, without decoding (RFC 9639)."""

from __future__ import annotations

from typing import BinaryIO

from sunotui.named_tuple import NamedTuple
from sunotui.player.files.mp3_frames import tag_bytes

_HEADER_BYTES = 26
"""The mark, the head of the first block, and of its content what says the length."""
_LAST_BYTES = 1 << 18
"""Where the last frames are looked for: one has some 16 kB."""
_MOST_FRAME_HEADER = 16
_SYNCS = (b"\xff\xf8", b"\xff\xf9")


class FlacLength(NamedTuple):
    """The length that the header of a FLAC says."""

    rate: int
    samples: int
    """0 if it is not known."""
    block: int
    """Samples in each frame."""

    @property
    def seconds(self) -> float:
        """The length in seconds."""
        return self.samples / self.rate


def flac_length(file: BinaryIO) -> FlacLength | None:
    """What the header says; None for a file without one. An ID3 tag may be before it. Raises OSError."""
    file.seek(0)
    file.seek(tag_bytes(file.read(10)))
    head = file.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or head[:4] != b"fLaC":
        return None
    facts = int.from_bytes(head[18:26])
    rate = facts >> 44
    return FlacLength(rate, facts & (1 << 36) - 1, int.from_bytes(head[10:12])) if rate else None


def flac_end(file: BinaryIO, length: FlacLength) -> float | None:
    """Where the last frame ends, in seconds; None if none is found. Raises OSError."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LAST_BYTES))
    data = file.read(_LAST_BYTES)
    found = (_frame_end(data, at, length) for sync in _SYNCS for at in _places(data, sync))
    # Other bytes may look like a header, so the latest one counts that the file can have.
    ends = [end for end in found if end is not None and end <= length.samples + length.block]
    return min(max(ends), length.samples) / length.rate if ends else None


def _places(data: bytes, sync: bytes) -> list[int]:
    found, at = [], data.find(sync)
    while at >= 0:
        found.append(at)
        at = data.find(sync, at + 1)
    return found


def _frame_end(data: bytes, at: int, length: FlacLength) -> int | None:
    """The sample behind the frame whose header is at a place; None if no header is there."""
    header = data[at : at + _MOST_FRAME_HEADER]
    if len(header) < _MOST_FRAME_HEADER or header[2] < 0x10 or header[2] & 0x0F == 0x0F or header[3] & 1:
        return None
    # The number has the form of a character in UTF-8, with up to 36 bits.
    first = header[4]
    more = max(0, 8 - (first ^ 0xFF).bit_length() - 1)
    number = first & 0x7F >> more
    for byte in header[5 : 5 + more]:
        if byte & 0xC0 != 0x80:
            return None
        number = number << 6 | byte & 0x3F
    end = 5 + more
    code, rate_code = header[2] >> 4, header[2] & 0x0F
    if code == 1:
        block = 192
    elif code <= 5:
        block = 576 << code - 2
    elif code <= 7:
        block = int.from_bytes(header[end : end + code - 5]) + 1
        end += code - 5
    else:
        block = 256 << code - 8
    end += {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if end >= len(header) or _crc8(header[:end]) != header[end]:
        return None
    start = number if header[1] & 1 else number * length.block
    return start + block


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07) & 0xFF if crc & 0x80 else crc << 1
    return crc

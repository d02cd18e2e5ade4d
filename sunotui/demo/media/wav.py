"""WAV files of clips: a plain arpeggio of the clip's length, not its audio, which would have to be decoded from its
MP3."""

from __future__ import annotations

import array
import asyncio
import math
import struct
import sys
from collections.abc import AsyncIterator
from functools import lru_cache

RATE = 8_000
"""The sample rate in Hz: 16 bits, one channel, so a second is 16 kB."""
HEADER_BYTES = 44
_NOTES_HZ = (220.0, 277.2, 329.6, 440.0)
_LOUDNESS = 6_000


def size_of(duration_s: float) -> int:
    """The size of the whole file in bytes."""
    return HEADER_BYTES + 2 * _samples(duration_s)


async def stream(duration_s: float) -> AsyncIterator[bytes]:
    """Generate the file in chunks of one second."""
    left = 2 * _samples(duration_s)
    yield _header(left)
    while left > 0:
        yield _second()[:left]
        left -= len(_second())
        await asyncio.sleep(0)


def _samples(duration_s: float) -> int:
    return round(duration_s * RATE)


def _header(data_bytes: int) -> bytes:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + data_bytes, b"WAVE") + form + struct.pack("<4sI", b"data", data_bytes)


@lru_cache(maxsize=1)
def _second() -> bytes:
    length = RATE // len(_NOTES_HZ)
    made = array.array("h")
    for pitch_hz in _NOTES_HZ:
        for at in range(length):
            fade = 1 - at / length
            made.append(int(_LOUDNESS * fade * math.sin(2 * math.pi * pitch_hz * at / RATE)))
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()

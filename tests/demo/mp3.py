"""Reads MPEG audio by its frame headers, as a player does (ISO/IEC 11172-3 and 13818-3)."""

from __future__ import annotations

from dataclasses import dataclass

_RATES_KBIT = {1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
               2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)}  # fmt: skip
_SAMPLES_HZ = {1: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000)}


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame's header."""

    size: int
    seconds: float
    channels: int


def frames(audio: bytes) -> list[Frame]:
    """All frames of `audio`. Raises ValueError if a frame header is missing or the last frame is truncated."""
    found, at = [], 0
    while at < len(audio):
        frame = _frame(audio[at : at + 4])
        if at + frame.size > len(audio):
            raise ValueError(f"the frame at {at} is truncated")
        found.append(frame)
        at += frame.size
    return found


def seconds(audio: bytes) -> float:
    """The duration of the audio in seconds."""
    return sum(frame.seconds for frame in frames(audio))


def _frame(header: bytes) -> Frame:
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        raise ValueError(f"not a frame header: {header!r}")
    version = {0b11: 1, 0b10: 2}[header[1] >> 3 & 3]
    if header[1] >> 1 & 3 != 0b01:
        raise ValueError("not layer III")
    kbit, hertz = _RATES_KBIT[version][header[2] >> 4], _SAMPLES_HZ[version][header[2] >> 2 & 3]
    samples = 1_152 if version == 1 else 576
    size = samples // 8 * kbit * 1_000 // hertz + (header[2] >> 1 & 1)
    return Frame(size, samples / hertz, 1 if header[3] >> 6 == 0b11 else 2)

"""Volume and gain of 16-bit samples."""

from __future__ import annotations

from array import array
from functools import lru_cache

_LOWEST, _HIGHEST = -32_768, 32_767


def factor(volume: float, gain_db: float = 0.0) -> float:
    """The factor for a volume of 0 to 100, cubic as in mpv: equal steps sound equal; and for a gain in dB."""
    return float((max(0.0, volume) / 100.0) ** 3 * 10.0 ** (gain_db / 20.0))


def scaled(samples: bytes, by: float) -> bytes:
    """Samples times a factor, which is rounded to 1/10,000; those that would be too loud are clipped."""
    step = round(by * 10_000)
    if step == 10_000 or not samples:
        return samples
    if step == 0:
        return bytes(len(samples))
    values = array("h")
    values.frombytes(samples)
    return array("h", map(_table(step).__getitem__, values)).tobytes()


def prepare(by: float) -> None:
    """Compute here what `scaled` needs for a factor, so that the device's thread does not have to."""
    scaled(b"\0\0", by)


@lru_cache(maxsize=4)
def _table(step: int) -> list[int]:
    """The result for each sample; negative samples index it from its end."""
    by = step / 10_000
    order = (*range(_HIGHEST + 1), *range(_LOWEST, 0))
    return [max(_LOWEST, min(_HIGHEST, round(value * by))) for value in order]

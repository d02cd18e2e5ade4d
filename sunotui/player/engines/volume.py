"""Volume and gain of 16-bit samples."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
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


def mixed(parts: Sequence[bytes]) -> bytes:
    """The sum of samples, as long as the longest part; sums that would be too loud are clipped."""
    if len(parts) < 2:
        return parts[0] if parts else b""
    size = max(map(len, parts))
    columns = [memoryview(part.ljust(size, b"\0")).cast("h") for part in parts]
    total = list(map(sum, zip(*columns, strict=True)))
    if total and (max(total) > _HIGHEST or min(total) < _LOWEST):
        total = [max(_LOWEST, min(_HIGHEST, value)) for value in total]
    return array("h", total).tobytes()


def faded(old: bytes, new: bytes) -> bytes:
    """A linear change from one sound to another, as long as the new one; the old one counts as silent after its end."""
    before, after = memoryview(old.ljust(len(new), b"\0")).cast("h"), memoryview(new).cast("h")
    size = len(after) or 1
    pairs = enumerate(zip(before, after, strict=False))
    return array("h", (first + (second - first) * at // size for at, (first, second) in pairs)).tobytes()


def prepare(by: float) -> None:
    """Compute in advance what `scaled` needs for a factor, so that the device's thread does not have to."""
    scaled(b"\0\0", by)


@lru_cache(maxsize=24)
def _table(step: int) -> list[int]:
    """The result for each sample; negative samples index it from its end."""
    by = step / 10_000
    order = (*range(_HIGHEST + 1), *range(_LOWEST, 0))
    return [max(_LOWEST, min(_HIGHEST, round(value * by))) for value in order]

"""Volume, gain, sums and fades of 16-bit samples."""

from __future__ import annotations

import warnings
from array import array
from collections.abc import Sequence
from functools import reduce

with warnings.catch_warnings():
    # Part of Python up to 3.12, where it is deprecated; the package audioop-lts after that.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_WIDTH, _SUM_WIDTH = 2, 4
"""Bytes a sample, and bytes while many are added."""
_HEADROOM = 32
"""How many samples can be added before the sum is too large for its width."""


def factor(volume: float, gain_db: float = 0.0) -> float:
    """The factor for a volume of 0 to 100, cubic as in mpv: equal steps sound equal; and for a gain in dB."""
    return float((max(0.0, volume) / 100.0) ** 3 * 10.0 ** (gain_db / 20.0))


def scaled(samples: bytes, by: float) -> bytes:
    """Samples times a factor, rounded down; those that would be too loud are clipped."""
    if by == 1.0 or not samples:
        return samples
    return audioop.mul(samples, _WIDTH, by)


def mixed(parts: Sequence[bytes]) -> bytes:
    """The sum of up to 32 sounds, as long as the longest one; sums that would be too loud are clipped."""
    if len(parts) < 2:
        return parts[0] if parts else b""
    size = max(map(len, parts))
    padded = [part.ljust(size, b"\0") for part in parts]
    if len(padded) == 2:
        return audioop.add(padded[0], padded[1], _WIDTH)
    # Only the whole sum may be clipped: some of the parts may be louder together than all of them.
    wide = (audioop.mul(audioop.lin2lin(part, _WIDTH, _SUM_WIDTH), _SUM_WIDTH, 1 / _HEADROOM) for part in padded)
    total = reduce(lambda first, second: audioop.add(first, second, _SUM_WIDTH), wide)
    return audioop.lin2lin(audioop.mul(total, _SUM_WIDTH, _HEADROOM), _SUM_WIDTH, _WIDTH)


def faded(old: bytes, new: bytes) -> bytes:
    """A linear change from one sound to another, as long as the new one; the old one counts as silent after its end."""
    before, after = memoryview(old.ljust(len(new), b"\0")).cast("h"), memoryview(new).cast("h")
    size = len(after) or 1
    pairs = enumerate(zip(before, after, strict=False))
    return array("h", (first + (second - first) * at // size for at, (first, second) in pairs)).tobytes()

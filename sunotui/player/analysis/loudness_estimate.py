"""An estimate of EBU R 128 loudness in plain Python, about a second for a song.

The K-weighting of BS.1770 needs two filters over every sample, which would take a minute. So only 50 short windows are
filtered. Each gives the ratio of weighted to plain energy, and the plain energy of every block is multiplied by the
ratio of the nearest window. The gates are as in the standard.
"""

from __future__ import annotations

import math
import time
from array import array
from collections.abc import Iterator
from itertools import islice
from operator import mul

from sunotui.named_tuple import NamedTuple
from sunotui.player.analysis.loudness import SILENCE_LUFS, FileLoudness, of_values
from sunotui.player.files.decoding import CHANNELS, RATE, NotAudio, decoded

BLOCK_FRAMES = RATE // 10
"""100 ms: the step of the standard, whose windows of 400 ms overlap by three of them."""
_MOST_BLOCKS = 36_000
"""An hour. Only the first hour of a longer file is measured."""
_STRIDE = 3
"""Every third frame is enough for the energy of a block."""
WINDOWS = 50
_WINDOW_BLOCKS = 4
_WARM_UP_FRAMES = RATE // 20
_RELATIVE_GATE_DB = -10.0
_OFFSET_DB = -0.691
_OUT_OF_PHASE = 0.05
"""With a smaller share of the energy of a channel in their mean, channels cancel each other out."""
_PAUSE_S = 0.002
"""After each piece, so that the sound device gets its turn."""


class _Biquad(NamedTuple):
    """The coefficients of a second-order filter; a0 is 1."""

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float


_SHELF = _Biquad(1.5308412300503478, -2.6509799951547297, 1.1690790799215869, -1.6636551132560204, 0.7125954280732254)
_HIGH_PASS = _Biquad(1.0, -2.0, 1.0, -1.9891696736297957, 0.9891990357870394)
"""The filters of BS.1770 at 44,100 Hz."""


def estimated(path: str) -> FileLoudness:
    """The loudness of a file that miniaudio can decode. Raises NotAudio."""
    energies, windows, peak = _energies(path)
    if not peak:
        return FileLoudness(None, None)
    step = max(1.0, len(windows) / WINDOWS)
    chosen = [windows[int(number * step)] for number in range(min(WINDOWS, len(windows)))]
    ratios = [(block, _ratio(samples)) for block, samples in chosen]
    weighted = [energy * _nearest(ratios, block) for block, energy in enumerate(energies)]
    return of_values(_gated(weighted), 20.0 * math.log10(peak / 32_768))


def estimated_or_none(path: str) -> FileLoudness | None:
    """The loudness of a file; None if it cannot be decoded."""
    try:
        return estimated(path)
    except (NotAudio, OSError):
        return None


def _energies(path: str) -> tuple[list[float], list[tuple[int, array[int]]], int]:
    """The mean square of each block, both channels added; windows to filter, with their first block; the peak."""
    energies: list[float] = []
    windows: list[tuple[int, array[int]]] = []
    every, peak = 1, 0
    for block, samples in enumerate(islice(_blocks(path), _MOST_BLOCKS)):
        energies.append(_energy(samples[0 :: CHANNELS * _STRIDE]) + _energy(samples[1 :: CHANNELS * _STRIDE]))
        peak = max(peak, max(samples, default=0), -min(samples, default=0))
        place, offset = divmod(block, every * _WINDOW_BLOCKS)
        if offset == 0:
            windows.append((block, array("h")))
        if windows and windows[-1][0] <= block < windows[-1][0] + _WINDOW_BLOCKS:
            windows[-1][1].extend(samples)
        if len(windows) >= 2 * WINDOWS and place:
            windows, every = windows[::2], every * 2
    return energies, windows, peak


def _blocks(path: str) -> Iterator[array[int]]:
    size, rest = BLOCK_FRAMES * CHANNELS * 2, b""
    with decoded(path) as pieces:
        for piece in pieces:
            rest += piece
            while len(rest) >= size:
                block = array("h")
                block.frombytes(rest[:size])
                rest = rest[size:]
                yield block
            time.sleep(_PAUSE_S)
    if len(rest) >= size // 2:
        block = array("h")
        block.frombytes(rest)
        yield block


def _energy(samples: array[int]) -> float:
    return float(sum(map(mul, samples, samples)) / max(1, len(samples)) / 32_768**2)


def _ratio(samples: array[int]) -> float:
    """Weighted to plain energy of a window, of the mean of its channels."""
    left, right = samples[0::CHANNELS], samples[1::CHANNELS]
    values = [(one + two) / 65_536 for one, two in zip(left, right, strict=True)]
    if _power(values) < _OUT_OF_PHASE * _energy(left):
        values = [value / 32_768 for value in left]
    after = min(_WARM_UP_FRAMES, len(values) // 2)
    plain = _power(values[after:])
    time.sleep(_PAUSE_S)
    return _power(_filtered(_filtered(values, _SHELF), _HIGH_PASS)[after:]) / plain if plain > 1e-12 else 1.0


def _power(values: list[float]) -> float:
    return float(sum(map(mul, values, values)) / max(1, len(values)))


def _filtered(values: list[float], by: _Biquad) -> list[float]:
    b0, b1, b2, a1, a2 = by
    made: list[float] = []
    first = second = 0.0
    for value in values:
        out = b0 * value + first
        first = b1 * value - a1 * out + second
        second = b2 * value - a2 * out
        made.append(out)
    return made


def _nearest(ratios: list[tuple[int, float]], block: int) -> float:
    """The ratio of the window whose middle is nearest to a block."""
    return min(ratios, key=lambda item: abs(item[0] + _WINDOW_BLOCKS / 2 - block))[1]


def _gated(blocks: list[float]) -> float:
    """The integrated loudness of blocks of 100 ms in LUFS."""
    count = min(_WINDOW_BLOCKS, len(blocks))
    powers = [sum(blocks[at : at + count]) / count for at in range(len(blocks) - count + 1)]
    powers = [power for power in powers if _lufs(power) > SILENCE_LUFS]
    if not powers:
        return -math.inf
    gate = _lufs(sum(powers) / len(powers)) + _RELATIVE_GATE_DB
    powers = [power for power in powers if _lufs(power) > gate]
    return _lufs(sum(powers) / len(powers)) if powers else -math.inf


def _lufs(power: float) -> float:
    return _OFFSET_DB + 10.0 * math.log10(power) if power > 0 else -math.inf

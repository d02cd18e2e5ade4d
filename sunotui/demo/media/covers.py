"""Cover images: PNG files written with zlib only, with waves of colour and a sun from a seed."""

from __future__ import annotations

import colorsys
import random
import struct
import zlib
from functools import lru_cache
from math import sin, sqrt, tau

SIZE = 256
"""Width and height in pixels."""


@lru_cache(maxsize=64)
def paint(seed: str) -> bytes:
    """Generate a PNG of SIZE by SIZE pixels; the same seed gives the same bytes."""
    rng = random.Random(f"cover/{seed}")
    red, green, blue = _palette(rng)
    waves = _waves(rng)
    bend, swing, drift = rng.uniform(20, 90), rng.uniform(0.5, 2.5), rng.uniform(0.2, 1.0)
    sun_x, sun_y, sun_r = rng.uniform(70, 186), rng.uniform(60, 150), rng.uniform(28, 60)
    sun = _lift(96)
    rows = bytearray()
    for y in range(SIZE):
        shift = round(bend * (1 + sin(tau * swing * y / SIZE)))
        row = waves[shift : shift + SIZE].translate(_lift(round(y * drift)))
        reach = sun_r**2 - (y - sun_y) ** 2
        if reach > 0:
            left, right = round(sun_x - sqrt(reach)), round(sun_x + sqrt(reach))
            row = row[:left] + row[left:right].translate(sun) + row[right:]
        pixels = bytearray(SIZE * 3)
        pixels[0::3], pixels[1::3], pixels[2::3] = row.translate(red), row.translate(green), row.translate(blue)
        rows += b"\0" + pixels
    return _png(bytes(rows))


def _palette(rng: random.Random) -> tuple[bytes, bytes, bytes]:
    # Three colours in a cyclic gradient, so that there is no seam.
    hue = rng.random()
    stops = [(hue, 0.75, 0.25), ((hue + rng.uniform(0.08, 0.2)) % 1, 0.8, 0.75), ((hue + 0.45) % 1, 0.45, 0.97)]
    colours = [colorsys.hsv_to_rgb(*stop) for stop in stops]
    channels = (bytearray(256), bytearray(256), bytearray(256))
    for index in range(256):
        place = index / 256 * len(colours)
        here, share = int(place), place % 1
        there = (here + 1) % len(colours)
        for channel, one, other in zip(channels, colours[here], colours[there], strict=True):
            channel[index] = round(255 * (one + (other - one) * share))
    return bytes(channels[0]), bytes(channels[1]), bytes(channels[2])


def _waves(rng: random.Random) -> bytes:
    parts = [(rng.uniform(8, 40), rng.uniform(0.5, 4), rng.random()) for _ in range(3)]
    return bytes(
        round(128 + sum(high * sin(tau * (often * x / SIZE + late)) for high, often, late in parts)) & 0xFF
        for x in range(SIZE * 2)
    )


def _lift(by: int) -> bytes:
    return bytes((index + by) & 0xFF for index in range(256))


def _png(scanlines: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scanlines, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )

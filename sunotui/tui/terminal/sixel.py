"""Pictures as sixels: bands of six rows, drawn one colour after the other, with equal columns counted."""

from __future__ import annotations

import re
from functools import cache

from sunotui.core.media.cover_provider import IndexedPixels

COLORS = (256, 64, 16)
"""The numbers of colours that are tried, until a picture is small enough."""
MOST_BYTES = 200_000
"""The maximum size of a picture that is sent."""

_BAND = 6
"""Rows in a band; each character is one column of it."""
_EMPTY = b"?"
"""A column without a pixel; the six lowest bits are added to it."""
_RUN = rb"(?s)(.)\1{3,}"
"""The number of equal columns from which a repeat count is shorter."""


def sixel(picture: IndexedPixels) -> str:
    """The sequence that draws a picture from the cursor on. The cursor stays in the last band, so that nothing scrolls
    as long as a row is left below. Blocks for about 0.1 s for the largest covers."""
    used = sorted(set(picture.indices))
    # Pixels are square. Pixels without a colour are not changed: rows of the last band below the picture.
    head = f'\x1bP7;1q"1;1;{picture.width};{picture.height}'
    colors = "".join(f"#{color};2;{_percents(picture.palette[color])}" for color in used)
    step = _BAND * picture.width
    bands = (
        _band(picture.indices[start : start + step], picture.width) for start in range(0, len(picture.indices), step)
    )
    return f"{head}{colors}{b'-'.join(bands).decode('ascii')}\x1b\\"


def _percents(color: tuple[int, int, int]) -> str:
    return ";".join(str(round(part * 100 / 255)) for part in color)


def _band(indices: bytes, width: int) -> bytes:
    """One band: for each of its colours the columns, each a character with a bit for every row."""
    rows = [indices[start : start + width] for start in range(0, len(indices), width)]
    empty = int.from_bytes(_EMPTY * width)
    drawn = []
    for color in sorted(set(indices)):
        columns = empty
        for bit, row in enumerate(rows):
            # All columns at once, as the bytes of one number: no byte becomes larger than 126.
            columns += int.from_bytes(row.translate(_is(color))) << bit
        line = columns.to_bytes(width).rstrip(_EMPTY)
        drawn.append(b"#%d%b" % (color, re.sub(_RUN, _counted, line)))
    return b"$".join(drawn)


@cache
def _is(color: int) -> bytes:
    """A table that maps a colour to 1 and all others to 0."""
    return bytes(index == color for index in range(256))


def _counted(run: re.Match[bytes]) -> bytes:
    return b"!%d%b" % (len(run[0]), run[1])

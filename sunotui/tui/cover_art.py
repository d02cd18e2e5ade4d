"""The covers of an app, drawn as half blocks: two pixels in each cell, one above the other."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.core.core import Core
from sunotui.core.media.cover_source import CoverProvider, CoverSource, Pixels
from sunotui.tui.glyphs import UPPER_HALF

Strips = tuple[Strip, ...]

_KEPT = 60
"""Drawn covers in memory. One of the largest size takes about 1 MB."""


class CoverArt:
    """Draws covers. Each is drawn once for a size, on a thread, and then only looked up."""

    def __init__(self, core: Core, *, can_draw: bool) -> None:
        """`can_draw` is whether the terminal has the colours and the signs."""
        self._core = core
        self._service: CoverProvider | None = None
        self._drawn: OrderedDict[tuple[CoverSource, int, int], Strips] = OrderedDict()
        self.can_draw = can_draw

    @property
    def is_on(self) -> bool:
        """Whether covers are shown: the terminal can, and the user has not switched them off."""
        return self.can_draw and self._core.settings.covers != "off"

    def is_shown(self, source: CoverSource | None) -> bool:
        """Whether room should be left for this cover. Not for one that could not be had a while ago."""
        return source is not None and self.is_on and (self._service is None or not self._service.has_failed(source))

    def drawn(self, source: CoverSource, columns: int, rows: int) -> Strips | None:
        """A cover that was drawn before in this size, in cells; None if it was not."""
        return self._drawn.get((source, columns, rows))

    async def draw(self, source: CoverSource, columns: int, rows: int) -> Strips | None:
        """A cover in a size in cells; None if it cannot be had."""
        if self._service is None:
            self._service = await self._core.covers()
        wanted = (source, columns, rows)
        if (known := self._drawn.get(wanted)) is not None:
            self._drawn.move_to_end(wanted)
            return known
        pixels = await self._service.pixels(source, columns, 2 * rows)
        if pixels is None:
            return None
        made = self._drawn[wanted] = await asyncio.to_thread(half_blocks, pixels)
        if len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return made


def half_blocks(pixels: Pixels) -> Strips:
    """A picture of an even number of rows as lines of half blocks."""
    return tuple(_strip(pixels, y) for y in range(0, pixels.height - 1, 2))


def _strip(pixels: Pixels, y: int) -> Strip:
    segments: list[Segment] = []
    count = 0
    pair = pixels.at(0, y), pixels.at(0, y + 1)
    for x in range(pixels.width + 1):
        following = (pixels.at(x, y), pixels.at(x, y + 1)) if x < pixels.width else None
        if following == pair:
            count += 1
            continue
        upper, lower = pair
        # Cells of one colour are blanks: terminals may leave a gap between glyphs.
        style = Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))
        segments.append(Segment((" " if upper == lower else UPPER_HALF) * count, style))
        if following is not None:
            pair, count = following, 1
    return Strip(segments, pixels.width)

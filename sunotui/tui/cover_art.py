"""The covers of an app, drawn as half blocks, two pixels in each cell, or as pictures of the terminal."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.core.core import Core
from sunotui.core.media.cover_source import CoverProvider, CoverSource, Pixels
from sunotui.tui.terminal.kitty_graphics import CELL, MOST_CELLS, deletion, find_support, placeholders, transmission
from sunotui.tui.theming.glyphs import UPPER_HALF

Strips = tuple[Strip, ...]

_KEPT = 60
"""Drawn covers in memory, and pictures in the terminal. One of the largest size takes about 1 MB."""


class _Drawn(NamedTuple):
    """A cover that was drawn."""

    strips: Strips
    number: int = 0
    """The number of its picture in the terminal; 0 for half blocks."""
    sequence: str = ""
    """What sends the picture."""


class CoverArt:
    """Draws covers, as pictures where the terminal is known to show them, else as half blocks. Each is drawn once for a
    size, on a thread, and then only looked up."""

    def __init__(self, core: Core, *, can_draw: bool) -> None:
        """`can_draw` is whether the terminal has the colours and the signs."""
        self._core = core
        self._write: Callable[[str], None] | None = None
        self._environ: Mapping[str, str] = {}
        self._service: CoverProvider | None = None
        self._drawn: OrderedDict[tuple[CoverSource, int, int], _Drawn] = OrderedDict()
        self._has_pictures: bool | None = None
        """Whether the terminal shows pictures; None until it was found out."""
        self._last_number = random.randrange(1, 2**23)
        """Other programs in the same terminal number their pictures, too."""
        self.can_draw = can_draw

    def use_terminal(self, write: Callable[[str], None], environ: Mapping[str, str]) -> None:
        """Draw pictures, if the variables in `environ` name a terminal that shows them. `write` writes a sequence
        between two frames."""
        self._write, self._environ = write, environ

    @property
    def is_on(self) -> bool:
        """Whether covers are shown: the terminal can, and the user has not switched them off."""
        return self.can_draw and self._core.settings.covers != "off"

    def is_shown(self, source: CoverSource | None) -> bool:
        """Whether room should be left for this cover. Not for one that could not be had a while ago."""
        return source is not None and self.is_on and (self._service is None or not self._service.has_failed(source))

    def drawn(self, source: CoverSource, columns: int, rows: int) -> Strips | None:
        """A cover that was drawn before in this size, in cells; None if it was not."""
        found = self._drawn.get((source, columns, rows))
        return found.strips if found is not None else None

    async def draw(self, source: CoverSource, columns: int, rows: int) -> Strips | None:
        """A cover in a size in cells; None if it cannot be had."""
        if self._service is None:
            self._service = await self._core.covers()
        wanted = (source, columns, rows)
        if wanted not in self._drawn:
            draw = self._draw_picture if await self._shows_pictures(columns, rows) else self._draw_half_blocks
            made = await draw(self._service, source, columns, rows)
            if made is None:
                return None
            if wanted in self._drawn:
                # Another widget was faster.
                return self._drawn[wanted].strips
            if made.number and self._write is not None:
                self._write(made.sequence)
            self._drawn[wanted] = made._replace(sequence="")
            if len(self._drawn) > _KEPT:
                self._delete(self._drawn.popitem(last=False)[1])
        self._drawn.move_to_end(wanted)
        return self._drawn[wanted].strips

    def forget(self) -> None:
        """Forget all covers that were drawn, also in the terminal, which may have lost them."""
        while self._drawn:
            self._delete(self._drawn.popitem()[1])

    async def _shows_pictures(self, columns: int, rows: int) -> bool:
        if self._write is None or self._core.settings.covers != "auto" or max(columns, rows) > MOST_CELLS:
            return False
        if self._has_pictures is None:
            self._has_pictures = await asyncio.to_thread(find_support, self._environ)
        return self._has_pictures

    async def _draw_picture(
        self, service: CoverProvider, source: CoverSource, columns: int, rows: int
    ) -> _Drawn | None:
        pixels = await service.pixels(source, columns * CELL[0], rows * CELL[1])
        if pixels is None:
            return None
        number = self._last_number = self._last_number + 1
        sequence = await asyncio.to_thread(transmission, number, pixels, columns, rows)
        return _Drawn(placeholders(number, columns, rows), number, sequence)

    async def _draw_half_blocks(
        self, service: CoverProvider, source: CoverSource, columns: int, rows: int
    ) -> _Drawn | None:
        pixels = await service.pixels(source, columns, 2 * rows)
        return None if pixels is None else _Drawn(await asyncio.to_thread(half_blocks, pixels))

    def _delete(self, drawn: _Drawn) -> None:
        if drawn.number and self._write is not None:
            self._write(deletion(drawn.number))


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

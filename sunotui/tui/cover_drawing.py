"""Draws the covers of an app as half blocks, two pixels in each cell, or as pictures of the terminal.

kitty's pictures are cells of text. Those of the other protocols are drawn over the half blocks, which show where
something covered a part of the picture, and in a terminal that does not know the protocol.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.core.media.cover_provider import CoverProvider, Pixels
from sunotui.core.media.cover_source import CoverSource
from sunotui.named_tuple import NamedTuple
from sunotui.tui.terminal import iterm_images, kitty_graphics, sixel
from sunotui.tui.terminal.kitty_graphics import MOST_CELLS, deletion, placeholders, transmission
from sunotui.tui.terminal.picture_protocol import PictureProtocol, cell_pixels, picture_protocol
from sunotui.tui.theming.glyphs import UPPER_HALF

Strips = tuple[Strip, ...]


class Drawn(NamedTuple):
    """A cover that was drawn."""

    strips: Strips
    overlay: str = ""
    """The sequence that draws its picture over the strips, from their first cell on; empty without a picture."""
    sequence: str = ""
    """The sequence that sends its picture to a terminal that keeps it; empty without one."""
    deletion: str = ""
    """The sequence that deletes that picture."""


class CoverDrawer:
    """Draws covers in the way that the terminal and the user's settings ask for."""

    def __init__(
        self, service: CoverProvider, setting: Callable[[], str], environ: Mapping[str, str], *, is_terminal: bool
    ) -> None:
        """`setting` returns the setting `covers`, `environ` has the variables that name the terminal; without one, all
        covers are half blocks."""
        self._service = service
        self._setting = setting
        self._environ = environ
        self._is_terminal = is_terminal
        self._protocol: PictureProtocol | None = None
        """How the terminal shows pictures; None if it does not, and until that is known."""
        self._is_protocol_known = False
        self._cell: tuple[int, int] | None = None
        """The size of a cell when the last sixels were drawn, in pixels."""
        self._last_number = random.randrange(1, 2**23)
        """Other programs in the same terminal number their pictures, too."""

    def has_failed(self, source: CoverSource) -> bool:
        """Whether fetching this cover failed recently."""
        return self._service.has_failed(source)

    def has_outgrown_cells(self) -> bool:
        """Whether the size of the terminal's cells has changed since pictures were drawn that do not scale with it."""
        return self._cell is not None and cell_pixels(self._environ) != self._cell

    async def make(self, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        """A cover in a size in cells; None if it cannot be fetched."""
        match await self._find_protocol():
            case PictureProtocol.KITTY if max(columns, rows) <= MOST_CELLS:
                return await self._make_kitty(source, columns, rows)
            case PictureProtocol.SIXEL:
                overlay = await self._make_sixel(source, columns, rows)
            case PictureProtocol.ITERM2:
                overlay = await self._make_inline_image(source, columns, rows)
            case _:
                overlay = ""
        pixels = await self._service.pixels(source, columns, 2 * rows)
        return None if pixels is None else Drawn(await asyncio.to_thread(half_blocks, pixels), overlay)

    async def _find_protocol(self) -> PictureProtocol | None:
        if not self._is_terminal:
            return None
        if not self._is_protocol_known:
            self._protocol = await asyncio.to_thread(picture_protocol, self._environ, self._setting())
            self._is_protocol_known = True
        return self._protocol

    async def _make_kitty(self, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        pixels = await self._service.pixels(source, columns * kitty_graphics.CELL[0], rows * kitty_graphics.CELL[1])
        if pixels is None:
            return None
        number = self._last_number = self._last_number + 1
        sequence = await asyncio.to_thread(transmission, number, pixels, columns, rows)
        return Drawn(placeholders(number, columns, rows), sequence=sequence, deletion=deletion(number))

    async def _make_sixel(self, source: CoverSource, columns: int, rows: int) -> str:
        """The picture in as many colours as fit into the limit; empty if that is impossible."""
        self._cell = cell = cell_pixels(self._environ)
        pixels = await self._service.pixels(source, columns * cell[0], rows * cell[1]) if cell is not None else None
        if pixels is None:
            return ""
        for colors in sixel.COLORS:
            sequence = await asyncio.to_thread(sixel.sixel, await self._service.indexed(pixels, colors))
            if len(sequence) <= sixel.MOST_BYTES:
                return sequence
        return ""

    async def _make_inline_image(self, source: CoverSource, columns: int, rows: int) -> str:
        pixels = await self._service.pixels(source, columns * iterm_images.CELL[0], rows * iterm_images.CELL[1])
        content = await self._service.jpeg(pixels, iterm_images.MOST_BYTES) if pixels is not None else None
        return "" if content is None else iterm_images.inline_image(content, columns, rows)


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

"""The covers of an app, drawn as half blocks, two pixels in each cell, or as pictures of the terminal.

kitty's pictures are cells of text. Those of the other protocols are drawn over the half blocks, which show where
something covered a part of the picture, and in a terminal that does not know the protocol.
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Mapping

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.core.core import Core
from sunotui.core.media.cover_source import CoverProvider, CoverSource, Pixels
from sunotui.named_tuple import NamedTuple
from sunotui.tui.terminal import iterm_images, kitty_graphics, sixel
from sunotui.tui.terminal.kitty_graphics import MOST_CELLS, deletion, placeholders, transmission
from sunotui.tui.terminal.picture_protocol import PictureProtocol, cell_pixels, picture_protocol
from sunotui.tui.theming.glyphs import UPPER_HALF

Strips = tuple[Strip, ...]

_KEPT = 60
"""Drawn covers in memory, and pictures in the terminal. One of the largest size takes about 1 MB."""


class Drawn(NamedTuple):
    """A cover that was drawn."""

    strips: Strips
    overlay: str = ""
    """The sequence that draws its picture over the strips, from their first cell on; empty without a picture."""
    number: int = 0
    """The number of its picture in kitty; 0 without a picture."""
    sequence: str = ""
    """The sequence that sends that picture."""


class CoverArt:
    """Draws covers: as pictures if the terminal is known to show them, otherwise as half blocks. Each is drawn once for
    a size, on a thread, and then only looked up."""

    def __init__(self, core: Core, *, can_draw: bool) -> None:
        """`can_draw` is whether the terminal has the colours and the signs."""
        self._core = core
        self._write: Callable[[str], None] | None = None
        self._environ: Mapping[str, str] = {}
        self._service: CoverProvider | None = None
        self._drawn: OrderedDict[tuple[CoverSource, int, int], Drawn] = OrderedDict()
        self._protocol: PictureProtocol | None = None
        """How the terminal shows pictures; None if it does not, and until that is known."""
        self._is_protocol_known = False
        self._cell: tuple[int, int] | None = None
        """The size of a cell when the last sixels were drawn, in pixels."""
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
        """Whether space should be reserved for this cover: not if fetching it failed recently."""
        return source is not None and self.is_on and (self._service is None or not self._service.has_failed(source))

    def drawn(self, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        """A cover that was drawn before in this size, in cells; None if it was not."""
        return self._drawn.get((source, columns, rows))

    async def draw(self, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        """A cover in a size in cells; None if it cannot be fetched."""
        if self._service is None:
            self._service = await self._core.covers()
        wanted = (source, columns, rows)
        if wanted not in self._drawn:
            made = await self._make(self._service, source, columns, rows)
            if made is None:
                return None
            if wanted in self._drawn:
                # Another widget was faster.
                return self._drawn[wanted]
            if made.number and self._write is not None:
                self._write(made.sequence)
            self._drawn[wanted] = made._replace(sequence="")
            if len(self._drawn) > _KEPT:
                self._delete(self._drawn.popitem(last=False)[1])
        self._drawn.move_to_end(wanted)
        return self._drawn[wanted]

    def has_outgrown_cells(self) -> bool:
        """Whether the size of the terminal's cells has changed since pictures were drawn that do not scale with it."""
        return self._cell is not None and cell_pixels(self._environ) != self._cell

    def forget(self) -> None:
        """Discard all covers that were drawn, also in the terminal, which may have lost them."""
        while self._drawn:
            self._delete(self._drawn.popitem()[1])

    async def _make(self, service: CoverProvider, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        match await self._find_protocol():
            case PictureProtocol.KITTY if max(columns, rows) <= MOST_CELLS:
                return await self._make_kitty(service, source, columns, rows)
            case PictureProtocol.SIXEL:
                overlay = await self._make_sixel(service, source, columns, rows)
            case PictureProtocol.ITERM2:
                overlay = await self._make_inline_image(service, source, columns, rows)
            case _:
                overlay = ""
        pixels = await service.pixels(source, columns, 2 * rows)
        return None if pixels is None else Drawn(await asyncio.to_thread(half_blocks, pixels), overlay)

    async def _find_protocol(self) -> PictureProtocol | None:
        if self._write is None:
            return None
        if not self._is_protocol_known:
            setting = self._core.settings.covers
            self._protocol = await asyncio.to_thread(picture_protocol, self._environ, setting)
            self._is_protocol_known = True
        return self._protocol

    async def _make_kitty(self, service: CoverProvider, source: CoverSource, columns: int, rows: int) -> Drawn | None:
        pixels = await service.pixels(source, columns * kitty_graphics.CELL[0], rows * kitty_graphics.CELL[1])
        if pixels is None:
            return None
        number = self._last_number = self._last_number + 1
        sequence = await asyncio.to_thread(transmission, number, pixels, columns, rows)
        return Drawn(placeholders(number, columns, rows), number=number, sequence=sequence)

    async def _make_sixel(self, service: CoverProvider, source: CoverSource, columns: int, rows: int) -> str:
        """The picture in as many colours as fit into the limit; empty if that is impossible."""
        self._cell = cell = cell_pixels(self._environ)
        pixels = await service.pixels(source, columns * cell[0], rows * cell[1]) if cell is not None else None
        if pixels is None:
            return ""
        for colors in sixel.COLORS:
            sequence = await asyncio.to_thread(sixel.sixel, await service.indexed(pixels, colors))
            if len(sequence) <= sixel.MOST_BYTES:
                return sequence
        return ""

    async def _make_inline_image(self, service: CoverProvider, source: CoverSource, columns: int, rows: int) -> str:
        pixels = await service.pixels(source, columns * iterm_images.CELL[0], rows * iterm_images.CELL[1])
        content = await service.jpeg(pixels, iterm_images.MOST_BYTES) if pixels is not None else None
        return "" if content is None else iterm_images.inline_image(content, columns, rows)

    def _delete(self, drawn: Drawn) -> None:
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

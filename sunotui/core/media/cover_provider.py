"""What provides covers, as files and as pictures. Nothing here fetches or decodes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from sunotui.core.media.cover_source import CoverSource
from sunotui.named_tuple import NamedTuple

BeforeRequest = Callable[[], Awaitable[object]]
"""Awaited before a server is asked for something that is not on this computer."""


class CoverFile(Protocol):
    """Finds covers as files."""

    async def __call__(self, source: CoverSource, before_request: BeforeRequest | None = None, /) -> Path | None:
        """The file of a cover; None if it cannot be fetched."""


class Pixels(NamedTuple):
    """A small picture."""

    width: int
    height: int
    rgb: bytes
    """Three bytes for each pixel, row by row."""

    def at(self, x: int, y: int) -> tuple[int, int, int]:
        """The colour of a pixel: red, green and blue, 0 to 255."""
        start = 3 * (y * self.width + x)
        return self.rgb[start], self.rgb[start + 1], self.rgb[start + 2]


class IndexedPixels(NamedTuple):
    """A small picture in few colours."""

    width: int
    height: int
    palette: tuple[tuple[int, int, int], ...]
    """At most 256 colours: red, green and blue, 0 to 255."""
    indices: bytes
    """For each pixel, row by row, the place of its colour in the palette."""


class NotACover(Exception):
    """A file is not a picture that can be drawn. The text says why."""


class CoverCodec(Protocol):
    """What `cover_pixels` provides. All of it blocks: call it on a thread."""

    def decode_cover(self, content: bytes, width: int, height: int) -> Pixels:
        """The middle of a picture scaled to `width` by `height` pixels. Raises NotACover."""

    def indexed(self, pixels: Pixels, colors: int) -> IndexedPixels:
        """A picture in at most `colors` colours, 2 to 256."""

    def jpeg(self, pixels: Pixels, most: int) -> bytes | None:
        """A picture as a JPEG file of at most `most` bytes; None if that is impossible."""


class CoverProvider(Protocol):
    """What screens need of `covers.CoverService`."""

    def has_failed(self, source: CoverSource) -> bool:
        """Whether fetching this cover failed a while ago and is not retried yet."""

    async def pixels(self, source: CoverSource, width: int, height: int) -> Pixels | None:
        """A cover scaled to `width` by `height` pixels; None if it cannot be fetched."""

    async def indexed(self, pixels: Pixels, colors: int) -> IndexedPixels:
        """A picture in at most `colors` colours, 2 to 256."""

    async def jpeg(self, pixels: Pixels, most: int) -> bytes | None:
        """A picture as a JPEG file of at most `most` bytes; None if that is impossible."""

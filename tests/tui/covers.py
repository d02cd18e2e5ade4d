"""A provider of covers for tests of screens: of every take the same picture, until a test lets it fail."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sunotui.core.media import cover_pixels
from sunotui.core.media.cover_provider import IndexedPixels, Pixels
from sunotui.core.media.cover_source import CoverSource
from sunotui.tui.cover_art import CoverArt
from tests.core.harness import CoreHarness


def source(number: int) -> CoverSource:
    """The cover of a take."""
    return CoverSource(f"clip-{number}", "https://cdn.example.com/c.png", "main")


def art_in(folder: Path, setting: str = "auto") -> CoverArt:
    """Covers as the app draws them, of FakeCovers."""
    harness = CoreHarness(folder)
    harness.core.storage.close()
    harness.core.settings = harness.core.settings._replace(covers=setting)
    covers = FakeCovers()

    async def load() -> FakeCovers:
        return covers

    harness.core.covers = load  # type: ignore[method-assign, assignment]
    return CoverArt(harness.core, can_draw=True)


def picture(width: int, height: int) -> Pixels:
    """Red grows to the right, green grows downwards."""
    rgb = bytes(part for y in range(height) for x in range(width) for part in (255 * x // width, 255 * y // height, 60))
    return Pixels(width, height, rgb)


class FakeCovers:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, int]] = []
        self.missing: set[str] = set()
        """Ids of takes without a cover."""
        self.failed: set[str] = set()
        self.gate: asyncio.Event | None = None
        """If set, covers arrive when it is set."""

    def has_failed(self, source: CoverSource) -> bool:
        """Whether it was asked for before and is missing."""
        return source.clip_id in self.failed

    async def pixels(self, source: CoverSource, width: int, height: int) -> Pixels | None:
        """The picture."""
        self.asked.append((source.clip_id, width, height))
        if self.gate is not None:
            await self.gate.wait()
        if source.clip_id in self.missing:
            self.failed.add(source.clip_id)
            return None
        return picture(width, height)

    async def indexed(self, pixels: Pixels, colors: int) -> IndexedPixels:
        """The picture in few colours."""
        return cover_pixels.indexed(pixels, colors)

    async def jpeg(self, pixels: Pixels, most: int) -> bytes | None:
        """The picture as a file."""
        return cover_pixels.jpeg(pixels, most)

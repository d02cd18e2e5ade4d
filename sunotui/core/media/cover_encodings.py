"""Covers in the formats that terminals accept. Blocks: call it on a thread."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from sunotui.core.media.cover_source import IndexedPixels, Pixels

_QUALITIES = (88, 70, 45, 20)
"""JPEG qualities, tried until a file is small enough."""


def indexed(pixels: Pixels, colors: int) -> IndexedPixels:
    """A picture in at most `colors` colours, 2 to 256."""
    reduced = _image(pixels).quantize(colors, Image.Quantize.MEDIANCUT, kmeans=1)
    flat = reduced.getpalette("RGB") or []
    palette = tuple((flat[start], flat[start + 1], flat[start + 2]) for start in range(0, len(flat) - 2, 3))
    return IndexedPixels(pixels.width, pixels.height, palette, reduced.tobytes())


def jpeg(pixels: Pixels, most: int) -> bytes | None:
    """A picture as a JPEG file of at most `most` bytes; None if that is impossible."""
    image = _image(pixels)
    for quality in _QUALITIES:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        if file.tell() <= most:
            return file.getvalue()
    return None


def _image(pixels: Pixels) -> Image.Image:
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)

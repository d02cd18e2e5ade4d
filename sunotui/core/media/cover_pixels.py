"""Covers as pixels: decoded from the files of untrusted servers, and encoded as terminals accept them.

It loads Pillow and blocks: import and call it on a thread.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from sunotui.core.media.cover_provider import IndexedPixels, NotACover, Pixels

# Their modules are loaded by name: for a format that is not, Pillow loads all its decoders.
_DECODERS = (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile, WebPImagePlugin.WebPImageFile)
FORMATS = tuple(decoder.format for decoder in _DECODERS)
"""The formats that are decoded, whatever the name of a file. Every other decoder stays unused."""
MAX_PIXELS = 4096 * 4096
"""The maximum number of pixels of a cover: decoded they take 64 MB."""
MAX_UNSCALED_PIXELS = 3000 * 3000
"""The maximum for PNG and WebP: these are decoded at their full size, partly while no other thread can run."""
MAX_SCANS = 100
"""The maximum number of scans of a JPEG file. A progressive one has about 10; a file of 5 MB could have 100,000, and
each decodes the whole picture again."""

_QUALITIES = (88, 70, 45, 20)
"""JPEG qualities, tried until a file is small enough."""

# Its warnings about files are not useful, and would be printed onto the screen.
warnings.filterwarnings("ignore", module="PIL")
# Pillow itself refuses more than twice this number, before our own check.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_START_OF_SCAN = b"\xff\xda"
_SIXTEEN_BIT_MODES = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def decode_cover(content: bytes, width: int, height: int) -> Pixels:
    """The middle of a picture that has the proportions of `width` to `height`, scaled to them. Of an animation it is
    the first frame; what is transparent becomes black. Raises NotACover."""
    if content.startswith(b"\xff\xd8") and content.count(_START_OF_SCAN) > MAX_SCANS:
        raise NotACover("it has too many scans")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            return _scaled(image, width, height)
    except NotACover:
        raise
    except MemoryError:
        raise NotACover("it is too large to decode") from None
    except Exception as error:  # noqa: BLE001 - decoders raise nearly anything for a damaged file
        raise NotACover(f"it could not be decoded ({type(error).__name__})") from None


def indexed(pixels: Pixels, colors: int) -> IndexedPixels:
    """A picture in at most `colors` colours, 2 to 256."""
    reduced = _image_of(pixels).quantize(colors, Image.Quantize.MEDIANCUT, kmeans=1)
    flat = reduced.getpalette("RGB") or []
    palette = tuple((flat[start], flat[start + 1], flat[start + 2]) for start in range(0, len(flat) - 2, 3))
    return IndexedPixels(pixels.width, pixels.height, palette, reduced.tobytes())


def jpeg(pixels: Pixels, most: int) -> bytes | None:
    """A picture as a JPEG file of at most `most` bytes; None if that is impossible."""
    image = _image_of(pixels)
    for quality in _QUALITIES:
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        if file.tell() <= most:
            return file.getvalue()
    return None


def _image_of(pixels: Pixels) -> Image.Image:
    return Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)


def _scaled(image: Image.Image, width: int, height: int) -> Pixels:
    if image.width * image.height > (MAX_PIXELS if image.format == "JPEG" else MAX_UNSCALED_PIXELS):
        raise NotACover(f"it has {image.width} by {image.height} pixels")
    # JPEG decodes at an eighth of its size as fast as it can be read. Twice the pixels are left to scale.
    image.draft("RGB", (2 * width, 2 * height))
    box = _middle(image.width, image.height, width, height)
    small = _as_rgb(image).resize((width, height), Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
    return Pixels(width, height, small.tobytes())


def _as_rgb(image: Image.Image) -> Image.Image:
    if image.mode in _SIXTEEN_BIT_MODES:
        # Pillow would cut every value above 255.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        opaque = image.convert("RGBA")
        ground = Image.new("RGBA", opaque.size, (0, 0, 0, 255))
        ground.alpha_composite(opaque)
        return ground.convert("RGB")
    return image.convert("RGB")


def _middle(width: int, height: int, columns: int, rows: int) -> tuple[float, float, float, float]:
    """The largest part of a picture in its middle that has the proportions of `columns` to `rows`."""
    scale = min(width / columns, height / rows)
    part_width, part_height = min(width, columns * scale), min(height, rows * scale)
    left, top = (width - part_width) / 2, (height - part_height) / 2
    return left, top, left + part_width, top + part_height

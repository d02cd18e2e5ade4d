"""Pictures for the tests of covers, in every format and state that a server may send."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image

HALVES = ((200, 40, 30), (20, 60, 210))
"""The colours of `halves`: left and right."""


def halves(size: tuple[int, int] = (64, 64)) -> Image.Image:
    """A picture whose left half has one colour and whose right half another one."""
    picture = Image.new("RGB", size, HALVES[0])
    picture.paste(HALVES[1], (size[0] // 2, 0, *size))
    return picture


def encoded(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """A picture as a file."""
    content = BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """A small PNG file that claims this size, with one row of zeros."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1_000)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )

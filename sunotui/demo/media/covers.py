"""Cover images: PNG files of a scene in a few colours, both chosen by a seed."""

from __future__ import annotations

import random
from functools import lru_cache
from io import BytesIO

from PIL import Image

from sunotui.demo.media.cover_scenes import SCENES, Canvas, Palette

SIZE = 256
"""Width and height in pixels."""
_OVERSAMPLING = 2
"""The factor by which scenes are drawn larger: scaling them down makes their edges smooth."""

_PALETTES = tuple(
    Palette(*(f"#{color}" for color in colors.split()))
    for colors in (
        # Dark, deep, middle, warm, light: from night to sun.
        "141430 3b2667 93406f f0845c ffe0a3",
        "0d1b2a 1b3a5c 3d7ea6 8fd3d1 fdf6d8",
        "1a1423 3d314a 96545c d98f64 f6e7c1",
        "0b1d26 134e4a 2f9e83 a8d672 fff3b0",
        "20102b 5b1a5e c2367b ff8a5c ffe66d",
        "101820 263f5e 5f6fa8 c79bd2 fbe4e0",
        "160f29 243b6b 368f8b ddbea8 f3dfc1",
        "231123 558c8c 82204a e8db7d fcfcf4",
        "1b1b2f 1f4068 e43f5a f98f60 ffd9a0",
        "0a1128 034078 1282a2 f4a259 fefcfb",
        "25171a 4b244a 8a2f5b e8615a ffd0a8",
        "132a13 31572c 4f772d c9b94b ecf39e",
        "1d1e2c 59656f 9c528b f1b5cb f7ebec",
        "2b0f12 70161e b83a2b f2a541 f7e7ce",
    )
)


@lru_cache(maxsize=64)
def paint(seed: str) -> bytes:
    """Generate a PNG of SIZE by SIZE pixels; the same seed gives the same picture."""
    rng = random.Random(f"cover/{seed}")
    canvas = Canvas(SIZE * _OVERSAMPLING, rng.choice(_PALETTES), rng)
    rng.choice(SCENES)(canvas)
    content = BytesIO()
    canvas.picture.resize((SIZE, SIZE), Image.Resampling.BOX).save(content, "PNG", compress_level=6)
    return content.getvalue()

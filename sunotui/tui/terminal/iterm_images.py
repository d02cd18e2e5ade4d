"""Pictures by the protocol of iTerm2, which WezTerm supports, too. The terminal scales them to cells."""

from __future__ import annotations

from base64 import standard_b64encode

CELL = (16, 32)
"""The pixels of a picture for each cell, across and down."""
MOST_BYTES = 150_000
"""The maximum size of a file; in base64 it is a third larger."""


def inline_image(content: bytes, columns: int, rows: int) -> str:
    """The sequence that draws the picture in a file from the cursor on."""
    keys = f"inline=1;size={len(content)};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1"
    return f"\x1b]1337;File={keys}:{standard_b64encode(content).decode('ascii')}\x07"

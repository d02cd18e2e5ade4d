"""Real pictures by the graphics protocol of kitty, which Ghostty supports, too.

A picture is sent once with a number. What is drawn are cells of ordinary text: a placeholder, whose colour is the
number, and two marks for its row and its column in the picture. So pictures move, disappear and are covered like text,
and the terminal does not have to be queried. The other protocols draw at the cursor, and need
`runtime.picture_overlay`.
"""

from __future__ import annotations

import re
import zlib
from base64 import standard_b64encode
from collections.abc import Mapping

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from sunotui.core.media.cover_provider import Pixels
from sunotui.core.system.helper_process import (
    HelperFailed,
    HelperOutputTooLong,
    HelperTimedOut,
    first_line,
    without_token,
)
from sunotui.domain.text import NotText

CELL = (16, 32)
"""The pixels of a picture for each cell, across and down. The terminal scales them to its own cells."""
_OLDEST_KITTY = (0, 28)
"""The first version of kitty that supports placeholders; older ones show them as text."""
_VERSION = r"kitty (\d{1,4})\.(\d{1,4})\."
_VERSION_LIMIT_S = 2.0
_CHUNK = 4_096
"""The maximum number of characters of a picture in one sequence, by the protocol."""
_PLACEHOLDER = "\U0010eeee"
_MARKS = (
    "\u0305\u030d\u030e\u0310\u0312\u033d\u033e\u033f\u0346\u034a\u034b\u034c\u0350\u0351\u0352\u0357\u035b\u0363"
    "\u0364\u0365\u0366\u0367\u0368\u0369\u036a\u036b\u036c\u036d\u036e\u036f\u0483\u0484\u0485\u0486\u0487\u0592"
    "\u0593\u0594\u0595\u0597\u0598\u0599\u059c\u059d\u059e\u059f\u05a0\u05a1\u05a8\u05a9\u05ab\u05ac\u05af\u05c4"
    "\u0610\u0611\u0612\u0613\u0614\u0615\u0616\u0617\u0657\u0658"
)
"""The marks of the numbers from 0 on, by the protocol."""
MOST_CELLS = len(_MARKS)
"""The largest number of columns and of rows that a picture can have."""


def find_support(environ: Mapping[str, str]) -> bool:
    """Whether the terminal shows such pictures, by the variables that it sets and, for kitty, by its program's version.
    Blocks for up to two seconds."""
    term = environ.get("TERM", "")
    if term == "xterm-ghostty" or environ.get("TERM_PROGRAM", "").lower() == "ghostty":
        return True
    return term == "xterm-kitty" and _kitty_version(environ) >= _OLDEST_KITTY


def _kitty_version(environ: Mapping[str, str]) -> tuple[int, int]:
    """The version of kitty's program; (0, 0) if it is not found."""
    try:
        line = first_line(("kitty", "--version"), without_token(environ), _VERSION_LIMIT_S)
    except (OSError, HelperFailed, HelperTimedOut, HelperOutputTooLong, NotText):
        return 0, 0
    found = re.match(_VERSION, line)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def transmission(number: int, pixels: Pixels, columns: int, rows: int) -> str:
    """The sequences that send a picture and give it a size in cells. The terminal shows nothing yet, and responds
    nothing."""
    data = standard_b64encode(zlib.compress(pixels.rgb, 1)).decode()
    parts = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    head = f"a=t,f=24,o=z,s={pixels.width},v={pixels.height},i={number},"
    sequences = [
        f"\x1b_G{'' if index else head}m={int(index < len(parts) - 1)},q=2;{part}\x1b\\"
        for index, part in enumerate(parts)
    ]
    return "".join((*sequences, f"\x1b_Ga=p,U=1,i={number},c={columns},r={rows},q=2\x1b\\"))


def placeholders(number: int, columns: int, rows: int) -> tuple[Strip, ...]:
    """The cells of a picture. Each is a segment of its own: cut between a placeholder and its marks, the line would
    show another part of the picture."""
    style = Style(color=Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255))
    return tuple(
        Strip([Segment(_PLACEHOLDER + _MARKS[y] + _MARKS[x], style) for x in range(columns)], columns)
        for y in range(rows)
    )


def deletion(number: int) -> str:
    """The sequence that deletes a picture in the terminal."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"

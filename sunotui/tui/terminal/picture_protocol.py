"""How a terminal shows pictures, and how large its cells are. The terminal is not queried: the variables that it sets
and the system's data about its window decide."""

from __future__ import annotations

import fcntl
import struct
import termios
from collections.abc import Mapping, Sequence
from enum import Enum

from sunotui.core.system.terminal_notices import is_multiplexed
from sunotui.tui.terminal import kitty_graphics

_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_NOT_A_WINDOW = ("screen", "tmux", "linux", "dumb")
"""Prefixes of TERM with which other variables say nothing about pictures: they may be those of the outer terminal."""
_OTHERS = ("VTE_VERSION", "XTERM_VERSION", "KONSOLE_VERSION")
"""Variables of terminals that set no TERM_PROGRAM."""
_WINDOWS_TERMINAL_CELL = (10, 20)
"""The size of cells that Windows Terminal assumes for sixels, whatever its font is."""
_LEAST_CELL, _MOST_CELL = 4, 100
"""The plausible sizes of a cell in pixels; a terminal may report anything."""


class PictureProtocol(Enum):
    """How a terminal is sent pictures. The values are those of the setting `covers`."""

    KITTY = "kitty"
    """kitty and Ghostty."""
    SIXEL = "sixel"
    """foot, mlterm, Windows Terminal, and xterm if it was switched on. Not Konsole: text without a background colour is
    drawn over a sixel, and does not erase it."""
    ITERM2 = "iterm2"
    """iTerm2 and WezTerm."""


_BY_SETTING = {protocol.value: protocol for protocol in PictureProtocol}


def picture_protocol(environ: Mapping[str, str], setting: str) -> PictureProtocol | None:
    """How this terminal shows pictures, by its variables and the setting `covers`; None if it is not known to, or
    should not. Automatically never over SSH, where pictures are slow, and never in tmux or screen. Blocks for up to two
    seconds in kitty."""
    if setting in _BY_SETTING:
        return _BY_SETTING[setting]
    if setting != "auto" or is_multiplexed(environ) or any(environ.get(name) for name in _REMOTE):
        return None
    term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "").lower()
    if term.startswith(_NOT_A_WINDOW):
        return None
    if kitty_graphics.find_support(environ):
        return PictureProtocol.KITTY
    if program in {"iterm.app", "wezterm"}:
        return PictureProtocol.ITERM2
    return PictureProtocol.SIXEL if _has_sixel(environ, term, program) else None


def _has_sixel(environ: Mapping[str, str], term: str, program: str) -> bool:
    if term.startswith(("foot", "mlterm")):
        return True
    # Another terminal may have been started from Windows Terminal; then the variables name both.
    is_other = program or any(environ.get(name) for name in _OTHERS)
    return bool(environ.get("WT_SESSION")) and not is_other


def cell_pixels(environ: Mapping[str, str], descriptors: Sequence[int] = (2, 1, 0)) -> tuple[int, int] | None:
    """The size of a cell in pixels, across and down; None if the system does not know it. Uses the first of the
    descriptors that is a terminal; Textual draws on standard error."""
    if environ.get("WT_SESSION"):
        return _WINDOWS_TERMINAL_CELL
    for descriptor in descriptors:
        try:
            reply = fcntl.ioctl(descriptor, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            continue
        rows, columns, width, height = struct.unpack("4H", reply)
        cell = width // max(1, columns), height // max(1, rows)
        return cell if all(_LEAST_CELL <= side <= _MOST_CELL for side in cell) else None
    return None

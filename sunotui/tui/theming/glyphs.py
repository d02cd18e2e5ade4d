"""The signs on the screens, each one cell wide, and their ASCII replacements for terminals without a font for them."""

from __future__ import annotations

from collections.abc import Mapping

SONG = "♫"
LYRICS = "✎"
EXTENSION = "↦"
JOINED = "⊞"
COVER = "↺"
STEMS = "≣"
SECTION = "◫"
UPLOAD = "↥"
SAVED = "↧"
GENERATING = "◔"
QUEUED = "◌"
FAILED = "✗"
UNKNOWN = "?"
WARNING = "!"
DONE = "✓"
UNPLAYED = "∙"
FAVOURITE = "♥"
STAR = "★"
NO_STAR = "☆"
CURSOR = "▌"
MARKED = "◉"
ONLINE = "●"
IDLE = "○"
DOWN = "▾"
UP = "▴"
FOLDED = "▸"
BRANCH = "├"
LAST_BRANCH = "└"
BAR_FULL = "━"
BAR_HALF = "╸"
BAR_REST = "─"
CRUMB = "›"
ELLIPSIS = "…"
NOTHING = "–"
ARROW_UP = "↑"
ARROW_DOWN = "↓"
ARROW_LEFT = "←"
ARROW_RIGHT = "→"
PARTLY = "◐"
ABOUT = "≈"
FULL_BLOCK = "█"
LOWER_HALF = "▄"
UPPER_HALF = "▀"
PLAYING = "►"
PAUSED = "❚❚"
"""Two cells wide, unlike all others."""
PAUSED_ROW = "‖"
"""For a column of one cell, where a wider sign would touch its neighbour."""

_ASCII = {
    SONG: "m",
    LYRICS: "l",
    EXTENSION: ">",
    JOINED: "+",
    COVER: "c",
    STEMS: "=",
    SECTION: "s",
    UPLOAD: "^",
    SAVED: "d",
    GENERATING: "%",
    QUEUED: ".",
    FAILED: "x",
    DONE: "v",
    UNPLAYED: "*",
    FAVOURITE: "F",
    STAR: "*",
    NO_STAR: "-",
    CURSOR: ">",
    "▐": "#",
    MARKED: "@",
    ONLINE: "o",
    IDLE: "-",
    DOWN: "v",
    UP: "^",
    FOLDED: ">",
    BRANCH: "|",
    LAST_BRANCH: "`",
    BAR_FULL: "=",
    BAR_HALF: "=",
    BAR_REST: "-",
    CRUMB: ">",
    ELLIPSIS: "~",
    NOTHING: "-",
    ABOUT: "~",
    "·": ".",
    "—": "-",
    "“": '"',
    "”": '"',
    ARROW_UP: "^",
    ARROW_DOWN: "v",
    ARROW_LEFT: "<",
    ARROW_RIGHT: ">",
    PARTLY: "~",
    FULL_BLOCK: "#",
    LOWER_HALF: "#",
    UPPER_HALF: "=",
    PLAYING: ">",
    "❚": "|",
    PAUSED_ROW: "|",
    "≠": "!",
    "╭": "+",
    "╮": "+",
    "╰": "+",
    "╯": "+",
    "│": "|",
    "┏": "+",
    "┓": "+",
    "┗": "+",
    "┛": "+",
    "┃": "|",
}
ASCII_TABLE = str.maketrans(_ASCII)
"""The table with which `str.translate` replaces every sign, and the lines of borders."""

_ASCII_TERMINALS = ("linux", "vt", "cons", "sun")
"""Prefixes of the names of terminals whose fonts have 256 or 512 characters."""


def needs_ascii(environ: Mapping[str, str], encoding: str) -> bool:
    """Whether the terminal cannot show the signs: its font is too small, or its encoding is not UTF-8."""
    return environ.get("TERM", "").startswith(_ASCII_TERMINALS) or "utf" not in encoding.lower()

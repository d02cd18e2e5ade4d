"""Texts with control sequences, each with a marker word and the bytes that must never be written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_OSC52 = "52;c;UFdORUQ="

_RAW = {
    "osc 52, st": f"\x1b]{_OSC52}\x1b\\",
    "osc 52, bel": f"\x1b]{_OSC52}\x07",
    "osc 52, c1": f"\x9d{_OSC52}\x9c",
    "osc 52, unterminated": f"\x1b]{_OSC52}",
    "osc 52, asked": "\x1b]52;c;?\x1b\\",
    "osc 0": "\x1b]0;HACKED\x1b\\",
    "osc 2, bel": "\x1b]2;HACKED\x07",
    "osc 8": "\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\",
    "osc 4": "\x1b]4;1;#ff00ff\x1b\\",
    "osc 9": "\x1b]9;4;3\x1b\\",
    "osc 1337": "\x1b]1337;File=inline=1:AAAA\x07",
    "csi colour": "\x1b[5;38;5;199m",
    "csi clear": "\x1b[2J\x1b[H",
    "csi main screen": "\x1b[?1049l",
    "csi mouse off": "\x1b[?1000l\x1b[?1003l",
    "csi paste": "\x1b[200~",
    "csi cursor asked": "\x1b[6n",
    "csi name asked": "\x1b[c",
    "csi title asked": "\x1b[21t",
    "csi margins": "\x1b[1;2r",
    "csi, c1": "\x9b31m",
    "csi, unterminated": "\x1b[31",
    "ris": "\x1bc",
    "sixel": "\x1bPq#0;2;0;0;0#0~~\x1b\\",
    "dcs, c1": "\x90q\x9c",
    "dcs asked": "\x1bP$qm\x1b\\",
    "tmux passed through": f"\x1bPtmux;\x1b\x1b]{_OSC52}\x07\x1b\\",
    "apc": "\x1b_Ga=T;AAAA\x1b\\",
    "pm and sos": "\x1b^x\x1b\\\x1bXx\x1b\\",
    "esc alone": "\x1b",
    "nul": "a\x00b\x00",
    "bel, bs, del": "\x07\x08\x08\x7f",
    "other letters": "\x1b(0lqk\x0e\x0f",
    "overwritten": "safe\rEVIL\x0b\x0c",
    "other line ends": "\x85\u2028\u2029",
    "bidi override": "\u202eevil\u202c",
    "bidi isolate": "\u2066x\u2067y\u2068z\u2069\u200e\u200f\u061c",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff\u180e",
    "tags": "\U000e0041\U000e0042\U000e007f",
    "annotation, soft hyphen": "\ufff9x\ufffa\ufffb\xad",
    "lone surrogate": "\ud83dx\udc7fy\ud800",
    "private, unassigned": "\ue000\U000f0000\U0010ffff\u0378",
    "many marks": "e" + "\u0301" * 60,
}


@dataclass(frozen=True, slots=True)
class Payload:
    """One hostile text; `word` is harmless and proves that it was shown."""

    name: str
    raw: str
    word: str

    @property
    def text(self) -> str:
        """The gateway's text: the word directly follows the sequence that must be removed."""
        return self.raw + self.word

    @property
    def needle(self) -> bytes:
        """The bytes that would be written if the sequence were not removed."""
        return self.text.encode("utf-8", "surrogatepass")


PAYLOADS = [Payload(name, raw, f"W{at:02}Z") for at, (name, raw) in enumerate(_RAW.items())]

# The sequences that the program itself sends to the terminal; a payload among them is found by its needle.
_OWN = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[[0-9;]*H"  # cursor position
    rb"|\x1b\[[0-9]*[ABCDJK]"
    rb"|\x1b\[\?[0-9;]+(?:[hl]|\$p)"  # modes set, reset, queried
    rb"|\x1b\[[<>=][0-9;]*u"  # the keyboard protocol
    rb"|\x1b\[[0-9;]*t"
    rb"|\x1b\]22;[a-z-]*\x07"  # the shape of the mouse pointer
    rb"|\x1b\]2;(?:sunotui(?: \xc2\xb7 [0-9,]+ generating)?)?\x1b\\"  # the title of the window, or an empty one
)
_BARRED = frozenset({"Cc", "Cs"})
_DIRECTION = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_LETTERS = frozenset({"many marks", "zero width", "annotation, soft hyphen", "private, unassigned"})
"""Payloads without effect on a terminal, which draws them; they are not removed."""


def foreign_controls(written: bytes, allowed: str = "\r\n") -> list[str]:
    """Everything that would control the terminal and is not one of the program's own sequences: by the properties of
    the characters, not by the program's own list."""
    rest = _OWN.sub(b"", written)
    found = []
    for at, char in enumerate(text := rest.decode("utf-8", "surrogateescape")):
        if char not in allowed and _is_obeyed(char):
            found.append(repr(text[max(0, at - 12) : at + 24]))
    return found


def _is_obeyed(char: str) -> bool:
    return (
        unicodedata.category(char) in _BARRED
        or unicodedata.bidirectional(char) in _DIRECTION
        or char in "\u061c\u200e\u200f"
        or "\U000e0000" <= char <= "\U000e007f"
    )


def came_through(written: bytes) -> list[str]:
    """The names of the payloads that reached the terminal unchanged, except those that consist of letters only."""
    return [payload.name for payload in PAYLOADS if payload.needle in written and payload.name not in _LETTERS]


def not_shown(written: bytes, payloads: list[Payload]) -> list[str]:
    """The payloads whose word was never written: the test proves nothing about them."""
    return [payload.name for payload in payloads if payload.word.encode() not in written]

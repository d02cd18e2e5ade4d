"""The escape sequences that show a notice outside the window, and the title of the window, by kind of terminal.

The variables that a terminal sets decide which sequences it supports; the terminal is not queried.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from enum import Enum

from sunotui.domain.text import clean, encodable

TEXT_LIMIT = 160
"""The maximum length of a notice in characters."""
PLAIN_TERMS = frozenset({"", "dumb", "linux", "unknown"})
"""Values of TERM for terminals that have no window: some print the sequences as text."""

_ST = "\x1b\\"
_SENDER = "sunotui"


class NoticeProtocol(Enum):
    """How a terminal is told to show a notice; the values are the numbers of its sequences."""

    ITERM = 9
    """iTerm2, Ghostty, WezTerm."""
    KITTY = 99
    RXVT = 777
    """foot, and rxvt-unicode with its extension for notices."""


_BY_PROGRAM = {
    "iterm.app": NoticeProtocol.ITERM,
    "iterm2": NoticeProtocol.ITERM,
    "ghostty": NoticeProtocol.ITERM,
    "wezterm": NoticeProtocol.ITERM,
    "kitty": NoticeProtocol.KITTY,
    "foot": NoticeProtocol.RXVT,
}
"""Values of TERM_PROGRAM and LC_TERMINAL in lower case; ssh passes on the latter."""
_BY_TERM = {
    "xterm-kitty": NoticeProtocol.KITTY,
    "xterm-ghostty": NoticeProtocol.ITERM,
    "wezterm": NoticeProtocol.ITERM,
    "foot": NoticeProtocol.RXVT,
    "rxvt": NoticeProtocol.RXVT,
}
"""Prefixes of TERM, which ssh passes on."""
_BY_VARIABLE = {
    "KITTY_WINDOW_ID": NoticeProtocol.KITTY,
    "GHOSTTY_RESOURCES_DIR": NoticeProtocol.ITERM,
    "WEZTERM_PANE": NoticeProtocol.ITERM,
    "ITERM_SESSION_ID": NoticeProtocol.ITERM,
}
"""Variables that stay visible inside tmux, which replaces TERM and TERM_PROGRAM."""


def notice_protocol(environ: Mapping[str, str]) -> NoticeProtocol | None:
    """How the terminal shows notices; None if it is not known to show any. Inside tmux, the outer terminal counts;
    screen does not pass sequences on."""
    term = environ.get("TERM", "")
    if environ.get("STY") or term in PLAIN_TERMS:
        return None
    for name in ("TERM_PROGRAM", "LC_TERMINAL"):
        if (found := _BY_PROGRAM.get(environ.get(name, "").lower())) is not None:
            return found
    for start, protocol in _BY_TERM.items():
        if term.startswith(start):
            return protocol
    return next((protocol for name, protocol in _BY_VARIABLE.items() if environ.get(name)), None)


def is_multiplexed(environ: Mapping[str, str]) -> bool:
    """Whether tmux or screen is between the program and the terminal; they may not report the focus."""
    return bool(environ.get("TMUX") or environ.get("STY"))


def notice_sequence(text: str, environ: Mapping[str, str]) -> str:
    """The sequence that shows a notice; empty for a terminal without notices. Whatever the text is, the terminal shows
    at most TEXT_LIMIT characters of it and is not controlled by it (T1)."""
    words = encodable(clean(text, TEXT_LIMIT))
    match notice_protocol(environ):
        case None:
            return ""
        case NoticeProtocol.ITERM:
            # Never a number first: with one, ConEmu and Windows Terminal read a command.
            sequence = f"\x1b]9;{_SENDER}: {words}{_ST}"
        case NoticeProtocol.KITTY:
            # The identifier makes a later notice replace an earlier one; kitty shows no notice while it has the focus.
            payload = base64.b64encode(words.encode()).decode()
            sequence = (
                f"\x1b]99;i={_SENDER}:o=unfocused:d=0;{_SENDER}{_ST}\x1b]99;i={_SENDER}:d=1:p=body:e=1;{payload}{_ST}"
            )
        case NoticeProtocol.RXVT:
            # A semicolon would end the text.
            sequence = f"\x1b]777;notify;{_SENDER};{words.replace(';', ',')}{_ST}"
    return passed_through(sequence) if environ.get("TMUX") else sequence


def passed_through(sequence: str) -> str:
    """A sequence that tmux passes to the outer terminal, if its option `allow-passthrough` is on."""
    return f"\x1bPtmux;{sequence.replace(chr(0x1B), chr(0x1B) * 2)}{_ST}"


def has_title(environ: Mapping[str, str]) -> bool:
    """Whether the terminal has a window with a title; tmux has one for each pane."""
    return environ.get("TERM", "") not in PLAIN_TERMS


def title_sequence(text: str) -> str:
    """The sequence that sets the title of the window."""
    return f"\x1b]2;{encodable(clean(text, TEXT_LIMIT))}{_ST}"


KEEP_TITLE = "\x1b[22;2t"
"""Puts the title of the window on the terminal's stack of titles."""
RESTORE_TITLE = f"{title_sequence('')}\x1b[23;2t"
"""Restores it from there. A terminal without such a stack gets an empty title, for which it sets its own."""


def described(environ: Mapping[str, str]) -> str:
    """What notices can use in this terminal, as a sentence for the user."""
    protocol = notice_protocol(environ)
    if protocol is None:
        return "The bell only: this terminal is not known to show notices"
    sentence = f"The bell and the terminal's own notices (OSC {protocol.value})"
    return f"{sentence}; inside tmux they need 'set -g allow-passthrough on'" if environ.get("TMUX") else sentence

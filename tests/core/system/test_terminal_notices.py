"""The sequences for notices and titles, by kind of terminal; no text can control the terminal (T1)."""

from __future__ import annotations

import base64
import re

import pytest

from sunotui.core.system.terminal_notices import (
    TEXT_LIMIT,
    NoticeProtocol,
    described,
    has_title,
    notice_protocol,
    notice_sequence,
    title_sequence,
)

ITERM, KITTY, RXVT = NoticeProtocol.ITERM, NoticeProtocol.KITTY, NoticeProtocol.RXVT
XTERM = {"TERM": "xterm-256color"}
TMUX = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux-0/default,1,0"}
HOSTILE = "a\x1b]0;title\x07\x1b\\b\x9cc\u202ed;e\r\n\0\U000e0041" + "x" * 1_000_000


@pytest.mark.parametrize(
    ("environ", "protocol"),
    [
        ({**XTERM, "TERM_PROGRAM": "iTerm.app"}, ITERM),
        ({**XTERM, "LC_TERMINAL": "iTerm2"}, ITERM),
        ({"TERM": "xterm-ghostty"}, ITERM),
        ({**XTERM, "TERM_PROGRAM": "ghostty"}, ITERM),
        ({**XTERM, "TERM_PROGRAM": "WezTerm"}, ITERM),
        ({"TERM": "xterm-kitty"}, KITTY),
        ({"TERM": "foot-extra"}, RXVT),
        ({"TERM": "rxvt-unicode-256color"}, RXVT),
        ({**TMUX, "KITTY_WINDOW_ID": "1"}, KITTY),
        ({**TMUX, "GHOSTTY_RESOURCES_DIR": "/usr/share/ghostty"}, ITERM),
        (TMUX, None),
        (XTERM, None),
        ({"TERM": "linux"}, None),
        ({"TERM": "dumb", "TERM_PROGRAM": "ghostty"}, None),
        ({"TERM": "screen", "STY": "1.pts", "KITTY_WINDOW_ID": "1"}, None),
        ({}, None),
    ],
)
def test_the_terminal_is_known_by_its_variables(environ: dict[str, str], protocol: NoticeProtocol | None) -> None:
    assert notice_protocol(environ) is protocol


def test_each_protocol_has_its_sequence() -> None:
    assert notice_sequence("Rain: done", {"TERM": "xterm-ghostty"}) == "\x1b]9;sunotui: Rain: done\x1b\\"
    assert notice_sequence("a; b", {"TERM": "foot"}) == "\x1b]777;notify;sunotui;a, b\x1b\\"
    title, body = notice_sequence("雨: done", {"TERM": "xterm-kitty"}).split("\x1b\\")[:2]
    assert title == "\x1b]99;i=sunotui:o=unfocused:d=0;sunotui"
    start, _, payload = body.rpartition(";")
    assert start == "\x1b]99;i=sunotui:d=1:p=body:e=1"
    assert base64.b64decode(payload).decode() == "雨: done"
    assert notice_sequence("Rain", XTERM) == ""


def test_inside_tmux_it_is_wrapped() -> None:
    """Every escape of the sequence is doubled; fails with one of them left single."""
    inside = notice_sequence("Rain", {**TMUX, "WEZTERM_PANE": "0"})
    assert inside == "\x1bPtmux;\x1b\x1b]9;sunotui: Rain\x1b\x1b\\\x1b\\"


@pytest.mark.parametrize("term", ["xterm-kitty", "xterm-ghostty", "foot"])
def test_a_hostile_text_is_harmless_and_bounded(term: str) -> None:
    """Fails without `clean`: the title of a song would set the window's title."""
    sequence = notice_sequence(HOSTILE, {"TERM": term})
    assert len(sequence) < 4 * TEXT_LIMIT
    parts = sequence.split("\x1b\\")[:-1]
    assert all(re.fullmatch(r"\x1b\][0-9]+;[^\x00-\x1f\x7f-\x9f\u202e\U000e0041]*", part) for part in parts)
    title = title_sequence(HOSTILE)
    assert title.startswith("\x1b]2;a")
    assert title.count("\x1b") == 2
    assert len(title) <= TEXT_LIMIT + 8
    assert title_sequence("\ud800").encode()


@pytest.mark.parametrize(("term", "has"), [("xterm", True), ("linux", False), ("dumb", False), ("", False)])
def test_a_terminal_without_a_window_has_no_title(term: str, has: bool) -> None:
    assert has_title({"TERM": term}) is has


def test_the_sentence_says_what_the_terminal_can_do() -> None:
    assert described(XTERM) == "The bell only: this terminal is not known to show notices"
    assert described({"TERM": "foot"}) == "The bell and the terminal's own notices (OSC 777)"
    assert "allow-passthrough" in described({**TMUX, "KITTY_WINDOW_ID": "1"})

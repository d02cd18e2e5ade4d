"""Which pictures a terminal is sent: what its variables say, or the user."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator

import pytest

from sunotui.storage.config.settings import COVER_SETTINGS
from sunotui.tui.settings_check import describe_covers
from sunotui.tui.terminal.picture_protocol import PictureProtocol, cell_pixels, picture_protocol

_XTERM = {"TERM": "xterm-256color"}
_SIXEL, _ITERM2, _KITTY = PictureProtocol.SIXEL, PictureProtocol.ITERM2, PictureProtocol.KITTY


@pytest.mark.parametrize(
    ("environ", "protocol"),
    [
        ({"TERM": "foot"}, _SIXEL),
        ({"TERM": "foot-extra", "TERM_PROGRAM": "foot"}, _SIXEL),
        ({"TERM": "mlterm"}, _SIXEL),
        # Its text does not end a picture.
        (_XTERM | {"KONSOLE_VERSION": "221203"}, None),
        (_XTERM | {"WT_SESSION": "6f2a"}, _SIXEL),
        (_XTERM | {"TERM_PROGRAM": "iTerm.app", "LC_TERMINAL": "iTerm2"}, _ITERM2),
        (_XTERM | {"TERM_PROGRAM": "WezTerm"}, _ITERM2),
        ({"TERM": "xterm-ghostty"}, _KITTY),
        # Whether xterm has sixels switched on is not in its variables.
        (_XTERM | {"XTERM_VERSION": "XTerm(379)"}, None),
        # Terminals that were started from another one have its variables, too.
        (_XTERM | {"WT_SESSION": "6f2a", "TERM_PROGRAM": "vscode"}, None),
        (_XTERM | {"WT_SESSION": "6f2a", "VTE_VERSION": "7006"}, None),
        (_XTERM | {"WT_SESSION": "6f2a", "XTERM_VERSION": "XTerm(379)"}, None),
        (_XTERM | {"TERM_PROGRAM": "Apple_Terminal"}, None),
        (_XTERM, None),
        ({}, None),
        # Over SSH, and in tmux or screen.
        ({"TERM": "foot", "SSH_CONNECTION": "::1 1 ::1 22"}, None),
        ({"TERM": "xterm-ghostty", "SSH_CLIENT": "::1 1 22"}, None),
        (_XTERM | {"TERM_PROGRAM": "iTerm.app", "SSH_TTY": "/dev/pts/1"}, None),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux,1,0", "WT_SESSION": "6f2a"}, None),
        ({"TERM": "foot", "STY": "1.x"}, None),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "iTerm.app"}, None),
        ({"TERM": "tmux-256color", "WT_SESSION": "6f2a"}, None),
        ({"TERM": "linux", "WT_SESSION": "6f2a"}, None),
    ],
)
def test_a_terminal_is_known_by_its_variables(environ: dict[str, str], protocol: PictureProtocol | None) -> None:
    assert picture_protocol(environ, "auto") is protocol


def test_the_user_may_know_better() -> None:
    remote = {"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/1", "TMUX": "/tmp/tmux,1,0"}
    for protocol in PictureProtocol:
        assert picture_protocol(remote, protocol.value) is protocol
    assert picture_protocol({"TERM": "foot"}, "half") is None
    assert picture_protocol({"TERM": "foot"}, "off") is None


def test_each_protocol_is_a_setting() -> None:
    assert {"auto", "half", "off", *(protocol.value for protocol in PictureProtocol)} == set(COVER_SETTINGS)


@pytest.fixture
def line() -> Iterator[int]:
    """A terminal of 40 by 120 cells."""
    master, line = pty.openpty()
    yield line
    os.close(master)
    os.close(line)


@pytest.mark.parametrize(
    ("pixels", "cell"),
    [((1_080, 720), (9, 18)), ((1_085, 727), (9, 18)), ((0, 0), None), ((1_080, 0), None), ((65_535, 65_535), None)],
)
def test_the_size_of_a_cell_is_that_of_the_window(
    line: int, pixels: tuple[int, int], cell: tuple[int, int] | None
) -> None:
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("4H", 40, 120, *pixels))
    reader, writer = os.pipe()
    try:
        # What is not a terminal is passed over.
        assert cell_pixels({}, (writer, line)) == cell
        assert cell_pixels({}, (reader, writer)) is None
    finally:
        os.close(reader)
        os.close(writer)


def test_a_window_without_cells_has_no_size_of_a_cell(line: int) -> None:
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("4H", 0, 0, 0, 0))
    assert cell_pixels({}, (line,)) is None


def test_windows_terminal_always_has_the_same_cells(line: int) -> None:
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("4H", 40, 120, 1_080, 720))
    assert cell_pixels({"WT_SESSION": "6f2a"}, (line,)) == (10, 20)


def test_the_doctor_says_what_is_used() -> None:
    assert describe_covers({"TERM": "xterm-ghostty"}, "auto") == "As pictures of the terminal itself (kitty)"
    assert describe_covers({"TERM": "foot", "WT_SESSION": "1"}, "auto") == "As pictures of the terminal itself (sixel)"
    assert describe_covers({"TERM": "foot"}, "half") == "In half blocks"
    assert describe_covers({"TERM": "foot"}, "off") == "Switched off (covers)"

"""The line that is drawn again while a command works."""

from __future__ import annotations

import sys

import pytest

from sunotui.cli.output.progress_line import ProgressLine


def test_the_line_is_drawn_on_a_terminal_and_removed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    line = ProgressLine()
    line.erase()
    line.show("1 of 2")
    line.show("drawn just now")
    line.erase()
    line.erase()
    assert capsys.readouterr().err == "\r\x1b[K1 of 2\r\x1b[K"


def test_a_file_gets_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    line = ProgressLine()
    line.show("1 of 2")
    line.erase()
    assert capsys.readouterr().err == ""

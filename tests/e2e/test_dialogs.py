"""Dialogs in a real terminal: the demo from the login form, and what the mouse does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.mouse import click_on, find, wheel
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui

F5, ESCAPE = "\x1b[15~", "\x1b"


@pytest.fixture
def line(tmp_path: Path) -> Iterator[PseudoTerminal]:
    """The program of somebody who has no gateway, at its login form."""
    terminal = PseudoTerminal(sunotui(), {**places(tmp_path), "HOME": str(tmp_path)})
    try:
        terminal.wait_for("Log in to a gateway")
        yield terminal
    finally:
        terminal.close()


def test_the_demo_starts_from_the_login_form_in_a_library_of_its_own(line: PseudoTerminal, tmp_path: Path) -> None:
    """Fails with a demo whose songs land in the user's library."""
    line.press(F5)
    line.wait_for("demo")
    line.wait_for("$5.00")
    line.type("nrain on tin\x13")
    line.wait_for("generating")
    line.type("q")
    assert line.ended() == 0
    assert line.is_restored
    with sqlite3.connect(tmp_path / "data" / "library.db") as library:
        assert library.execute("SELECT count(*) FROM submission").fetchone() == (0,)
        assert library.execute("SELECT count(*) FROM task").fetchone() == (0,)


def test_the_mouse_presses_the_keys_of_a_dialog(line: PseudoTerminal) -> None:
    click_on(line, "Try the demo")
    line.wait_for("$5.00")
    click_on(line, "Commands")
    line.wait_for("Type to filter")
    line.type("stat")
    line.wait_for("1 of ")
    click_on(line, "Statistics")
    line.wait_for("No songs yet: press n")
    click_on(line, "Back")
    line.wait_for("Your songs will appear here.")
    click_on(line, "the keys that work here")
    x, y = find(line, "To the first row")
    wheel(line, x, y, 5)
    line.wait_until(lambda: "One row up" not in line.screen, "the list scrolled")
    click_on(line, "Close")
    line.wait_for("Your songs will appear here.")
    line.type("q")
    assert line.ended() == 0

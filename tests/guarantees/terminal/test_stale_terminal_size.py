"""The size is the terminal's own, whatever COLUMNS and LINES say; a TERM without cursor movement is named (T9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.hostile_gateway import TASKS, hostile_gateway
from tests.guarantees.terminal.test_control_characters import run_lines
from tests.support.pseudo_terminal import PseudoTerminal

pytestmark = pytest.mark.guarantee(
    "T9",
    ordinary=(
        "COLUMNS and LINES of another terminal, larger and smaller: the screens, before and after a resize, and a table"
    ),
)


def lines_of(shown: str) -> list[str]:
    """The lines on the screen that are not empty."""
    return [line for line in shown.splitlines() if line.strip()]


def bottom(terminal: PseudoTerminal, rows: int) -> str:
    """The last line of a terminal with this many lines."""
    return terminal.screen.splitlines()[rows - 1]


@pytest.mark.parametrize(("columns", "lines"), [("200", "60"), ("30", "5")])
def test_the_screens_fill_the_terminal_and_no_more(columns: str, lines: str, open_terminal: Open) -> None:
    """Fails with COLUMNS and LINES left in the environment."""
    terminal = open_terminal(environ={"COLUMNS": columns, "LINES": lines}, columns=80, rows=20)
    terminal.wait_for("No songs yet.")
    terminal.wait_until(lambda: "Palette" in bottom(terminal, 20), "the keys at the bottom")
    terminal.resize(100, 15)
    terminal.wait_until(lambda: "Palette" in bottom(terminal, 15), "the keys at the new bottom")
    terminal.type(b"\x11")
    assert terminal.ended() == 0


def test_a_table_fits_the_terminal(open_terminal: Open, tmp_path: Path) -> None:
    """Fails with COLUMNS left in the environment: the lines were wrapped."""
    with hostile_gateway() as gateway:
        run_lines(open_terminal, tmp_path, gateway, [["fetch", *TASKS]])
    plain = open_terminal("tasks", columns=80, rows=60)
    assert plain.ended() == 0
    stale = open_terminal("tasks", environ={"COLUMNS": "200", "LINES": "5"}, columns=80, rows=60)
    assert stale.ended() == 0
    assert len(lines_of(plain.screen)) > 3
    assert stale.screen == plain.screen


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_without_a_cursor_is_told_what_is_needed(term: str, open_terminal: Open) -> None:
    """Fails without the test of TERM: half of a screen was written, in sequences."""
    terminal = open_terminal(environ={"TERM": term})
    assert terminal.ended() == 2
    written = bytes(terminal.written).decode()
    assert f"TERM is '{term}'" in written
    assert "xterm-256color" in written
    assert b"\x1b" not in terminal.written

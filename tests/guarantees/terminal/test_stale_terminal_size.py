"""The size comes from the terminal, not from COLUMNS and LINES; a TERM without cursor movement is refused (T9)."""

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
    """The last line of a terminal with this many lines; empty while it is not painted."""
    return "".join(terminal.screen.splitlines()[rows - 1 : rows])


@pytest.mark.parametrize(("columns", "lines"), [("200", "60"), ("30", "5")])
def test_the_screens_fill_the_terminal_exactly(columns: str, lines: str, open_terminal: Open) -> None:
    """Fails if COLUMNS and LINES stay in the environment."""
    terminal = open_terminal(environ={"COLUMNS": columns, "LINES": lines}, columns=80, rows=20)
    terminal.wait_for("Your songs will appear here.")
    terminal.wait_until(lambda: "Quit" in bottom(terminal, 20), "the keys at the bottom")
    terminal.resize(100, 15)
    terminal.wait_until(lambda: "Quit" in bottom(terminal, 15), "the keys at the new bottom")
    terminal.type(b"\x11")
    assert terminal.ended() == 0


def test_a_table_fits_the_terminal(open_terminal: Open, tmp_path: Path) -> None:
    """Fails if COLUMNS stays in the environment: the lines are wrapped."""
    with hostile_gateway() as gateway:
        run_lines(open_terminal, tmp_path, gateway, [["fetch", *TASKS]])
    plain = open_terminal("tasks", columns=80, rows=60)
    assert plain.ended() == 0
    with_stale_size = open_terminal("tasks", environ={"COLUMNS": "200", "LINES": "5"}, columns=80, rows=60)
    assert with_stale_size.ended() == 0
    assert len(lines_of(plain.screen)) > 3
    assert with_stale_size.screen == plain.screen


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_without_cursor_movement_is_refused_with_advice(term: str, open_terminal: Open) -> None:
    """Fails without the check of TERM: a partial screen is written as escape sequences."""
    terminal = open_terminal(environ={"TERM": term})
    assert terminal.ended() == 2
    written = bytes(terminal.written).decode()
    assert f"TERM is '{term}'" in written
    assert "xterm-256color" in written
    assert b"\x1b" not in terminal.written

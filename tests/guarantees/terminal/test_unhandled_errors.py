"""An error in the background is shown and logged, the program continues, and an error never exits with 0 (T7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.planted_crashes import LIVING
from tests.support.canary import files_with_canary, holds_canary

pytestmark = pytest.mark.guarantee(
    "T7",
    ordinary=(
        "a bare task, a callback of the loop, a thread, a background task: shown and logged; CancelledError "
        "in a callback of the app, a screen and a widget: exit code 70"
    ),
)


def log_of(folder: Path) -> str:
    path = folder / "data" / "events.log"
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize("place", LIVING)
def test_a_fault_that_nobody_waits_for_is_told_and_the_program_goes_on(
    place: str, open_terminal: Open, tmp_path: Path
) -> None:
    """Fails without `unhandled_errors_reported` in `run.py`: nothing is on screen, nor in the log for a thread."""
    terminal = open_terminal(plant=place)
    terminal.wait_for("Internal error in sunotui (ZeroDivisionError")
    terminal.type("n")
    terminal.wait_for("Describe the song")
    terminal.type(b"\x11")
    assert terminal.ended() == 0
    assert "unexpected error: ZeroDivisionError" in log_of(tmp_path)
    assert "planted_crashes:" in log_of(tmp_path), "where it happened"
    assert not holds_canary(bytes(terminal.written))
    assert files_with_canary(tmp_path) == []


def test_an_errand_that_fails_is_told_and_in_the_log(open_terminal: Open, tmp_path: Path) -> None:
    """Fails with `return` in place of the log's line in `Errands._carefully`, and without its news: nothing
    was on the screen."""
    terminal = open_terminal(plant="errand")
    terminal.wait_for("No songs yet.")
    terminal.wait_for("Internal error in sunotui (ZeroDivisionError")
    terminal.wait_until(
        lambda: "planted: unexpected error: ZeroDivisionError" in log_of(tmp_path), "the line in the log"
    )
    assert files_with_canary(tmp_path) == []
    assert not holds_canary(bytes(terminal.written))
    # It can be read again when the toast has gone.
    terminal.type("!")
    terminal.wait_for("Messages")
    terminal.press("\x1b", answer_s=1.0)
    terminal.type(b"\x11")
    assert terminal.ended() == 0


CANCELLED = [
    ("cancelled", "an internal error"),
    ("cancelled-screen", "LibraryScreen"),
    ("cancelled-widget", "TaskList"),
]


@pytest.mark.parametrize(("place", "words"), CANCELLED)
def test_a_cancelled_callback_is_no_ordinary_end(place: str, words: str, open_terminal: Open) -> None:
    """Fails with `return app.return_code or 0`: the program ended with code 0 and without a message. Before a fix the
    screen froze."""
    terminal = open_terminal(plant=place)
    assert terminal.ended() == 70
    assert terminal.is_restored
    assert terminal.left_on == []
    assert words in terminal.screen.replace("\n", "")

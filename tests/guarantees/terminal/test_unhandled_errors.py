"""An error in the background is shown and logged, the program continues, and an error never exits with 0 (T7)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.planted_crashes import NON_FATAL
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


@pytest.mark.parametrize("location", NON_FATAL)
def test_an_unhandled_error_is_reported_and_the_program_continues(
    location: str, open_terminal: Open, tmp_path: Path
) -> None:
    """Fails without `unhandled_errors_reported` in `run.py`: nothing is shown on screen, nor logged for a thread."""
    terminal = open_terminal(plant=location)
    terminal.wait_for("Internal error in sunotui (ZeroDivisionError")
    terminal.type("n")
    terminal.wait_for("Describe the song")
    terminal.type(b"\x11")
    assert terminal.ended() == 0
    assert "unexpected error: ZeroDivisionError" in log_of(tmp_path)
    assert "planted_crashes:" in log_of(tmp_path), "the log names the code location"
    assert not holds_canary(bytes(terminal.written))
    assert files_with_canary(tmp_path) == []


def test_a_failed_background_task_is_shown_and_logged(open_terminal: Open, tmp_path: Path) -> None:
    """Fails if `BackgroundTasks._run` does not log the error, and if it does not publish `BackgroundTaskFailed`:
    nothing is then shown on screen."""
    terminal = open_terminal(plant="background-task")
    terminal.wait_for("Your songs will appear here.")
    terminal.wait_for("Internal error in sunotui (ZeroDivisionError")
    terminal.wait_until(lambda: "planted: unexpected error: ZeroDivisionError" in log_of(tmp_path), "the log line")
    assert files_with_canary(tmp_path) == []
    assert not holds_canary(bytes(terminal.written))
    # The message list still has the error after the toast has gone.
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


@pytest.mark.parametrize(("location", "text"), CANCELLED)
def test_a_cancelled_callback_is_an_error(location: str, text: str, open_terminal: Open) -> None:
    """Fails with `return app.return_code or 0`: the program ends with code 0 and without a message. Before the fix the
    screen froze."""
    terminal = open_terminal(plant=location)
    assert terminal.ended() == 70
    assert terminal.is_restored
    assert terminal.left_on == []
    assert text in terminal.screen.replace("\n", "")

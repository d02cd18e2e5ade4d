"""T5: however the program ends, the terminal is as it was, and its exit code says what happened."""

import signal

import pytest

from .conftest import Open
from .proofs import Proof

PROVES = (
    Proof(
        "T5",
        counts_ci="4 signals, 3 ways of leaving; ctrl+z and fg in a shell; 20 crashes (see K1)",
        gaps="SIGKILL and a signal that nobody should send (SIGUSR1): nothing in the process can help; `reset` does",
    ),
    Proof("T5", counts_ci="ctrl+z and fg", test="tests/e2e/test_signals.py"),
)

SIGNALS = [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)]


@pytest.mark.parametrize(("sent", "code"), SIGNALS)
def test_a_signal_leaves_the_terminal_as_it_was(sent: signal.Signals, code: int, open_terminal: Open) -> None:
    """Broken once by taking SIGQUIT out of `terminal._EXIT_CODES`: raw line, alternate screen, mouse on."""
    terminal = open_terminal()
    terminal.wait_for("No songs yet.")
    terminal.process.send_signal(sent)
    assert terminal.ended() == code
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []


@pytest.mark.parametrize("keys", [b"q", b"\x11"])
def test_leaving_leaves_the_terminal_as_it_was(keys: bytes, open_terminal: Open) -> None:
    """Broken once by `os._exit(0)` in `SunoApp.action_quit`."""
    terminal = open_terminal()
    terminal.wait_for("No songs yet.")
    terminal.type(keys)
    assert terminal.ended() == 0
    assert terminal.is_restored
    assert terminal.left_on == []


def test_the_interpreter_s_own_end_does_too(open_terminal: Open) -> None:
    """SystemExit from within a callback; broken once by planting `os._exit` instead."""
    terminal = open_terminal(plant="sys-exit")
    assert terminal.ended() == 3
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []

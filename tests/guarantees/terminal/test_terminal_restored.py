"""However the program ends, the terminal is restored and the exit code gives the reason (T5)."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from threading import Event

import pytest

from sunotui.domain.submission import SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from tests.guarantees.conftest import Open
from tests.guarantees.terminal.sending import send_song
from tests.support.pseudo_terminal import switched_on
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee(
    "T5",
    ordinary="4 signals, 3 ways to leave, 2 signals while waiting for a response; kill -9 and the next start",
    gaps=(
        "SIGKILL and a signal that is not part of normal use (SIGUSR1) leave the terminal raw until the next "
        "start; `reset` restores it too. With --demo the next start does not know about the last one, because "
        "the demo keeps no files."
    ),
)


def children_of(pid: int) -> list[int]:
    """The child processes of a process."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


SIGNALS = [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)]


@pytest.mark.parametrize(("signal_", "code"), SIGNALS)
def test_a_signal_restores_the_terminal(signal_: signal.Signals, code: int, open_terminal: Open) -> None:
    """Fails without SIGQUIT in `terminal._EXIT_CODES`: raw mode, alternate screen and mouse reporting stay on."""
    terminal = open_terminal()
    terminal.wait_for("Your songs will appear here.")
    terminal.process.send_signal(signal_)
    assert terminal.ended() == code
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []


@pytest.mark.parametrize("keys", [b"q", b"\x11"])
def test_quitting_restores_the_terminal(keys: bytes, open_terminal: Open) -> None:
    """Fails with `os._exit(0)` in `SunoApp.action_quit`."""
    terminal = open_terminal()
    terminal.wait_for("Your songs will appear here.")
    terminal.type(keys)
    assert terminal.ended() == 0
    assert terminal.is_restored
    assert terminal.left_on == []


def test_a_system_exit_restores_the_terminal(open_terminal: Open) -> None:
    """SystemExit from a callback. Fails with `os._exit` instead."""
    terminal = open_terminal(plant="sys-exit")
    assert terminal.ended() == 3
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []


KILLED_THEN_STARTED = """
import subprocess, sys, termios
program = [sys.executable, "-m", "sunotui"]
killed = subprocess.run(program)
print("killed", killed.returncode, flush=True)
again = subprocess.run(program)
print("again", again.returncode, flush=True)
"""


def test_the_next_start_after_a_kill_restores_the_terminal(open_terminal: Open, tmp_path: Path) -> None:
    """Both run on one terminal, without a shell that would restore it in between. Fails without `terminal.reset` in
    `run_app`: the terminal stays raw after the second run, and the keyboard protocol stays enabled."""
    script = tmp_path / "killed_then_started.py"
    script.write_text(KILLED_THEN_STARTED)
    terminal = open_terminal(command=[sys.executable, str(script)])
    terminal.wait_for("Your songs will appear here.")
    (first,) = children_of(terminal.process.pid)
    os.kill(first, signal.SIGKILL)
    terminal.wait_until(lambda: b"killed -9" in terminal.written, "the end of the first run")
    assert terminal.left_on, "a kill leaves the modes on"
    assert not terminal.is_restored
    before = len(terminal.written)
    terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.written[before:], "the second start")
    # Before the second run enters the alternate screen, every mode of the first run is off.
    between = bytes(terminal.written[: terminal.written.index(b"\x1b[?1049h", before)])
    assert switched_on(between) == [b"1049"]
    assert b"\x1b[<9u" in between, "the keyboard protocol"
    terminal.wait_until(
        lambda: b"Your songs will appear here." in terminal.written[before:], "the library screen of the second run"
    )
    terminal.type(b"\x11")
    assert terminal.ended() == 0
    assert "again 0" in terminal.screen
    assert terminal.is_restored
    assert terminal.left_on == []
    assert list((tmp_path / "data" / "terminals").iterdir()) == [], "no process is recorded for the terminal"


@pytest.mark.parametrize("signal_", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_for_a_response(signal_: signal.Signals, open_terminal: Open, tmp_path: Path) -> None:
    """The program waits for a response after its screens have closed. Fails if the handler asks the app to exit, which
    has already exited: only kill -9 then ends the program."""
    is_ended = Event()

    def respond(request: RecordedRequest) -> tuple[int, object]:
        if "/submit/" in request.path:
            is_ended.wait(HANG_S)
        return 200, {"code": "success", "message": "", "data": []}

    with scripted_gateway(respond) as gateway:
        terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url})
        send_song(terminal, gateway)
        terminal.type(b"\x11")
        terminal.wait_for("Waiting for the gateway's response to 1 request")
        terminal.process.send_signal(signal_)
        assert terminal.ended() == 130
        is_ended.set()
    assert terminal.is_restored
    assert "Left without the response" in terminal.screen
    database = Database.open(tmp_path / "data" / "library.db")
    (row,) = Journal(database).recover(0.0) or Journal(database).reader.list()
    database.close()
    assert row.state is SubmissionState.UNKNOWN

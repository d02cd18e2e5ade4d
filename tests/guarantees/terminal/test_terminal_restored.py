"""However the program ends, the terminal is as it was, and the exit code says what happened (T5)."""

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
from tests.support.pseudo_terminal import switched_on
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway
from tests.support.waiting import HANG_S

pytestmark = pytest.mark.guarantee(
    "T5",
    ordinary="4 signals, 3 ways to leave, 2 signals while waiting for a response; kill -9 and the next start",
    gaps=(
        "SIGKILL and a signal that is not part of normal use (SIGUSR1) leave the terminal raw until the next "
        "start; `reset` restores it too. The demo's next start does not know of the last one: it keeps no "
        "files."
    ),
)


def children_of(pid: int) -> list[int]:
    """The child processes of a process."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


SIGNALS = [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)]


@pytest.mark.parametrize(("sent", "code"), SIGNALS)
def test_a_signal_leaves_the_terminal_as_it_was(sent: signal.Signals, code: int, open_terminal: Open) -> None:
    """Fails with taking SIGQUIT out of `terminal._EXIT_CODES`: raw line, alternate screen, mouse on."""
    terminal = open_terminal()
    terminal.wait_for("No songs yet.")
    terminal.process.send_signal(sent)
    assert terminal.ended() == code
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []


@pytest.mark.parametrize("keys", [b"q", b"\x11"])
def test_leaving_leaves_the_terminal_as_it_was(keys: bytes, open_terminal: Open) -> None:
    """Fails with `os._exit(0)` in `SunoApp.action_quit`."""
    terminal = open_terminal()
    terminal.wait_for("No songs yet.")
    terminal.type(keys)
    assert terminal.ended() == 0
    assert terminal.is_restored
    assert terminal.left_on == []


def test_the_interpreter_s_own_end_does_too(open_terminal: Open) -> None:
    """SystemExit from a callback. Fails with `os._exit` in its place."""
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


def test_the_next_start_takes_back_what_a_kill_left(open_terminal: Open, tmp_path: Path) -> None:
    """Both on one terminal, without a shell that would mend the line between them. Fails with `run_app` without
    `terminal.reset`: the line stayed raw after the second had ended well, and the keyboard's protocol was not given
    up."""
    script = tmp_path / "killed_then_started.py"
    script.write_text(KILLED_THEN_STARTED)
    terminal = open_terminal(command=[sys.executable, str(script)])
    terminal.wait_for("No songs yet.")
    (first,) = children_of(terminal.process.pid)
    os.kill(first, signal.SIGKILL)
    terminal.wait_until(lambda: b"killed -9" in terminal.written, "its end")
    assert terminal.left_on, "a kill leaves all of it on"
    assert not terminal.is_restored
    before = len(terminal.written)
    terminal.wait_until(lambda: b"\x1b[?1049h" in terminal.written[before:], "the second start")
    # Before the second run takes the screen, every mode of the first is off.
    between = bytes(terminal.written[: terminal.written.index(b"\x1b[?1049h", before)])
    assert switched_on(between) == [b"1049"]
    assert b"\x1b[<9u" in between, "the keyboard's protocol"
    terminal.wait_until(lambda: b"No songs yet." in terminal.written[before:], "the second's library")
    terminal.type(b"\x11")
    assert terminal.ended() == 0
    assert "again 0" in terminal.screen
    assert terminal.is_restored
    assert terminal.left_on == []
    assert list((tmp_path / "data" / "terminals").iterdir()) == [], "nobody has the terminal any more"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_wait_for_an_answer(sent: signal.Signals, open_terminal: Open, tmp_path: Path) -> None:
    """After the screens are gone only the answer is waited for. Fails with a handler that asks the app to leave,
    which had left already: nothing but kill -9 ended it."""
    is_ended = Event()

    def respond(asked: RecordedRequest) -> tuple[int, object]:
        if "/submit/" in asked.path:
            is_ended.wait(HANG_S)
        return 200, {"code": "success", "message": "", "data": []}

    with scripted_gateway(respond) as gateway:
        terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url})
        terminal.wait_for("No songs yet.")
        terminal.type("n")
        terminal.wait_for("Describe the song")
        terminal.type("rain")
        terminal.wait_for('"rain"')
        terminal.type(b"\x13")
        terminal.wait_until(lambda: bool(gateway.requests_for("/submit/")), "the request")
        terminal.type(b"\x11")
        terminal.wait_for("Waiting for the gateway's response to 1 request")
        terminal.process.send_signal(sent)
        assert terminal.ended() == 130
        is_ended.set()
    assert terminal.is_restored
    assert "Left without the response" in terminal.screen
    database = Database.open(tmp_path / "data" / "library.db")
    (row,) = Journal(database).recover(0.0) or Journal(database).list()
    database.close()
    assert row.state is SubmissionState.UNKNOWN

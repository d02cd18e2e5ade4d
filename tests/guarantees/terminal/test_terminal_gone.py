"""When the terminal is gone, the program ends at once and without output; it waits only for a paid response (T6)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TextIO, cast

import pytest
from textual.drivers._writer_thread import WriterThread

from sunotui.domain.submission import SubmissionState
from sunotui.storage.db.connection import Database
from sunotui.storage.submissions.journal import Journal
from sunotui.tui.terminal.state import TolerantOutput
from tests.guarantees.conftest import Open
from tests.guarantees.terminal.sending import send_song
from tests.support.calibration import unit_s
from tests.support.canary import CANARY
from tests.support.paths import ROOT
from tests.support.processes import is_alive, until_idle
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui
from tests.support.scripted_gateway import RecordedRequest, scripted_gateway
from tests.support.waiting import HANG_S, until

pytestmark = pytest.mark.guarantee(
    "T6",
    ordinary="closed with SIGHUP handled and ignored; with a response pending",
    long="3 s from closing to the end, relative to the speed of the machine",
)


GONE_WITHIN_UNITS = 300.0
"""Three seconds on a machine where a unit of processor time takes 10 ms."""

STRICT = pytest.param(True, marks=pytest.mark.long, id="strict")
LENIENT = pytest.param(False, id="lenient")


@pytest.mark.parametrize("is_strict", [LENIENT, STRICT])
def test_the_program_ends_on_a_hangup(is_strict: bool, open_terminal: Open) -> None:
    """Fails, together with the next test, without the signal handler and the periodic check."""
    terminal = open_terminal(ignores_hangup=True)
    terminal.wait_for("Your songs will appear here.")
    began = time.monotonic()
    terminal.hang_up()
    until(lambda: not is_alive(terminal.process.pid), "the end of the program")
    if is_strict:
        assert time.monotonic() - began < GONE_WITHIN_UNITS * unit_s()


def hang_up_below_shell(program: list[str], folder: Path, shown: str) -> None:
    """Close the terminal once it shows some words, and wait for the end of the program. The shell above it ignores
    SIGHUP."""
    command = ["sh", "-c", 'trap "" HUP; "$@"; sleep 30', "sh", *program]
    environ = {**places(folder), "SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": CANARY}
    terminal = PseudoTerminal(command, {**environ, "PYTHONPATH": str(ROOT)})
    try:
        terminal.wait_for(shown)
        found = subprocess.run(["pgrep", "-P", str(terminal.process.pid)], capture_output=True, text=True, check=True)
        pid = int(found.stdout.split()[0])
        terminal.hang_up()
        until(lambda: not is_alive(pid), "the end of the program")
    finally:
        terminal.close()


def test_a_hangup_is_detected_without_the_signal(tmp_path: Path) -> None:
    """The shell above the program ignores SIGHUP. Fails if `is_gone` returns False: the program then runs forever and
    uses a whole processor."""
    hang_up_below_shell(sunotui(), tmp_path, "Your songs will appear here.")


def test_a_hangup_before_the_first_frame_is_detected(tmp_path: Path) -> None:
    """SIGHUP is ignored. Failed before the fix: after a hangup the descriptor is no longer a terminal, so the check was
    not started, and the program read from it forever."""
    code = (
        "import select, sys\n"
        "from sunotui.cli import launch, main\n"
        "hangup = select.poll()\n"
        "hangup.register(0, 0)\n"
        "launch._need_terminal = lambda environ: hangup.poll()\n"
        "sys.stderr.write('waiting')\n"
        "sys.stderr.flush()\n"
        "main.main([])"
    )
    hang_up_below_shell([sys.executable, "-c", code], tmp_path, "waiting")


def test_a_sigcont_without_a_stop_is_ignored(open_terminal: Open) -> None:
    """A terminal that hangs up also sends SIGCONT. Failed before the fix: Textual started a second reader of the
    terminal, even while the program ended, and nothing stopped its thread."""
    terminal = open_terminal()
    terminal.wait_for("Your songs will appear here.")
    os.kill(terminal.process.pid, signal.SIGCONT)
    terminal.type("?")
    terminal.wait_for("esc Close")
    assert terminal.written.count(b"\x1b[?1049h") == 1
    terminal.type(b"\x11")
    assert terminal.ended() == 0


def test_the_program_waits_for_a_paid_response(open_terminal: Open, tmp_path: Path) -> None:
    """Failed before the fix: the message about the wait was written to the closed terminal, the error ended the wait,
    and the row became unknown."""
    may_respond = threading.Event()

    def respond(request: RecordedRequest) -> tuple[int, object]:
        if "/submit/" in request.path:
            may_respond.wait(HANG_S)
            return 200, {"code": "success", "message": "", "data": "task-that-was-paid-for"}
        return 200, {"code": "success", "message": "", "data": []}

    with scripted_gateway(respond) as gateway:
        terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url})
        send_song(terminal, gateway)
        pid = terminal.process.pid
        terminal.hang_up()
        until_idle(pid)
        assert is_alive(pid), "it waits for the response"
        may_respond.set()
        until(lambda: not is_alive(pid), "the end of the program")
    database = Database.open(tmp_path / "data" / "library.db")
    (row,) = Journal(database).reader.list()
    database.close()
    assert (row.state, row.task_id) == (SubmissionState.ACCEPTED, "task-that-was-paid-for")


def test_output_to_a_closed_terminal_is_dropped() -> None:
    """Fails without `TolerantOutput`: the writer thread ended at the first error, and the thirty-first write waited for
    it forever. On a busy machine the test above failed for this reason in one of seven runs."""
    master, line = os.openpty()
    with os.fdopen(line, "w") as file:
        writer = WriterThread(cast("TextIO", TolerantOutput(file)))
        writer.start()
        os.close(master)

        def draw() -> None:
            for _ in range(100):
                writer.write("x" * 10_000)
            writer.stop()

        drawing = threading.Thread(target=draw, daemon=True)
        drawing.start()
        drawing.join(HANG_S)
        assert not drawing.is_alive()
        with contextlib.suppress(OSError):
            file.close()

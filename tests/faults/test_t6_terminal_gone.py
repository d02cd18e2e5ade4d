"""T6: a terminal that is gone takes the program with it, at once and quietly, but for an answer that is paid for."""

import contextlib
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import TextIO, cast

from textual.drivers._writer_thread import WriterThread

from sunotui.domain.submission import SubmissionState
from sunotui.storage.database import Database
from sunotui.storage.journal import Journal
from sunotui.tui.terminal import LastingOutput
from tests.support.canary import CANARY
from tests.support.pseudo_terminal import PseudoTerminal, places, sunotui

from .conftest import ROOT, Open
from .plain_gateway import Asked, plain_gateway
from .proofs import Proof

PROVES = (
    Proof("T6", counts_ci="hung up with SIGHUP heard and unheard; with an answer under way"),
    Proof("T6", counts_ci="a whole tmux server killed", test="tests/e2e/test_signals.py"),
)

GONE_WITHIN_S = 3.0
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Seconds of the processor that a process took."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone_after_s(pid: int, limit_s: float) -> float:
    """How long a process stays."""
    began = time.monotonic()
    while is_there(pid):
        assert time.monotonic() - began < limit_s, "it is still there"
        time.sleep(0.01)
    return time.monotonic() - began


def test_hung_up_it_is_gone(open_terminal: Open) -> None:
    """Broken once together with the next: with neither the signal nor the beat it stays."""
    terminal = open_terminal(ignores_hangup=True)
    terminal.wait_for("No songs yet.")
    terminal.hang_up()
    gone_after_s(terminal.process.pid, GONE_WITHIN_S)


def test_one_that_hears_no_hangup_sees_it(tmp_path: Path) -> None:
    """Below a shell that keeps the signal for itself. Broken once by `is_gone` that says no: it stays for ever, with a
    whole processor to itself."""
    command = ["sh", "-c", 'trap "" HUP; "$@"; sleep 30', "sh", *sunotui()]
    environ = {**places(tmp_path), "SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": CANARY}
    terminal = PseudoTerminal(command, {**environ, "PYTHONPATH": str(ROOT)})
    try:
        terminal.wait_for("No songs yet.")
        found = subprocess.run(["pgrep", "-P", str(terminal.process.pid)], capture_output=True, text=True, check=True)
        program = int(found.stdout.split()[0])
        used = cpu_s(program)
        terminal.hang_up()
        while is_there(program):
            assert cpu_s(program) - used < GONE_WITHIN_S / 2, "it spins"
            used_since = time.monotonic()
            gone_after_s(program, GONE_WITHIN_S)
            assert time.monotonic() - used_since < GONE_WITHIN_S
    finally:
        terminal.close()


def test_a_paid_answer_is_waited_for(open_terminal: Open, tmp_path: Path) -> None:
    """It failed before it was mended: the words about the wait went to a terminal that was gone, the error of that took
    the wait with it, and the row was unknown."""

    def respond(asked: Asked) -> tuple[int, object]:
        if "/submit/" in asked.path:
            time.sleep(2.0)
            return 200, {"code": "success", "message": "", "data": "task-that-was-paid-for"}
        return 200, {"code": "success", "message": "", "data": []}

    with plain_gateway(respond) as gateway:
        terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url})
        terminal.wait_for("No songs yet.")
        terminal.type("n")
        terminal.wait_for("Describe the song")
        terminal.type("rain")
        terminal.wait_for('"rain"')
        terminal.type(b"\x13")
        terminal.wait_until(lambda: bool(gateway.asked_for("/submit/")), "the request")
        pid = terminal.process.pid
        terminal.hang_up()
        time.sleep(0.7)
        used = cpu_s(pid)
        time.sleep(0.6)
        assert is_there(pid), "it waits for the answer"
        assert cpu_s(pid) - used < 0.2, "and does nothing meanwhile"
        gone_after_s(pid, 30.0)
    database = Database.open(tmp_path / "data" / "library.db")
    (row,) = Journal(database).list()
    database.close()
    assert (row.state, row.task_id) == (SubmissionState.ACCEPTED, "task-that-was-paid-for")


def test_what_is_drawn_after_the_end_is_dropped() -> None:
    """Seen to fail with the line itself instead of `LastingOutput`: the thread that writes died of the first error, and
    the thirty-first drawing waited for it for ever. On a busy machine the test above saw that one time in seven."""
    master, line = os.openpty()
    with os.fdopen(line, "w") as file:
        writer = WriterThread(cast("TextIO", LastingOutput(file)))
        writer.start()
        os.close(master)

        def draw() -> None:
            for _ in range(100):
                writer.write("x" * 10_000)
            writer.stop()

        drawing = threading.Thread(target=draw, daemon=True)
        drawing.start()
        drawing.join(10.0)
        assert not drawing.is_alive()
        with contextlib.suppress(OSError):
            file.close()

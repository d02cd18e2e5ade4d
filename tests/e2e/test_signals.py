"""Signals and a closed terminal: the program ends or continues, and the terminal is restored (T5, T6)."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sunotui.domain.tasks.task import Task, TaskKind, TaskStatus
from sunotui.storage.db.connection import Database
from sunotui.storage.tasks.task_store import TaskStore
from tests.support.stalls import stalls_file
from tests.support.terminal import Terminal
from tests.support.waiting import until


def environ(tmp_path: Path) -> dict[str, str]:
    return {
        "SUNOTUI_DATA_DIR": str(tmp_path / "data"),
        "SUNOTUI_CONFIG_DIR": str(tmp_path / "config"),
        "SUNOTUI_BASE_URL": "http://127.0.0.1:9",
    }


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_start(terminal: Terminal, tmp_path: Path) -> None:
    """Wait for the library screen and for the watchdog, which starts a moment later."""
    terminal.wait_for("Your songs will appear here.")
    terminal.wait_until(lambda _: stalls_file(tmp_path).exists(), "the watchdog")


@pytest.mark.guarantee(
    "T8",
    ordinary=(
        "every callback of the screens' thread, from the start on: none computes for a second, sleeps, opens "
        "a library, looks up a name, locks or starts a program"
    ),
)
@pytest.mark.guarantee("T5", ordinary="ctrl+z and fg; kill -9 and the next start, in tmux")
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_program_with_the_shells_exit_code(
    terminal: Terminal, tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    terminal.run("", environ(tmp_path))
    wait_for_start(terminal, tmp_path)
    os.kill(terminal.program, sent)
    screen = terminal.wait_for(f"ended:{code}")
    assert "Your songs will appear here." not in screen, "the alternate screen was left"
    # The output file is written a moment after the screen.
    terminal.wait_until(lambda _: f"ended:{code}".encode() in terminal.output.read_bytes(), "the complete output")
    written = terminal.output.read_bytes()
    # Every mode that was enabled is disabled in the end.
    for mode in (b"1049", b"1000", b"1003", b"2004"):
        states = re.findall(rb"\x1b\[\?" + mode + rb"([hl])", written)
        assert states[-1:] != [b"h"], mode
    assert written.rfind(b"\x1b[?25h") > written.rfind(b"\x1b[?25l"), "the cursor is visible again"


def test_a_note_that_cannot_be_saved_is_written_to_a_named_file(terminal: Terminal, tmp_path: Path) -> None:
    database = Database.open(tmp_path / "data" / "library.db")
    TaskStore(database).save(
        [Task("task-1", "home", TaskKind.MUSIC, TaskStatus.SUCCESS, 1_700_000_000.0, title_hint="Rain")]
    )
    database.close()
    terminal.run("", environ(tmp_path))
    terminal.wait_for("Rain")
    terminal.keys("N")
    terminal.wait_for("An empty note is deleted.")
    terminal.keys("g", "o", "o", "d")
    terminal.wait_for("good")
    with closing(sqlite3.connect(tmp_path / "data" / "library.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        os.kill(terminal.program, signal.SIGTERM)
        screen = terminal.wait_for("ended:143")
    assert "The note could not be saved; its text is in" in screen
    (file,) = (tmp_path / "data").glob("unsaved-note-*.txt")
    assert file.read_text() == "good"


@pytest.mark.guarantee("T5")
def test_fg_restores_the_screen_after_ctrl_z(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run_in_shell("", environ(tmp_path))
    wait_for_start(terminal, tmp_path)
    terminal.keys("C-z")
    terminal.wait_for("Stopped")
    terminal.type("fg")
    terminal.keys("Enter")
    terminal.wait_for("Your songs will appear here.")
    terminal.keys("n")
    terminal.wait_for("Describe the song")


@pytest.mark.guarantee("T6", ordinary="a whole tmux server killed")
def test_the_program_ends_when_its_terminal_is_closed(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("", environ(tmp_path))
    wait_for_start(terminal, tmp_path)
    program = terminal.program
    terminal.close()
    until(lambda: not is_alive(program), "the end of the program")


def modes_of(terminal: Terminal) -> str:
    """The state of the alternate screen, two mouse modes and the cursor, each "0" or "1"."""
    return terminal.ask("#{alternate_on} #{mouse_any_flag} #{mouse_sgr_flag} #{cursor_flag}")


@pytest.mark.guarantee("T5")
def test_the_next_start_after_a_kill_restores_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    """Fails without `terminal.reset` in `run_app`; tests/guarantees/terminal/test_terminal_restored.py fails too."""
    terminal.run_in_shell("", environ(tmp_path))
    wait_for_start(terminal, tmp_path)
    os.kill(terminal.program, signal.SIGKILL)
    terminal.wait_for("ended:137")
    assert modes_of(terminal) == "1 1 1 0", "a kill leaves all modes on"
    before = len(terminal.output.read_bytes())
    terminal.run_again("")

    def written() -> bytes:
        return terminal.output.read_bytes()[before:]

    terminal.wait_until(lambda _: b"\x1b[?1049h" in written(), "the second start")
    terminal.wait_until(lambda _: b"Your songs will appear here." in written(), "its library")
    resets = written()[: written().index(b"\x1b[?1049h")]
    for reset in (b"\x1b[<9u", b"\x1b[?1003l", b"\x1b[?2004l", b"\x1b[?25h"):
        assert reset in resets, reset
    terminal.keys("q")
    terminal.wait_for("ended:0")
    assert modes_of(terminal) == "0 0 0 1"
    assert "Your songs will appear here." not in terminal.screen

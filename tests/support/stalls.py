"""Reads the records of the watchdog of `watched_sunotui` and checks them (T8)."""

from __future__ import annotations

from pathlib import Path

VARIABLE = "STALLS_OF_THIS_TEST"
"""The environment variable with the name of the file."""
WATCHING = "watching"
"""The first line of a program that has finished starting."""
BLOCKING = frozenset(
    {"time.sleep", "sqlite3.connect", "socket.getaddrinfo", "fcntl.flock", "os.scandir", "subprocess.Popen"}
)
"""Audit events of Python that the UI thread must never cause."""
BLOCKED = "blocked"
"""The first word of a line for one of them."""
EDITOR = "editor.py"
"""The app is suspended while an editor has the terminal, so this does not count."""
CEILING_S = 1.0
"""Processor seconds that no callback of the UI thread takes on any machine unless it does work that belongs on another
thread. The strict limit of 50 ms is a ratio to the machine's speed and belongs to `pytest -m long`."""


def stalls_file(folder: Path) -> Path:
    """The file to which the programs of one test write."""
    return folder / "stalls"


def assert_never_held(folder: Path) -> int:
    """Assert that no callback of any watched program used CEILING_S of processor time or more, or waited for the disk,
    a host name, a lock or another program; returns the number of programs. Only the processor time of the UI thread is
    judged. The elapsed time depends on the other processes of a busy machine and is only recorded.
    """
    file = stalls_file(folder)
    lines = file.read_text().splitlines() if file.exists() else []
    blocked = [line for line in lines if line.startswith(BLOCKED) and EDITOR not in line]
    assert not blocked, "\n".join(["Calls that may block on the UI thread:", *blocked])
    stalls = (line for line in lines if line != WATCHING and not line.startswith(BLOCKED))
    held = [line for line in stalls if float(line.split()[0]) >= CEILING_S]
    assert not held, "\n".join(["The UI thread was blocked (processor seconds, elapsed seconds, where):", *held])
    return lines.count(WATCHING)

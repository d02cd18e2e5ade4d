"""Reads what the watchdog of `watched_sunotui` recorded, and judges it (T8)."""

from __future__ import annotations

from pathlib import Path

VARIABLE = "STALLS_OF_THIS_TEST"
"""The environment variable with the name of the file."""
WATCHING = "watching"
"""The first line of a program whose start is over."""
BLOCKING = frozenset(
    {"time.sleep", "sqlite3.connect", "socket.getaddrinfo", "fcntl.flock", "os.scandir", "subprocess.Popen"}
)
"""Audit events of Python that the thread of the screens must never cause."""
BLOCKED = "blocked"
"""The first word of a line about one of them."""
EDITOR = "editor.py"
"""The app is suspended while an editor has the terminal, so nothing is blocked."""
CEILING_S = 1.0
"""Processor time that no callback of the screens' thread takes on any machine unless it does work that belongs to a
thread of its own. The strict limit of 50 ms is a ratio to the machine's speed and belongs to `pytest -m long`."""


def stalls_file(folder: Path) -> Path:
    """The file to which the programs of one test write."""
    return folder / "stalls"


def assert_never_held(folder: Path) -> int:
    """No callback computed for CEILING_S or longer in any program that was watched, or waited for the disk, a name, a
    lock or another program; how many programs that were.

    Judged is the processor time of the screens' own thread. By the clock the same callback takes as long as the other
    processes of a busy machine let it: that says nothing of us, and is only written down beside it.
    """
    file = stalls_file(folder)
    lines = file.read_text().splitlines() if file.exists() else []
    blocked = [line for line in lines if line.startswith(BLOCKED) and EDITOR not in line]
    assert not blocked, "\n".join(["What may block was called on the screen's thread:", *blocked])
    stalls = (line for line in lines if line != WATCHING and not line.startswith(BLOCKED))
    held = [line for line in stalls if float(line.split()[0]) >= CEILING_S]
    assert not held, "\n".join(["The screen was held (seconds computed, seconds taken, where):", *held])
    return lines.count(WATCHING)

"""B1: the time from the command to the first usable screen, against an app of bare Textual that shows one line.

`python -m tests.benchmarks.start [ROUNDS]`. Both run in a pseudo-terminal of 120x40, in turn, and are timed from fork
to the byte that ends "No songs yet."; what counts is the ratio of the medians. Byte-code must exist already.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from pathlib import Path

WORDS = b"No songs yet."
BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("No songs yet.")

Bare().run()
"""


def seconds_to_words(command: Sequence[str], environ: dict[str, str], limit_s: float = 20.0) -> float:
    """Start a command in a terminal; how long it took to say the words."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environ)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    begun = time.perf_counter()
    said = b""
    try:
        while WORDS not in said:
            try:
                ready = select.select([terminal], [], [], limit_s)[0]
                said += os.read(terminal, 65_536) if ready else b""
            except OSError:
                ready = []
            if not ready:
                raise SystemExit(f"{command[-1]} did not start:\n{said.decode(errors='replace')}")
        return time.perf_counter() - begun
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def main(rounds: int = 15) -> None:
    """Measure and print."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SUNOTUI_", "PYTHON"))}
    environ |= {"TERM": "xterm-256color", "SUNOTUI_BASE_URL": "http://127.0.0.1:9", "SUNOTUI_TOKEN": "for-nobody"}
    bare: list[float] = []
    ours: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE)
        for number in range(rounds):
            own = {"SUNOTUI_DATA_DIR": f"{folder}/{number}/data", "SUNOTUI_CONFIG_DIR": f"{folder}/{number}/config"}
            bare.append(seconds_to_words([sys.executable, str(script)], environ))
            ours.append(seconds_to_words([sys.executable, "-m", "sunotui"], environ | own))
    one, other = statistics.median(bare), statistics.median(ours)
    print(f"bare Textual {one * 1e3:.0f} ms, sunotui {other * 1e3:.0f} ms, ratio {other / one:.2f} ({rounds} rounds)")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:2]))

"""Four hundred terminal sizes, down to a single cell: the program keeps running, responds and does not grow (T9)."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.hostile_gateway import TASKS, hostile_gateway
from tests.guarantees.terminal.test_control_characters import run_lines

pytestmark = pytest.mark.guarantee("T9", ordinary="400 sizes from 1x1 to 250x80 on four screens")


SIZES = 400
_KEYS = ("i", "n", "\x1b", "J", "\x1b", "P", "\x1b", "?", "\x1b", "i")
_EACH = SIZES // (2 * len(_KEYS))
"""The number of sizes for each screen. Every screen is opened twice."""


def resident_mib(pid: int) -> float:
    """The resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4_096 / 2**20


def test_any_size_at_any_moment(open_terminal: Open, tmp_path: Path) -> None:
    """Fails with `1 / (self.size.width - 1)` in `TaskList.render_line`."""
    rng = Random(9)
    with hostile_gateway() as gateway:
        run_lines(open_terminal, tmp_path, gateway, [["fetch", *TASKS]])
        terminal = open_terminal(environ={"SUNOTUI_BASE_URL": gateway.base_url})
        terminal.wait_for("W42Z")
        before = 0.0
        for at in range(SIZES):
            if at % _EACH == 0:
                # Every screen gets all kinds of sizes: library, composer, submissions, profiles.
                terminal.press(_KEYS[at // _EACH % len(_KEYS)], quiet_s=0.03)
            size = (1, 1) if at % 20 == 7 else (rng.randint(1, 250), rng.randint(1, 80))
            terminal.resize(*size)
            terminal.wait_quiet(0.001, 0.012)
            if at == SIZES // 2:
                # Every screen has been opened once and its modules are loaded.
                before = resident_mib(terminal.process.pid)
        assert terminal.process.poll() is None
        terminal.resize(120, 40)
        terminal.press("?")
        terminal.wait_for("One row down")
        assert resident_mib(terminal.process.pid) - before < 24
        terminal.press("\x1b")
        terminal.wait_until(lambda: "One row down" not in terminal.screen, "the end of the help")
        written = len(terminal.written)
        terminal.type("n")
        terminal.wait_until(lambda: b"Describe" in bytes(terminal.written[written:]), "the composer")
        terminal.type(b"\x11")
        assert terminal.ended() == 0
        assert terminal.is_restored

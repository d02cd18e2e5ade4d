"""A crash at each of twenty locations: the terminal is restored, the report is private and contains only code
locations, and the token appears nowhere (K1, T5, Z4).
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from tests.guarantees.conftest import Open
from tests.guarantees.planted_crashes import FATAL
from tests.support.canary import files_with_canary, holds_canary

pytestmark = [
    pytest.mark.guarantee("K1", ordinary="20 planted crashes: terminal, files, log, report"),
    pytest.mark.guarantee("T5", ordinary="20 planted crashes"),
    pytest.mark.guarantee("Z4", ordinary="20 planted crashes"),
]


_LOCATION = re.compile(r"[\w./<>-]+:\d+ [\w<>]+")


@pytest.mark.parametrize("location", FATAL)
def test_a_crash_restores_the_terminal_and_leaks_nothing(location: str, open_terminal: Open, tmp_path: Path) -> None:
    """Fails with Textual's own `_fatal_error` (all twenty leak the token and its header), and if `str(error)` is added
    to the crash report."""
    terminal = open_terminal(plant=location)
    assert terminal.ended() == 70
    assert terminal.was_raw
    assert terminal.is_restored
    assert terminal.left_on == []
    assert not holds_canary(bytes(terminal.written))
    assert files_with_canary(tmp_path) == []
    (report,) = (tmp_path / "data").glob("crash-*.txt")
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    first, *rest = report.read_text().splitlines()
    assert re.fullmatch(r"sunotui crashed at \S+: (ZeroDivisionError|RecursionError|WorkerFailed)", first)
    assert rest
    assert all(_LOCATION.fullmatch(line) for line in rest), "code locations only"
    flat = re.sub(r"\s", "", bytes(terminal.written).decode())
    assert report.name in flat, "the message names the report"
